"""What a build, a preview or `labbook refresh` takes for known, and when it asks anew."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from labbook.errors import LabbookError
from labbook.files import write_atomic
from labbook.live import ages, merge, refresh, store
from labbook.live.answers import Answers
from labbook.live.merge import Outcome
from labbook.live.rim import Rim
from labbook.live.snapshot import AsOf, Facts, Snapshot, SnapshotError, Source
from labbook.live.store import Loaded, StoreError
from labbook.live.wanted import Wanted

FILE = "data/live.json"
CACHE = ".cache/labbook/live.json"
NEWS = ".cache/labbook/news"
_LOCK = ".cache/labbook/lock"
_TRIED = ".cache/labbook/tried.json"
_LOCK_SECONDS = 10.0
_SHOWN = 10

Say = Callable[[str], None]


class OverdueError(LabbookError):
    """Items are older than the settings allow; the message names them."""


def load(root: Path, now: str) -> Loaded:
    """The tracked facts with those of the cache laid over them; no socket is opened."""
    tracked = store.load(root / FILE, FILE)
    try:
        cached = store.load(root / CACHE, CACHE).snapshot
    except SnapshotError:
        # A cache that is of no use is none.
        cached = Snapshot()
    return Loaded(merge.overlay(tracked.snapshot, cached, now), tracked.problems)


def renewed(
    rim: Rim, wanted: Wanted, known: Snapshot, say: Say, *, required: bool = False
) -> Snapshot:
    """What is known after asking for all that is older than `ttl`; it goes to the cache alone.

    Raise OverdueError where `required` facts are still older than `max_age`; an item that was
    never known has no age.
    """
    wanted = _with_targets(wanted, known)
    due = _due(rim, wanted, known, {} if required else _tried(rim))
    if due != Wanted():
        known = _renew(rim, wanted, due, known, say)
    if required and (old := list(_overdue(rim, wanted, known))):
        more = [f"and {len(old) - _SHOWN} more"] if len(old) > _SHOWN else []
        raise OverdueError("\n".join([*old[:_SHOWN], *more]))
    return known


def has_news(rim: Rim, wanted: Wanted, say: Say) -> bool:
    """Renew the cache; say whether anything but ages differs from what was known."""
    known = load(rim.root, rim.now).snapshot
    before = merge.merge(known, Answers(), wanted, rim.now).snapshot
    return merge.is_news(before, renewed(rim, wanted, known, say))


def refresh_file(
    rim: Rim, wanted: Wanted, seconds: float, tick: refresh.Tick | None = None
) -> refresh.Report:
    """Ask for all that is wanted and write `data/live.json`; raise LabbookError if it cannot be."""
    started = time.monotonic()
    known = load(rim.root, rim.now).snapshot
    answers = _ask(rim, _with_targets(wanted, known), known, seconds, tick)
    with store.lock(rim.root / _LOCK, _LOCK_SECONDS):
        # Read again: another refresh may have written in the meantime.
        tracked = store.load(rim.root / FILE, FILE).snapshot
        known = load(rim.root, rim.now).snapshot
        merged = merge.merge(known, answers, wanted, rim.now)
        merge.refuse_shrink(tracked, merged.snapshot, wanted)
        store.save(rim.root / FILE, merged.snapshot)
    spent = time.monotonic() - started
    return refresh.report(merged.outcomes, merged.snapshot, answers, spent, rim.now)


def _renew(rim: Rim, wanted: Wanted, due: Wanted, known: Snapshot, say: Say) -> Snapshot:
    started = time.monotonic()
    answers = _ask(rim, due, known, rim.settings.live.budget, None)
    merged = merge.merge(known, answers, wanted, rim.now)
    asked = _only(merged.outcomes, due)
    spent = time.monotonic() - started
    say(str(refresh.report(asked, merged.snapshot, answers, spent, rim.now)))
    for problem in answers.problems:
        say(problem)
    try:
        with store.lock(rim.root / _LOCK, _LOCK_SECONDS):
            # Read again: another build may have learned something in the meantime.
            known = merge.overlay(known, load(rim.root, rim.now).snapshot, rim.now)
            merged = merge.merge(known, answers, wanted, rim.now)
            store.save(rim.root / CACHE, merged.snapshot)
            _note_tried(rim, asked)
    except (StoreError, SnapshotError, OSError) as error:
        say(f"what was learned is not kept: {error}")
    return merged.snapshot


def _with_targets(wanted: Wanted, known: Snapshot) -> Wanted:
    """What is wanted, with the reports that short links are known to lead to."""
    return replace(wanted, reports=merge.keys(wanted, known)["reports"])


def _ask(
    rim: Rim, wanted: Wanted, known: Snapshot, seconds: float, tick: refresh.Tick | None
) -> Answers:
    # Imported here, since most builds need not ask and should not pay for the packages that do.
    from labbook.live import sources  # noqa: PLC0415

    return refresh.ask(sources.fetches(rim, wanted, known), seconds, tick)


def _due(rim: Rim, wanted: Wanted, known: Snapshot, tried: Mapping[str, str]) -> Wanted:
    """What is not known or older than `ttl`, and was not asked for in vain just now."""
    ttl = rim.settings.live.ttl

    def due(facts: Mapping[str, Facts], key: str) -> bool:
        if key in facts and not ages.is_older(facts[key].as_of, ttl, rim.now):
            return False
        return key not in tried or ages.is_older(AsOf(tried[key]), ttl, rim.now)

    return Wanted(
        tuple(ref for ref in wanted.issues if due(known.issues, str(ref))),
        tuple(key for key in wanted.runs if due(known.runs, key)),
        tuple(key for key in wanted.reports if due(known.reports, key)),
        tuple(key for key in wanted.short_links if due(known.short_links, key)),
    )


def _overdue(rim: Rim, wanted: Wanted, known: Snapshot) -> Iterator[str]:
    """A sentence for each item that is known, but from too long ago."""
    longest = rim.settings.live.max_age
    for section, keys in merge.keys(wanted, known).items():
        facts: Mapping[str, Facts] = getattr(known, section)
        for key in keys:
            if key in facts and ages.is_older(stamp := facts[key].as_of, longest, rim.now):
                when = f"{stamp.when}{', an archive copy' if stamp.archive else ''}"
                yield (
                    f"{key}: known as of {when}, older than {ages.words(longest)}, "
                    "and not renewed; see above why, or build with LABBOOK_LIVE=auto"
                )


def _only(
    outcomes: Mapping[str, Mapping[str, Outcome]], due: Wanted
) -> dict[str, dict[str, Outcome]]:
    asked = merge.keys(due, Snapshot())
    return {
        section: {key: items[key] for key in asked[section] if key in items}
        for section, items in outcomes.items()
    }


def _asked_as(rim: Rim) -> str:
    """Who was asked, and whether with credentials: another way of asking may help at once."""
    ways = (f"{rim.address(s)} {'with' if rim.credential(s) else 'without'}" for s in Source)
    return "; ".join(ways)


def _tried(rim: Rim) -> Mapping[str, str]:
    """When each item was last asked for in vain."""
    try:
        noted = json.loads((rim.root / _TRIED).read_text(encoding="utf-8"))
        items = noted["tried"] if noted["asked_as"] == _asked_as(rim) else {}
        return {str(key): str(when) for key, when in items.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _note_tried(rim: Rim, asked: Mapping[str, Mapping[str, Outcome]]) -> None:
    vain = {Outcome.KEPT, Outcome.MISSING}
    items = {key: rim.now for part in asked.values() for key, end in part.items() if end in vain}
    answered = {key for part in asked.values() for key in part} - items.keys()
    earlier = {key: when for key, when in _tried(rim).items() if key not in answered}
    noted = {"asked_as": _asked_as(rim), "tried": earlier | items}
    write_atomic(rim.root / _TRIED, json.dumps(noted, indent=1, sort_keys=True) + "\n")
