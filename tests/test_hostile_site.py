"""Hostile titles on a real site: the frame of the page, its navigation and the search index."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from html import escape as escape_html
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
import yaml

import checkout
from hostile import HOSTILE
from labbook.pages import escape

# The loader refuses control characters and texts beyond its bounds; servers send anything.
CURATED = [
    text for text in map(escape.title, HOSTILE) if text.isprintable() and text != "(untitled)"
]
FRAME = ("script", "style", "iframe", "img", "object", "embed", "base", "form", "meta", "b", "i")


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    root = checkout.copy(folder / "project")
    categories = [
        {
            "title": text,
            "id": f"c-{n}",
            "experiments": [{"title": text, "issue": n, "notes": [text]}],
        }
        for n, text in enumerate(["harmless", *CURATED], start=1)
    ]
    (root / "data/experiments.yaml").write_text(
        yaml.safe_dump({"title": "Reports", "categories": categories}, allow_unicode=True),
        encoding="utf-8",
    )
    facts = {
        f"{repository(root)}#{n}": {"title": text, "state": text, "author": text, "labels": [text]}
        for n, text in enumerate(["harmless", *HOSTILE], start=1)
    }
    sources = {"github": {"archive": True, "checked": "2026-09"}}
    (root / "data/live.json").write_text(
        json.dumps({"format": 1, "issues": facts, "sources": sources}), encoding="utf-8"
    )
    result = checkout.build(root, folder / "site")
    assert result.returncode == 0, result.stdout + result.stderr
    return folder / "site"


def repository(root: Path) -> str:
    found = re.search(r"repository: (\S+)", (root / "mkdocs.yml").read_text(encoding="utf-8"))
    assert found
    return found[1]


def framed(document: Element) -> Counter[str]:
    return Counter(item.tag for item in document.iter() if item.tag in FRAME)


def test_titles_are_text_in_the_frame_of_every_page(hostile_site: Path) -> None:
    for number, text in enumerate(CURATED, start=2):
        for kind in ("experiments/", "reports/c-"):
            document = parsed(hostile_site / f"{kind}{number}/index.html")
            assert framed(document) == framed(parsed(hostile_site / f"{kind}1/index.html")), text
            for item in document.iter():
                assert not [name for name in item.attrib if name.startswith("on")], text
                assert not item.get("href", "").lower().startswith(("javascript:", "data:"))
            title = "".join(next(document.iter("title")).itertext())
            assert title.startswith(f"{text} - "), title
            heading = next(document.iter("h1"))
            assert "".join([heading.text or "", *(item.tail or "" for item in heading)]) == text
            named = [item.get("content", "") for item in document.iter("meta")]
            assert any(text in content for content in named) or len(text) > 200


def test_titles_are_text_for_programs_that_show_links(hostile_site: Path) -> None:
    for number, text in enumerate(CURATED, start=2):
        document = parsed(hostile_site / f"experiments/{number}/index.html")
        said = {item.get("property"): item.get("content") for item in document.iter("meta")}
        assert said["og:title"] == text
        assert said["og:image"] == "https://example.org/base/path/assets/cards/experiments.png"
        category = parsed(hostile_site / f"reports/c-{number}/index.html")
        said = {item.get("property"): item.get("content") for item in category.iter("meta")}
        assert str(said["og:image:alt"]).startswith(text)


def test_titles_are_text_in_the_navigation(hostile_site: Path) -> None:
    document = parsed(hostile_site / "reports/index.html")
    shown = {
        " ".join("".join(item.itertext()).split())
        for item in document.iter("a")
        if "md-nav__link" in item.get("class", "")
    }
    assert set(CURATED) <= shown


def test_titles_are_text_in_the_search_index(hostile_site: Path) -> None:
    index = json.loads((hostile_site / "search/search_index.json").read_text(encoding="utf-8"))
    pages = {entry["location"]: entry for entry in index["docs"]}
    for number, text in enumerate(CURATED, start=2):
        # The theme shows these as HTML.
        assert pages[f"experiments/{number}/"]["title"] == markup(text)
    for entry in index["docs"]:
        if entry["location"].startswith("experiments/"):
            fragment = html5lib.parseFragment(entry["text"], namespaceHTMLElements=False)
            assert {item.tag for item in fragment.iter()} <= {
                "DOCUMENT_FRAGMENT",
                "p",
                "ul",
                "li",
                "em",
                "strong",
                "code",
            }


def markup(text: str) -> str:
    """As HTML, with as few entities as the parser of the search leaves."""
    return escape_html(text, quote=False)


@functools.cache
def parsed(path: Path) -> Element:
    return html5lib.parse(path.read_text(encoding="utf-8"), namespaceHTMLElements=False)
