"""Generated pages read as a browser sees them, through the extensions of mkdocs.yml."""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import markdown
import yaml
from mkdocs.config import load_config

import checkout


@cache
def markdown_options() -> dict[str, Any]:
    config = load_config(str(checkout.ROOT / "mkdocs.yml"))
    return {
        "extensions": [*config.markdown_extensions],
        "extension_configs": config.mdx_configs or {},
    }


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    _, matter, body = text.split("---\n", 2)
    return yaml.safe_load(matter), body


def parsed(text: str) -> Element:
    """The body of a page as a browser sees it, through the extensions of mkdocs.yml."""
    _, body = front_matter(text)
    html = markdown.markdown(body, **markdown_options())
    document = html5lib.parse(f"<!doctype html><body>{html}", namespaceHTMLElements=False)
    found = document.find("body")
    assert found is not None
    return found


def texts(body: Element, class_: str) -> list[str]:
    return ["".join(item.itertext()) for item in by_class(body, class_)]


def by_class(body: Element, class_: str) -> list[Element]:
    return [item for item in body.iter() if class_ in item.get("class", "").split()]


def words_of(body: Element, tag: str) -> str:
    item = next(body.iter(tag))
    links = [link for link in item if link.get("class") == "headerlink"]
    for link in links:
        item.remove(link)
    return "".join(item.itertext())
