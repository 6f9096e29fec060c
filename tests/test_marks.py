"""Blocks held back by marks come back whole, or the loss is said."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labbook import marks, projects
from labbook.marks import MarkError
from labbook.projects import Content

FIGURE = '<figure class="fig" id="loss" data-search-exclude><svg><path id="p"/></svg></figure>'
CONTENT = Content({"figure": {"a": FIGURE}, "figures": {"b": f"<div>{FIGURE}<p>And.</p></div>"}})
TEXT = "# Page\n\n```figure\nid: a\n```\n\n*Then*\n\n```figures\nid: b\n```\n"
HTML = st.lists(
    st.sampled_from(
        [FIGURE, "<p>a</p>", "<div>", "</div>", "<figure>", "</figure>", "*", "\n", "é", "\\1"]
    )
).map("".join)


def made(text: str, held: marks.Held) -> tuple[str, str]:
    """What Markdown and the search see, and what a reader gets."""
    filled = projects.fill(text, held.content)
    html = markdown.markdown(filled, extensions=["md_in_html", "attr_list"])
    searched = marks.restore(html, held.shown, marks.found(filled, held.shown))
    wanted = marks.found(searched, held.unsearched)
    return searched, marks.restore(searched, held.unsearched, wanted)


def test_markdown_sees_marks_and_the_search_no_figure() -> None:
    held = marks.hold(CONTENT)
    assert "svg" not in projects.fill(TEXT, held.content)
    searched, html = made(TEXT, held)
    assert "svg" not in searched
    assert "<p>And.</p></div>" in searched
    assert html == markdown.markdown(projects.fill(TEXT, CONTENT), extensions=["md_in_html"])


@given(HTML, HTML)
def test_every_block_comes_back_whole(one: str, other: str) -> None:
    content = Content({"figure": {"a": f"<div>{one}</div>"}, "figures": {"b": f"<p>{other}</p>"}})
    _, html = made(TEXT, marks.hold(content))
    assert f"<div>{one}</div>".replace("\n", " ") in html.replace("\n", " ")
    assert html.count("data-held") == 0


def test_links_may_lead_to_ids_in_blocks_that_the_page_shows() -> None:
    held = marks.hold(Content({**CONTENT.blocks, "table": {"c": '<table id="c"></table>'}}))
    wanted = marks.found(projects.fill(TEXT, held.content), held.shown)
    assert marks.ids(held, wanted) == {"loss", "p"}


@pytest.mark.parametrize("times", [0, 2])
def test_a_lost_or_doubled_mark_is_an_error(times: int) -> None:
    held = marks.hold(CONTENT)
    filled = projects.fill(TEXT, held.content)
    with pytest.raises(MarkError, match="was lost while the page was made; remove the plugin"):
        marks.restore(filled * times, held.shown, marks.found(filled, held.shown))


def test_other_html_is_no_mark() -> None:
    held = marks.hold(CONTENT)
    text = '<div data-held="b99"></div> <div data-held="b0">x</div>'
    assert marks.restore(text, held.shown, []) == text
