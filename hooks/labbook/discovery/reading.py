"""The links that an issue's description and comments hold, as they should be curated."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

from labbook.discovery.bare_urls import bare_url
from labbook.discovery.blocks import Block, Document, Kind, parse
from labbook.discovery.inline import Form, Inline, Url, scan, with_scheme
from labbook.discovery.names import names_without_url
from labbook.links import LinkKind, Target, classify, problem, rewrite
from labbook.settings import Rewrite


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of an issue; `created` is an ISO 8601 time."""

    author: str
    created: str
    body: str


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A run, report or data browser page, and where in the issue it stands."""

    url: str
    where: str


class MentionKind(StrEnum):
    """What is named without a link that could be curated."""

    PROJECT = "a W&B project"
    RUN = "a run without a URL"
    GROUP = "a group without a URL"
    SWEEP = "a sweep without a URL"
    STORAGE = "a storage path"
    CODE = "a link in a code block"
    STRUCK = "a link that is struck out"
    CUT = "a link that is not whole"
    OTHER_ISSUE = "a link of another issue"


@dataclass(frozen=True, slots=True)
class Mention:
    """What the issue names although it is no link to curate, and where."""

    kind: MentionKind
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What an issue holds, in order of appearance, each thing once."""

    found: tuple[FoundLink, ...]
    mentions: tuple[Mention, ...]


