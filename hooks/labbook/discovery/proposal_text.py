"""The proposal as the text of a pull request; no text of the issues does anything there.

Whatever people wrote stands in code, where GitHub reads no mention, issue number, markup or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from labbook import links
from labbook.discovery.issues import ListedIssue
from labbook.discovery.proposal import Closed, Lost, Named, NewEntry, NewLinks, Proposal
from labbook.discovery.reading import FoundLink, Mention
from labbook.discovery.results import Quote
from labbook.model import Experiment
from labbook.pages.escape import clean
from labbook.settings import Settings

# GitHub takes 65,536 characters.
_LONGEST = 60_000
_LINE = 300
_SHOWN = 40
_TICKS = re.compile("`+")


def text(proposal: Proposal, settings: Settings, *, applied: bool) -> str:
    """The Markdown of a pull request, bounded in length; access tokens are masked.

    `applied` says that the new links of listed experiments are added to their entries.
    """
    how_links = _HOW_APPLIED if applied else _HOW_LINKS
    parts = chain(
        _section("New experiments", _HOW_NEW, (_entry(item, settings) for item in proposal.new)),
        _section("New links of listed experiments", how_links, map(_known, proposal.known)),
        _section("Closed without a conclusion", _HOW_CLOSED, map(_closed, proposal.closed)),
        _section("Gone", _HOW_GONE, map(_lost, proposal.lost)),
        _section("Neither run nor report yet", _HOW_NAMED, map(_named, proposal.named)),
        _section("Not read", "", (f"- {_code(line)}" for line in proposal.problems)),
    )
    count = len(proposal.new)
    noun = "experiment" if count == 1 else "experiments"
    labels = " or ".join(_code(label) for label in settings.labels)
    head = f"Found among the issues with the label {labels}: {count} new {noun}."
    return "\n\n".join(_bounded([head, *parts])) + "\n"


_HOW_NEW = (
    "They stand under `uncategorized` at the end of `data/experiments.yaml`. Move each entry below "
    "its heading, and write what was learned as its `conclusion`. To refuse one, delete its entry "
    "and add its number to `data/ignored.yaml`, with the reason."
)
_HOW_LINKS = "Add what is evidence to the entry; `labbook discover --apply-links` adds all of it."
_HOW_APPLIED = "They stand in their entries now; delete there what is no evidence."
_HOW_CLOSED = "Their issues were closed since they are listed; what was learned?"
_HOW_GONE = "GitHub or W&B say so. What was last known stays on the site."
_HOW_NAMED = (
    "These issues are not listed. What they name cannot be linked as it is; a link to the run or "
    "report in the issue would change that."
)


def _section(title: str, how: str, items: Iterable[str]) -> Iterator[str]:
    first, *more = chain(items, [""])
    if first:
        yield from (part for part in (f"## {title}", how, first, *more) if part)


def _bounded(parts: Sequence[str]) -> Iterator[str]:
    length = 0
    for index, part in enumerate(parts):
        length += len(part) + 2
        if length > _LONGEST:
            yield f"{len(parts) - index} further parts are left out here: too long for GitHub."
            return
        yield part


def _entry(item: NewEntry, settings: Settings) -> str:
    found = len(item.found)
    lines = [
        f"### {_issue(item.issue)}",
        f"- Found by {_labels(item.issue, settings)} and {found} link{'' if found == 1 else 's'}:",
        *_bullets(_link(link) for link in item.found),
        f"- Category: {_category(item)}",
    ]
    if item.mentions:
        lines += ["- Named besides:", *_bullets(map(_mention, item.mentions))]
    if item.issue.unread:
        lines.append("- Its comments were not read.")
    return "\n".join([*lines, *_quote(item.quote)])


def _category(item: NewEntry) -> str:
    if item.suggestion is None:
        return "none fits well"
    return f"{_code(item.suggestion.category)} may fit: {_code(item.suggestion.reason)}"


def _known(item: NewLinks) -> str:
    lines = [_experiment(item.experiment), *_bullets(map(_link, item.found))]
    if item.unsure:
        lines.append(
            "  - Where a short link of the entry leads is not known: maybe to one of these."
        )
    return "\n".join(lines)


def _closed(item: Closed) -> str:
    lines = [f"{_experiment(item.experiment)}, closed {item.day}"]
    return "\n".join([*lines, *_quote(item.quote)])


def _lost(item: Lost) -> str:
    return f"{_experiment(item.experiment)}: {_code(item.what)}"


def _named(item: Named) -> str:
    lines = [f"- {_issue(item.issue)}"]
    return "\n".join([*lines, *_bullets([*map(_link, item.found), *map(_mention, item.mentions)])])


def _issue(issue: ListedIssue) -> str:
    return f"[#{issue.ref.number}]({issue.ref.url}) {_code(issue.facts.title)}"


def _experiment(item: Experiment) -> str:
    if item.issue is None:
        return f"- {_code(item.key)}: {_code(item.title)}"
    return f"- [#{item.issue.number}]({item.issue.url}) {_code(item.title)}"


def _labels(issue: ListedIssue, settings: Settings) -> str:
    wanted = {label.lower() for label in settings.labels}
    names = [_code(label) for label in issue.facts.labels if label.lower() in wanted]
    return f"its label{'' if len(names) == 1 else 's'} {', '.join(names)}"


def _link(link: FoundLink) -> str:
    shown = links.mask(link.url)
    # What is whole and harmless can be followed; what holds a token is only shown.
    url = f"<{shown}>" if shown == link.url and len(shown) <= _LINE else _code(shown)
    return f"{url} ({_place(link.where)})"


def _mention(item: Mention) -> str:
    return f"{item.kind}: {_code(item.text)} ({_place(item.where)})"


def _place(where: str) -> str:
    return _code(where.replace("`", ""))


def _bullets(items: Iterable[str]) -> list[str]:
    found = list(items)
    rest = [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return [f"  - {item}" for item in [*found[:_SHOWN], *rest]]


def _quote(quote: Quote | None) -> list[str]:
    if quote is None:
        return []
    lines = [clean(line) for line in links.mask(quote.text).split("\n")]
    fence = "`" * max(3, 1 + _longest_run("\n".join(lines)))
    return [
        "",
        f"What it says of its result ({_place(quote.where)}):",
        "",
        f"{fence}text",
        *lines,
        fence,
    ]


def _code(text: str) -> str:
    """A text in one line of code, cut where it is endless."""
    shown = " ".join(clean(links.mask(text), _LINE).split()) or "(nothing)"
    fence = "`" * (1 + _longest_run(shown))
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, _TICKS.findall(text)), default=0)
