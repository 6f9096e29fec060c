"""Scaling laws fitted to points by bounded least squares, every parameter bounded by zero."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import least_squares

from infinite_compute.law_forms import Form, InverseLaw, JointLaw, PowerLaw
from infinite_compute.separable import Array, Region
from infinite_compute.uncertainty import (
    GREATEST,
    LEAST,
    LEVEL,
    Band,
    Interval,
    NotIdentifiable,
    Profile,
    everywhere,
    scale,
)

__all__ = [
    "Band",
    "Fit",
    "Interval",
    "InverseFit",
    "InverseLaw",
    "JointFit",
    "JointLaw",
    "NotIdentifiable",
    "PowerFit",
    "PowerLaw",
    "fit_inverse",
    "fit_joint",
    "fit_power",
]

L = TypeVar("L", PowerLaw, InverseLaw, JointLaw)

_STARTS = 3
_APART = 0.5  # how far the exponents of two starts differ at least, as logarithms


@dataclass(frozen=True)
class Fit(Generic[L]):
    """A fitted law, the points it was fitted to, and how well; residuals are value - law.

    `noise` is the standard error of the values where they are no measured ones; infinite where
    one of them is not identifiable itself.
    """

    law: L
    at: tuple[tuple[float, ...], ...]
    values: tuple[float, ...]
    residuals: tuple[float, ...]
    r2: float
    level: float = LEVEL
    noise: float = 0.0

    @property
    def degrees_of_freedom(self) -> int:
        """Points minus parameters; where none is left, nothing tells the noise."""
        return len(self.values) - len(self.law.parameters)

    @cached_property
    def intervals(self) -> Mapping[str, Interval | NotIdentifiable]:
        """The interval of each parameter, by its name."""
        if reason := self._unknown():
            return dict.fromkeys(self.law.names(), reason)
        return self._profile.intervals()

    @property
    def asymptote(self) -> Interval | NotIdentifiable:
        """The interval of the law's asymptote."""
        return self.intervals["asymptote"]

    def band(self, at: Sequence[float | tuple[float, ...]]) -> tuple[Band, ...] | NotIdentifiable:
        """The law there (x, or pairs of N and D), each value with its interval."""
        if reason := self._unknown():
            return reason
        places = [place if isinstance(place, tuple) else (float(place),) for place in at]
        return self._profile.band(places)

    def edge(self, share: float = 1.0) -> Array | NotIdentifiable:
        """Parameters, a law a row, around the region of laws that fit not significantly worse.

        `share` is how much of the misfit that the region allows is used up.
        """
        return self._unknown() or self._profile.edge(share)

    @cached_property
    def _profile(self) -> Profile:
        return Profile(self.law, self.at, self.values, self.level, self.noise)

    def _unknown(self) -> NotIdentifiable | None:
        count = len(self.values)
        if math.isinf(self.noise):
            return NotIdentifiable("one of its points is itself an asymptote that nobody knows")
        if self.degrees_of_freedom:
            return None
        return NotIdentifiable(f"{count} points fix {count} parameters and leave no noise to judge")


PowerFit = Fit[PowerLaw]
InverseFit = Fit[InverseLaw]
JointFit = Fit[JointLaw]


def fit_power(
    xs: Sequence[float], losses: Sequence[float], level: float = LEVEL, noise: float = 0.0
) -> PowerFit | NotIdentifiable:
    """Fit scale / x^exponent + asymptote; needs three different x."""
    return _fit(PowerLaw, [(float(x),) for x in xs], losses, level, noise)


def fit_inverse(
    xs: Sequence[float], losses: Sequence[float], level: float = LEVEL
) -> InverseFit | NotIdentifiable:
    """Fit scale / x + asymptote; needs two different x."""
    return _fit(InverseLaw, [(float(x),) for x in xs], losses, level)


def fit_joint(
    parameters: Sequence[float],
    tokens: Sequence[float],
    losses: Sequence[float],
    level: float = LEVEL,
) -> JointFit | NotIdentifiable:
    """Fit the law in N and D; needs five points, three different N and three different D."""
    at = [(float(n), float(d)) for n, d in zip(parameters, tokens, strict=True)]
    return _fit(JointLaw, at, losses, level)


def _fit(
    form: type[L],
    at: Sequence[tuple[float, ...]],
    losses: Sequence[float],
    level: float,
    noise: float = 0.0,
) -> Fit[L] | NotIdentifiable:
    values = np.array(losses, dtype=float)
    if len(values) != len(at) or not np.isfinite(values).all():
        raise ValueError("a law needs one finite loss for each point")
    if not all(np.isfinite(x) and x > 0 for place in at for x in place):
        raise ValueError("a law needs points above zero")
    needed = len(form.names())
    distinct = 3 if form.exponents() else 2
    if len(at) < needed:
        return NotIdentifiable(f"{len(at)} points cannot fix {needed} parameters")
    if any(len(set(axis)) < distinct for axis in zip(*at, strict=True)):
        return NotIdentifiable(f"the points lie at fewer than {distinct} different places")
    scaled, middle = scale(np.array(at))
    exponents, coefficients = _least(form, scaled, values)
    law = form(*_parameters(form, exponents, coefficients, middle))
    residuals = values - form.columns(exponents[None, :], scaled)[0] @ coefficients
    spread = float(np.sum((values - values.mean()) ** 2))
    r2 = 1.0 - float(residuals @ residuals) / spread if spread else 1.0
    kept = tuple(values.tolist()), tuple(residuals.tolist())
    return Fit(law, tuple(at), *kept, r2, level, noise)


def _least(form: type[L], at: Array, values: Array) -> tuple[Array, Array]:
    """Exponents and coefficients of the least misfit, from the best starts of a grid."""
    grid = everywhere(form)
    region = Region(form.columns(grid, at), values)
    best = int(np.argmin(region.misfit))
    misfit, exponents, coefficients = region.misfit[best], grid[best], region.coefficients(best)
    size, count = len(exponents), len(coefficients)
    if not size:
        return exponents, coefficients
    low = [LEAST] * size + [0.0] * count
    high = [GREATEST] * size + [np.inf] * count

    def misfits(parameters: Array) -> Array:
        columns = form.columns(parameters[None, :size], at)[0]
        residuals: Array = columns @ parameters[size:] - values
        return residuals

    for index in _starts(grid, region.misfit):
        start = np.clip(np.concatenate([grid[index], region.coefficients(index)]), low, high)
        found = least_squares(
            misfits, start, bounds=(low, high), x_scale="jac", xtol=1e-14, ftol=1e-14, gtol=1e-14
        )
        if 2 * found.cost < misfit:
            misfit, exponents, coefficients = 2 * found.cost, found.x[:size], found.x[size:]
    return exponents, coefficients


def _starts(grid: Array, misfit: Array) -> list[int]:
    """The best place of a grid, and the best ones at some distance from those before them."""
    chosen: list[int] = []
    for index in np.argsort(misfit, kind="stable").tolist():
        if all(np.abs(np.log(grid[index] / grid[other])).max() > _APART for other in chosen):
            chosen.append(index)
        if len(chosen) == _STARTS:
            break
    return chosen


def _parameters(
    form: type[Form], exponents: Array, coefficients: Array, middle: Array
) -> list[float]:
    """The law's parameters in their order, for points as they are instead of scaled ones."""
    scales = middle ** (exponents if exponents.size else 1.0)
    factors = iter([*(coefficients[:-1] * scales).tolist(), float(coefficients[-1])])
    powers = iter(exponents.tolist())
    return [next(powers if i in form.exponents() else factors) for i in range(len(form.names()))]
