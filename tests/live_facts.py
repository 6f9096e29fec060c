"""Generated snapshots and answers: everything that GitHub and W&B may say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from hostile import HOSTILE
from labbook.live.answers import Answers
from labbook.live.codec import SECTIONS
from labbook.live.snapshot import (
    AsOf,
    Curve,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
    Source,
)
from labbook.live.wanted import Wanted
from labbook.model import IssueRef

BEFORE = "2026-11-20T05:00:00Z"
NOW = "2026-11-22T05:00:00Z"
ISSUES = tuple(IssueRef("example/lab", number) for number in (1, 12, 600))
RUNS = ("lab/project/a", "lab/project/é b", "lab/other/a")
REPORTS = ("Vmlldzox", "Vmlldzoy")
SHORT_LINKS = ("lab/abcd1234", "lab/x")
ALL = Wanted(ISSUES, RUNS, REPORTS, SHORT_LINKS)

_WHOLE = [text for text in HOSTILE if not any("\ud800" <= char <= "\udfff" for char in text)]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(_WHOLE)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
STAMPS = st.sampled_from(
    [AsOf("2026-09", archive=True), AsOf("2026-11-19T00:00:00Z"), AsOf(BEFORE), AsOf("2026-11-01")]
)


def _optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


_LISTS = st.lists(TEXTS, max_size=3).map(tuple)
ISSUE = st.builds(
    IssueFacts,
    TEXTS,
    STAMPS,
    state=_optional(st.sampled_from(["open", "closed"])),
    reason=_optional(TEXTS),
    labels=_LISTS,
    author=_optional(TEXTS),
    assignees=_LISTS,
    created=_optional(TEXTS),
    closed=_optional(TEXTS),
    moved_to=_optional(TEXTS),
    pull=st.booleans(),
    gone=st.booleans(),
)
CURVE = st.builds(
    Curve, TEXTS, st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=4).map(tuple)
)
RUN = st.builds(
    RunFacts,
    TEXTS,
    STAMPS,
    state=_optional(st.sampled_from(["running", "finished", "crashed"])),
    created=_optional(TEXTS),
    heartbeat=_optional(TEXTS),
    duration=_optional(NUMBERS),
    user=_optional(TEXTS),
    tags=_LISTS,
    metrics=st.dictionaries(TEXTS, NUMBERS, max_size=3).map(lambda d: tuple(sorted(d.items()))),
    parameters=_optional(st.integers(0, 10**15)),
    tokens=_optional(st.integers(0, 10**15)),
    curve=_optional(CURVE),
    gone=st.booleans(),
)
REPORT = st.builds(
    ReportFacts, TEXTS, STAMPS, _optional(TEXTS), _optional(TEXTS), gone=st.booleans()
)
SHORT_LINK = st.builds(
    ShortLinkFacts, STAMPS, _optional(st.sampled_from(REPORTS) | TEXTS), gone=st.booleans()
)
_KEYS: dict[str, tuple[st.SearchStrategy[Any], tuple[str, ...]]] = {
    "issues": (ISSUE, (*map(str, ISSUES), "example/lab#7")),
    "runs": (RUN, (*RUNS, 'lab/"project"/\u2028')),
    "reports": (REPORT, (*REPORTS, "Vmlldzoz")),
    "short_links": (SHORT_LINK, (*SHORT_LINKS, "lab/dropped")),
}
SECTION = {
    section: st.dictionaries(st.sampled_from(keys), facts, max_size=4)
    for section, (facts, keys) in _KEYS.items()
}
SNAPSHOTS = st.builds(
    Snapshot, **SECTION, sources=st.dictionaries(st.sampled_from(Source), STAMPS, max_size=2)
)
WANTED = st.builds(
    Wanted,
    st.lists(st.sampled_from(ISSUES), unique=True).map(tuple),
    st.lists(st.sampled_from(RUNS), unique=True).map(tuple),
    st.lists(st.sampled_from(REPORTS), unique=True).map(tuple),
    st.lists(st.sampled_from(SHORT_LINKS), unique=True).map(tuple),
)


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """What a source may answer: facts of now, and keys that are as they were."""
    found = Answers(unchanged=draw(st.sets(st.sampled_from([*map(str, ISSUES), *RUNS]))))
    for section in SECTIONS:
        items = draw(SECTION[section])
        fresh = {key: replace(item, as_of=AsOf(NOW)) for key, item in items.items()}
        setattr(found, section, fresh)
    return found
