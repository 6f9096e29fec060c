"""Recipes: losses over model size and over data, their laws, certificates and efficiencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from infinite_compute.laws import NotIdentifiable, PowerFit, PowerLaw
from infinite_compute.results.values import SMALLEST, Missing, Number, Origin, Setting, TokenCount


class Neighbour(StrEnum):
    """What the table says of one neighbour of a setting."""

    HIGHER = "higher"
    EQUAL = "equal"
    LOWER = "lower"
    MISSING = "missing"
    GRID_END = "grid end"


@dataclass(frozen=True, slots=True)
class NeighbourCheck:
    """One neighbour on the search grid; `runs` are all that were found, the loss is their least."""

    axis: str  # epochs, lr, weight_decay
    step: int  # -1 or +1
    setting: Setting | None
    state: Neighbour
    loss: float | None = None
    runs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """Whether a setting is the best among its neighbours on the search grid, one by one.

    The end of the grid is no neighbour: it counts neither way, and is said.
    """

    setting: Setting
    loss: float
    neighbours: tuple[NeighbourCheck, ...]

    @property
    def certified(self) -> bool:
        """All neighbours on the grid were found, and none is better."""
        bad = {Neighbour.MISSING, Neighbour.LOWER}
        return not any(neighbour.state in bad for neighbour in self.neighbours)

    @property
    def at_grid_end(self) -> bool:
        """On some axis nothing lies beyond it, so that more might be gained there."""
        return any(neighbour.state is Neighbour.GRID_END for neighbour in self.neighbours)


@dataclass(frozen=True, slots=True)
class SizePoint:
    """The loss of one model size; `fitted` where the law over sizes is fitted to it."""

    model: str
    parameters_b: float
    loss: Number
    setting: Setting | None = None
    train_loss: Number | None = None
    certificate: Certificate | None = None
    fitted: bool = True


@dataclass(frozen=True, slots=True)
class QuotedLaw:
    """A law as published, beside the one fitted here."""

    law: PowerLaw
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """The same fit with another input, to show how much hangs on it."""

    change: str
    points: tuple[SizePoint, ...]
    fit: PowerFit | NotIdentifiable


@dataclass(frozen=True, slots=True)
class SizeScaling:
    """Losses over model size at one amount of data, and the law A/N^B + C through them.

    `quoted` holds published laws, `asymptotes` published values of C, `variants` the sensitivity.
    """

    tokens: TokenCount
    origin: Origin
    points: tuple[SizePoint, ...]
    fit: PowerFit | NotIdentifiable
    quoted: tuple[QuotedLaw, ...] = ()
    asymptotes: tuple[Number, ...] = ()
    variants: tuple[Variant, ...] = ()
    note: str = ""

    @property
    def best(self) -> SizePoint:
        """The size with the least loss among those of the recipe."""
        return min((p for p in self.points if p.fitted), key=lambda point: point.loss.value)

    def of(self, model: str) -> SizePoint | None:
        """The point of a model's key."""
        return next((point for point in self.points if point.model == model), None)


@dataclass(frozen=True, slots=True)
class TokenPoint:
    """A loss at one amount of data."""

    tokens: TokenCount
    loss: Number


@dataclass(frozen=True, slots=True)
class TokenScaling:
    """Losses over data, and the law A/D^B + C through them, D in billions of tokens."""

    origin: Origin
    points: tuple[TokenPoint, ...]
    fit: PowerFit | NotIdentifiable
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe: its losses over model size for each amount of data, and its law over data.

    The losses of the joint recipe are asymptotes in the number of members.
    """

    name: str
    by_tokens: Mapping[TokenCount, SizeScaling | Missing]
    over_tokens: TokenScaling | Missing

    def at(self, tokens: TokenCount = SMALLEST) -> SizeScaling | Missing:
        """Its losses over model size at an amount of data."""
        return self.by_tokens[tokens]


@dataclass(frozen=True, slots=True)
class Efficiency:
    """How many times less data a recipe needs for its loss than the standard recipe would.

    Both divide the data at which the standard law reaches the loss: by the data at which it
    reaches the standard recipe's own loss (`over_law`), or by the tokens used (`over_tokens`).
    A loss that the standard law never reaches has no efficiency that could be named. Their
    intervals hold what the standard law and the loss, where it is an asymptote, leave open.
    """

    name: str
    tokens: TokenCount
    loss: Number | None
    over_law: Number | NotIdentifiable | Missing
    over_tokens: Number | NotIdentifiable | Missing
    quoted: tuple[Number, ...] = ()
