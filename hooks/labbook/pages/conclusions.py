"""What was learned: each conclusion once, with all experiments that it stands for word by word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from labbook.pages.views import EntryView


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A conclusion and its experiments, in the order in which they were met."""

    text: Markup
    entries: list[EntryView]


def conclusions(views: Iterable[EntryView]) -> list[Conclusion]:
    """The conclusions of these experiments, in the order in which they are first met."""
    met: dict[Markup, Conclusion] = {}
    for view in views:
        if view.conclusion is not None:
            met.setdefault(view.conclusion, Conclusion(view.conclusion, [])).entries.append(view)
    return list(met.values())
