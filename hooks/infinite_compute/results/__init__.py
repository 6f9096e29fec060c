"""The derived tables: all that figures and pages show, each value with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infinite_compute.results.ablations import (
    Ablations,
    Comparison,
    IsoFlopPoint,
    IsoFlopSweep,
    Point,
    Series,
    Trajectory,
)
from infinite_compute.results.evaluations import (
    Benchmark,
    Benchmarks,
    ContinuedPretraining,
    ContinuedRow,
    Distillation,
    Distilled,
)
from infinite_compute.results.members import (
    EnsembleCell,
    EnsembleGroup,
    MemberPoint,
    MemberSeries,
    SeedScience,
    Sensitivity,
    Shift,
    Spread,
)
from infinite_compute.results.scaling import (
    Certificate,
    Efficiency,
    Neighbour,
    NeighbourCheck,
    QuotedLaw,
    Recipe,
    SizePoint,
    SizeScaling,
    TokenPoint,
    TokenScaling,
    Variant,
)
from infinite_compute.results.values import (
    SMALLEST,
    TOKEN_COUNTS,
    Missing,
    Number,
    Origin,
    Setting,
    TokenCount,
)

__all__ = [
    "SMALLEST",
    "TOKEN_COUNTS",
    "Ablations",
    "Benchmark",
    "Benchmarks",
    "Certificate",
    "Comparison",
    "ContinuedPretraining",
    "ContinuedRow",
    "Distillation",
    "Distilled",
    "Efficiency",
    "EnsembleCell",
    "EnsembleGroup",
    "IsoFlopPoint",
    "IsoFlopSweep",
    "MemberPoint",
    "MemberSeries",
    "Missing",
    "Neighbour",
    "NeighbourCheck",
    "Number",
    "Origin",
    "Point",
    "QuotedLaw",
    "Recipe",
    "Results",
    "SeedScience",
    "Sensitivity",
    "Series",
    "Setting",
    "Shift",
    "SizePoint",
    "SizeScaling",
    "Spread",
    "TokenCount",
    "TokenPoint",
    "TokenScaling",
    "Trajectory",
    "Variant",
]


@dataclass(frozen=True, slots=True)
class Results:
    """All derived tables, in the order in which they are derived."""

    origin: Origin
    standard: Recipe
    regularized: Recipe
    ensembles: Mapping[tuple[str, TokenCount], EnsembleCell | Missing]
    joint: Recipe
    efficiencies: tuple[Efficiency, ...]
    distillation: Distillation
    benchmarks: Benchmarks
    ablations: Ablations
    seed_science: SeedScience | Missing
    sensitivity: Sensitivity
    isoflop: Mapping[str, IsoFlopSweep | Missing]  # by mode
    comparison: Comparison
    trajectories: tuple[Trajectory, ...] | Missing
    continued: ContinuedPretraining
    excluded: tuple[tuple[str, str], ...] = ()  # runs left out by hand: id and reason

    def ensemble(self, model: str, tokens: TokenCount = SMALLEST) -> EnsembleCell | Missing:
        """The ensembles of a model's key at an amount of data."""
        return self.ensembles[model, tokens]
