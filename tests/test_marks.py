"""Blocks held back by marks come back whole, or the loss is said."""

from __future__ import annotations

import re

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
PAGE = f"""\
# Page {{#page}}

<article id="a" data-search-exclude><p>Alpha</p></article>

<div id="b"><p>Beta</p>
<section class="table" data-search-exclude><table></table></section></div>

## More {{#more}}

{FIGURE}
"""
HTML = st.lists(
    st.sampled_from(
        [FIGURE, "<p>a</p>", "<div>", "</div>", "<figure>", "</figure>", "*", "\n", "é", "\\1"]
    )
).map("".join)


def made(filled: str, held: marks.Held) -> tuple[str, str]:
    """What the search sees, and what a reader gets."""
    html = rendered(filled)
    searched = marks.restore(html, held.shown, marks.found(filled, held.shown))
    wanted = marks.found(searched, held.unsearched)
    return searched, marks.restore(searched, held.unsearched, wanted)


def rendered(text: str) -> str:
    return str(markdown.markdown(text, extensions=["md_in_html", "attr_list"]))


def test_markdown_sees_marks_and_the_search_no_figure() -> None:
    content, held = marks.hold(CONTENT)
    filled = projects.fill(TEXT, content)
    assert "svg" not in filled
    searched, html = made(filled, held)
    assert "svg" not in searched
    assert "<p>And.</p></div>" in searched
    assert html == rendered(projects.fill(TEXT, CONTENT))


@given(HTML, HTML)
def test_every_block_comes_back_whole(one: str, other: str) -> None:
    content = Content({"figure": {"a": f"<div>{one}</div>"}, "figures": {"b": f"<p>{other}</p>"}})
    marked, held = marks.hold(content)
    _, html = made(projects.fill(TEXT, marked), held)
    assert f"<div>{one}</div>".replace("\n", " ") in html.replace("\n", " ")
    assert html.count("data-held") == 0


def test_links_may_lead_to_ids_in_blocks_that_the_page_shows() -> None:
    content, held = marks.hold(
        Content({**CONTENT.blocks, "table": {"c": '<table id="c"></table>'}})
    )
    wanted = marks.found(projects.fill(TEXT, content), held.shown)
    assert marks.ids(held, wanted) == {"loss", "p"}


@pytest.mark.parametrize("times", [0, 2])
def test_a_lost_or_doubled_mark_is_an_error(times: int) -> None:
    content, held = marks.hold(CONTENT)
    filled = projects.fill(TEXT, content)
    with pytest.raises(MarkError, match="was lost while the page was made; remove the plugin"):
        marks.restore(filled * times, held.shown, marks.found(filled, held.shown))


def test_other_html_is_no_mark() -> None:
    _, held = marks.hold(CONTENT)
    text = '<div data-held="b99"></div> <div data-held="b0">x</div>'
    assert marks.restore(text, held.shown, []) == text


def test_of_a_page_of_headings_and_html_markdown_sees_the_headings() -> None:
    filled, held = marks.hold_page(PAGE)
    assert re.sub(r"<[^>]*>", "", filled) == "# Page {#page}\n\n\n\n\n\n## More {#more}\n\n"
    assert marks.ids(held, marks.found(filled, held.shown)) == {"a", "b", "loss", "p"}
    searched, html = made(filled, held)
    assert "Alpha" not in searched
    assert not re.search("<svg|<table", searched)
    assert "<p>Beta</p>" in searched
    assert html == rendered(PAGE)


@given(st.lists(HTML))
def test_every_part_of_a_page_comes_back_whole(parts: list[str]) -> None:
    # No template makes a blank line within its block.
    blocks = [re.sub(r"\n+", "\n", f"<div>{part}</div>") for part in parts]
    filled, held = marks.hold_page("\n\n".join(f"# Title\n\n{block}" for block in blocks))
    _, html = made(filled, held)
    _, *restored = html.split("<h1>Title</h1>")
    assert [part.strip("\n") for part in restored] == blocks
