"""What a figure and a mode are: their names, what they show, and the function that draws."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from infinite_compute.figures.figure import Drawing, Figure, LackingError
from infinite_compute.results import Missing, Results

Draw = Callable[[Results], Drawing]


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure that can be asked for."""

    name: str  # the path of its file, without ending
    title: str
    description: str
    draw: Draw
    paper: str = ""

    @property
    def id(self) -> str:
        """Its name in addresses; never changes."""
        return "figure-" + re.sub(r"[^a-z0-9]+", "-", self.name.rpartition("/")[2].lower())

    def figure(self, results: Results) -> Figure | Missing:
        """The figure, or what it needs and how to get it."""
        try:
            drawing = self.draw(results)
        except LackingError as lacking:
            return lacking.missing
        return Figure(self.id, self.name, self.title, self.description, drawing)


@dataclass(frozen=True, slots=True)
class Mode:
    """One value of `--mode`; `retired` says why it has no figures."""

    name: str
    shows: str
    entries: tuple[Entry, ...]
    retired: str = ""
