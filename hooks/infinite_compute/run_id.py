"""A run's name <-> its fields: one strict grammar for every form; nothing is guessed.

The forms, `[...]` where a part may lack:

    {model}-{tokens}x{epochs}-{data}[+{teacher}^{weight}]-{schedule}-lr{lr}-wd{wd}[-bs{batch}][-...]
    ppl-eval-ensemble-{members}x-{name of the first member}-{last step}-{hash}
    ss-{members}x-{name of the first member}-{last step}-{hash}
    isoflop-{flops}-d{hidden}-L{layers}-B{batch}-lr{lr}-{experiment}[-{hash}]
"""

from __future__ import annotations

import re
from dataclasses import replace

from infinite_compute.run_name import Kind, RunName, RunNameError, tokens_label

__all__ = ["Kind", "RunName", "RunNameError", "form", "parse", "tokens_label", "write"]

LONGEST = 64  # characters of a training run's name, which is also that of its folder
_LONGEST_OF_ALL = 200  # of a name in any form; Python reads no number of some thousand digits

_ENSEMBLE = "ppl-eval-ensemble-"
_SEED_SCIENCE = "ss-"
_ISOFLOP = "isoflop-"

_MODEL = re.compile(r"(?:\d+(?:_\d+)?[mb]4k(?:_qkn|_alln)?|l\d+b|olmoe|\d+moe|moedebug)(?:cda)?")
_CONTINUED = re.compile(r"l\d+b(?:cda)?")
_TOKENS = re.compile(r"[1-9]\d*\.\dB|[1-9]\d{1,2}M|(?:[1-9]|10)\.\dM|[1-9]\d{0,3}\.\dK")
_COUNT = re.compile(r"[1-9]\d*")
_INDEX = re.compile(r"0|[1-9]\d*")
_DATA = re.compile(r"([a-z][a-z0-9_]*)(?:\+([a-z][a-z0-9]*)\^(0\.\d+))?")
_FLOPS = re.compile(r"[1-9]e\+\d\d")
_HASH = re.compile(r"[0-9a-f]{6}")
_EXPERIMENT = re.compile(r"[a-z][a-z0-9_]*")
_TRIAL = re.compile(r"su[A-Z]+\d+")
_REMARK = re.compile(r"iter\d+|\d+d")


def parse(text: str) -> RunName:
    """The fields of a name; raise RunNameError where it fits no form."""
    name = _read(text)
    canonical = _written(name)
    if canonical != text:
        raise RunNameError(text, f"its numbers are not as names write them: `{canonical[:80]}`")
    return name


def write(name: RunName) -> str:
    """The one way to write a name; raise RunNameError where its fields make none."""
    text = _written(name)
    if _read(text) != name:
        raise RunNameError(text, "its fields say something else than their own name")
    return text


def _read(text: str) -> RunName:
    if len(text) > _LONGEST_OF_ALL:
        raise RunNameError(text, f"longer than {_LONGEST_OF_ALL} characters")
    reader = _Reader(text)
    if text.startswith(_ISOFLOP):
        name = _isoflop(reader)
    elif text.startswith(_ENSEMBLE):
        name = _evaluation(reader, _ENSEMBLE, Kind.ENSEMBLE_EVALUATION)
    elif text.startswith(_SEED_SCIENCE):
        name = _evaluation(reader, _SEED_SCIENCE, Kind.SEED_SCIENCE_EVALUATION)
    else:
        name = _training(reader)
    reader.end()
    return name


class _Reader:
    """The parts of a name between its dashes, taken one by one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts = text.split("-")

    def take(self, what: str, pattern: re.Pattern[str], prefix: str = "") -> str:
        """The next part behind its prefix, which must be `what` and fit the pattern."""
        part = self._parts.pop(0) if self._parts else ""
        rest = part.removeprefix(prefix)
        if not part.startswith(prefix) or not pattern.fullmatch(rest):
            found = f"`{part[:40]}`" if part else "nothing"
            raise self.error(f"{found} where {what} is due")
        return rest

    def may(self, pattern: re.Pattern[str], prefix: str = "") -> str | None:
        """The next part behind its prefix if it fits, else None and nothing is taken."""
        if not self._parts or not self._parts[0].startswith(prefix):
            return None
        rest = self._parts[0].removeprefix(prefix)
        if not pattern.fullmatch(rest):
            return None
        del self._parts[0]
        return rest

    def skip(self, prefix: str) -> None:
        """Leave out the parts that spell `prefix`."""
        del self._parts[: prefix.count("-")]

    def end(self) -> None:
        """Nothing may be left."""
        if self._parts:
            raise self.error(f"`{'-'.join(self._parts)[:40]}` is left at its end")

    def error(self, reason: str) -> RunNameError:
        return RunNameError(self.text, reason)


_FIXED = {places: re.compile(rf"\d+\.\d{{{places}}}") for places in (2, 4)}
_LR = re.compile(r"\d+\.\d{4,5}")
_SCHEDULE = re.compile(r"cos|wsd")
_SPAN = re.compile(r"([^x]+)x([1-9]\d*)")


def _training(reader: _Reader) -> RunName:
    """A trained model's name, up to the part that its form does not have."""
    model = reader.take("a model such as `300m4k`", _MODEL)
    span = _SPAN.fullmatch(reader.take("tokens and epochs such as `209Mx16`", _SPAN))
    if not span or not _TOKENS.fullmatch(span[1]):
        raise reader.error("its tokens are not written as `209M` or `1.7B` are")
    data = _DATA.fullmatch(reader.take("a data set such as `dclm` or `dclm+ens8^0.9`", _DATA))
    name = RunName(
        Kind.TRAINING,
        model=model,
        tokens_label=span[1],
        epochs=int(span[2]),
        data=data and data[1],
        teacher=data and data[2],
        weight=float(data[3]) if data and data[3] else None,
        schedule=reader.take("a schedule, `cos` or `wsd`,", _SCHEDULE),
        lr=float(reader.take("a learning rate such as `lr0.0030`", _LR, "lr")),
        weight_decay=float(reader.take("a weight decay such as `wd0.10`", _FIXED[2], "wd")),
    )
    trial = reader.may(_TRIAL)
    batch = reader.may(_COUNT, "bs")
    name = replace(name, batch=_int(batch), seed=_int(reader.may(_INDEX, "seed")))
    if (train_seed := reader.may(_INDEX, "ts")) is not None:
        data_seed = reader.take("the data seed of a train seed, such as `ds0`,", _INDEX, "ds")
        name = replace(name, train_seed=int(train_seed), data_seed=int(data_seed))
    name = replace(name, tag=trial or reader.may(_REMARK))
    name = replace(name, kind=form(name))
    if len(_trained(name)) > LONGEST:
        raise reader.error(f"longer than the {LONGEST} characters that a training run may have")
    return name


