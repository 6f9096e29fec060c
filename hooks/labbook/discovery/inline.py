"""The URLs and code spans in one block of Markdown, bare URLs among them, in linear time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace
from enum import StrEnum
from html import unescape

from labbook.discovery.bare_urls import bare_url
from labbook.discovery.blocks import normal_label

_MARK = re.compile(
    r"\\|`+|<|\[|\]|~~+|(?:https?|gs)://|(?<![\w/.@-])(?:www\.|app\.|api\.)?wandb\.ai/",
    re.IGNORECASE,
)
_AUTOLINK = re.compile(r"<((?:https?|gs)://[^\s<>]*)>", re.IGNORECASE)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*)\b(?P<rest>[^<>]*)>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_TARGET = re.compile(
    r"\(\s{0,20}(?:<(?P<angle>[^<>\n]*)>|(?P<plain>[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*))"
    r"(?:\s{1,20}(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s{0,20}\)"
)
_LABEL = re.compile(r"\[([^\[\]]{0,999})\]")
_PUNCTUATION = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&#?\w{1,32};")
_SCHEME = re.compile(r"(?:https?|gs)://", re.IGNORECASE)
_NO_SCHEME = re.compile(r"(?:www\.|app\.|api\.)?wandb\.ai/", re.IGNORECASE)
_CODE_TAGS = {"code", "kbd", "pre", "samp", "script", "style", "tt"}
_STRUCK_TAGS = {"del", "s", "strike"}


class Form(StrEnum):
    """How a URL is written."""

    LINK = "a link"
    BARE = "a bare URL"
    STRUCK = "struck out"
    CUT = "cut short"


@dataclass(frozen=True, slots=True)
class Url:
    """A URL at its position in the text, or (in a reference link) the label that stands for it."""

    position: int
    text: str
    form: Form
    label: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A code span at its position in the text."""

    position: int
    text: str


@dataclass(slots=True)
class _Opener:
    """An opening bracket, and how much had been found before it."""

    position: int
    urls: int
    codes: int
    is_image: bool
    holds_brackets: bool = False


@dataclass(slots=True)
class Inline:
    """What a text holds, in order of position."""

    urls: list[Url] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)


def scan(text: str, labels: Container[str] = ()) -> Inline:
    """Find URLs and code spans; `labels` are those of the reference links that are defined."""
    scanner = _Scanner(text, labels)
    scanner.run()
    return scanner.found


def with_scheme(url: str) -> str:
    """The URL, which may begin with the host of W&B, with its scheme."""
    return f"https://{url}" if _NO_SCHEME.match(url) else url


