"""Figures -> blocks and files of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from infinite_compute.figures import theme
from infinite_compute.figures.figure import Figure
from infinite_compute.figures.plot import Size
from infinite_compute.figures.registry import Entry
from infinite_compute.results import Missing
from labbook.figures import ListedFigure
from labbook.pages import blocks
from labbook.pages.blocks import FigureView, TableView
from labbook.pages.environment import render

FOLDER = "figures"
ENGINE = "vega.js"

_COLOUR = re.compile(r"var\(--fig-([a-z0-9-]+)\)")
_HEAD = re.compile(r"^<svg ([^>]*)>")
_SIZE = re.compile(r'\bwidth="\d+" height="\d+"')

Made = Mapping[Entry, Figure | Missing]
# The images of the figures that have data, by the figure's id.
Images = Mapping[str, Mapping[Size, str]]


def all_images(made: Made) -> Images:
    """Every image, drawn once: the page shows it, and one is a file as well."""
    figures = (figure for figure in made.values() if isinstance(figure, Figure))
    return {figure.id: {size: figure.svg(size) for size in Size} for figure in figures}


def all_blocks(made: Made, images: Images, at_once: frozenset[str]) -> dict[str, str]:
    """The block of each figure by its id: the figure, or what it needs.

    The images of those `at_once` stand in the page; all others are files, which are fetched when
    they come near: a page may hold sixty figures, and readers wait for the page alone.
    """
    return {
        entry.id: _missing(entry, figure)
        if isinstance(figure, Missing)
        else _block(entry, figure, images[figure.id], is_inline=figure.id in at_once)
        for entry, figure in made.items()
    }


def all_files(made: Made, images: Images, at_once: frozenset[str]) -> dict[str, bytes]:
    """The files of all figures, below the page's address."""
    found: dict[str, bytes] = {}
    for figure in made.values():
        if isinstance(figure, Figure):
            found[_path(figure, "csv")] = figure.file("csv")
            found[_path(figure, "json")] = figure.file("json")
            image = detached(images[figure.id][Size.WIDE], figure.source_line)
            found[_path(figure, "svg")] = image.encode("utf-8")
            if figure.id not in at_once:
                for size, drawn in images[figure.id].items():
                    found[_image_path(figure, size)] = following(drawn).encode("utf-8")
    return found


def links(figure: Figure) -> list[tuple[str, str]]:
    """The files of a figure by their kinds, seen from the page."""
    kinds = (("CSV", "csv"), ("Vega-Lite JSON", "json"), ("SVG", "svg"))
    return [(name, _path(figure, ending)) for name, ending in kinds]


def detached(svg: str, source: str) -> str:
    """An image of the page as a file of its own, in light colours, that says its source."""
    svg = svg.replace("</desc>", f" {escape(source)}</desc>", 1)
    return _COLOUR.sub(lambda found: theme.LIGHT[found[1]], _alone(svg))


def following(svg: str) -> str:
    """An image of the page as a file that the page shows, in the colours of the page's scheme.

    A browser draws it in the `color-scheme` of the place where it stands; one that does not goes by
    the system's scheme, and the image, which has its own ground, can be read there, too.
    """
    drawn = _alone(svg)
    roles = sorted(set(_COLOUR.findall(drawn)))
    light, dark = (
        ";".join(f"--fig-{role}:{colours[role]}" for role in roles)
        for colours in (theme.LIGHT, theme.DARK)
    )
    style = f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    return _HEAD.sub(rf"<svg \1><style>{style}</style>", drawn, count=1)


def _alone(svg: str) -> str:
    paper = '<rect width="100%" height="100%" fill="var(--fig-paper)"/>'
    face = f'font-family="{theme.FONT}, Arial, sans-serif"'
    head = rf'<svg xmlns="http://www.w3.org/2000/svg" {face} \1>{paper}'
    return _HEAD.sub(head, svg, count=1) + "\n"


def listed(made: Made) -> tuple[ListedFigure, ...]:
    """The figures that have data, for lists of figures."""
    return tuple(
        ListedFigure(
            id=figure.id,
            title=figure.title,
            description=figure.description,
            caption=figure.caption,
            origin=figure.origin.value,
            source=figure.source_line,
            as_of=figure.as_of,
            files={kind: _path(figure, kind) for kind in ("svg", "csv", "json")},
        )
        for figure in made.values()
        if isinstance(figure, Figure)
    )


def waiting(made: Made) -> list[tuple[Entry, Missing]]:
    """The figures that have no data."""
    return [(entry, figure) for entry, figure in made.items() if isinstance(figure, Missing)]


def group(entries: Iterable[Entry], made: Made, shown: Mapping[str, str]) -> str:
    """The blocks of some figures, and how many more have no data."""
    chosen = list(entries)
    parts = [shown[entry.id] for entry in chosen if isinstance(made[entry], Figure)]
    lacking = _lacking(len(chosen) - len(parts), among=len(chosen))
    return str(render("project_figures.html", figures=list(map(Markup, parts)), lacking=lacking))


def _lacking(number: int, among: int) -> str:
    """Which of the figures have no data, as the beginning of a sentence."""
    if not number:
        return ""
    more = " more" if number < among else ""
    return f"{number}{more} figure has" if number == 1 else f"{number}{more} figures have"


def _block(entry: Entry, figure: Figure, images: Mapping[Size, str], *, is_inline: bool) -> str:
    data = figure.data
    paper = f" It shows what the paper's {entry.paper} shows." if entry.paper else ""
    view = FigureView(
        id=figure.id,
        title=figure.title,
        description=figure.description + paper,
        reading=figure.reading,
        caption=figure.caption,
        source=figure.source_line,
        origin=figure.origin.value,
        images=[
            # The engine drew it, and every text in it went through its own escaping.
            Markup(drawn) if is_inline else _fetched(figure, size, drawn)  # noqa: S704
            for size, drawn in images.items()
        ],
        laws=figure.laws,
        files=links(figure),
        explore=_path(figure, "json"),
        engine=ENGINE,
    )
    table = TableView(f"The data of the figure {figure.title}", data.columns, data.rows)
    return str(blocks.figure(view, table))


def _fetched(figure: Figure, size: Size, drawn: str) -> Markup:
    """The image as an element that takes its room before the file is there."""
    measured = _SIZE.search(drawn)
    room = Markup(measured[0]) if measured else ""  # noqa: S704 -- digits
    return Markup(
        '<img class="fig__image fig__image--{}" src="{}" {} loading="lazy" alt="{}">'
    ).format(size.value, _image_path(figure, size), room, figure.title)


def _missing(entry: Entry, missing: Missing) -> str:
    return str(
        blocks.missing(entry.id, entry.title, entry.description, missing.needs, missing.command)
    )


def _path(figure: Figure, ending: str) -> str:
    return f"{FOLDER}/{figure.id}.{ending}"


def _image_path(figure: Figure, size: Size) -> str:
    return _path(figure, f"{size.value}.svg")
