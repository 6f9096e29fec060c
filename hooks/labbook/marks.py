"""Large pieces of HTML, each held back by a short mark while others work on the text around it.

Of what reading HTML costs Markdown and the search index, most is for drawings, tables and lists in
which neither has anything to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from labbook.errors import LabbookError
from labbook.projects import Content

_MARK = re.compile(r'<(div|figure) data-held="[bf]\d+"(?: data-search-exclude)?></\1>')
# What no search reads; none of these elements holds another that is called alike.
_UNSEARCHED = re.compile(
    r"<(article|figure|section)\b[^>]*\sdata-search-exclude\b[^>]*>.*?</\1>", re.DOTALL
)
# Headings and blocks of HTML, in a text that has no others.
_PARTS = re.compile(r"\n\n(?=[#<])")
_IDS = re.compile(r'\sid="([^"]+)"')


class MarkError(LabbookError):
    """A mark was lost on its way: what it holds back would be missing."""


@dataclass(frozen=True, slots=True)
class Held:
    """What marks stand for.

    `shown` is what stands for the marks once Markdown is done, with marks for what no search
    reads; `unsearched` is what stands for those once the whole page is made.
    """

    shown: dict[str, str] = field(default_factory=dict)
    unsearched: dict[str, str] = field(default_factory=dict)

    def block(self, html: str) -> str:
        """The mark that stands for this block from now on."""
        mark = f'<div data-held="b{len(self.shown)}"></div>'
        self.shown[mark] = _UNSEARCHED.sub(self._part, html)
        return mark

    def _part(self, part: re.Match[str]) -> str:
        mark = f'<figure data-held="f{len(self.unsearched)}" data-search-exclude></figure>'
        self.unsearched[mark] = part[0]
        return mark


def hold(content: Content) -> tuple[Content, Held]:
    """A project's content with all its blocks held back."""
    held = Held()
    blocks = {
        kind: {name: held.block(html) for name, html in ids.items()}
        for kind, ids in content.blocks.items()
    }
    return Content(blocks, content.files, content.figures), held


def hold_page(markdown: str) -> tuple[str, Held]:
    """The text of a page that is made of headings and HTML, with all its HTML held back."""
    held = Held()
    parts = _PARTS.split(markdown.strip())
    return "\n\n".join(held.block(p) if p.startswith("<") else p for p in parts), held


def found(text: str, parts: Mapping[str, str]) -> list[str]:
    """The marks in the text that stand for one of the parts."""
    return [mark[0] for mark in _MARK.finditer(text) if mark[0] in parts]


def restore(text: str, parts: Mapping[str, str], marks: list[str]) -> str:
    """The text with the parts for their marks, of which it must have these."""
    if sorted(found(text, parts)) != sorted(marks):
        raise MarkError(
            "a block of a project page was lost while the page was made; "
            "remove the plugin or extension that changes `<div data-held=…>`"
        )
    return _MARK.sub(lambda mark: parts.get(mark[0], mark[0]), text)


def ids(held: Held, marks: list[str]) -> set[str]:
    """The ids in the blocks that the marks stand for: links may lead to them."""
    texts = [held.shown[mark] for mark in marks]
    texts += [held.unsearched[mark] for text in texts for mark in found(text, held.unsearched)]
    return {name for text in texts for name in _IDS.findall(text)}
