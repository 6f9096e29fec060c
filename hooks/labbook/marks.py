"""Large pieces of HTML, each held back by a short mark while others work on the text around it.

Reading half a megabyte of drawings costs Markdown and the search index more time than the rest
of a site; neither has anything to do inside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from labbook.errors import LabbookError
from labbook.projects import Content

_MARK = re.compile(r'<(div|figure) data-held="[bf]\d+"(?: data-search-exclude)?></\1>')
# What no search reads; figures do not hold figures.
_UNSEARCHED = re.compile(r"<figure\b[^>]*\sdata-search-exclude\b[^>]*>.*?</figure>", re.DOTALL)
_IDS = re.compile(r'\sid="([^"]+)"')


class MarkError(LabbookError):
    """A mark was lost on its way: what it holds back would be missing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A project's content with marks for blocks.

    `shown` is what stands for the marks once Markdown is done, with marks for what no search
    reads; `unsearched` is what stands for those once the whole page is made.
    """

    content: Content
    shown: Mapping[str, str]
    unsearched: Mapping[str, str]


def hold(content: Content) -> Held:
    """Hold all blocks back."""
    shown: dict[str, str] = {}
    unsearched: dict[str, str] = {}

    def mark_figure(figure: re.Match[str]) -> str:
        mark = f'<figure data-held="f{len(unsearched)}" data-search-exclude></figure>'
        unsearched[mark] = figure[0]
        return mark

    def mark_block(html: str) -> str:
        mark = f'<div data-held="b{len(shown)}"></div>'
        shown[mark] = _UNSEARCHED.sub(mark_figure, html)
        return mark

    blocks = {
        kind: {name: mark_block(html) for name, html in ids.items()}
        for kind, ids in content.blocks.items()
    }
    return Held(Content(blocks, content.files, content.figures), shown, unsearched)


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
