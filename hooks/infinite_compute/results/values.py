"""Values with their origin, what is missing, and the amounts of data and settings they are about.

Losses are in nats per token on the DCLM validation set, sizes in billions of nominal parameters,
token counts in tokens of one epoch. What cannot be derived is `Missing`, never an empty table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from infinite_compute.laws import Interval, NotIdentifiable


class Origin(StrEnum):
    """Whether a value comes from runs or from what the authors published."""

    RUNS = "runs"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Number:
    """A value, the runs or publications that it comes from, and what to know about it.

    `error` is the standard error of an asymptote, infinite where it is not identifiable, None of
    a value that was not fitted; `interval` is where such a value, or one derived from laws, lies.
    `as_of` has the days on which its runs were as they are here.
    """

    value: float
    origin: Origin
    sources: tuple[str, ...]
    note: str = ""
    error: float | None = None
    interval: Interval | NotIdentifiable | None = None
    as_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """What a table or figure needs and does not have, and the command that gets it."""

    needs: str
    command: str


@dataclass(frozen=True, slots=True)
class TokenCount:
    """One of the four amounts of data: its tokens, and how it is written."""

    tokens: int
    label: str  # as in the paper: 200M
    run_label: str  # as in the names of runs: 209M

    @property
    def billions(self) -> float:
        """The axis of laws over data."""
        return self.tokens / 1e9


TOKEN_COUNTS = (
    TokenCount(209_715_200, "200M", "209M"),
    TokenCount(419_430_400, "400M", "419M"),
    TokenCount(838_860_800, "800M", "838M"),
    TokenCount(1_677_721_600, "1.6B", "1.7B"),
)
SMALLEST = TOKEN_COUNTS[0]


@dataclass(frozen=True, slots=True, order=True)
class Setting:
    """The hyper-parameters that the recipes tune."""

    epochs: int
    lr: float
    weight_decay: float
