"""W&B -> the run table: only what is new or changed, kept even where it was interrupted."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from infinite_compute import run_facts, sources, table
from infinite_compute.errors import InfiniteComputeError
from infinite_compute.sources import Listing
from infinite_compute.table import Record
from labbook.live.answers import Deadline
from labbook.live.rim import Mode, Rim
from labbook.live.snapshot import Source as LiveSource
from labbook.live.wandb_reading import Reading

SECONDS = 900.0  # a busy server may take that long for everything; what came by then is kept

# Told how many runs were read, and how many there are to read.
Tick = Callable[[int, int], None]
_SAVE = 2.0  # seconds after which what was read is kept
_BAR = 30
_WORKER = "infinite_compute.runs_worker"


@dataclass(frozen=True, slots=True)
class Report:
    """What a fetch brought; `problems` are sentences for people, free of credentials."""

    read: int
    listed: int
    removed: int
    wanted: int
    requests: int
    seconds: float
    problems: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether the run table now is what W&B says."""
        return not self.problems and self.read >= self.wanted

    def __str__(self) -> str:
        """One line for people."""
        left = max(0, self.wanted - self.read)
        parts = [
            f"{self.read:,} runs read, {self.listed - self.wanted:,} as they were",
            *([f"{left:,} not read"] if left else []),
            *([f"{self.removed:,} removed"] if self.removed else []),
        ]
        return f"{', '.join(parts)}; {self.requests:,} requests, {self.seconds:.1f} s"


def refresh(
    rim: Rim,
    modes: Collection[str] | None = None,
    seconds: float = SECONDS,
    tick: Tick | None = None,
) -> Report:
    """Renew the run table below `rim.root`, for some modes or all; a mode renews its projects."""
    if rim.mode is Mode.OFF:
        raise InfiniteComputeError("LABBOOK_LIVE=off: nobody is asked; unset it to fetch the runs")
    known = sources.load(rim.root)
    wrong = sorted(set(modes or ()) - known.keys())
    if wrong:
        raise InfiniteComputeError(f"{sources.FILE}: no mode `{wrong[0]}` has runs")
    projects = {known[mode].project for mode in modes or known}
    return fetch(
        rim.root / table.FILE,
        [one for one in sources.listings(known.values()) if one.project in projects],
        api=rim.address(LiveSource.WANDB),
        key=rim.credential(LiveSource.WANDB),
        today=rim.now[: len("2026-11-22")],
        seconds=seconds,
        tick=tick,
    )


def fetch(  # noqa: PLR0913  what the rim gets is all that it may know
    file: Path,
    listings: Sequence[Listing],
    *,
    api: str,
    key: str | None,
    today: str,
    seconds: float = SECONDS,
    tick: Tick | None = None,
) -> Report:
    """Ask W&B at `api` for the listed runs and keep them in `file`, the others there as they are.

    A project all of whose runs were told is one as of `today`; else it stays as of when it was.
    Never raises for what the network does. An interruption loses two seconds of work at most:
    the next call goes on with the rest.
    """
    start = time.monotonic()
    known = file.exists()
    records = table.records(file) if known else []
    renewal = _Renewal(file, records, table.as_of(file) if known else {}, today, tick)
    request = {
        "api": api,
        "listings": [asdict(listing) for listing in listings],
        "known": _known(records, listings),
    }
    reading = Reading(key, renewal.take, "fetch again for the rest")
    try:
        reading.run(_WORKER, request, Deadline(seconds))
    finally:
        renewal.save()
    return Report(
        renewal.read,
        renewal.listed,
        renewal.removed,
        renewal.wanted,
        reading.requests,
        time.monotonic() - start,
        tuple(reading.problems),
    )


def show_progress(done: int, total: int) -> None:
    """A bar of the runs that were read, on a terminal alone; it goes when all are."""
    if not sys.stderr.isatty():
        return
    filled = round(done / total * _BAR) if total else _BAR
    bar = f"[{'=' * filled:{_BAR}}] {done:,} of {total:,} runs"
    sys.stderr.write(f"\r\x1b[K{bar if done < total else ''}")
    sys.stderr.flush()


class _Renewal:
    """Makes the run table out of the worker's lines, and counts."""

    def __init__(
        self,
        file: Path,
        records: Iterable[Record],
        days: Mapping[str, str],
        today: str,
        tick: Tick | None,
    ) -> None:
        self.read = self.listed = self.removed = self.wanted = 0
        self._file = file
        self._records = {(record["project"], record["id"]): record for record in records}
        self._days = dict(days)
        self._today = today
        self._before = self._state()
        self._tick = tick
        self._saved = time.monotonic()

    def take(self, line: Mapping[str, Any]) -> None:
        """Keep what a line says; now and then, on the disk too."""
        match line:
            case {"listed": project, "runs": headings}:
                self._list(project, headings)
            case {"wanted": count}:
                self.wanted = count
                self._progress()
            case {"run": record}:
                self._records[record["project"], record["id"]] = record
                self.read += 1
                self._progress()
            case {"whole": project}:
                self._days[project] = self._today
        if time.monotonic() - self._saved > _SAVE:
            self.save()

    def save(self) -> None:
        """Write what is known now, if that is news."""
        if (state := self._state()) != self._before:
            table.write(self._file, list(self._records.values()), self._days)
            self._before = state
        self._saved = time.monotonic()

    def _state(self) -> tuple[dict[tuple[str, str], Record], dict[str, str]]:
        return dict(self._records), dict(self._days)

    def _progress(self) -> None:
        if self._tick:
            self._tick(self.read, self.wanted)

    def _list(self, project: str, headings: Sequence[Record]) -> None:
        """Runs that W&B does not list any more go; of the others the heading is renewed."""
        self.listed += len(headings)
        known = {key: record for key, record in self._records.items() if key[0] == project}
        for key in known:
            del self._records[key]
        for heading in headings:
            key = (project, heading["id"])
            last = known.pop(key, None)
            if last is None and self._waits(heading):
                # Without its facts it would look as if its configuration said nothing.
                continue
            facts = {
                name: value
                for name, value in (last or {}).items()
                if name not in {"name", "state", "tags", "heartbeat"}
            }
            renewed = {**heading, **facts}
            if last and self._waits(heading) and not _same(last, heading):
                renewed = last
            self._records[key] = renewed
        self.removed += len(known)

    def _waits(self, heading: Record) -> bool:
        """Whether the run is read after the list."""
        return heading["state"] == table.FINISHED and run_facts.named(heading) is not None


def _known(records: Iterable[Record], listings: Iterable[Listing]) -> dict[str, dict[str, Any]]:
    """State, heartbeat and metric of the runs in the file, by project and id."""
    found: dict[str, dict[str, Any]] = {listing.project: {} for listing in listings}
    for record in records:
        if record["project"] in found:
            fingerprint = [record.get("state"), record.get("heartbeat"), record.get("metric")]
            found[record["project"]][record["id"]] = fingerprint
    return found


def _same(last: Record, heading: Record) -> bool:
    return all(last.get(key) == heading.get(key) for key in ("state", "heartbeat"))