def _evaluation(reader: _Reader, prefix: str, kind: Kind) -> RunName:
    reader.skip(prefix)
    members = reader.take("the number of members such as `5x`", re.compile(r"[1-9]\d*x"))
    member = _training(reader)
    name = replace(
        member,
        kind=kind,
        members=int(members[:-1]),
        last_step=int(reader.take("the last step such as `12799`", _INDEX)),
        hash=reader.take("a hash of six hexadecimal digits", _HASH),
    )
    if kind is Kind.SEED_SCIENCE_EVALUATION and name.train_seed is None:
        raise reader.error("its member has no train seed and data seed such as `ts0-ds1`")
    return name


def form(name: RunName) -> Kind:
    """The form that the fields of a trained model make."""
    if name.teacher is not None:
        return Kind.DISTILLED
    if name.train_seed is not None:
        return Kind.SEED_SCIENCE
    if name.model and _CONTINUED.fullmatch(name.model):
        return Kind.CPT
    return Kind.TRAINING if name.seed is None else Kind.SEED


def _isoflop(reader: _Reader) -> RunName:
    reader.skip(_ISOFLOP)
    name = RunName(
        Kind.CHINCHILLA,
        flops=float(reader.take("a budget such as `3e+19`", _FLOPS)),
        hidden=int(reader.take("the hidden size such as `d512`", _COUNT, "d")),
        layers=int(reader.take("the layers such as `L6`", _COUNT, "L")),
        batch=int(reader.take("the batch size such as `B64`", _COUNT, "B")),
        lr=float(reader.take("a learning rate such as `lr0.0010`", _FIXED[4], "lr")),
    )
    experiment = reader.take("the experiment's name", _EXPERIMENT)
    number = reader.take("the experiment's number", _COUNT)
    return replace(name, experiment=f"{experiment}-{number}", hash=reader.may(_HASH))


def _written(name: RunName) -> str:
    if name.kind is Kind.CHINCHILLA:
        head = f"{_ISOFLOP}{name.flops or 0.0:.0e}-d{name.hidden}-L{name.layers}-B{name.batch}"
        return f"{head}-lr{name.lr or 0.0:.4f}-{name.experiment}{_part('', name.hash)}"
    if name.kind.is_evaluation:
        prefix = _ENSEMBLE if name.kind is Kind.ENSEMBLE_EVALUATION else _SEED_SCIENCE
        return f"{prefix}{name.members}x-{_trained(name)}-{name.last_step}-{name.hash}"
    return _trained(name)


def _trained(name: RunName) -> str:
    """A training run's name, an evaluation's first member."""
    lr = name.lr or 0.0
    data = f"{name.data}+{name.teacher}^{name.weight}" if name.teacher else name.data
    # A trial's tag was put before the batch size, all others behind it.
    trial = name.tag if name.tag and _TRIAL.fullmatch(name.tag) else None
    tail = (
        _part("", trial),
        _part("bs", name.batch),
        _part("seed", name.seed),
        _part("ts", name.train_seed),
        _part("ds", name.data_seed),
        _part("", None if trial else name.tag),
    )
    return (
        f"{name.model}-{name.tokens_label}x{name.epochs}-{data}-{name.schedule}"
        f"-lr{lr:.{4 if lr >= 1e-4 else 5}f}-wd{name.weight_decay or 0.0:.2f}{''.join(tail)}"
    )


def _part(prefix: str, value: object) -> str:
    return "" if value is None else f"-{prefix}{value}"


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)
