"""About 1,500 made-up runs that follow known laws, with the dirt of real ones, and their server.

Nothing here was measured. `python tests/standins/infinite_compute.py` serves them until ended.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, product
from pathlib import Path
from typing import Any, TypeVar

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "hooks")]

from infinite_compute import run_facts, sources, table
from infinite_compute.run_id import Kind, RunName, write
from infinite_compute.table import Record, RunTable
from standins import known_laws as laws
from standins.known_laws import Setting
from standins.wandb import Json
from standins.wandb_projects import Lab, sampled

ENTITY = "stanford-mercury"
TRAINING = f"{ENTITY}/suhas-data-efficiency"
EVALUATION = f"{ENTITY}/suhas-eval-data-efficiency"
CONTINUED = f"{ENTITY}/suhas-cpt-data-efficiency"
ISOFLOP = f"{ENTITY}/marin"

LISTINGS = sources.listings(sources.load(Path(__file__).parents[2]).values())

_LRS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
_DECAYS = (0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
_EPOCHS = (1, 2, 4, 8, 16, 32, 64)
Value = TypeVar("Value", bound=float)
_POINTS = 20  # evaluations in a run
_IGNORED = 10  # runs that no fetch asks for


@dataclass
class Run:
    """One run as W&B knows it; `loss` is what its laws say, `noisy` what it logged."""

    project: str
    name: RunName
    loss: float
    steps: int
    batch: int = 64
    tags: set[str] = field(default_factory=set)
    state: str = "finished"
    dirt: str = ""

    @property
    def id(self) -> str:
        """The run's id: its name, which long ones lose the beginning of."""
        text = write(self.name)
        if self.dirt != "cut":
            return text
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return f"{text[-52:]}-{digest[:8]}"

    @property
    def metric(self) -> str:
        """What its evaluations log."""
        return f"eval/{self.name.data or 'dclm'}/loss"

    @property
    def noisy(self) -> float:
        """The loss with the noise of this run, the same each time."""
        return self.loss + random.Random(write(self.name)).gauss(0, laws.NOISE)  # noqa: S311


def runs() -> list[Run]:
    """All of them, each once."""
    found: dict[tuple[str, str], Run] = {}
    parts = (_tuning(), _search(), _ablations(), _members(), _evaluations(), _others(), _isoflop())
    for run in chain.from_iterable(parts):
        known = found.setdefault((run.project, write(run.name)), run)
        known.tags |= run.tags
    _soil(list(found.values()))
    return list(found.values())


def nodes() -> Iterator[tuple[str, Json]]:
    """The projects' runs as the server holds them, and what fits no form."""
    for index, run in enumerate(runs()):
        node = _node(run, index)
        yield run.project, node
        if run.dirt == "twin":
            # Launched once more by hand: another id, the same name.
            worse = {**json.loads(node["summaryMetrics"]), run.metric: run.loss + 0.01}
            again = {"name": f"{index:08x}", "summaryMetrics": json.dumps(worse)}
            yield run.project, {**node, **again}
    for index, name in enumerate(("quick-test", "300m4k-209Mx4", "ppl-eval-soup-5x-300m4k")):
        node = {"name": name, "displayName": name, "state": "finished", "config": "{}"}
        yield TRAINING, {**_usual(10_000 + index), **node, "history": [], "summaryMetrics": "{}"}


def records() -> list[Record]:
    """The runs as a fetch of all of them keeps them: lines of the run table."""
    by_project = {listing.project: listing for listing in LISTINGS}
    found = []
    for project, node in nodes():
        heading = run_facts.heading(node, project)
        if table.IGNORED in heading["tags"]:
            continue
        name = run_facts.named(heading)
        if name is None or heading["state"] != table.FINISHED:
            found.append(heading)
            continue
        metric = by_project[project].metric(name)
        history = [sampled(node["history"], keys, 200) for keys in run_facts.keys(name, metric)]
        found.append(run_facts.whole({**node, "sampledHistory": history}, project, metric))
    return found


def run_table() -> RunTable:
    """The run table of all of them."""
    return table.table(json.loads(json.dumps(records())))


def lab(at_least: int = 0, **options: Any) -> Lab:
    """A server of all synthetic runs, not yet serving; further members fill up to `at_least`."""
    projects: dict[str, dict[str, Json]] = {}
    held = list(nodes())
    for index in range(len(held), at_least):
        name = named("300m4k", "209M", laws.best("300m4k", "209M"), kind=Kind.SEED, seed=index)
        held.append((TRAINING, _node(Run(TRAINING, name, 3.6, 12800), index)))
    for project, node in held:
        projects.setdefault(project, {})[node["name"]] = node
    return Lab(projects=projects, **options)


