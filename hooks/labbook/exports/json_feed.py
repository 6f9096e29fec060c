"""The news as a JSON Feed (version 1.1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from labbook.book import Book
from labbook.exports import addresses
from labbook.exports.news import MIDNIGHT, Event
from labbook.pages import escape

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"


def feed(book: Book, events: Sequence[Event]) -> str:
    """The text of the feed; addresses of a site that nobody knows the address of are left out."""
    settings = book.settings
    known: dict[str, Any] = {}
    if settings.site_url:
        known["home_page_url"] = settings.site_url
        known["feed_url"] = addresses.on(settings.site_url, addresses.JSON_FEED)
    if settings.description:
        known["description"] = escape.clean(settings.description)
    document = {
        "version": _VERSION,
        "title": escape.title(settings.site_name),
        **known,
        "authors": [{"name": escape.title(settings.author)}],
        "items": [_item(event, absolute=bool(settings.site_url)) for event in events],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _item(event: Event, *, absolute: bool) -> dict[str, Any]:
    return {
        "id": event.id,
        **({"url": event.url} if absolute else {}),
        **({"external_url": event.issue_url} if event.issue_url else {}),
        "title": event.title,
        "content_html": event.html,
        "date_published": event.day + MIDNIGHT,
        "tags": list(event.categories),
    }
