"""The project's data -> everything on its page that is made of it."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from infinite_compute import overrides, published, recipe_texts, recipes, sources, sweeps, table
from infinite_compute.figures.registry import MODES, entries
from infinite_compute.page import figures, launches, numbers, tables
from infinite_compute.page.figures import ENGINE, Made
from infinite_compute.published import Published
from infinite_compute.results import Results
from infinite_compute.table import RunTable
from labbook.pages import blocks, facts
from labbook.pages.blocks import TableView
from labbook.projects import Content

__all__ = ["ENGINE", "content"]

RECIPES = "recipes.json"

# The figure that readers see first: it comes with the page.
HEADLINE = "figure-figure-1-8-22"
# The figures that the page shows beside its findings; all others stand below their modes.
BESIDE = frozenset(
    f"figure-{name}"
    for name in (
        "figure-1-8-22",
        "ablation-lr-tuned-epoch",
        "baseline-seed-scaling",
        "chinchilla-comparison-200m",
        "200m-ensemble-vs-parameter-scaling",
        "ensemble-seed-scaling-model-size-200m",
        "ensemble-seed-scaling-model-size",
        "ensemble-seed-scaling-token-count",
        "distillation",
        "benchmark-results",
        "cpt-table",
    )
)


def content(root: Path) -> Content:
    """Derive all tables from the run table (if there is one) and the published values, and draw."""
    runs = table.read(root / table.FILE) if (root / table.FILE).exists() else None
    known = published.load(root)
    results = recipes.derive(runs, known, overrides.load(root), sources.load(root))
    made = {entry: entry.figure(results) for entry in entries()}
    images = figures.all_images(made)
    at_once = frozenset({HEADLINE})
    drawn = figures.all_blocks(made, images, at_once)
    launched = sweeps.load(root)
    return Content(
        {
            "figure": drawn,
            "figures": _by_mode(made, drawn),
            "table": {**tables.all_tables(results, made), "disagreements": _disagreements(known)},
            "numbers": {
                name: str(blocks.numbers(views))
                for name, views in numbers.findings(results).items()
            },
            "runs": launches.all_blocks(launched, runs),
            "facts": {"data": _data(results, runs, known)},
        },
        {
            **figures.all_files(made, images, at_once),
            **launches.all_files(launched, runs),
            RECIPES: recipe_texts.as_json(results).encode("utf-8"),
        },
        figures.listed(made),
    )


def _by_mode(made: Made, drawn: dict[str, str]) -> dict[str, str]:
    """The figures of each mode that stand beside no finding."""
    return {
        mode.name: figures.group((e for e in mode.entries if e.id not in BESIDE), made, drawn)
        for mode in MODES
    }


def _data(results: Results, runs: RunTable | None, known: Published) -> str:
    """What is published value, and what is run data."""
    values = f"{len(known.values):,} numbers of {len(known.sources)} sources, {published.FILE}"
    rows: list[tuple[str, str | Markup]] = [("Published values", values)]
    if runs is None:
        rows.append(("Run data", f"none yet: {table.FILE} was not fetched"))
    else:
        left = f"{len(runs.rows):,} finished runs, {len(runs.others):,} others left out"
        rows.append(("Run data", f"{left}, {table.FILE}"))
        when = table.span(runs.as_of.values())
        rows.append(("Asked of W&B", facts.moment(when or "on an unknown day")))
        rows.append(("Left out by hand", f"{len(results.excluded):,}, {overrides.FILE}"))
    return str(blocks.facts(rows))


def _disagreements(known: Published) -> str:
    """Where sources say different things: what is used, and what else was said."""
    rows = [
        (
            key,
            value.value,
            value.source,
            "; ".join(f"{o.value:g} ({o.source})" for o in value.others),
        )
        for key, value in known.disagreements().items()
    ]
    return str(
        blocks.table(
            TableView("Where sources disagree", ("Number", "Used", "Source", "Others"), rows)
        )
    )
