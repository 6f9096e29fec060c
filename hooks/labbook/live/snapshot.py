"""The last good answers of GitHub, as `data/live.json` holds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from labbook.errors import LabbookError

FORMAT = 1


class SnapshotError(LabbookError):
    """`data/live.json` cannot be read; the message names the file, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """The time a fact was true: an ISO 8601 month, day or UTC second.

    `archive` marks facts copied from an archive, which are from `when` at the latest.
    """

    when: str
    archive: bool = False


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """What GitHub says of an issue; a field that is not known is None or empty."""

    title: str
    as_of: AsOf
    state: str | None = None
    labels: tuple[str, ...] = ()
    author: str | None = None
    created: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Facts by item; issues are keyed `owner/repository#number`."""

    issues: Mapping[str, IssueFacts] = field(default_factory=lambda: MappingProxyType({}))


def load(path: Path) -> Snapshot:
    """Read the snapshot at `path`; a file that is not there is an empty snapshot."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Snapshot()
    try:
        return parse(json.loads(text))
    except json.JSONDecodeError as error:
        raise SnapshotError(
            f"{path}:{error.lineno}:{error.colno}: not JSON ({error.msg}); "
            "restore the file from the last commit"
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SnapshotError(
            f"{path}:1:1: not a snapshot ({error!r}); restore the file from the last commit"
        ) from error


def parse(data: Mapping[str, Any]) -> Snapshot:
    """Read the JSON value of `live.json`; raise ValueError where its format is another."""
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']!r} is not {FORMAT}")
    source = data["sources"]["github"]
    return Snapshot(issues={ref: _issue(item, source) for ref, item in data["issues"].items()})


def _issue(item: Mapping[str, Any], source: Mapping[str, Any]) -> IssueFacts:
    stamp = item if "checked" in item else source
    return IssueFacts(
        title=str(item["title"]),
        as_of=AsOf(str(stamp["checked"]), bool(stamp.get("archive"))),
        state=item.get("state"),
        labels=tuple(map(str, item.get("labels") or ())),
        author=item.get("author"),
        created=item.get("created"),
    )
