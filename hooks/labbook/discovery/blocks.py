"""The blocks of an issue's Markdown: what stands where, and what is a quoted prompt."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.token import Token

# GitHub takes 65,536 characters, so no issue has more lines with text. Endless ones stay quick.
_MOST_LINES = 32_768

# How a prompt is announced: by a label of its own, or in a sentence that ends with a colon.
_KIND_OF_PROMPT = (
    r"(?:agent|exact|first|follow-?up|full|human|initial|launch|my|original|raw|source|starting|task|"
    r"the|user|verbatim)(?:'s)?[\s-]+"
)
_LABEL = (
    rf"(?:(?:{_KIND_OF_PROMPT})*prompts?(?:\s+(?:that|which|used|given|from|to|for)\b[^:\n]{{0,60}})?"
    rf"|(?:{_KIND_OF_PROMPT})+(?:requests?|instructions?|asks?))"
)
_PROMPT_LABEL = re.compile(rf"\W*{_LABEL}\W*", re.IGNORECASE)
_PROMPT_SENTENCE = re.compile(rf"\b{_KIND_OF_PROMPT}(?:\w+\s+)?prompts?\b.*:\W*", re.IGNORECASE)
_PROMPT_INLINE = re.compile(rf"\W{{0,8}}{_LABEL}\W{{0,4}}:\W{{0,4}}[^\W_]{{2}}", re.IGNORECASE)
_SPEAKER = re.compile(r"\W{0,6}(?:user|human|prompt|user prompt)\W{0,3}:", re.IGNORECASE)
_ISSUE = r"(?:[\w.-]+/[\w.-]+)?#(?P<short>\d+)|github\.com/[\w.-]+/[\w.-]+/issues/(?P<long>\d+)"
_OTHER_ISSUE = re.compile(rf"(?:{_ISSUE})\b.{{0,60}}:\W*$", re.DOTALL)
_OTHER_ISSUE_FIRST = re.compile(
    rf"\W{{0,4}}(?:from|see|in|of|issue)\s+(?:{_ISSUE})\b", re.IGNORECASE
)
_MARKED_HEADING = re.compile(
    r"[^\w\s#`*_<>\[\](){}|~+=.,:;!?'\"/\\&@$%^-]{1,6}\s*(#{1,6})\s+(\S.*)"
)
_HTML_PART = re.compile(
    r"<(?P<end>/?)details\b[^<>]*>|<summary\b[^<>]*>(?:\s*<\w+>)?(?P<summary>[^<]*)", re.IGNORECASE
)


class Kind(StrEnum):
    """What a block is."""

    TEXT = "text"
    HEADING = "heading"
    FENCE = "fence"
    INDENTED = "indented code"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Block:
    """One block: its text, the line it begins on (from 0), the heading above it.

    `quoted` marks the prompt that made an issue and what is quoted from other issues.
    """

    kind: Kind
    text: str
    line: int
    heading: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text: level 1 to 6, title, and its first line and the one after it."""

    level: int
    title: str
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class Definition:
    """Where the text defines the target of reference links."""

    url: str
    line: int
    quoted: bool


@dataclass(slots=True)
class Document:
    """An issue's text taken apart; `definitions` are keyed by normalized label."""

    lines: Sequence[str]
    blocks: list[Block] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    quotations: list[tuple[int, int]] = field(default_factory=list)

    def is_quoted(self, line: int) -> bool:
        """Whether a line is part of a block quotation that is not the issue's own text."""
        index = bisect_right(self.quotations, line, key=lambda quotation: quotation[0])
        return index > 0 and line < self.quotations[index - 1][1]

    def heading_at(self, line: int) -> str:
        """The heading that a line stands under, as written; empty if there is none."""
        index = bisect_right(self.headings, line, key=lambda heading: heading.line)
        return _written(self.headings[index - 1]) if index else ""