class _Scanner:
    """One pass from mark to mark; every handler answers where to go on."""

    def __init__(self, text: str, labels: Container[str]) -> None:
        self.found = Inline()
        self._text = text
        self._labels = labels
        self._openers: list[_Opener] = []
        self._inactive = 0  # so many of the openers stand before a link and are none themselves
        self._struck_from: int | None = None
        self._anchor_from: int | None = None
        self._absent: set[str] = set()  # closing texts that do not come any more
        self._runs: dict[int, list[int]] | None = None
        self._handlers: dict[str, Callable[[int, str], int]] = {
            "\\": self._backslash,
            "`": self._code,
            "<": self._angle,
            "[": self._open,
            "]": self._close,
            "~": self._strike,
        }

    def run(self) -> None:
        """Read the whole text."""
        position = 0
        while mark := _MARK.search(self._text, position):
            handler = self._handlers.get(mark[0][0], self._bare)
            position = handler(mark.start(), mark[0])

    def _backslash(self, position: int, _: str) -> int:
        return position + (2 if _PUNCTUATION.match(self._text, position) else 1)

    def _code(self, position: int, run: str) -> int:
        if self._runs is None:
            self._runs = {}
            for found in re.finditer("`+", self._text):
                self._runs.setdefault(len(found[0]), []).append(found.start())
        start = position + len(run)
        closers = self._runs.get(len(run), [])
        index = bisect_left(closers, start)
        if index == len(closers):
            return start
        self.found.codes.append(Code(position, self._text[start : closers[index]].strip()))
        return closers[index] + len(run)

    def _angle(self, position: int, _: str) -> int:
        text = self._text
        if text.startswith("<!--", position):
            end = self._find("-->", position + 4)
            # An HTML block that never closes its comment is hidden to its end.
            return len(text) if end < 0 else end + 3
        if auto := _AUTOLINK.match(text, position):
            self._add(position, auto[1], Form.LINK)
            return auto.end()
        if not (tag := _TAG.match(text, position)):
            return position + 1
        name = tag["name"].lower()
        if name in _CODE_TAGS and not tag["end"]:
            return self._code_tag(tag, name)
        if name in _STRUCK_TAGS:
            self._strike_to(opens=not tag["end"])
            return tag.end()
        if name == "a":
            self._anchor(tag)
        return tag.end()

    def _code_tag(self, tag: re.Match[str], name: str) -> int:
        end = self._find(f"</{name}", tag.end())
        if end < 0:
            return tag.end()
        if name not in {"pre", "script", "style"}:
            code = unescape(self._text[tag.end() : end]).strip()
            self.found.codes.append(Code(tag.start(), code))
        return end + 2

    def _anchor(self, tag: re.Match[str]) -> None:
        if tag["end"]:
            if self._anchor_from is not None:
                del self.found.urls[self._anchor_from :]
            self._anchor_from = None
        elif href := _HREF.search(tag["rest"]):
            target = next(filter(None, href.groups()), "")
            if self._add(tag.start(), unescape(target).strip(), Form.LINK):
                self._anchor_from = len(self.found.urls)

    def _find(self, closing: str, position: int) -> int:
        """Where a closing text comes next; one that is absent is not searched again."""
        if closing in self._absent:
            return -1
        end = self._text.find(closing, position)
        if end < 0:
            self._absent.add(closing)
        return end

    def _open(self, position: int, _: str) -> int:
        if self._openers:
            self._openers[-1].holds_brackets = True
        found = self.found
        is_image = position > 0 and self._text[position - 1] == "!"
        self._openers.append(_Opener(position, len(found.urls), len(found.codes), is_image))
        return position + 1

    def _close(self, position: int, _: str) -> int:
        if not self._openers:
            return position + 1
        opener = self._openers.pop()
        inactive = len(self._openers) < self._inactive
        self._inactive = min(self._inactive, len(self._openers))
        if inactive:
            return position + 1
        if target := _TARGET.match(self._text, position + 1):
            written = target["angle"] if target["plain"] is None else target["plain"]
            url = _unescaped(written.strip())
            if _SCHEME.match(url) or _NO_SCHEME.match(url):
                self._link(opener, Url(opener.position, url, Form.LINK))
            return target.end()
        return self._reference(opener, position)

    def _reference(self, opener: _Opener, position: int) -> int:
        full = _LABEL.match(self._text, position + 1)
        label = full[1] if full else ""
        if not label.strip():
            if opener.holds_brackets or position - opener.position > 1000:
                return position + 1
            label = self._text[opener.position + 1 : position]
        if (label := normal_label(label)) not in self._labels:
            return position + 1
        self._link(opener, Url(opener.position, "", Form.LINK, label))
        return full.end() if full else position + 1

    def _link(self, opener: _Opener, url: Url) -> None:
        """Add a link in the place of what its text holds."""
        del self.found.urls[opener.urls :]
        del self.found.codes[opener.codes :]
        self.found.urls.append(url)
        if not opener.is_image:
            self._inactive = len(self._openers)

    def _strike(self, position: int, mark: str) -> int:
        end = position + len(mark)
        if self._struck_from is None:
            if self._text[end : end + 1].strip():
                self._strike_to(opens=True)
        elif self._text[position - 1].strip():
            self._strike_to(opens=False)
        return end

    def _strike_to(self, *, opens: bool) -> None:
        if opens:
            self._struck_from = len(self.found.urls)
        elif self._struck_from is not None:
            urls = self.found.urls
            urls[self._struck_from :] = [
                replace(url, form=Form.STRUCK) for url in urls[self._struck_from :]
            ]
            self._struck_from = None

    def _bare(self, position: int, _: str) -> int:
        url, end, is_cut = bare_url(self._text, position)
        self._add(position, _unescaped(url), Form.CUT if is_cut else Form.BARE)
        return max(end, position + 1)

    def _add(self, position: int, url: str, form: Form) -> bool:
        if not (_SCHEME.match(url) or _NO_SCHEME.match(url)):
            return False
        self.found.urls.append(Url(position, url, form))
        return True


def _unescaped(url: str) -> str:
    """The URL without Markdown's backslashes and with its entities read."""
    if "\\" in url:
        url = _PUNCTUATION.sub(r"\1", url)
    return _ENTITY.sub(lambda found: unescape(found[0]), url) if "&" in url else url
