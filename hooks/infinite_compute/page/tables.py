"""Derived tables -> the tables of the page."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from infinite_compute.figures.figure import Figure
from infinite_compute.figures.registry import MODES, Entry
from infinite_compute.laws import Interval, NotIdentifiable
from infinite_compute.page import figures, numbers
from infinite_compute.page.figures import Made
from infinite_compute.results import (
    Efficiency,
    Missing,
    Number,
    Recipe,
    Results,
    SizeScaling,
    TokenCount,
)
from labbook.pages import blocks
from labbook.pages.blocks import Cell, TableView
from labbook.pages.environment import render

# The names of efficiencies: of which recipe, and whether the loss is an asymptote of it.
_RECIPES = {
    "standard": ("Standard recipe, best size", False),
    "single_1_4b4k": ("Regularized recipe, 1.4B", False),
    "regularized_asymptote": ("Regularized recipe, ever larger", True),
    "ensemble_300m4k_of_best_single": ("Ensembles of 300M, setting of the best single model", True),
    "ensemble_300m4k_of_best": ("Ensembles of 300M, setting of the best asymptote", True),
    "five_1_4b4k": ("Ensemble of five 1.4B", False),
    "joint_asymptote": ("Joint recipe, ever more of ever larger", True),
}


def all_tables(results: Results, made: Made) -> dict[str, str]:
    """The block of each table by its id."""
    tables = {
        "recipes": _recipes(results),
        "students": _students(results),
        "modes": _modes(made),
        "waiting": _waiting(made),
        "downloads": _downloads(made),
    }
    return {name: str(blocks.table(view)) for name, view in tables.items()}


def _recipes(results: Results) -> TableView:
    rows: list[list[Cell]] = []
    for known in results.efficiencies:
        loss = known.loss
        if loss is None and not known.quoted:
            continue
        name, limit = _RECIPES[known.name]
        text = f"{loss.value:.3f}{_interval(results, known)}" if loss else "needs the run table"
        rows.append(
            [
                known.tokens.label,
                name,
                f"{text}, asymptote" if limit and loss else text,
                _efficiency(known.over_law),
                _efficiency(known.over_tokens),
                "; ".join(f"{one.value:g} ({numbers.source(one)})" for one in known.quoted) or None,
                numbers.source(loss) if loss else None,
            ]
        )
    columns = (
        "Tokens",
        "Recipe",
        "Loss",
        "Efficiency by the law",
        "By the tokens",
        "As published",
        "Source of the loss",
    )
    return TableView("All recipes", columns, rows)


def _interval(results: Results, known: Efficiency) -> str:
    recipes: Mapping[str, Recipe] = {
        "regularized_asymptote": results.regularized,
        "joint_asymptote": results.joint,
    }
    recipe = recipes.get(known.name)
    return _of_scaling(recipe, known.tokens) if recipe else ""


def _of_scaling(recipe: Recipe, tokens: TokenCount) -> str:
    scaling = recipe.at(tokens)
    if not isinstance(scaling, SizeScaling) or isinstance(scaling.fit, NotIdentifiable):
        return ""
    interval = scaling.fit.asymptote
    if isinstance(interval, Interval):
        return f" ({interval.low:.3f} to {interval.high:.3f})"
    return " (not identifiable)"


def _efficiency(known: Number | NotIdentifiable | Missing) -> Cell:
    if isinstance(known, Number):
        return f"{known.value:.2f}"
    return "not identifiable" if isinstance(known, NotIdentifiable) else None


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