def named(model: str, tokens: str, setting: Setting, **more: Any) -> RunName:
    """A training run's name."""
    name = RunName(
        Kind.TRAINING,
        model=model,
        tokens_label=tokens,
        epochs=setting.epochs,
        data="dclm",
        schedule="cos",
        lr=setting.lr,
        weight_decay=setting.weight_decay,
    )
    return replace(name, **more)


def _single(model: str, tokens: str, setting: Setting, *tags: str) -> Run:
    loss = laws.single(model, tokens, setting)
    steps = laws.TOKENS[tokens] * setting.epochs
    name = named(model, tokens, setting, batch=64)
    return Run(TRAINING, name, loss, steps, tags={"data-efficiency", *tags})


def _around(centre: Setting, *, decay: bool = True) -> Iterator[Setting]:
    """A setting and its neighbours on the grids."""
    yield centre
    for epochs in _beside(_EPOCHS, centre.epochs):
        yield replace(centre, epochs=epochs)
    for lr in _beside(_LRS, centre.lr):
        yield replace(centre, lr=lr)
    for weight_decay in _beside(_DECAYS, centre.weight_decay) if decay else ():
        yield replace(centre, weight_decay=weight_decay)


def _beside(grid: tuple[Value, ...], value: Value) -> list[Value]:
    place = grid.index(value)
    return [one for one in grid[max(0, place - 1) : place + 2] if one != value]


def _tuning() -> Iterator[Run]:
    """Both recipes tuned with their neighbours, at all sizes and numbers of tokens."""
    places = [(model, tokens) for tokens in laws.TOKENS for model in laws.SIZES]
    for model, tokens in (*places, *((model, "209M") for model in laws.LARGER)):
        for setting in _around(laws.best_standard(model, tokens), decay=False):
            yield _single(model, tokens, setting)
        for setting in _around(laws.best(model, tokens)):
            yield _single(model, tokens, setting)


def _search() -> Iterator[Run]:
    """What else a search leaves behind: a grid at the fewest tokens, single tries at all."""
    for model, epochs, lr in product(laws.SIZES, (4, 8, 16, 32), (1e-3, 3e-3)):
        for decay in (0.0, 0.1, 0.4, 0.8, 1.6, 3.2):
            yield _single(model, "209M", Setting(epochs, lr, decay))
    chance = random.Random(1573)  # noqa: S311
    for model, tokens, _ in product(laws.SIZES, laws.TOKENS, range(20)):
        setting = Setting(chance.choice(_EPOCHS), chance.choice(_LRS), 0.1)
        yield _single(model, tokens, setting)
        yield _single(model, tokens, replace(setting, weight_decay=chance.choice(_DECAYS)))


def _ablations() -> Iterator[Run]:
    for epochs in (*_EPOCHS, 128):
        for lr in (1e-3, 3e-3):
            yield _single("300m4k", "209M", Setting(epochs, lr, 0.1))
        yield _single("300m4k", "209M", Setting(epochs, 3e-3, 0.1), "epoch-overfitting-8-4")
        for decay in (0.1, 1.6):
            yield _single("300m4k", "209M", Setting(epochs, 3e-3, decay), "epoch-with-wd-8-4")
    for decay in (*_DECAYS[1:], 12.8):
        for epochs, model, lr in ((1, "300m4k", 3e-3), (16, "300m4k", 3e-3), (8, "1_4b4k", 1e-3)):
            yield _single(model, "209M", Setting(epochs, lr, decay), "weight-decay-8-4")
    for steps, batch in ((800, 64), (400, 128), (200, 256), (100, 512)):
        run = _single("300m4k", "209M", Setting(1, 3e-3, 0.1), "batch-size-test-8-4")
        loss = run.loss + 0.05 * math.log2(batch / 64)
        name = replace(run.name, batch=batch)
        yield replace(run, name=name, loss=loss, steps=steps, batch=batch)
    for model in laws.SIZES:
        name = named(model, "209M", Setting(1, 0.33, 0.1), batch=8)
        loss = laws.chinchilla(laws.size(model), laws.billions("209M"))
        yield Run(TRAINING, name, loss, 6400, batch=8, tags={"chinchilla-single-runs"})


