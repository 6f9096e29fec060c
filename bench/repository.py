"""How the repository grows where live facts are committed daily, beside plain answers."""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import catalogs
from bench.measure import Row, output
from labbook.live import codec
from labbook.live.ages import utc
from labbook.live.snapshot import AsOf, Curve, IssueFacts, RunFacts, Snapshot, Source

DAYS = 100
SIZE = 300
# A day's news: so many issues change their state, so many runs train on.
CLOSED, TRAINED = 2, 5
BEGIN = datetime(2026, 1, 1, 5, tzinfo=UTC)
MEGABYTE = 1_000_000
MOST = 5


def rows() -> Iterator[Row]:
    """The size of one file, and of the history of a hundred, packed as `git gc` does."""
    days = list(_days())
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        ours = _grown(Path(folder, "ours"), days, codec.encode)
        plain = _grown(Path(folder, "plain"), days, _plain)
    yield Row(
        f"facts of {SIZE:,} experiments and as many runs",
        f"{len(codec.encode(days[-1]).encode()) / MEGABYTE:.2f} MB",
        f"{len(_plain(days[-1]).encode()) / MEGABYTE:.2f} MB",
        "",
    )
    yield Row(
        f"repository after {DAYS} daily refreshes of them",
        f"{ours / MEGABYTE:.2f} MB",
        f"{plain / MEGABYTE:.2f} MB",
        f"{ours / plain:.2f}",
        f"below {MOST} MB",
        ours < MOST * MEGABYTE,
    )


def _days() -> Iterator[Snapshot]:
    """What is known at the end of each day: a few issues are closed, a few runs train on."""
    chance = random.Random(SIZE)  # noqa: S311 - the same days each time are what is wanted
    now = catalogs.snapshot(range(1000, 1000 + SIZE), "lab/book", chance)
    for day in range(DAYS):
        stamp = AsOf(utc(BEGIN + timedelta(days=day)))
        issues = {key: replace(facts, as_of=stamp) for key, facts in now.issues.items()}
        runs = {key: replace(facts, as_of=stamp) for key, facts in now.runs.items()}
        for key in chance.sample(sorted(issues), CLOSED):
            issues[key] = _closed(issues[key], stamp)
        for key in chance.sample(sorted(runs), TRAINED):
            runs[key] = _trained(runs[key], stamp, chance)
        now = Snapshot(issues, runs, sources=dict.fromkeys(Source, stamp))
        yield now


def _closed(issue: IssueFacts, stamp: AsOf) -> IssueFacts:
    if issue.state == "closed":
        return replace(issue, state="open", reason=None, closed=None)
    return replace(issue, state="closed", reason="completed", closed=stamp.when[:10])


def _trained(run: RunFacts, stamp: AsOf, chance: random.Random) -> RunFacts:
    points = run.curve.points if run.curve else ()
    last = (points[-1][0] + 1000, points[-1][1] * chance.uniform(0.97, 1.0))
    # Of a longer history, as many points are drawn anew.
    sampled = tuple((step * 1.01, value) for step, value in points[:-1])
    curve = Curve("train/loss", (*sampled, last))
    return replace(run, heartbeat=stamp.when, metrics=(("train/loss", last[1]),), curve=curve)


def _plain(now: Snapshot) -> str:
    """As answers are usually kept: all fields, each item with the time it was asked for."""
    return json.dumps({name: {k: asdict(v) for k, v in _items(now, name)} for name in _KINDS})


_KINDS = ("issues", "runs")


def _items(now: Snapshot, name: str) -> Iterator[tuple[str, IssueFacts | RunFacts]]:
    items: Mapping[str, IssueFacts | RunFacts] = getattr(now, name)
    yield from items.items()


def _grown(root: Path, days: list[Snapshot], encode: Callable[[Snapshot], str]) -> int:
    """The bytes of a repository's objects when each day was committed."""
    root.mkdir()
    _git(root, "init", "--quiet")
    for number, day in enumerate(days):
        (root / "live.json").write_text(encode(day), encoding="utf-8")
        _git(root, "add", "live.json")
        _git(root, "commit", "--quiet", "--message", f"Day {number}")
    _git(root, "gc", "--quiet", "--prune=now")
    return sum(path.stat().st_size for path in (root / ".git/objects").rglob("*") if path.is_file())


def _git(root: Path, *arguments: str) -> None:
    person = {f"GIT_{who}_{what}": "bench" for who in ("AUTHOR", "COMMITTER") for what in _NAMES}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    output(["git", "-c", "gc.auto=0", *arguments], root, {**person, **alone})


_NAMES = ("NAME", "EMAIL")
