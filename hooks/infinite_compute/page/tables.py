"""Derived tables -> the tables of the page."""

from __future__ import annotations

from markupsafe import Markup

from infinite_compute.figures import efficiencies, parts
from infinite_compute.figures.figure import Figure
from infinite_compute.figures.registry import MODES, Entry
from infinite_compute.laws import Interval, NotIdentifiable
from infinite_compute.page import figures, numbers
from infinite_compute.page.figures import Made
from infinite_compute.results import (
    Efficiency,
    Missing,
    Number,
    Origin,
    Results,
    TokenCount,
)
from infinite_compute.table import span
from labbook.pages import blocks
from labbook.pages.blocks import Cell, TableView
from labbook.pages.environment import render

_NONE = "<p>None.</p>"


def all_tables(results: Results, made: Made) -> dict[str, str]:
    """The block of each table by its id."""
    tables = {
        "recipes": _recipes(results),
        "students": [_students(results)],
        "modes": [_modes(made)],
        "waiting": [_waiting(made)],
        "downloads": [_downloads(made)],
    }
    return {
        name: "\n".join(str(blocks.table(view)) for view in views if view.rows) or _NONE
        for name, views in tables.items()
    }


def _recipes(results: Results) -> list[TableView]:
    """A table for each amount of data: one for all would be too wide and too long to read."""
    by_tokens: dict[TokenCount, list[list[Cell]]] = {}
    days = {day for known in results.efficiencies if known.loss for day in known.loss.as_of}
    about = f", run data of {span(days)}" if days else ""
    for known in results.efficiencies:
        if known.loss is None and not known.quoted:
            continue
        by_tokens.setdefault(known.tokens, []).append(
            [
                efficiencies.NAMES[known.name],
                _value(known.loss, 3) if known.loss else "needs the run table",
                _value(known.over_law, 2),
                _value(known.over_tokens, 2),
                "; ".join(f"{one.value:g}" for one in known.quoted) or None,
                _sources(known),
            ]
        )
    columns = ("Recipe", "Loss", "Efficiency by the law", "By the tokens", "Published", "Sources")
    return [
        TableView(
            f"All recipes at {tokens.label} tokens", columns, rows, f"{tokens.label} tokens{about}"
        )
        for tokens, rows in by_tokens.items()
    ]


def _value(known: Number | NotIdentifiable | Missing, digits: int) -> Cell:
    """A value with the interval that it has; whether it is known at all."""
    if isinstance(known, Number):
        text = f"{known.value:.{digits}f}"
        if isinstance(known.interval, Interval):
            low, high = parts.ends(known.interval, digits)
            return render("project_interval.html", value=text, low=low, high=high)
        return f"{text} (interval not identifiable)" if known.interval else text
    return "not identifiable" if isinstance(known, NotIdentifiable) else None


def _sources(known: Efficiency) -> str:
    """Where the loss and the published efficiencies come from."""
    said = []
    if known.loss and known.loss.origin is Origin.RUNS:
        count = len(known.loss.sources)
        said.append(f"{count} run{'' if count == 1 else 's'}")
    elif known.loss:
        said.append(f"loss: {numbers.source(known.loss)}")
    published = dict.fromkeys(numbers.source(one) for one in known.quoted)
    return "; ".join([*said, *(f"published: {one}" for one in published)])


def _students(results: Results) -> TableView:
    known = results.distillation
    rows: list[list[Cell]] = [
        [
            f"300M taught by {student.teacher}",
            student.loss.value,
            student.run,
            numbers.source(student.loss),
        ]
        for student in known.students
    ]
    for name, number in (
        ("The teacher, an ensemble of 8 × 300M", known.teacher),
        ("The best 300M model without a teacher", known.without),
    ):
        rows.append([name, number.value, None, numbers.source(number)])
    return TableView("Distilled models", ("Model", "Loss", "Run", "Source"), rows)


def _modes(made: Made) -> TableView:
    rows: list[list[Cell]] = []
    for mode in MODES:
        drawn = sum(isinstance(made[entry], Figure) for entry in mode.entries)
        state = f"retired: {mode.retired}" if mode.retired else f"{drawn} of {len(mode.entries)}"
        rows.append([_code(mode.name), mode.shows, state])
    return TableView("Modes", ("Mode", "What it shows", "Figures that have data"), rows)


def _waiting(made: Made) -> TableView:
    by_command: dict[tuple[str, str], list[Entry]] = {}
    for entry, missing in figures.waiting(made):
        by_command.setdefault((missing.command, missing.needs), []).append(entry)
    rows: list[list[Cell]] = [
        [_code(command), needs, "; ".join(entry.title for entry in lacking)]
        for (command, needs), lacking in by_command.items()
    ]
    return TableView("Figures without data", ("The command", "Gets", "For"), rows)


def _downloads(made: Made) -> TableView:
    rows: list[list[Cell]] = [
        [_to(entry), render("project_links.html", links=figures.links(figure))]
        for entry, figure in made.items()
        if isinstance(figure, Figure)
    ]
    return TableView("Downloads", ("Figure", "Files"), rows)


def _to(entry: Entry) -> Markup:
    return render("project_links.html", links=[(entry.title, f"#{entry.id}")])


def _code(text: str) -> Markup:
    return render("project_code.html", text=text)