def _groups() -> Iterator[tuple[str, str, Setting, int]]:
    """The ensembles: model, tokens, setting of the members, number of members."""
    for tokens in laws.TOKENS:
        for model in laws.SIZES:
            most = 8 if (model, tokens) == ("300m4k", "209M") else 5
            yield model, tokens, laws.best(model, tokens), most
            guess = laws.best_member(model, tokens)
            yield model, tokens, guess, most
            if tokens == "209M":
                for other in (
                    replace(guess, epochs=guess.epochs * 2),
                    replace(guess, weight_decay=guess.weight_decay * 2),
                    replace(guess, weight_decay=guess.weight_decay / 2),
                ):
                    yield model, tokens, other, 5
                if model == "300m4k":
                    yield model, tokens, replace(guess, lr=0.001), 5


def _members() -> Iterator[Run]:
    for model, tokens, setting, most in _groups():
        for seed in range(most):
            name = named(model, tokens, setting, kind=Kind.SEED, seed=seed)
            steps = laws.TOKENS[tokens] * setting.epochs
            loss = laws.single(model, tokens, setting)
            yield Run(TRAINING, name, loss, steps, tags={"data-efficiency"})


def _evaluations() -> Iterator[Run]:
    for model, tokens, setting, most in _groups():
        law = laws.members(model, tokens, setting)
        last = laws.TOKENS[tokens] * setting.epochs - 1
        for count in range(1, most + 1):
            name = named(
                model, tokens, setting, kind=Kind.ENSEMBLE_EVALUATION, members=count, last_step=last
            )
            yield Run(EVALUATION, _hashed(replace(name, seed=0)), law(count), 1)


def _others() -> Iterator[Run]:
    """Seed science, students and continued training."""
    centre = laws.best("300m4k", "209M")
    law = laws.members("300m4k", "209M", centre)
    pairs = [(0, i) for i in range(5)] + [(i, 0) for i in range(1, 5)]
    pairs += [(i, i) for i in range(1, 5)]
    tags = {"seed-science-8-7"}
    for train, data in pairs:
        # Any one of the two alone keeps most of the gain, the order of the data more of it.
        part = 1.0 if train == data else 0.9 if train == 0 else 0.8
        name = named("300m4k", "209M", centre, train_seed=train, data_seed=data)
        run = Run(TRAINING, replace(name, kind=Kind.SEED_SCIENCE), law(1), 12800, tags=set(tags))
        yield run
        count = max(train, data) + 1
        loss = law(1) - part * (law(1) - law(count))
        name = replace(name, kind=Kind.SEED_SCIENCE_EVALUATION, members=count, last_step=12799)
        yield Run(EVALUATION, _hashed(name), loss, 1, tags={"eval_lm", *tags})
    for teacher, weight, decay, loss in (
        ("sd0805", 0.75, 0.1, 3.43),
        ("ens8x0730", 0.9, 0.1, 3.36),
        ("ens8x0730", 0.95, 0.01, 3.36),
        ("sd0715", 0.5, 0.8, 3.48),
    ):
        name = named("300m4k", "209M", Setting(16, 0.003, decay), batch=64)
        name = replace(name, kind=Kind.DISTILLED, teacher=teacher, weight=weight)
        yield Run(
            TRAINING, name, loss, int(12800 / (1 - weight)), tags={"data-efficiency", teacher}
        )
    for epochs, batch, seed, loss in (
        (1, 512, 0, 2.1), (1, 64, 0, 2.0), *((4, 64, seed, 1.95) for seed in range(8)),
    ):  # fmt: skip
        name = named("l3b", "4.2B", Setting(epochs, 3e-5, 0.1), batch=batch, seed=seed, data="octo")
        steps = 16_000 * epochs * 64 // batch
        name = replace(name, kind=Kind.CPT)
        yield Run(CONTINUED, name, loss, steps, batch=batch, tags={"octothinker-cpt"})


def _isoflop() -> Iterator[Run]:
    for flops in (3e18, 6e18, 1e19, 3e19, 6e19):
        for hidden in range(512, 4097, 256):
            layers = round(hidden / (64 + 4 * math.log2(hidden) - 9))
            parameters = layers * (16 * hidden**2 + 2 * hidden) + 2 * 128_256 * hidden
            steps = round(flops / (6 * parameters) / laws.BATCH_TOKENS)
            if parameters > 3e9 or steps < 1500:
                continue
            loss = laws.chinchilla(parameters / 1e9, steps * laws.BATCH_TOKENS / 1e9)
            rule = 0.001 if parameters <= 1e9 else 0.0003
            for tag, lr, more in (
                ("suhas-dclm-chinchilla-lr-tune", rule, 0.0),
                ("suhas-dclm-chinchilla-lr-tune", rule * 3, 0.02),
                ("dclm-default-sweep", round(0.33 * 8 / hidden, 4), 0.0),
            ):
                name = RunName(
                    Kind.CHINCHILLA,
                    flops=flops,
                    hidden=hidden,
                    layers=layers,
                    batch=64,
                    lr=round(lr, 4),
                    experiment="dclm-64",
                )
                tags = {tag, f"FLOPs={flops:.0e}", f"d={hidden}"}
                yield Run(ISOFLOP, _hashed(name), loss + more, steps, tags=tags)


