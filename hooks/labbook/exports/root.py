"""What programs look for at the root of a site: llms.txt, build.json, robots.txt."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator

from labbook import nav
from labbook.book import Book, Section
from labbook.exports import addresses, fields
from labbook.exports.documents import ages
from labbook.exports.records import Records
from labbook.live import ages as live_ages
from labbook.live.snapshot import Source
from labbook.pages import escape, words
from labbook.settings import Settings

_MARKUP = re.compile(r"([\\`*_\[\]<>]|&(?=#?\w+;))")
_FEEDS = (
    (addresses.ATOM, "new experiments and conclusions as an Atom feed"),
    (addresses.JSON_FEED, "the same as a JSON Feed"),
    (addresses.BUILD, "which commit the site was built of, when, and how old its data is"),
)


def llms(book: Book) -> str:
    """What a language model is told of the site, in the form of llmstxt.org."""
    settings = book.settings
    concluded = _concluded(book, book.entries)
    about = (
        f"The list “{_plain(book.title)}”: {words.experiments(len(book.entries), concluded)}. "
        "Each has a page with its conclusion, its evidence and the state of its issue; what is "
        "not known is left out. The data below holds all of it for programs."
    )
    lines = [
        f"# {_plain(settings.site_name)}",
        *(["", f"> {_plain(settings.description)}"] if settings.description else []),
        "",
        about,
    ]
    for title, links in (
        ("Pages", _pages(settings)),
        ("Reports by category", _categories(book)),
        ("Data", _data()),
    ):
        found = [
            f"- [{_plain(name)}]({addresses.on(settings.site_url, path) or './'})"
            + (f": {said}" if said else "")
            for name, path, said in links
        ]
        lines += ["", f"## {title}", "", *found] if found else []
    return "\n".join(lines) + "\n"


def build(book: Book, records: Records, pages: Collection[str]) -> str:
    """What was built, of what and when, for those who publish and watch the site."""
    at = book.build.at
    stamps = {source.value: book.asked.get(source) for source in Source}
    facts = {
        "commit": book.build.commit,
        "modified": book.build.modified,
        "generated_at": at,
        "as_of": ages(book),
        "age_in_seconds": {
            name: live_ages.age(stamp, at) if stamp and at else None
            for name, stamp in stamps.items()
        },
        "counts": {
            "pages": sum(path.endswith(".md") for path in pages),
            "experiments": len(records.experiments),
            "conclusions": sum(
                record["conclusion"] is not None for record in records.experiments.values()
            ),
            "categories": len(records.categories),
            "runs": len(records.runs),
            "reports": len(records.reports),
            "figures": len(records.figures),
        },
        # By these a deployment sees that it publishes no less than the one before.
        "pages": sorted(nav.address(path) for path in pages if path.endswith(".md")),
    }
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def robots(settings: Settings) -> str:
    """Everyone may read everything."""
    text = "User-agent: *\nAllow: /\n"
    if settings.site_url:
        text += f"\nSitemap: {addresses.on(settings.site_url, addresses.SITEMAP)}\n"
    return text


def _pages(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for title, path in settings.pages:
        yield title, path, ""


def _categories(book: Book) -> Iterator[tuple[str, str, str]]:
    for section in book.sections:
        keys = _keys(section)
        about = words.experiments(len(keys), _concluded(book, keys))
        yield section.title, section.address, about


def _data() -> Iterator[tuple[str, str, str]]:
    for document in fields.DOCUMENTS:
        if document is not fields.SINGLE:
            path = addresses.document(document.name)
            yield path.rpartition("/")[2], path, _plain(document.about)
    yield "experiments.csv", addresses.CSV, "Every experiment as a row."
    for path, about in _FEEDS:
        yield path, path, about


def _keys(section: Section) -> set[str]:
    return {listing.key for part in section.walk() for listing in part.listings}


def _concluded(book: Book, keys: Collection[str]) -> int:
    return sum(bool(book.entries[key].experiment.conclusion) for key in keys)


def _plain(text: str) -> str:
    """The text in Markdown: nothing in it is markup."""
    return _MARKUP.sub(r"\\\1", escape.title(text))
