"""The images that a link to the site shows elsewhere: one for each section, drawn as SVG.

Pure: what the image says, how its lines break, and which page has which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import escape as xml

from labbook.book import Book
from labbook.errors import LabbookError
from labbook.pages import escape, words

WIDTH, HEIGHT = 1200, 630
# Below the site's root.
FOLDER = "assets/cards/"

# The face that the drawing engine brings along, so that no machine's fonts count.
_FACE = "Liberation Sans"
_MARGIN = 88
_COLOURS = ("paper", "line", "ink", "muted", "accent")
# What the widest letters of the face take, in parts of its size; other scripts take a square.
_NARROW, _WIDE = frozenset(" !'()*,-./:;I[\\]`fijlrt|"), frozenset("%@MWmw—…")
_ROOM = {"narrow": 0.4, "wide": 1.0, "capital": 0.8, "letter": 0.62, "other": 1.05}
# A loss that falls and flattens, across the foot of the image.
_CURVE = "M0 470 C 180 560, 330 585, 560 596 S 1000 608, 1200 610"


class CardError(LabbookError):
    """The styles lack a colour that the images need; the message names it."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the image of a section says; `name` is that of its file."""

    name: str
    title: str
    about: str

    @property
    def path(self) -> str:
        """Where the image stands below the site's root."""
        return f"{FOLDER}{self.name}.png"

    @property
    def alt(self) -> str:
        """The image in words."""
        return f"{self.title}: {self.about}" if self.about else self.title


def cards(book: Book) -> dict[str, Card]:
    """The card of each section, by the address that all its pages begin with."""
    return dict(_sections(book))


def of(address: str, known: Mapping[str, Card]) -> Card:
    """The card of the page at `address`: that of the innermost section around it."""
    while address and address not in known:
        address = address[: address.rstrip("/").rfind("/") + 1]
    return known[address]


def palette(css: str) -> dict[str, str]:
    """The colours of the images out of the site's styles: the first of each name."""
    found = {}
    for name in _COLOURS:
        match = re.search(rf"--lab-{name}:\s*(#[0-9a-fA-F]{{6}})\s*;", css)
        if not match:
            raise CardError(
                f"docs/assets/labbook.css: no colour `--lab-{name}: #rrggbb;`, which the images "
                "of links to this site are drawn with; write one"
            )
        found[name] = match[1]
    return found


def svg(card: Card, book: Book, colours: Mapping[str, str]) -> str:
    """The image of a card."""
    room = WIDTH - 2 * _MARGIN
    ink, accent, muted = (f'fill="{colours[name]}"' for name in ("ink", "accent", "muted"))
    bold = ' font-weight="bold"'
    size = 84 if len(_wrap(card.title, 84, room, 3)) < 3 else 64
    title = _wrap(card.title, size, room, 3)
    name = escape.title(book.settings.site_name)
    # The home page's card has it for its title.
    site = _wrap(name, 34, room, 1) if name != card.title else []
    below = 252 + len(title) * size * 1.15
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours["paper"]}"/>',
        f'<path d="{_CURVE} V630 H0 Z" fill="{colours["line"]}" fill-opacity="0.5"/>',
        f'<path d="{_CURVE}" fill="none" stroke="{colours["accent"]}" stroke-width="6"/>',
        f'<rect width="20" height="{HEIGHT}" fill="{colours["accent"]}"/>',
        _lines(site, 34, 116, accent + bold),
        _lines(title, size, 232, ink + bold),
        # Above the curve there are four lines for both.
        _lines(_wrap(card.about, 38, room, 4 - len(title)), 38, below, muted),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{_FACE}">{"".join(parts)}</svg>'
    )


def _sections(book: Book) -> Iterator[tuple[str, Card]]:
    concluded = {key for key, e in book.entries.items() if e.experiment.conclusion}
    all_of_them = words.experiments(len(book.entries), len(concluded))
    yield "", Card("home", escape.title(book.settings.site_name), book.settings.description)
    yield "explore/", Card("explore", "Explore", f"One table of {all_of_them}")
    yield "reports/", Card("reports", "Reports", all_of_them)
    for section in book.sections:
        keys = {listing.key for part in section.walk() for listing in part.listings}
        about = words.experiments(len(keys), len(keys & concluded))
        yield section.address, Card(_name(section.address), escape.title(section.title), about)
    learned = words.count(len(concluded), "conclusion")
    yield "learned/", Card("learned", "What we learned", f"{learned}, each with its evidence")
    yield "timeline/", Card("timeline", "Timeline", f"When {all_of_them} were opened")
    about = f"Conclusions, reports, runs and data of {words.count(len(book.entries), 'experiment')}"
    yield "experiments/", Card("experiments", "Experiments", about)
    yield "projects/", Card("projects", "Projects", "Questions that took many experiments")
    for title, address in book.settings.projects:
        yield address, Card(_name(address), escape.title(title), "Project")
    yield "data/", Card("data", "Data", "All of it as JSON, CSV and feeds")
    for address in ("contributing/", "curation/"):
        yield address, Card("contributing", "Contributing", "How to add, correct and conclude")


def _name(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9._]+", "-", address).strip("-")


def _lines(lines: list[str], size: int, top: float, style: str) -> str:
    return "".join(
        f'<text x="{_MARGIN}" y="{top + place * size * 1.15:g}" font-size="{size}" {style}>'
        f"{xml(line)}</text>"
        for place, line in enumerate(lines)
    )


def _wrap(text: str, size: int, room: float, most: int) -> list[str]:
    """The text in lines that fit `room` at this size; what no line is left for ends in `…`."""
    lines = [""]
    for word in escape.clean(text, escape.TITLE_LENGTH).split():
        for part in _pieces(word, size, room):
            longer = f"{lines[-1]} {part}".strip()
            if _takes(longer, size) <= room:
                lines[-1] = longer
            else:
                lines.append(part)
    if len(lines) > most:
        last = lines[most - 1]
        while _takes(f"{last}…", size) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip()}…"]
    return lines


def _pieces(word: str, size: int, room: float) -> Iterator[str]:
    """The word, or what of it fits a line each."""
    piece = ""
    for character in word:
        if piece and _takes(piece + character, size) > room:
            yield piece
            piece = ""
        piece += character
    yield piece


def _takes(text: str, size: int) -> float:
    """The room that a text takes at most."""
    return size * sum(_ROOM[_kind(character)] for character in text)


def _kind(character: str) -> str:
    if character in _NARROW:
        return "narrow"
    if character in _WIDE:
        return "wide"
    if not character.isascii():
        return "other"
    return "capital" if character.isupper() else "letter"