def _soil(found: list[Run]) -> None:
    """Some runs as real ones are; none of those on which a law stands."""
    spare = [
        run
        for run in found
        if run.name.kind is Kind.TRAINING and run.batch == 64 and run.tags == {"data-efficiency"}
    ]
    spare.sort(key=lambda run: (-run.loss, write(run.name)))
    kinds = ("crashed", "running", "ignored", "silent", "nan", "nobody", "bare", "untagged", "twin")
    for index, run in enumerate(spare[:90]):
        run.dirt = kinds[index % len(kinds)]
        run.state = run.dirt if run.dirt in {"crashed", "running"} else run.state
        if run.dirt == "ignored":
            run.tags.add("ignore")
        elif run.dirt == "untagged":
            run.tags.clear()
    centre = laws.best("600m4k", "838M")
    neighbour = named("600m4k", "838M", replace(centre, epochs=centre.epochs * 2), batch=64)
    next(run for run in found if run.name == neighbour).dirt = "twin"
    evaluations = [run for run in found if run.name.kind is Kind.ENSEMBLE_EVALUATION]
    for run in evaluations[::9]:
        run.dirt = "cut"


def _node(run: Run, index: int) -> Json:
    last = run.steps - 1
    rows = _history(run)
    if run.dirt == "crashed":
        rows = rows[: _POINTS // 2]
    summary: Json = {"_step": last, "_runtime": 60.0 * index}
    if run.dirt == "silent":
        rows = []
    elif run.dirt == "nan":
        summary |= {run.metric: "NaN", "train/loss": math.nan}
        rows[-1] |= {run.metric: None, "train/loss": None}
    else:
        summary |= {key: value for key, value in rows[-1].items() if key != "_step"}
    trainer = {"num_train_steps": run.steps, "train_batch_size": run.batch, "seed": 0}
    config = {"trainer": {"value": trainer}, "model": {"value": {"seq_len": 4096}}}
    if run.dirt == "bare":
        del config["model"]
    if run.name.kind.is_evaluation:
        config = {"eval": {"value": {"batch": 64}}}
    return {
        **_usual(index),
        "name": run.id,
        "displayName": write(run.name),
        "state": run.state,
        "tags": sorted(run.tags) or None,
        "config": json.dumps(config),
        "summaryMetrics": json.dumps(summary),
        "user": None if run.dirt == "nobody" else {"name": "Ann Bee", "username": "annb"},
        "history": rows,
    }


def _history(run: Run) -> list[Json]:
    """What the run logged: training at each step that is kept, evaluations with some of them."""
    loss = run.noisy
    if run.name.kind.is_evaluation:
        return [{"_step": 0, run.metric: loss}]
    gap = 0.02 * math.log2(run.name.epochs or 1)
    rows: list[Json] = []
    for place in range(_POINTS * 3 + 1):
        share = place / (_POINTS * 3)
        above = 4 * (math.exp(-6 * share) - math.exp(-6))
        row = {"_step": round(share * (run.steps - 1)), "train/loss": loss + above - gap * share}
        if place % 3 == 0:
            row[run.metric] = loss + above
        rows.append(row)
    return rows


def _usual(index: int) -> Json:
    return {
        "id": f"UnVu{index}",
        "createdAt": "2025-07-01T00:00:00Z",
        "heartbeatAt": f"2025-08-{1 + index % 28:02d}T{index % 24:02d}:00:00Z",
        "tags": [],
        "user": {"name": "Ann Bee", "username": "annb"},
    }


def _hashed(name: RunName) -> RunName:
    digest = hashlib.md5(repr(name).encode(), usedforsecurity=False).hexdigest()
    return replace(name, hash=digest[:6])


def main() -> None:
    """Serve the runs until the program is ended; the first line has the address and a project."""
    parser = argparse.ArgumentParser(description="a stand-in for W&B with synthetic runs")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to a request")
    parser.add_argument("--runs", type=int, default=0, help="fill up to so many")
    options = parser.parse_args()
    with lab(options.runs + _IGNORED, latency=options.latency) as standin:
        print(standin.url, EVALUATION, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
