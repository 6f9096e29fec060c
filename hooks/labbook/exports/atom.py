"""The news as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from labbook.book import Book
from labbook.exports import addresses, news
from labbook.exports.news import MIDNIGHT, Event
from labbook.pages import escape

MEDIA_TYPE = "application/atom+xml"
_NAMESPACE = "http://www.w3.org/2005/Atom"


def feed(book: Book, events: Sequence[Event]) -> str:
    """The text of the feed; where the site's address is not known, its links are relative."""
    settings = book.settings
    root = Element("feed", {"xmlns": _NAMESPACE})
    _text(root, "id", news.feed_id(book))
    _text(root, "title", escape.title(settings.site_name))
    if settings.description:
        _text(root, "subtitle", escape.clean(settings.description))
    _text(root, "updated", news.updated(book, list(events)))
    own = addresses.on(settings.site_url, addresses.ATOM)
    ET.SubElement(root, "link", {"rel": "self", "type": MEDIA_TYPE, "href": own})
    home = settings.site_url or "./"
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": home})
    _text(ET.SubElement(root, "author"), "name", escape.title(settings.author))
    if settings.licence:
        _text(root, "rights", escape.clean(f"{settings.licence.id}: {settings.licence.url}"))
    for event in events:
        root.append(_entry(event))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _entry(event: Event) -> Element:
    entry = Element("entry")
    _text(entry, "id", event.id)
    _text(entry, "title", event.title)
    _text(entry, "published", event.day + MIDNIGHT)
    _text(entry, "updated", event.day + MIDNIGHT)
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": event.url})
    if event.issue_url:
        ET.SubElement(entry, "link", {"rel": "related", "href": event.issue_url})
    for category in event.categories:
        ET.SubElement(entry, "category", {"term": category})
    _text(entry, "content", event.html).set("type", "html")
    return entry


def _text(parent: Element, name: str, text: str) -> Element:
    element = ET.SubElement(parent, name)
    element.text = text
    return element
