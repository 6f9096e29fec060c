"""The content security policy: it names what the frame runs, as browsers read it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import time
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from labbook.policy import PolicyError, noopener, protect, scripts

HEAD = '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
PIECES = (
    "<script>run(1)</script>",
    "<SCRIPT>run(2)</SCRIPT >",
    "<script type=module>run(3)</script>",
    "<script\ntype='text/javascript'\n>run(4)\r\nrun(5)</script\n>",
    '<script data-x="a>b">run("</b>")</script>',
    '<script src="a.js"></script>',
    "<script src=a.js async>run(6)</script>",
    '<script id="__config" type="application/json">{"run": 7}</script>',
    "<script type=text/template><b>run(8)</b></script>",
    "<script></script>",
    "<!-- <script>run(9)</script> -->",
    '<p title="<script>run(10)</script>">text</p>',
    "<p title='</p><script>run(11)</script>'>text</p>",
    "<a href=x?a=1&b='<script>run(12)</script>text</a>",
    '<a href="a>b" title=" > <script>run(13)</script>">text</a>',
    "<textarea><script>run(14)</script></textarea>",
    "<style>a::before{content:'<script>run(15)</script>'}</style>",
    "<scripted>run(16)</scripted>",
    "a < b > c 'it\"s <3",
    "&lt;script&gt;run(17)&lt;/script&gt;",
    "<br/><img alt='' src=x>",
    '<button disabled aria-label="Search">go</button>',
    "<!---->",
    "<p>\n",
)
ANCHORS = (
    '<a href="https://example.org/">x</a>',
    "<a href='http://example.org/a?b=c' rel='license'>x</a>",
    "<a href=//example.org/>x</a>",
    '<A HREF="HTTPS://EXAMPLE.ORG/" REL="noopener">x</A>',
    '<a title="a > b" href="https://example.org/" class="link">x</a>',
    '<a\nhref = "https://example.org/"\nrel = nofollow data-rel="x">x</a>',
    '<a data-x="rel=none" href="https://example.org/" rel="">x</a>',
    '<a href="../reports/#a">x</a>',
    '<a href="#https://example.org">x</a>',
    '<a href="mailto:someone@example.org">x</a>',
    '<a id="anchor">x</a>',
    '<abbr title="https://example.org/">x</abbr>',
    '<article data-href="https://example.org/">x</article>',
)


def hash_of(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy_of(page: str) -> dict[str, list[str]]:
    """The rules of a page as a browser reads them."""
    document = html5lib.parse(page, namespaceHTMLElements=False)
    metas = [m for m in document.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert len(metas) == 1
    rules = [rule.split() for rule in metas[0].get("content", "").split(";")]
    return {name: values for name, *values in rules}


def run_by_browsers(page: str) -> list[str]:
    types = {None, "", "module", "text/javascript"}
    document = html5lib.parse(page, namespaceHTMLElements=False)
    return [
        "".join(script.itertext())
        for script in document.iter("script")
        if script.get("src") is None and script.get("type") in types
    ]


def test_the_policy_names_the_scripts_of_the_frame_and_nothing_unsafe() -> None:
    page = f"{HEAD}<script>a()</script></head><body><p>text</p><script>b()</script></body></html>"
    rules = policy_of(protect(page, "<p>text</p>"))
    assert sorted(rules["script-src"]) == sorted(["'self'", hash_of("a()"), hash_of("b()")])
    assert rules["default-src"] == ["'none'"]
    assert rules["style-src"] == rules["connect-src"] == rules["form-action"] == ["'self'"]
    assert rules["base-uri"] == ["'none'"]
    assert not [value for values in rules.values() for value in values if "unsafe" in value]
    assert not [value for values in rules.values() for value in values if ":" in value[:-1]]


def test_the_policy_stands_before_all_that_it_rules() -> None:
    page = protect(f"{HEAD}<script>a()</script></head><body></body></html>")
    assert page.startswith(f'{HEAD.strip()}<meta http-equiv="Content-Security-Policy"')
    # What is not policy stays as it was.
    assert re.sub(r'<meta http-equiv="[^>]*>', "", page).startswith(f"{HEAD}<script>a()</script>")


def test_a_script_among_the_texts_gets_no_hash() -> None:
    content = "<p>Title</p>\n<script>stolen()</script>"
    page = f"{HEAD}</head><body><main>{content}</main><script>own()</script></body></html>"
    assert policy_of(protect(page, content))["script-src"] == ["'self'", hash_of("own()")]


def test_a_page_without_a_place_for_its_policy_is_refused() -> None:
    with pytest.raises(PolicyError, match=r'write `<meta charset="utf-8">` first in its head'):
        protect("<html><head><title>x</title></head><body></body></html>")


def test_line_ends_are_hashed_as_browsers_read_them() -> None:
    page = f"{HEAD}<script>a()\r\nb()\rc()</script></head></html>"
    assert policy_of(protect(page))["script-src"] == ["'self'", hash_of("a()\nb()\nc()")]


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_scripts_are_those_that_a_browser_runs(pieces: list[str]) -> None:
    page = f"{HEAD}<title>x</title></head><body>{''.join(pieces)}</body></html>"
    found = [script.replace("\r\n", "\n") for script in scripts(page)]
    assert found == run_by_browsers(page)


@given(st.lists(st.sampled_from(HOSTILE).filter(lambda text: len(text) < 10_000), max_size=4))
def test_escaped_texts_hold_no_script(texts: list[str]) -> None:
    body = "".join(f'<p title="{html.escape(text)}">{html.escape(text)}</p>' for text in texts)
    assert list(scripts(f"{HEAD}</head><body>{body}<script>a()</script>")) == ["a()"]


@given(st.lists(st.sampled_from((*ANCHORS, *PIECES[10:16])), max_size=6))
def test_links_to_other_hosts_get_noopener_and_keep_the_rest(pieces: list[str]) -> None:
    page = f"{HEAD}<title>x</title></head><body>{''.join(pieces)}</body></html>"
    before, after = anchors(page), anchors(noopener(page))
    for old, new in zip(before, after, strict=True):
        elsewhere = urlsplit(urljoin("https://here/", old.get("href", ""))).netloc == "example.org"
        rel, was = new.attrib.pop("rel", "").split(), old.attrib.pop("rel", "").split()
        assert rel == ([*was, "noopener"] if elsewhere and "noopener" not in was else was)
        assert new.attrib == old.attrib
    assert noopener(noopener(page)) == noopener(page)


@pytest.mark.parametrize(
    "text",
    ["<a " * 50_000, "<script " * 50_000, '<a title="' * 50_000, "<!--" * 50_000, "=" * 10**5],
)
def test_unclosed_tags_are_read_in_a_moment(text: str) -> None:
    start = time.process_time()
    list(scripts(text))
    noopener(text)
    assert time.process_time() - start < 5


def anchors(page: str) -> list[Element]:
    return list(html5lib.parse(page, namespaceHTMLElements=False).iter("a"))
