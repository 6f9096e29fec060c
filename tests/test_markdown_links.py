"""Links of hand-written Markdown are rewritten in every form; code is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labbook.markdown_links import from_file, rewrite_links
from labbook.settings import Rewrite

OLD, NEW = "https://old.example/", "https://new.example/x/"
REWRITES = (Rewrite(OLD, NEW),)
PIECES = st.sampled_from(
    [
        "`",
        "```",
        "~~~",
        "\n",
        "\n\n",
        "[a](",
        OLD,
        ")",
        "<",
        ">",
        "<a href='",
        "'>",
        "]: ",
        "x",
        " ",
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        f"[a]({OLD}p_(q)?x=1 'title') and [b]( <{OLD}>)",
        f"![an image]({OLD}i.png)",
        f"See [a].\n\n[a]: {OLD}p\n  [b]: <{OLD}q>",
        f'- one\n\n    <a class="x" href="{OLD}p">{{.y}}</a>',
        f"> [a]({OLD})",
        f"An end that is none: ```\n[a]({OLD})",
        f"```\nno end\n\n[a]({OLD})",
    ],
)
def test_links_are_rewritten(text: str) -> None:
    assert rewrite_links(text, REWRITES) == text.replace(OLD, NEW)
    assert rewrite_links(text, ()) is text


@pytest.mark.parametrize(
    "text",
    [
        f"A bare {OLD} is no link.",
        f"`[a]({OLD})` and ``a ` [b]({OLD})``",
        f"```md\n[a]({OLD})\n\n[b]: {OLD}\n```",
        f"- item\n\n    ~~~~\n    <a href='{OLD}'>\n    ~~~\n    ~~~~",
        f"[a](https://other.example/?to={OLD})",
    ],
)
def test_code_and_other_text_stay(text: str) -> None:
    assert rewrite_links(text, REWRITES) == text


def test_an_address_that_is_its_own_text_is_shown_as_written() -> None:
    said = rewrite_links(f"<{OLD}?a&b>", REWRITES)
    assert said == f'<a href="{NEW}?a&amp;b">{OLD}?a&amp;b</a>'


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("../../reports/", "../reports/"),
        ("../", "./"),
        ("./", "page/"),
        ("figures/x.csv#a", "page/figures/x.csv#a"),
        ("./a:b", "page/a:b"),
    ],
)
def test_links_in_html_begin_at_the_file(address: str, file: str) -> None:
    text = "- <p title=\"href='../x'\"><a class='y' href=\"{0}\">a</a> <img alt=b src={0}>\n"
    assert from_file(text.format(address), "docs/a/page.md") == text.format(file)
    assert from_file(text.format(address), "docs/a/index.md") == text.format(address)


@pytest.mark.parametrize(
    "text",
    [
        "<a href='https://x.example/../'> <a href=\"#top\"> <a href='/a/'> <a href=mailto:a@b>",
        "<a href=''> <a href='?x'> <a data-href='../a/'> <a title=' href=../x'>",
        "`<a href='../a/'>` <!-- <a href='../a/'> -->",
        "```html\n<a href='../a/'>\n```",
        "[a](../a.md) and a < b href='../a/'",
    ],
)
def test_other_links_begin_where_they_did(text: str) -> None:
    assert from_file(text, "page.md") == text


@given(st.lists(PIECES, max_size=30).map("".join))
def test_nothing_else_changes(text: str) -> None:
    same = (Rewrite("https://nowhere.example/", NEW),)
    assert rewrite_links(text, same) == text
