from __future__ import annotations

import unicodedata
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from labbook.pages import escape, inline
from labbook.pages.address import ROOT
from labbook.settings import Rewrite

TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="<>&\"'`~*_[](){}!\\#:/ \n\x00\u202e\u200d\ud800éa1"),
    st.sampled_from(HOSTILE),
)


@given(TEXTS)
def test_cleaned_text_is_one_line_of_visible_characters(text: str) -> None:
    cleaned = escape.clean(text)
    categories = {unicodedata.category(char) for char in cleaned}
    assert not categories & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(cleaned) & set("\u202a\u202e\u2066\u2069\u200e\u200f\u061c\u200b\ufeff\uffff")
    assert len(cleaned) <= escape.TEXT_LENGTH
    assert escape.clean(cleaned) == cleaned


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert escape.clean(text) == text


@given(TEXTS)
def test_html_gives_no_markup_and_gives_the_text_back(text: str) -> None:
    escaped = str(escape.html(text))
    assert not set(escaped) & set("<>\"'`~\n\x00")
    assert unescape(escaped) == escape.clean(text)


@given(TEXTS)
def test_a_heading_holds_no_punctuation_but_entities(text: str) -> None:
    escaped = escape.markdown(text)
    without_entities = unescape(escaped)
    assert without_entities == escape.title(text)
    for entity in set("!\"$%'()*+,-./:<=>?@[\\]^_`{|}~"):
        assert entity not in escaped


@given(TEXTS)
def test_a_title_is_short_and_never_empty(text: str) -> None:
    title = escape.title(text)
    assert 0 < len(title) <= escape.TITLE_LENGTH
    assert title == " ".join(title.split())


@given(TEXTS)
def test_front_matter_holds_no_markup(text: str) -> None:
    assert not set(escape.meta(text)) & set("<>\"'")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\r\nb", "a  b"),
        ("a\u202eb\u200bc", "abc"),
        ("a\ud800b", "a\ufffdb"),
        ("👨\u200d👩", "👨\u200d👩"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("é\u200d\u200d\u200dé", "é\u200dé"),
        ("a\u200db", "ab"),
        ("o" + "\u0301" * 9, "o" + "\u0301" * 4),
    ],
)
def test_what_cleaning_keeps_and_drops(text: str, cleaned: str) -> None:
    assert escape.clean(text) == cleaned


def test_a_long_title_is_cut_with_an_ellipsis() -> None:
    assert escape.title("x" * 1_000_000) == "x" * (escape.TITLE_LENGTH - 1) + "…"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=c&d#e",
        "HTTP://EXAMPLE.ORG",
        "https://example.org/~user/%20/[x]",
    ],
)
def test_links_of_the_web_stay_byte_for_byte(url: str) -> None:
    assert unescape(str(escape.href(url))) == url


def test_a_path_of_this_site_becomes_a_link_from_its_root() -> None:
    assert (
        escape.href("/projects/infinite-compute/#data") == ROOT + "projects/infinite-compute/#data"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gs://bucket/path",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://example.org/x",
        "//example.org/",
        "/\\example.org",
        "\\\\example.org",
        "///example.org",
        "https:example.org",
        "https://",
        "https:///example.org",
        "https://example.org/a b",
        "https://example.org/\nb",
        "https://example.org/\u202eb",
        "relative/path/",
        "mailto:a@example.org",
        "https://[bad/",
        "https://example.org/" + "x" * 30_000,
    ],
)
def test_any_other_url_is_no_link(url: str) -> None:
    assert escape.href(url) is None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain, with 'quotes'", "plain, with &#39;quotes&#39;"),
        ("*a* **b** `c`", "<em>a</em> <strong>b</strong> <code>c</code>"),
        ("[x](https://e.org/~u)", '<a href="https://e.org/&#126;u" rel="noopener">x</a>'),
        ("[x](mailto:a@e.org)", '<a href="mailto:a@e.org">x</a>'),
        ("[x](/projects/p/)", f'<a href="{ROOT}projects/p/">x</a>'),
        ("[x](#cooldowns)", f'<a href="{ROOT}reports/#cooldowns">x</a>'),
        ("[x](../experiments/600/)", f'<a href="{ROOT}experiments/600/">x</a>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](//e.org)", "[x](//e.org)"),
        ("<b>a</b>", "&lt;b&gt;a&lt;/b&gt;"),
        ("![x](https://e.org/i)", '!<a href="https://e.org/i" rel="noopener">x</a>'),
        ("a &#x202e;b & c", "a b &amp; c"),
        ("# no heading", "# no heading"),
    ],
)
def test_inline_markdown(text: str, html: str) -> None:
    assert inline.markdown(text) == html


def test_links_in_texts_go_through_the_rewrites() -> None:
    rewrites = (Rewrite("https://old.example/", "https://new.example/"),)
    rendered = inline.markdown("[x](https://old.example/p) <https://old.example/q>", rewrites)
    assert 'href="https://new.example/p"' in rendered
    assert 'href="https://new.example/q"' in rendered


@given(TEXTS)
def test_inline_markdown_yields_its_few_elements_only(text: str) -> None:
    rendered = str(inline.markdown(text))
    bare = rendered
    for allowed in ("<em>", "</em>", "<strong>", "</strong>", "<code>", "</code>", "</a>", "<br>"):
        bare = bare.replace(allowed, "")
    for part in bare.split("<")[1:]:
        assert part.startswith(
            ('a href="http', 'a href="HTTP', 'a href="mailto:', f'a href="{ROOT}', 'a href=""')
        )
    assert not set(rendered) & set("\n\r\u202e\u200b`~")


@pytest.mark.parametrize("piece", ["[", "*a", "[a](", "`", "<"])
def test_a_long_hostile_conclusion_is_rendered_inert(piece: str) -> None:
    rendered = inline.markdown(piece * (50_000 // len(piece)))
    assert "<a" not in rendered


def test_paragraphs_are_parted_by_blank_lines() -> None:
    assert inline.paragraphs("one\ntwo\r\n\r\n  \n*three*\n") == ("one two", "<em>three</em>")