class _Parser(MarkdownIt):
    """Blocks only; targets stay as they are written."""

    def __init__(self) -> None:
        super().__init__("commonmark")
        self.enable("table")
        self.core.ruler.enableOnly(["normalize", "block"])

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """The target as written."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802
        """Any target: what it is gets decided by its kind."""
        return True


_PARSER = _Parser()


def normal_label(label: str) -> str:
    """The label of a reference link, as definitions are keyed."""
    return " ".join(label.split()).lower()


def parse(text: str, number: int | None = None) -> Document:
    """Take a text apart; `number` is the issue's own, whose quotations are its own too."""
    lines = _bounded(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    environment: dict[str, dict[str, dict[str, object]]] = {}
    tokens = _PARSER.parse("\n".join(lines), environment)
    walk = _Walk(Document(lines), tokens, number)
    walk.read()
    walk.document.definitions = dict(_definitions(environment, walk))
    return walk.document


def _bounded(lines: list[str]) -> list[str]:
    count = 0
    for index, line in enumerate(lines):
        count += bool(line.strip())
        if count > _MOST_LINES:
            return lines[:index]
    return lines


def _definitions(
    environment: Mapping[str, Mapping[str, Mapping[str, object]]], walk: _Walk
) -> Iterator[tuple[str, Definition]]:
    for label, entry in environment.get("references", {}).items():
        place = entry.get("map")
        line = place[0] if isinstance(place, list) else 0
        quoted = walk.document.is_quoted(line)
        yield normal_label(label), Definition(str(entry["href"]), line, quoted)


def _written(heading: Heading) -> str:
    title = " ".join(heading.title.replace("`", "").split())
    return f"{'#' * heading.level} {title}".strip()


def _announces_prompt(text: str) -> bool:
    """Whether the last line of a text says that a prompt follows."""
    line = text.rstrip()[-200:].rpartition("\n")[2]
    return bool(_PROMPT_LABEL.fullmatch(line) or _PROMPT_SENTENCE.search(line))


class _Walk:
    """One pass over the tokens, keeping what the next block needs to know of those before."""

    def __init__(self, document: Document, tokens: Sequence[Token], number: int | None) -> None:
        self.document = document
        self._tokens = tokens
        self._number = number
        self._quotes: list[bool] = []
        self._details: list[bool] = []
        self._prompt_details = 0
        # The last text, which may introduce a quotation; whether it was itself quoted as such.
        self._before = ""
        self._before_quoted = False
        self._prompt_level = 0
        self._prompt_is_text = False

    def read(self) -> None:
        """Add every block of the tokens to the document."""
        for index, token in enumerate(self._tokens):
            line, end = token.map or (0, 0)
            if token.type == "blockquote_open":
                self._open_quote(index, line, end)
            elif token.type == "blockquote_close":
                self._quotes.pop()
            elif token.type == "inline":
                opened = self._tokens[index - 1]
                if opened.type == "heading_open":
                    end = (opened.map or (line, end))[1]
                    self._heading(Heading(int(opened.tag[1:]), token.content, line, end), index)
                    self._add(Kind.HEADING, token.content, line)
                else:
                    self._paragraph(token.content, line, index)
            elif token.type in {"fence", "code_block"}:
                kind = Kind.FENCE if token.type == "fence" else Kind.INDENTED
                self._add(kind, token.content, line + (kind is Kind.FENCE))
            elif token.type == "html_block":
                self._html(token.content, line)

    def _open_quote(self, index: int, line: int, end: int) -> None:
        inside = self._tokens[index : index + 8]
        first = next((token.content for token in inside if token.content), "")
        quoted = (
            self._quoted
            or self._prompt_level > 0
            or self._before_quoted
            or _announces_prompt(self._before)
            or _SPEAKER.match(first) is not None
            or self._is_other(_OTHER_ISSUE.search(self._before[-200:]))
            or self._is_other(_OTHER_ISSUE_FIRST.match(first))
        )
        if quoted and not any(self._quotes):
            self.document.quotations.append((line, end))
        self._quotes.append(quoted)

    def _is_other(self, found: re.Match[str] | None) -> bool:
        if not found:
            return False
        return (found["short"] or found["long"]) != str(self._number)

    @property
    def _quoted(self) -> bool:
        return any(self._quotes) or self._prompt_details > 0

    def _heading(self, heading: Heading, index: int) -> None:
        if not self._quotes:
            self.document.headings.append(heading)
        if self._prompt_level and heading.level > self._prompt_level:
            return
        self._prompt_level = heading.level if _PROMPT_LABEL.fullmatch(heading.title) else 0
        if self._prompt_level:
            self._prompt_is_text = not self._quotes_below(index)

    def _quotes_below(self, index: int) -> bool:
        """Whether a quotation or a code block stands before the next heading."""
        for token in islice(self._tokens, index, None):
            if token.type in {"blockquote_open", "fence", "code_block"}:
                return True
            if token.type == "heading_open":
                return False
        return False

    def _paragraph(self, text: str, line: int, index: int) -> None:
        first, _, more = text.partition("\n")
        # An emoji before `##` keeps GitHub from reading a heading; its author meant one.
        if found := _MARKED_HEADING.fullmatch(first):
            self._heading(Heading(len(found[1]), found[2], line, line + 1), index)
            self._add(Kind.HEADING, first, line)
            if more:
                self._add(Kind.TEXT, more, line + 1)
            return
        self._add(Kind.TEXT, text, line)

    def _add(self, kind: Kind, text: str, line: int) -> None:
        prompt = self._prompt_level > 0 and self._prompt_is_text
        quoted = self._quoted or (prompt and kind is not Kind.HEADING)
        if kind is Kind.TEXT and not quoted:
            spoken = text.startswith(('"', "“")) and _announces_prompt(self._before)
            quoted = spoken or _PROMPT_INLINE.match(text) is not None
        heading = _written(self.document.headings[-1]) if self.document.headings else ""
        self.document.blocks.append(Block(kind, text, line, heading, quoted))
        if text.strip():
            self._before, self._before_quoted = text, any(self._quotes)

    def _html(self, text: str, line: int) -> None:
        start = 0
        if text.lstrip().startswith("<!--"):
            self._add(Kind.HTML, text, line)
            return
        for found in _HTML_PART.finditer(text):
            line = self._html_part(text[start : found.start()], line)
            start = found.start()
            if found["summary"] is not None:
                if self._details and _PROMPT_LABEL.fullmatch(found["summary"]):
                    self._prompt_details += not self._details[-1]
                    self._details[-1] = True
            elif not found["end"]:
                self._details.append(False)
            elif self._details:
                self._prompt_details -= self._details.pop()
        self._html_part(text[start:], line)

    def _html_part(self, part: str, line: int) -> int:
        """Add a part of an HTML block; the answer is the line that the next one begins on."""
        if part:
            self._add(Kind.HTML, part, line)
        return line + part.count("\n")
