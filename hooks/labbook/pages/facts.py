"""What GitHub and W&B said, in words: texts cleaned, times and values readable by machines too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from labbook.live.snapshot import AsOf, IssueFacts, ReportFacts, RunFacts, ShortLinkFacts
from labbook.model import IssueRef
from labbook.pages import escape, words
from labbook.pages.address import filtered
from labbook.pages.environment import macro

_TIME = macro("facts.html", "time")
_SPAN = macro("facts.html", "span")
_DATA = macro("facts.html", "data")
_LABELS = macro("facts.html", "labels")
_LABEL_LINKS = macro("facts.html", "label_links")
_ISSUE = macro("facts.html", "issue")
_RUN = macro("facts.html", "run")
_REPORT = macro("facts.html", "report")

_REASONS = {
    "completed": "closed as completed",
    "not_planned": "closed as not planned",
    "duplicate": "closed as a duplicate",
}
# How a run's state looks, in the words that style an issue's.
_RUN_KINDS = {
    "finished": "closed",
    "running": "open",
    "pending": "open",
    "crashed": "gone",
    "failed": "gone",
    "killed": "set-aside",
}
# A line in a list has room for this many final values; the experiment's page has them all.
_METRICS = 2
# A line says the day of a time, the first characters of its stamp.
_DAY = 10


@dataclass(frozen=True, slots=True)
class IssueView:
    """What GitHub says of an issue; `new_title` is its title where the curated one differs.

    `state` says all of its state, `kind` is the one word of it that styles it.
    """

    number: str
    title: str
    new_title: str | None
    state: str | None
    kind: str
    as_of: AsOf
    author: str | None
    assignees: tuple[str, ...]
    created: str | None
    closed: str | None
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """What W&B says of a run; each fact of `facts` is a name and its HTML."""

    name: str
    facts: tuple[tuple[str, Markup], ...]
    metrics: tuple[tuple[str, Markup], ...]
    compact: Markup


def issue(ref: IssueRef | None, facts: IssueFacts | None, curated: str) -> IssueView | None:
    """The view of an experiment's issue; None where nothing is known."""
    if ref is None or facts is None:
        return None
    title = escape.title(facts.title)
    kind, state = _state(facts)
    return IssueView(
        number=f"#{ref.number}",
        title=title,
        new_title=title if title != curated else None,
        state=state,
        kind=kind,
        as_of=facts.as_of,
        author=visible(facts.author),
        assignees=_all_visible(facts.assignees),
        created=visible(facts.created),
        closed=visible(facts.closed),
        labels=_all_visible(facts.labels),
    )


def issue_line(view: IssueView, newest: AsOf | None) -> Markup:
    """The issue in a list: what is new about its title, and its state."""
    return _ISSUE(view, _age(view.as_of, newest))


def run(facts: RunFacts, label: str, newest: AsOf | None) -> RunView:
    """The view of a run that a link of this label leads to."""
    name = escape.title(facts.name) if visible(facts.name) else label
    metrics = tuple(_metrics(facts))
    return RunView(
        name=name,
        facts=tuple(_run_facts(facts)),
        metrics=metrics,
        compact=_RUN(
            list(_short(facts, metrics[:_METRICS])),
            _run_state(facts),
            "gone" if facts.gone else _RUN_KINDS.get(facts.state or "", "unknown"),
            None if name in label else name,
            _age(facts.as_of, newest),
        ),
    )


def report_line(
    facts: ReportFacts | None,
    short_link: ShortLinkFacts | None,
    label: str,
    newest: AsOf | None,
) -> Markup | None:
    """What W&B says of a report, and of the short link that leads to it."""
    if facts is None:
        if short_link is None or not short_link.gone:
            return None
        return _REPORT(None, None, None, gone=True, age=_age(short_link.as_of, newest))
    title = escape.title(facts.title) if visible(facts.title) else None
    return _REPORT(
        None if title and title in label else title,
        visible(facts.author),
        _moment(facts.updated[:_DAY] if facts.updated else None),
        gone=facts.gone or (short_link is not None and short_link.gone),
        age=_age(facts.as_of, newest),
    )


