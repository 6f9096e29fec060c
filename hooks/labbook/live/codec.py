"""The text of `data/live.json` <-> Snapshot: sorted keys, one item a line, nothing empty."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from labbook.live.snapshot import (
    AsOf,
    Curve,
    Facts,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
    SnapshotError,
    Source,
)

FORMAT = 1
# A section of the file, whose facts it holds, and the source whose stamp they share.
SECTIONS: dict[str, tuple[type[Facts], Source]] = {
    "issues": (IssueFacts, Source.GITHUB),
    "runs": (RunFacts, Source.WANDB),
    "reports": (ReportFacts, Source.WANDB),
    "short_links": (ShortLinkFacts, Source.WANDB),
}
# Whole numbers below this are floats without loss.
_EXACT = 2**53
_LARGEST = sys.float_info.max
_NUMBERS = {"duration": float, "parameters": int, "tokens": int}
_SECTION_LINE = re.compile(r'  "(?P<name>[a-z_]+)": \{')
_ITEM_LINE = re.compile(r'    (?P<item>"(?:[^"\\]|\\.)*": \{.*\}),?')


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read of a text, and where (line and column count from 1)."""

    line: int
    column: int
    message: str


@dataclass(slots=True)
class Decoded:
    """What a text holds; with `faults`, the snapshot is what stands beside them."""

    snapshot: Snapshot
    faults: list[Fault] = field(default_factory=list)


def encode(snapshot: Snapshot) -> str:
    """The text of a snapshot: equal snapshots have equal texts."""
    parts = {"format": [f'  "format": {FORMAT}']}
    for name, (_, source) in SECTIONS.items():
        items: Mapping[str, Facts] = getattr(snapshot, name)
        usual = snapshot.sources.get(source)
        parts[name] = _section(name, {key: _plain(item, usual) for key, item in items.items()})
    stamps = {str(source): _stamp(stamp) for source, stamp in snapshot.sources.items()}
    parts["sources"] = _section("sources", stamps)
    blocks = [",\n".join(parts[name]) for name in sorted(parts) if parts[name]]
    text = "{\n" + ",\n".join(blocks) + "\n}\n"
    # A half of a surrogate pair is legal in the JSON of an answer, and in no text of a file.
    return text.encode("utf-8", "replace").decode("utf-8")


def decode(text: str, undated: AsOf) -> Decoded:
    """Read a snapshot; where the text is damaged, all items on intact lines.

    `undated` is the stamp of items whose own was lost. Raise SnapshotError where the format is
    that of another version.
    """
    decoded = Decoded(Snapshot())
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        decoded.faults.append(Fault(error.lineno, error.colno, f"not JSON ({error.msg})"))
        data, undated = _from_lines(text, undated)
    except (ValueError, RecursionError) as error:
        decoded.faults.append(Fault(1, 1, f"not JSON ({error})"))
        data, undated = _from_lines(text, undated)
    if not isinstance(data, dict):
        decoded.faults.append(Fault(1, 1, "not a snapshot"))
        return decoded
    if (version := data.get("format", FORMAT)) != FORMAT:
        raise SnapshotError(f"1:1: the format is {version!r}, where {FORMAT} is known")
    sources = _sources(text, data.get("sources", {}), decoded.faults)
    found: dict[str, dict[str, Any]] = {}
    for name, (kind, source) in SECTIONS.items():
        section = data.get(name, {})
        if not isinstance(section, dict):
            decoded.faults.append(_fault(text, name, "not a mapping"))
            continue
        found[name] = items = {}
        for key, item in section.items():
            try:
                items[key] = _facts(kind, item, sources.get(source, undated))
            except (TypeError, ValueError) as error:
                decoded.faults.append(_fault(text, key, str(error)))
    decoded.snapshot = Snapshot(**found, sources=sources)
    return decoded


