"""`data/history.json`: the day each entry, and each conclusion, was first seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from labbook.errors import LabbookError
from labbook.files import write_atomic
from labbook.model import Experiment

FORMAT = 1
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class HistoryError(LabbookError):
    """The history cannot be used; the message names the file, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Seen:
    """When an entry and its conclusion were first seen.

    A day is None for what was there before the history began; without a conclusion until now,
    `concluded` is false.
    """

    entry: str | None = None
    concluded: bool = False
    conclusion: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """When it began, and what was seen of each entry by its key; an entry is never forgotten."""

    begun: str
    entries: Mapping[str, Seen]


def update(history: History | None, experiments: Iterable[Experiment], day: str) -> History:
    """Note what is seen for the first time on this day; a first history dates nothing."""
    # A clock that runs backwards must not date anything before the beginning.
    today = max(day, history.begun) if history else None
    entries = dict(history.entries) if history else {}
    for experiment in experiments:
        seen = entries.get(experiment.key) or Seen(today)
        if experiment.conclusion and not seen.concluded:
            seen = replace(seen, concluded=True, conclusion=today)
        entries[experiment.key] = seen
    return History(history.begun if history else day, entries)


def encode(history: History) -> str:
    """The text of a history: sorted, one entry a line."""
    lines = []
    for key, seen in sorted(history.entries.items()):
        item: dict[str, str | None] = {"entry": seen.entry}
        if seen.concluded:
            item["conclusion"] = seen.conclusion
        lines.append(f"    {_json(key)}: {_json(item)}")
    entries = "{\n" + ",\n".join(lines) + "\n  }" if lines else "{}"
    begun = _json(history.begun)
    return f'{{\n  "begun": {begun},\n  "entries": {entries},\n  "format": {FORMAT}\n}}\n'


def decode(text: str) -> History:
    """Read a history; raise an error of JSON or of the value that is no such thing."""
    data = json.loads(text)
    if data["format"] != FORMAT:
        raise ValueError(f"the format is {data['format']!r}, where {FORMAT} is known")
    entries = {
        key: Seen(_day(item["entry"]), "conclusion" in item, _day(item.get("conclusion")))
        for key, item in data["entries"].items()
    }
    begun = _day(data["begun"])
    if begun is None:
        raise ValueError("`begun` is no day")
    return History(begun, entries)


def load(path: Path, name: str) -> History | None:
    """Read the history at `path`, shown as `name`; None where it has not begun."""
    remedy = "restore the file from the last commit"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise HistoryError(f"{name}: cannot be read ({error}); {remedy}") from error
    try:
        return decode(text)
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}:{error.colno}"
        raise HistoryError(f"{place}: not JSON ({error.msg}); {remedy}") from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise HistoryError(f"{name}:1:1: not a history ({error}); {remedy}") from error


def renew(path: Path, name: str, experiments: Iterable[Experiment], day: str) -> None:
    """Bring the history at `path` up to the day; nothing is written where nothing is new."""
    old = load(path, name)
    new = update(old, experiments, day)
    if new == old:
        return
    try:
        write_atomic(path, encode(new))
    except OSError as error:
        raise HistoryError(f"{name}: cannot be written ({error.strerror})") from error


def _day(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError(f"{value!r:.40} is no day")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
