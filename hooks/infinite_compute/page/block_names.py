"""The names of everything that the page may show, without drawing it."""

from __future__ import annotations

from pathlib import Path

from infinite_compute import overrides, published, recipes, sources, sweeps, table
from infinite_compute.figures.registry import MODES, entries
from infinite_compute.page import numbers, tables
from labbook.projects import Names


def names(root: Path) -> Names:
    """The ids of all blocks by kind; data that cannot be used is an error as it is to drawing."""
    runs = table.read(root / table.FILE) if (root / table.FILE).exists() else None
    results = recipes.derive(runs, published.load(root), overrides.load(root), sources.load(root))
    made = {entry: entry.figure(results) for entry in entries()}
    return {
        "figure": [entry.id for entry in made],
        "figures": [mode.name for mode in MODES],
        "table": [*tables.all_tables(results, made), "disagreements"],
        "numbers": list(numbers.findings(results)),
        "runs": list(sweeps.load(root)),
        "facts": ["data", "issue"],
    }