def _section(name: str, items: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if not items:
        return []
    lines = (f"    {_json(key)}: {_json(dict(item))}" for key, item in sorted(items.items()))
    return [f"  {_json(name)}: {{\n" + ",\n".join(lines) + "\n  }"]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _stamp(stamp: AsOf) -> dict[str, Any]:
    return {"checked": stamp.when} | ({"archive": True} if stamp.archive else {})


def _plain(facts: Facts, usual: AsOf | None) -> dict[str, Any]:
    """The known fields of an item, with its own stamp where it is not the source's."""
    plain = {} if facts.as_of == usual else _stamp(facts.as_of)
    for name in (spec.name for spec in fields(facts)):
        value = getattr(facts, name)
        if name == "as_of" or value is None or value is False or value == ():
            continue
        if name == "metrics":
            value = {metric: _short(number) for metric, number in value if math.isfinite(number)}
        elif name == "curve":
            points = [point for point in value.points if all(map(math.isfinite, point))]
            points = [(_short(step), _short(number)) for step, number in points]
            value = {"metric": value.metric, "points": points}
        elif isinstance(value, float):
            if not math.isfinite(value):
                continue
            value = _short(value)
        plain[name] = value
    return plain


def _short(number: float) -> float:
    """A whole number without its point: most steps are, and there are many."""
    return int(number) if abs(number) < _EXACT and number == int(number) else number


def _facts(kind: type[Facts], item: Any, usual: AsOf) -> Facts:
    if not isinstance(item, dict):
        raise TypeError("not a mapping")
    known: dict[str, Any] = {"as_of": _as_of(item) if "checked" in item else usual}
    for spec in fields(kind):
        if (value := item.get(spec.name)) is not None and spec.name != "as_of":
            read: Callable[[str, Any], Any] = _READERS.get(spec.name, _text)
            known[spec.name] = read(spec.name, value)
    missing = {"name", "title"} & {spec.name for spec in fields(kind)} - known.keys()
    if missing:
        raise ValueError(f"`{missing.pop()}` is missing")
    make: Callable[..., Facts] = kind
    return make(**known)


def _as_of(item: Mapping[str, Any]) -> AsOf:
    return AsOf(_text("checked", item["checked"]), item.get("archive") is True)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"`{name}` is not a text")
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"`{name}` is not a list")
    return tuple(_text(name, part) for part in value)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"`{name}` is not true or false")
    return value


def _number(name: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"`{name}` is not a number")
    if not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"`{name}` is not finite")
    return _NUMBERS.get(name, float)(value)


def _metrics(name: str, value: Any) -> tuple[tuple[str, float], ...]:
    if not isinstance(value, dict):
        raise TypeError(f"`{name}` is not a mapping")
    return tuple((metric, _number(metric, number)) for metric, number in sorted(value.items()))


def _curve(name: str, value: Any) -> Curve:
    try:
        points = tuple((_number("step", x), _number("value", y)) for x, y in value["points"])
        return Curve(_text("metric", value["metric"]), points)
    except (KeyError, TypeError, ValueError) as error:
        raise TypeError(f"`{name}` is not a curve") from error


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "archive": _flag,
    "assignees": _texts,
    "curve": _curve,
    "gone": _flag,
    "labels": _texts,
    "metrics": _metrics,
    "pull": _flag,
    "tags": _texts,
    **dict.fromkeys(_NUMBERS, _number),
}


def _sources(text: str, table: Any, faults: list[Fault]) -> dict[Source, AsOf]:
    """The stamps of the sources; items of one that cannot be read are undated."""
    sources = {}
    for source in Source:
        try:
            if source in table:
                sources[source] = _as_of(table[source])
        except (KeyError, TypeError) as error:
            faults.append(_fault(text, source, f"no stamp ({error})"))
    return sources


def _from_lines(text: str, undated: AsOf) -> tuple[dict[str, Any], AsOf]:
    """The items of all intact lines, and the stamp of those that carry none."""
    data: dict[str, Any] = {}
    stamps: list[AsOf] = []
    for name, key, item in _items(text):
        if name == "sources":
            if key in data.get(name, {}):
                stamps += [_as_of(data[name][key]), _as_of(item)]
            elif not isinstance(item.get("checked"), str):
                continue
        data.setdefault(name, {})[key] = item
    if stamps:
        # Two sides of a merge: which stamp was whose is lost, but none is from later.
        data["sources"] = {}
        undated = AsOf(max(stamp.when for stamp in stamps), archive=True)
    return data, undated


def _items(text: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    section = ""
    for line in text.split("\n"):
        if match := _SECTION_LINE.fullmatch(line):
            section = match["name"]
        elif section and (match := _ITEM_LINE.fullmatch(line)):
            try:
                found = json.loads(f"{{{match['item']}}}", parse_constant=_no_constant)
            except (ValueError, RecursionError):
                continue
            for key, item in found.items():
                if isinstance(item, dict):
                    yield section, key, item


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _fault(text: str, key: str, message: str) -> Fault:
    """A fault of the item that `key` names, at its line."""
    at = max(text.find(f"{_json(key)}:"), 0)
    line = text.count("\n", 0, at) + 1
    return Fault(line, at - text.rfind("\n", 0, at), f"{key}: {message}")
