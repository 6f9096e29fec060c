"""What data leave open about a fitted law: profile likelihood of its parameters and values.

An interval holds the values for which the other parameters can be chosen so that the misfit is
not significantly worse than the least one. The noise is judged from the residuals (Student's t
with points minus parameters degrees of freedom); where the errors of the values are known, it is
at least those. A set without an end within the bounds is the answer "not identifiable".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from infinite_compute.law_forms import Form, InverseLaw, JointLaw, PowerLaw
from infinite_compute.separable import Array, Region

METHOD = "profile likelihood"
LEVEL = 0.90
LEAST, GREATEST = 0.01, 10.0  # exponents outside are as good as none, and as a cliff

# How far around the fitted exponents to look, as logarithms.
_NARROWEST, _FIRST_LOOK, _WIDEST = 1e-8, 0.04, 7.0
_MOST_LOOKS = 20
_AT_END = 1.001
_AT_BOUND = 1e-6
_ROUNDING = 1e-16  # squared residuals, relative to the squared values, that are no noise


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies, by a method, at a level of confidence."""

    low: float
    high: float
    method: str = METHOD
    level: float = LEVEL


@dataclass(frozen=True, slots=True)
class NotIdentifiable:
    """The data do not say; `reason` is a clause for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Band:
    """A law's value somewhere (x, or N and D), and the interval of it."""

    at: tuple[float, ...]
    value: float
    low: float
    high: float


class Profile:
    """The laws that fit some points not significantly worse than the law fitted to them.

    `noise` is the standard error of the values as far as it is known beforehand.
    """

    def __init__(
        self,
        law: PowerLaw | InverseLaw | JointLaw,
        at: Sequence[tuple[float, ...]],
        values: Sequence[float],
        level: float,
        noise: float = 0.0,
    ) -> None:
        self._law = law
        self._level = level
        scaled, self._middle = scale(np.array(at))
        losses = np.array(values)
        own = np.array([[law.parameters[i] for i in law.exponents()]])
        free = len(values) - len(law.parameters)
        quantile = float(student.ppf((1 + level) / 2, free))
        known = (float(norm.ppf((1 + level) / 2)) * noise) ** 2
        width = np.full(own.shape[1], _FIRST_LOOK)
        for _ in range(_MOST_LOOKS):
            self._grid, corners = _grid_around(own, width)
            self._region = Region(law.columns(self._grid, scaled), losses)
            least = float(self._region.misfit[-1]) + len(values) * _ROUNDING * losses.max() ** 2
            self._least = least
            self._threshold = least + max(least * quantile**2 / free, known)
            factor = _zoom(self._grid[self._region.misfit <= self._threshold], corners, width)
            if np.all(factor == 1):
                break
            width = width * factor

    def intervals(self) -> dict[str, Interval | NotIdentifiable]:
        """The interval of each parameter, by its name."""
        exponents = iter(range(self._grid.shape[1]))
        coefficients = iter(range(len(self._law.parameters)))
        found: dict[str, Interval | NotIdentifiable] = {}
        for place, name in enumerate(self._law.names()):
            if place in self._law.exponents():
                found[name] = self._of_exponent(next(exponents))
            else:
                found[name] = self._of_coefficient(next(coefficients))
        return found

    def band(self, places: Sequence[tuple[float, ...]]) -> tuple[Band, ...]:
        """The interval of the law's value at each place."""
        bands = []
        for place in places:
            at = np.array([place]) / self._middle
            weights = self._law.columns(self._grid, at)[:, 0, :]
            low, high = self._region.extent(weights, self._threshold)
            value = float(self._law.columns(self._grid[-1:], at)[0, 0] @ self._own())
            bands.append(Band(place, value, min(low, value), max(high, value)))
        return tuple(bands)

    def edge(self, share: float) -> Array:
        """Laws that fit just not worse than `share` of what is allowed, their parameters in rows.

        Of laws with at most one exponent; whatever is monotone in the parameters has its extremes
        among them.
        """
        threshold = self._least + share * (self._threshold - self._least)
        places, coefficients = self._region.edge(threshold)
        exponents = self._grid[places]
        powers = exponents[:, 0] if exponents.shape[1] else 1.0
        scales = coefficients[:, 0] * self._middle[0] ** powers
        return np.column_stack([scales, exponents, coefficients[:, 1]])

    def _own(self) -> Array:
        """The coefficients of the fitted law, which is the last one of the grid."""
        return self._region.coefficients(len(self._grid) - 1)

    def _of_exponent(self, axis: int) -> Interval | NotIdentifiable:
        fits = self._grid[self._region.misfit <= self._threshold, axis]
        low, high = float(fits.min()), float(fits.max())
        no_low, no_high = low <= LEAST * _AT_END, high >= GREATEST / _AT_END
        if not no_low and not no_high:
            return Interval(low, high, METHOD, self._level)
        which = f"from {low:.2g} on" if not no_low else f"up to {high:.2g}"
        return self._open("any exponent" if no_low and no_high else f"any exponent {which}")

    def _of_coefficient(self, column: int) -> Interval | NotIdentifiable:
        weights = np.zeros((len(self._grid), len(self._own())))
        weights[:, column] = 1.0
        if column < weights.shape[1] - 1:
            # The coefficient of scaled points is made that of the points as they are.
            powers = self._grid[:, column] if self._grid.shape[1] else 1.0
            weights[:, column] = self._middle[column] ** powers
        low, high = self._region.extent(weights, self._threshold)
        if low <= _AT_BOUND:
            return self._open(f"any value from 0 to {high:.3g}")
        return Interval(low, high, METHOD, self._level)

    def _open(self, what: str) -> NotIdentifiable:
        return NotIdentifiable(f"at {self._level:.0%} confidence the data fit {what}")


def scale(at: Array) -> tuple[Array, Array]:
    """The points relative to their geometric middle, so that all numbers are of one size."""
    middle: Array = np.exp(np.log(at).mean(axis=0))
    return at / middle, middle


def grid(axes: Sequence[Array]) -> Array:
    """All combinations of exponents, a row each; a law without exponents has one, empty."""
    if not axes:
        return np.empty((1, 0))
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))


def everywhere(form: type[Form]) -> Array:
    """A grid over all exponents that a law may have."""
    count = len(form.exponents())
    steps = {0: 0, 1: 361, 2: 45}[count]
    return grid([np.geomspace(LEAST, GREATEST, steps)] * count)


def _zoom(fits: Array, corners: tuple[Array, Array], width: Array) -> Array:
    """By how much to look further on each axis, so that what fits fills some of it but not all."""
    cut = np.any((fits <= corners[0]) | (fits >= corners[1]), axis=0) & (width < _WIDEST)
    reach = np.log(fits.max(axis=0) / fits.min(axis=0))
    lost = (reach < 0.1 * width) & (width > _NARROWEST)
    return np.where(cut, 2.0, np.where(lost, 0.125, 1.0))


def _grid_around(own: Array, width: Array) -> tuple[Array, tuple[Array, Array]]:
    """A grid around the fitted exponents, these themselves as its last row, and its corners."""
    steps = {0: 0, 1: 401, 2: 61}[own.shape[1]]
    low = np.maximum(own[0] * np.exp(-width), LEAST)
    high = np.minimum(own[0] * np.exp(width), GREATEST)
    axes = [np.geomspace(*ends, steps) for ends in zip(low, high, strict=True)]
    return np.concatenate([grid(axes), own]), (low, high)
