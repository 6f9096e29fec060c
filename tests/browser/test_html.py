"""The markup of the built sites: no error, no dead link, no name twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import lxml.html
import pytest

import checkout
from browser import kinds
from browser.kinds import Site

HOST = "https://example.org"
LINKS = ("href", "src", "action", "data-chart", "data-engine", "data-rows", "poster")
# Attributes that name elements of the same page.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "data-copies")


@pytest.mark.parametrize("name", ["own", "made"])
def test_pages_parse_without_an_error(sites: Callable[[str], Site], name: str) -> None:
    folder = sites(name).folder
    # All of the few that the project has; of the many made ones those that stand for the others.
    pages = kinds.addresses(folder) if name == "own" else dict(kinds.samples(folder)).values()
    for address in pages:
        text = kinds.file(folder, address).read_text(encoding="utf-8")
        html5lib.HTMLParser(strict=True).parse(text)


@pytest.mark.parametrize("name", ["own", "made"])
def test_no_link_is_dead_and_no_id_is_there_twice(sites: Callable[[str], Site], name: str) -> None:
    folder = sites(name).folder
    base = HOST + checkout.BASE
    pages = {base + address: parsed(folder, address) for address in kinds.addresses(folder)}
    ids = {address: Counter(page.xpath("//@id")) for address, page in pages.items()}
    for address, page in pages.items():
        assert not [name for name, count in ids[address].items() if count > 1], address
        named = {
            name
            for key in REFERENCES
            for value in page.xpath(f"//@{key}")
            for name in value.split()
        }
        # The theme's label of a table of contents that the page does not show.
        assert named - {"__toc"} <= ids[address].keys(), address
    dead = {
        (address, link)
        for address, page in pages.items()
        for link in links(page)
        # A curator's text may name any address below the site's; some of the hostile ones do.
        if not (leads_elsewhere(link, base) or (name == "made" and "alert(1)" in link))
        and not leads_somewhere(folder, urljoin(address, link), base, ids)
    }
    assert dead == set()


def parsed(folder: Path, address: str) -> lxml.html.HtmlElement:
    return lxml.html.parse(str(kinds.file(folder, address))).getroot()


def links(page: lxml.html.HtmlElement) -> Iterator[str]:
    """Every address that the page names, the image of links to it among them."""
    for key in LINKS:
        yield from map(str, page.xpath(f"//@{key}"))
    yield from map(str, page.xpath("//meta[@property='og:image' or @property='og:url']/@content"))


def leads_elsewhere(link: str, base: str) -> bool:
    """Whether the address names a host, and is not of this site."""
    parts = urlsplit(link)
    return bool(parts.netloc or parts.scheme) and not link.startswith(base)


def leads_somewhere(folder: Path, url: str, base: str, ids: dict[str, Counter[str]]) -> bool:
    """Whether the address is that of a file of the site, and of a place in it."""
    bare, _, fragment = url.partition("#")
    if not bare.startswith(base):
        return False
    path = folder / unquote(urlsplit(bare).path.removeprefix(checkout.BASE))
    if not fragment:
        return path.is_file() or (path / "index.html").is_file()
    return unquote(fragment) in ids.get(bare.partition("?")[0], ()) or path.suffix == ".svg"
