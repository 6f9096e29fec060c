"""A built site -> what is wrong with it: what is missing, leads nowhere, or is from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from labbook.errors import Finding
from labbook.exports import addresses, fields
from labbook.publishing.html_page import HtmlPage, Reference, of_style, read
from labbook.publishing.stamp import Stamp

# For a site whose address is not known: no host has this name.
_NOWHERE = "https://this-site.invalid/"
_NOT_FOUND = "404.html"
# What every such site holds besides its pages.
PLACED = (
    _NOT_FOUND,
    addresses.ATOM,
    addresses.CSV,
    addresses.JSON_FEED,
    addresses.LLMS,
    addresses.ROBOTS,
    addresses.SITEMAP,
    *(
        addresses.document(document.name)
        for document in fields.DOCUMENTS
        if document is not fields.SINGLE
    ),
)
_REBUILD = "build the site anew, and mend what makes it so"


@dataclass(frozen=True, slots=True)
class _Site:
    """The folder of a site, its address with the slash, and its pages by their files."""

    folder: Path
    url: str
    pages: Mapping[Path, HtmlPage]

    def inside(self, url: str) -> str | None:
        """The path below the root of what stands at this address; None if it is elsewhere."""
        own, given = urlsplit(self.url), urlsplit(url)
        same = (own.scheme, own.netloc) == (given.scheme, given.netloc)
        if not same or not f"{given.path}/".startswith(own.path):
            return None
        return unquote(given.path[len(own.path) :])


def findings(site: Path, site_url: str, stamp: Stamp, wanted: Iterable[str]) -> list[Finding]:
    """All that is wrong, in order of place; `wanted` are the addresses of pages that must be."""
    pages = {
        file: read(file.read_text(encoding="utf-8", errors="replace"))
        for file in sorted(site.rglob("*.html"))
    }
    built = _Site(site, site_url or _NOWHERE, pages)
    found = [*_missing(built, {*stamp.pages, *wanted})]
    for file, page in pages.items():
        found += _references(built, file, page.references)
    for file in sorted(site.rglob("*.css")):
        text = file.read_text(encoding="utf-8", errors="replace")
        found += _references(built, file, of_style(text))
    return sorted(found)


def of_commit(stamp: Stamp, commit: str) -> str | None:
    """What is wrong where the site was not built of exactly this commit."""
    if stamp.commit == commit and stamp.modified is False:
        return None
    what = f"{stamp}{', and of changes besides' if stamp.modified else ''}"
    return f"{addresses.BUILD}: {what}, not of {commit[:12]}; build it of that commit"


def _missing(site: _Site, wanted: set[str]) -> Iterator[Finding]:
    """The pages and files that are not there, and pages without a heading."""
    for address in sorted(wanted):
        path = f"{address}index.html"
        page = site.pages.get(site.folder / path)
        if page is None:
            yield Finding(path, 1, 1, "", "the page is missing", _REBUILD)
        elif not page.headings:
            yield Finding(path, 1, 1, "", "the page has no heading", _REBUILD)
    for path in PLACED:
        file = site.folder / path
        if not file.is_file() or not file.stat().st_size:
            yield Finding(path, 1, 1, "", "the file is missing or empty", _REBUILD)


def _references(site: _Site, file: Path, references: Iterable[Reference]) -> Iterator[Finding]:
    name = file.relative_to(site.folder).as_posix()
    own = site.url + name.removesuffix("index.html")
    for reference in dict.fromkeys(references):
        try:
            absolute, fragment = urldefrag(urljoin(own, reference.address))
            scheme = urlsplit(absolute).scheme
        except ValueError:
            message, remedy = "no address", "write one that browsers can read"
            yield Finding(name, reference.line, 1, _shown(reference), message, remedy)
            continue
        if scheme not in {"http", "https"}:
            continue
        path = site.inside(absolute)
        if path is None:
            if reference.loaded:
                message, remedy = "loaded from another host", "bring it along in docs/assets/"
                yield Finding(name, reference.line, 1, _shown(reference), message, remedy)
        elif problem := _dead(site, path, fragment):
            remedy = "mend the link, or what it leads to"
            yield Finding(name, reference.line, 1, _shown(reference), problem, remedy)


def _dead(site: _Site, path: str, fragment: str) -> str | None:
    """What is wrong with a link into the site."""
    target = site.folder / path
    if path.endswith("/") or not path or target.is_dir():
        target /= "index.html"
    if "\0" in path or ".." in Path(path).parts or not target.is_file():
        return "nothing is there"
    page = site.pages.get(target)
    # A browser goes to the top for these two by itself, and looks for a text behind `:~:`.
    anchor = unquote(fragment.partition(":~:")[0])
    if page and anchor and anchor != "top" and anchor not in page.ids:
        return "the page is there, the place on it is not"
    return None


def _shown(reference: Reference) -> str:
    return f"`{reference.address[:200]}`"
