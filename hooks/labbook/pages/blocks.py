"""The blocks of project pages as HTML: figures, tables, lists of numbers, facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from labbook.pages.environment import render

Cell = str | float | Markup | None

# A text of more characters gets a column that it can be read in.
_LONG = 24
# More digits than these cannot be told apart in a table; files have them all.
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure for a page: `images` are its renderings, `files` names and addresses.

    `origin` is a word for styles and scripts, `explore` the address of its interactive chart and
    `engine` that of the script that draws it; None where there is none.
    """

    id: str
    title: str
    description: str
    reading: str
    caption: str
    source: str
    origin: str
    images: Sequence[Markup]
    laws: Sequence[str]
    files: Sequence[tuple[str, str]]
    explore: str | None = None
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class TableView:
    """A table: its name for those who hear it, and its cells; numbers stand on the right."""

    label: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class NumberView:
    """A number that carries a finding: its value in words, what it is, where it comes from."""

    value: str
    what: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    number: bool


@dataclass(frozen=True, slots=True)
class _Shown:
    text: str | Markup
    style: str = ""


def figure(view: FigureView, data: TableView) -> Markup:
    """A figure with its caption, its source, its data and its files."""
    return render("project_figure.html", figure=view, table=table(data))


def missing(id_: str, title: str, description: str, needs: str, command: str) -> Markup:
    """The place of a figure that has no data, with the command that gets it."""
    return render(
        "project_missing.html",
        id=id_,
        title=title,
        description=description,
        needs=needs,
        command=command,
    )


def table(view: TableView) -> Markup:
    """A table that scrolls by itself where the page is too narrow."""
    numbers = [
        all(isinstance(row[place], int | float | None) for row in view.rows)
        for place in range(len(view.columns))
    ]
    return render(
        "project_table.html",
        label=view.label,
        caption=view.caption,
        columns=list(map(_Column, view.columns, numbers)),
        rows=[[_shown(cell) for cell in row] for row in view.rows],
    )


def numbers(views: Iterable[NumberView]) -> Markup:
    """Numbers in large beside what they are."""
    return render("project_numbers.html", numbers=list(views))


def facts(rows: Iterable[tuple[str, str | Markup]]) -> Markup:
    """Names and values."""
    return render("project_facts.html", facts=list(rows))


def _shown(cell: Cell) -> _Shown:
    if cell is None:
        return _Shown("–")
    if isinstance(cell, Markup):
        return _Shown(cell)
    if isinstance(cell, str):
        return _Shown(cell, "long" if len(cell) > _LONG else "")
    return _Shown(f"{cell:.{_DIGITS}g}", "number")