def labels(texts: tuple[str, ...]) -> Markup:
    """Each text in a frame of its own."""
    return _LABELS(texts)


def label_links(texts: tuple[str, ...]) -> Markup:
    """Each label of an issue, leading to all experiments that have it."""
    return _LABEL_LINKS([(text, filtered(label=text)) for text in texts])


def moment(stamp: str) -> Markup:
    """A date or time as people write it, and for machines where it is one."""
    text = words.date(stamp)
    return _TIME(stamp, text) if words.is_date(stamp) else escape.html(text)


@lru_cache(maxsize=256)
def when(stamp: AsOf) -> Markup:
    """When a fact was true."""
    archived = escape.html(words.ARCHIVED if stamp.archive else "")
    return moment(visible(stamp.when) or "an unknown day") + archived


def visible(text: str | None) -> str | None:
    """The text as one clean line; None where nothing of it can be seen."""
    return escape.clean(text or "").strip() or None


def _all_visible(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(visible, texts)))


def _moment(stamp: str | None) -> Markup | None:
    return moment(text) if (text := visible(stamp)) else None


def _age(stamp: AsOf, newest: AsOf | None) -> Markup | None:
    """When it was true, for what is older than the page says."""
    return None if stamp == newest else when(stamp)


def _state(facts: IssueFacts) -> tuple[str, str | None]:
    """The word that styles the state, and all that is to say of it."""
    state = visible(facts.state)
    kind = state if state in {"open", "closed"} else "unknown"
    if state == "closed" and facts.reason in _REASONS:
        state = _REASONS[facts.reason]
        kind = "closed" if facts.reason == "completed" else "set-aside"
    parts = [state] if state else []
    if moved := visible(facts.moved_to):
        kind, parts = "moved", [f"moved to {moved}", *parts]
    if facts.pull:
        parts = ["a pull request", *parts]
    if facts.gone:
        kind, parts = "gone", ["no longer on GitHub", *parts]
    return kind, ", ".join(parts) or None


def _run_state(facts: RunFacts) -> str | None:
    parts = ["no longer on W&B" if facts.gone else None, visible(facts.state)]
    return ", ".join(filter(None, parts)) or None


def _run_facts(facts: RunFacts) -> Iterator[tuple[str, Markup]]:
    """Every fact but the metrics; what is not known is absent."""
    if state := _run_state(facts):
        yield "State", escape.html(state)
    if created := _moment(facts.created):
        yield "Created", created
    yield from _sizes(facts)
    if heartbeat := _moment(facts.heartbeat):
        yield "Last heartbeat", heartbeat
    if user := visible(facts.user):
        yield "User", escape.html(user)
    if tags := _all_visible(facts.tags):
        yield "Tags", labels(tags)
    yield "As of", when(facts.as_of)


def _sizes(facts: RunFacts) -> Iterator[tuple[str, Markup]]:
    if facts.duration is not None and (text := words.duration(facts.duration)):
        yield "Duration", _SPAN(round(facts.duration), text)
    for name, number in (("Parameters", facts.parameters), ("Tokens", facts.tokens)):
        if number is not None:
            yield name, _DATA(number, words.quantity(number))


def _short(facts: RunFacts, metrics: tuple[tuple[str, Markup], ...]) -> Iterator[Markup]:
    for name, shown in _sizes(facts):
        yield shown if name == "Duration" else Markup("{} {}").format(shown, name.lower())
    for metric, shown in metrics:
        yield Markup("{} {}").format(escape.html(metric), shown)


def _metrics(facts: RunFacts) -> Iterator[tuple[str, Markup]]:
    for metric, number in facts.metrics:
        if (name := visible(metric)) and (text := words.value(number)):
            yield name, _DATA(repr(number), text)