_TAKEN = {
    LinkKind.WANDB_REPORT,
    LinkKind.WANDB_RUN,
    LinkKind.WANDB_GROUP,
    LinkKind.WANDB_SWEEP,
    LinkKind.WANDB_SHORT_LINK,
    LinkKind.DATA_EXPERIMENT,
    LinkKind.DATA_VIEW,
}
_EDIT = re.compile(r"(/reports/[^/?#]+)/edit/?(?=[?#]|$)")
_PERSONAL = re.compile(r"(?<=[?&])nw=[^&#]*(?:&|(?=#|$))")
_EMPTY_QUERY = re.compile(r"[?&]+(?=#|$)")
_TOKEN = re.compile(r"[?&]access_?token=[^&#]", re.IGNORECASE)
_UNWANTED = re.compile(r"[<>\"`\\\s]")
_PLACEHOLDER = re.compile(
    r"[<>{}*$…\[\]]|\.\.\.|^(?:x{2,}|\?+|tbd|todo|your[-_ ].*|(?:my[-_ ])?"
    r"(?:run|report|group|sweep)?[-_ ]?(?:id|name|slug|hash))$",
    re.IGNORECASE,
)
_WHOLE_URL = re.compile(r"(?:https?://|(?:www\.|app\.|api\.)?wandb\.ai/|gs://)\S+", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_ALONE = re.compile(
    r"\s*(?:[-*+]\s{1,9}(?:[^:`\n]{1,60}:\s{0,9})?|\d{1,9}[.)]\s{1,9})?(?P<url>https?://\S+)\s*"
)
_OF_ISSUE = re.compile(
    r"\b(?:see|cf\.?|from|(?:reports?|results?|runs?|baselines?|numbers?)\s+(?:of|in|from|for))\s+"
    r"(?:[\w.-]+/[\w.-]+)?#(?P<number>\d+)\b\s{0,3}[:,–—(-]{0,3}\s{0,3}$",
    re.IGNORECASE,
)


def links_of(
    body: str,
    comments: Sequence[Comment],
    repository: str,
    *,
    number: int | None = None,
    rewrites: Sequence[Rewrite] = (),
) -> Reading:
    """Read an issue of `repository`; with its own `number`, other issues' links are left out.

    `rewrites` say which organisation names are one, so that a run under either is the same.
    """
    collected = _Collection(repository, tuple(rewrites))
    _read(collected, body, "the description", number)
    for comment in comments:
        _read(
            collected, comment.body, f"comment of {comment.author}, {comment.created[:10]}", number
        )
    return collected.reading()


def curated(url: str) -> str:
    """The URL as it should be curated: without `/edit` and a person's own view, else as written."""
    target = classify(url, "")
    if target.kind.startswith("wandb"):
        url, mark, fragment = url.partition("#")
        url = _EDIT.sub(r"\1", url)
        url = _EMPTY_QUERY.sub("", _PERSONAL.sub("", url)) + mark + fragment
    return _UNWANTED.sub(lambda found: quote(found[0]), url)


@dataclass(slots=True)
class _Collection:
    """Links by canonical form; the one with a token stands for all, for it opens for everybody."""

    repository: str
    rewrites: tuple[Rewrite, ...]
    found: dict[str, FoundLink] = field(default_factory=dict)
    mentions: dict[str, Mention] = field(default_factory=dict)

    def add(self, written: str, where: str, *, aside: MentionKind | None) -> None:
        """Add what a URL is: a link, something to mention (as `aside` says), or nothing."""
        if written[:3].lower() == "gs:":
            if aside is None and _is_whole_path(written):
                self.mention(MentionKind.STORAGE, written.rstrip("/"), where)
            return
        url = curated(with_scheme(written))
        target = classify(rewrite(url, self.rewrites), self.repository)
        if target.kind is LinkKind.WANDB_PROJECT:
            if aside is None and not _is_placeholder(target):
                self.mention(MentionKind.PROJECT, url, where)
        elif target.kind in _TAKEN and not _is_placeholder(target):
            aside = aside or (MentionKind.CUT if problem(url) else None)
            if aside:
                self.mention(aside, url, where)
            else:
                self._take(target.canonical, FoundLink(url, where))

    def mention(self, kind: MentionKind, text: str, where: str) -> None:
        """Add what is only to be mentioned."""
        self.mentions.setdefault(text, Mention(kind, text, where))

    def reading(self) -> Reading:
        """All that was found; what is a link somewhere is not mentioned besides."""
        taken = {link.url for link in self.found.values()}
        taken |= {_name(classify(link.url, "")) for link in self.found.values()}
        mentions = (item for item in self.mentions.values() if item.text not in taken)
        return Reading(tuple(self.found.values()), tuple(mentions))

    def _take(self, canonical: str, link: FoundLink) -> None:
        known = self.found.get(canonical)
        if known is None or (_TOKEN.search(link.url) and not _TOKEN.search(known.url)):
            self.found[canonical] = link


def _name(target: Target) -> str:
    return f"{target.scope}/{target.name}"


def _is_whole_path(path: str) -> bool:
    return "/" in path[5:].strip("/") and not re.search(r"[<>{}*$…]|\.\.\.", path)


def _is_placeholder(target: Target) -> bool:
    names = target.paths or (target.name, *target.scope.split("/"))
    if target.paths:
        return any(re.search(r"[<>{}*$…]|\.\.\.", path) for path in names)
    return any(_PLACEHOLDER.search(name) for name in names)


@dataclass(frozen=True, slots=True)
class _Item:
    """A URL or a name in a text; `aside` says why it is no link to curate.

    `place` is its line, and its position in the block.
    """

    place: tuple[int, int]
    heading: str
    url: str
    aside: MentionKind | None = None
    name: str = ""


def _read(collected: _Collection, text: str, origin: str, number: int | None) -> None:
    document = parse(text, number)
    for item in sorted(_items(document, number), key=lambda item: item.place):
        under = f", under `{item.heading}`" if item.heading else ""
        where = f"{origin}{under}, line {item.place[0] + 1}"
        if item.aside and item.name:
            collected.mention(item.aside, item.name, where)
        else:
            collected.add(item.url, where, aside=item.aside)


def _items(document: Document, number: int | None) -> Iterator[_Item]:
    used: set[str] = set()
    for block in document.blocks:
        if block.quoted:
            continue
        if block.kind in {Kind.FENCE, Kind.INDENTED}:
            yield from _in_code(block)
            continue
        found = scan(block.text, document.definitions)
        used.update(url.label for url in found.urls)
        yield from _in_text(block, found, document, number)
    for label, definition in document.definitions.items():
        if label not in used and not definition.quoted:
            heading = document.heading_at(definition.line)
            yield _Item((definition.line, 0), heading, definition.url)


def _in_text(
    block: Block, found: Inline, document: Document, number: int | None
) -> Iterator[_Item]:
    breaks = [match.start() for match in re.finditer("\n", block.text)]

    def line(position: int) -> int:
        return block.line + bisect_left(breaks, position)

    for url in found.urls:
        text = document.definitions[url.label].url if url.label else url.text
        aside = _aside(url, block.text, number)
        yield _Item((line(url.position), url.position), block.heading, text, aside)
    for code in found.codes:
        if _WHOLE_URL.fullmatch(code.text):
            aside = _aside(Url(code.position, code.text, Form.BARE), block.text, number)
            yield _Item((line(code.position), code.position), block.heading, code.text, aside)
        else:
            for text in _urls_in_code(code.text):
                yield _Item(
                    (line(code.position), code.position), block.heading, text, MentionKind.CODE
                )
    for name in names_without_url(block.text, found.codes):
        kind = MentionKind[name.kind.upper()]
        yield _Item((line(name.position), name.position), block.heading, "", kind, name.text)


def _in_code(block: Block) -> Iterator[_Item]:
    """A link in code is an example or a log, but a lone one that is merely indented too far."""
    for offset, text in enumerate(block.text.split("\n")):
        alone = _ALONE.fullmatch(text) if block.kind is Kind.INDENTED else None
        for url in [alone["url"]] if alone else _urls_in_code(text):
            aside = None if alone else MentionKind.CODE
            yield _Item((block.line + offset, 0), block.heading, url, aside)


def _urls_in_code(text: str) -> Iterator[str]:
    end = 0
    while start := _SCHEME.search(text, end):
        url, end, is_cut = bare_url(text, start.start())
        end = max(end, start.end())
        if not is_cut:
            yield url


def _aside(url: Url, text: str, number: int | None) -> MentionKind | None:
    """Why a URL of the text is no link to curate, if it is none."""
    if url.form is Form.CUT:
        return MentionKind.CUT
    if url.form is Form.STRUCK:
        return MentionKind.STRUCK
    before = text[max(url.position - 80, 0) : url.position]
    issue = _OF_ISSUE.search(before) if number is not None else None
    return MentionKind.OTHER_ISSUE if issue and int(issue["number"]) != number else None
