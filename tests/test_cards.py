"""The images of links to the site: texts stay texts and inside, and only what changed is drawn."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import lxml.etree
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import checkout
from hostile import HOSTILE
from labbook import card_images, cards
from labbook.book import Book, Source, join
from labbook.cards import HEIGHT, WIDTH, Card, CardError
from labbook.live.snapshot import Snapshot
from labbook.model import Catalog, Category, Experiment
from labbook.pages import escape
from labbook.settings import Settings

LAB = Settings("Lab", "example/lab", (), "entity", "https://github.com/example/site")
COLOURS = {
    "paper": "#ffffff",
    "line": "#cccccc",
    "ink": "#111111",
    "muted": "#444444",
    "accent": "#005566",
}
# What a text may reach on the right, and where the curve begins below.
RIGHT, FOOT = WIDTH - 40, 460


def book_of(title: str = "One", **settings: object) -> Book:
    """A book with one category of this title and one experiment in it."""
    one = Experiment("1", "An experiment", conclusion="It works.")
    catalog = Catalog("Reports", categories=(Category(title, "first", experiments=(one,)),))
    return join(catalog, Snapshot(), replace(LAB, **settings), Source())  # type: ignore[arg-type]


def texts_of(svg: str) -> list[str]:
    root = lxml.etree.fromstring(svg.encode())
    assert {lxml.etree.QName(item).localname for item in root.iter()} == {
        "svg",
        "rect",
        "path",
        "text",
    }
    return [str(item.text or "") for item in root if item.tag.endswith("text")]


def pixels(png: bytes) -> np.ndarray:
    """The colours of a PNG image as our engine writes it: rows of differences to the left."""
    width, height = struct.unpack_from(">II", png, 16)
    (length,) = struct.unpack_from(">I", png, 33)
    raw = np.frombuffer(zlib.decompress(png[41 : 41 + length]), dtype=np.uint8)
    rows = raw.reshape(height, 1 + 4 * width)
    assert (rows[:, 0] == 1).all()
    differences = rows[:, 1:].reshape(height, width, 4).astype(np.uint64)
    return (differences.cumsum(axis=1) % 256).astype(np.uint8)


def images(root: Path, book: Book) -> dict[str, bytes]:
    return card_images.images(root, book, cards.cards(book))


def test_each_page_has_the_card_of_its_section() -> None:
    known = cards.cards(book_of(projects=(("Big", "projects/big/"),)))
    names = {
        "": "home",
        "404.html": "home",
        "reports/": "reports",
        "reports/first/": "reports-first",
        "reports/new/": "reports",
        "experiments/other/lab/2/": "experiments",
        "projects/big/": "projects-big",
        "projects/new/": "projects",
        "explore/2/": "explore",
        "data/api/": "data",
        "curation/": "contributing",
        "somewhere/else/": "home",
    }
    assert {address: cards.of(address, known).name for address in names} == names
    assert known["reports/first/"].about == "1 experiment, 1 with a conclusion"
    # Two cards of one name say the same.
    assert len({card.name for card in known.values()}) == len(set(known.values()))


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_any_text_is_text(text: str) -> None:
    book = book_of(text, site_name=text)
    for card in cards.cards(book).values():
        assert len(texts_of(cards.svg(card, book, COLOURS))) <= 1 + 4


@given(st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=25))
def test_a_short_title_is_whole(text: str) -> None:
    card = Card("x", escape.title(text), "")
    shown = texts_of(cards.svg(card, book_of(), COLOURS))
    assert "".join(shown[1:]).replace(" ", "") == card.title.replace(" ", "")


@pytest.mark.parametrize(
    "title", ["W" * 200, "m@W%— " * 40, "Word and word " * 20, "中文" * 60, "iiii " * 50]
)
def test_nothing_runs_out_of_the_image(title: str) -> None:
    book = book_of(site_name=title)
    drawn = card_images.draw(cards.svg(Card("x", title, title), book, COLOURS))
    shown = pixels(drawn)
    assert shown.shape == (HEIGHT, WIDTH, 4)
    assert (shown[:FOOT, RIGHT:, :3] == 255).all()
    # A line of letters does stand there.
    assert (shown[:FOOT, 60:RIGHT, :3] < 128).any()
    assert len(drawn) < 60_000


def test_what_stays_is_drawn_once(tmp_path: Path) -> None:
    styles = tmp_path / card_images.STYLES
    styles.parent.mkdir(parents=True)
    styles.write_text((checkout.ROOT / card_images.STYLES).read_text(encoding="utf-8"))
    first = images(tmp_path, book_of("One"))
    assert set(first) == {card.path for card in cards.cards(book_of()).values()}
    kept = _times(tmp_path)
    assert images(tmp_path, book_of("One")) == first
    assert _times(tmp_path) == kept
    other = images(tmp_path, book_of("Two"))
    changed = {path for path in first if other[path] != first[path]}
    assert changed == {"assets/cards/reports-first.png"}
    assert len(_times(tmp_path)) == len(kept) + 1
    for number in range(6):
        images(tmp_path, book_of(f"Another {number}"))
    # Those that were shown long ago have gone.
    assert len(_times(tmp_path)) == len(kept) + 3


def _times(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (root / card_images.FOLDER).rglob("*.png")}


def test_the_colours_are_those_of_the_site() -> None:
    css = (checkout.ROOT / card_images.STYLES).read_text(encoding="utf-8")
    assert set(cards.palette(css)) == set(COLOURS)
    with pytest.raises(CardError, match=r"labbook.css: no colour `--lab-ink: #rrggbb;`"):
        cards.palette(css.replace("--lab-ink: #", "--lab-ink: x"))
