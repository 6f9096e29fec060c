"""Ensembles: losses over the number of members, their laws, and what seeds do to them."""

from __future__ import annotations

from dataclasses import dataclass

from infinite_compute.laws import InverseFit, NotIdentifiable, PowerFit
from infinite_compute.results.scaling import Variant
from infinite_compute.results.values import Missing, Number, Origin, Setting, TokenCount


@dataclass(frozen=True, slots=True)
class MemberPoint:
    """The loss of an ensemble of so many members; `patch` is the reason of a hand-set value."""

    members: int
    loss: Number
    patch: str = ""


@dataclass(frozen=True, slots=True)
class EnsembleGroup:
    """Ensembles of members of one setting, and the laws A/K^B + C and A/K + C of all points."""

    setting: Setting
    points: tuple[MemberPoint, ...]
    fit: PowerFit | NotIdentifiable
    inverse_fit: InverseFit | NotIdentifiable

    @property
    def single(self) -> MemberPoint | None:
        """Its ensemble of one."""
        return next((point for point in self.points if point.members == 1), None)


@dataclass(frozen=True, slots=True)
class Shift:
    """How the best setting of many members differs from that of one, beside the heuristic."""

    epochs_factor: float
    weight_decay_factor: float | None  # None where the single model's is zero
    lr_factor: float
    follows: bool  # epochs x 2, weight decay x 0.5, the same learning rate


@dataclass(frozen=True, slots=True)
class EnsembleCell:
    """All that is known of ensembles of one model size at one amount of data.

    `best_single` is the group whose ensemble of one is best, `best_asymptote` the one with the
    least identifiable asymptote. From published values there are no groups, only the asymptotes
    (for either choice) and single points.
    """

    model: str
    parameters_b: float
    tokens: TokenCount
    origin: Origin
    groups: tuple[EnsembleGroup, ...] = ()
    best_single: EnsembleGroup | None = None
    best_asymptote: EnsembleGroup | None = None
    shift: Shift | None = None
    asymptote_of_single: Number | None = None
    asymptote_of_best: Number | None = None
    published_points: tuple[MemberPoint, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberSeries:
    """Losses over the number of members, and their law A/K^B + C."""

    name: str
    points: tuple[MemberPoint, ...]
    fit: PowerFit | NotIdentifiable


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviation of the loss over runs that differ in their seeds only."""

    name: str
    losses: tuple[float, ...]
    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class SeedScience:
    """Ensembles whose members differ in either seed or both, and the spread of single runs."""

    series: tuple[MemberSeries, ...]
    spreads: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The laws again, from other seeds and from fewer members."""

    regularized: tuple[Variant, ...] | Missing
    ensembling: tuple[MemberSeries, ...] | Missing
