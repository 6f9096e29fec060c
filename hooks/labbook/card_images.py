"""Cards as PNG files, drawn where what they show has changed and kept for the next build."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from labbook import cards
from labbook.book import Book
from labbook.cards import Card
from labbook.files import write_atomic

FOLDER = ".cache/labbook/cards"
STYLES = "docs/assets/labbook.css"

# Of each card: who goes from one state of the data to another and back draws nothing again.
_KEPT = 4
_ENGINE = "vl-convert-python"
_BEGIN = b"\x89PNG\r\n\x1a\n"
_LARGEST = 1_000_000


def images(root: Path, book: Book, known: Mapping[str, Card]) -> dict[str, bytes]:
    """The images of the known cards of the book, by their path below the site's root."""
    if not known:
        return {}
    colours = cards.palette((root / STYLES).read_text(encoding="utf-8"))
    shown = {card.path: card for card in known.values()}
    return {path: _kept(root, card, cards.svg(card, book, colours)) for path, card in shown.items()}


def _kept(root: Path, card: Card, svg: str) -> bytes:
    """The image as it was drawn of the same before, else drawn now and kept."""
    made_of = f"{_ENGINE} {version(_ENGINE)}\n{svg}".encode()
    digest = hashlib.blake2b(made_of, digest_size=16).hexdigest()
    path = root / FOLDER / card.name / f"{digest}.png"
    with suppress(OSError):
        found = path.read_bytes()
        if found.startswith(_BEGIN) and len(found) < _LARGEST:
            return found
    drawn = draw(svg)
    # A folder that cannot be written costs time, no more.
    with suppress(OSError):
        write_atomic(path, drawn, durable=False)
        drawn_before = sorted(path.parent.glob("*.png"), key=lambda each: each.stat().st_mtime_ns)
        for other in drawn_before[:-_KEPT]:
            other.unlink(missing_ok=True)
    return drawn


def draw(svg: str) -> bytes:
    """The image as a PNG file."""
    # Only who draws pays for what draws.
    import vl_convert  # noqa: PLC0415

    return _packed(vl_convert.svg_to_png(svg, scale=1, ppi=72))


def _packed(png: bytes) -> bytes:
    """The same image in a quarter of the room: the engine packs in haste."""
    chunks = list(_chunks(png))
    data = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    smaller = [(kind, body) for kind, body in chunks if kind in {b"IHDR", b"IEND"}]
    smaller.insert(1, (b"IDAT", zlib.compress(data, 6)))
    return _BEGIN + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in smaller
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_BEGIN)
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += length + 12
