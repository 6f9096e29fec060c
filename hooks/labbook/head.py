"""What the head of a page says to programs: where its data is, and the image of links to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from labbook import cards
from labbook.book import Book
from labbook.cards import Card
from labbook.exports import addresses


def facts(address: str, book: Book, known: Mapping[str, Card]) -> dict[str, Any]:
    """What the template of every page reads of the page at `address`, as front matter has it.

    `known` are the cards of the site's sections; none where they are not drawn.
    """
    found: dict[str, Any] = {}
    if known:
        card = cards.of(address, known)
        found["card"] = {"path": card.path, "alt": card.alt}
    key = address.removeprefix("experiments/").strip("/")
    if address.startswith("experiments/") and key in book.entries:
        found["record"] = addresses.experiment(key)
    return found
