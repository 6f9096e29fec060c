"""Laws that are linear but for their exponents: exact bounded least squares over a grid of these.

A law is y = sum of coefficient * column(x; exponents) with coefficients >= 0. For given exponents
the best coefficients and the set of all coefficients that fit about as well (an ellipsoid cut by
the bounds) are known in closed form, so a profile likelihood needs no search.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Directions from the middle of an ellipse or of a line to its edge, by the number of coefficients.
_ANGLES = np.linspace(0.0, 2 * np.pi, 64, endpoint=False)
_DIRECTIONS = {
    1: np.array([[-1.0], [1.0]]),
    2: np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1),
}
_FEASIBLE = -1e-12  # a coefficient that rounding puts below its bound still keeps to it


@dataclass(frozen=True, slots=True)
class _Face:
    """The least squares with the coefficients of `columns` free and all others zero."""

    columns: tuple[int, ...]
    coefficients: Array  # grid, columns
    misfit: Array  # grid: sum of squared residuals
    inverse: Array  # grid, columns, columns

    @property
    def feasible(self) -> npt.NDArray[np.bool_]:
        """Where on the grid no coefficient is below its bound."""
        kept: npt.NDArray[np.bool_] = np.all(self.coefficients >= _FEASIBLE, axis=1)
        return kept


class Region:
    """Least squares for each point of a grid of exponents; `design` is grid, points, columns."""

    def __init__(self, design: Array, values: Array) -> None:
        self._width = design.shape[2]
        self._faces = [
            _face(design, values, columns)
            for size in range(1, self._width + 1)
            for columns in combinations(range(self._width), size)
        ]
        bounded = [np.where(face.feasible, face.misfit, np.inf) for face in self._faces]
        self.misfit: Array = np.min(bounded, axis=0)
        self._best = np.argmin(bounded, axis=0)

    def coefficients(self, index: int) -> Array:
        """The best coefficients for the exponents at `index` of the grid."""
        face = self._faces[int(self._best[index])]
        found = np.zeros(self._width)
        found[list(face.columns)] = np.maximum(face.coefficients[index], 0.0)
        return found

    def extent(self, weights: Array, threshold: float) -> tuple[float, float]:
        """The least and greatest sum of weights * coefficients whose misfit is within threshold.

        `weights` is grid, columns. The extremes lie on a face of the bounds, touched by the
        ellipsoid of that face, or at a face's own best fit.
        """
        found = np.concatenate([*self._extremes(weights, threshold)])
        return float(found.min()), float(found.max())

    def edge(self, threshold: float) -> tuple[npt.NDArray[np.intp], Array]:
        """The coefficients whose misfit is just the threshold, each with its place on the grid.

        They are points around the edge of each ellipse, of designs of at most two columns.
        """
        places, found = [], []
        for face in self._faces:
            (chosen,) = np.nonzero(face.misfit <= threshold)
            directions = _DIRECTIONS[len(face.columns)]
            reach = np.sqrt(threshold - face.misfit[chosen])
            steps = np.einsum("gij,dj->gdi", np.linalg.cholesky(face.inverse[chosen]), directions)
            edge = np.zeros((len(chosen), len(directions), self._width))
            edge[:, :, face.columns] = (
                face.coefficients[chosen][:, None, :] + reach[:, None, None] * steps
            )
            fits = np.all(edge >= _FEASIBLE, axis=2)
            places.append(np.repeat(chosen, len(directions))[fits.ravel()])
            found.append(np.maximum(edge[fits], 0.0))
        return np.concatenate(places), np.concatenate(found)

    def _extremes(self, weights: Array, threshold: float) -> Iterator[Array]:
        for face in self._faces:
            chosen = face.misfit <= threshold
            coefficients, inverse = face.coefficients[chosen], face.inverse[chosen]
            along = weights[chosen][:, face.columns]
            pull = np.einsum("gij,gj->gi", inverse, along)
            stretch = np.maximum(np.einsum("gi,gi->g", along, pull), 1e-300)
            step = np.sqrt((threshold - face.misfit[chosen]) / stretch)[:, None] * pull
            for candidate in (coefficients, coefficients - step, coefficients + step):
                fits = np.all(candidate >= _FEASIBLE, axis=1)
                yield np.einsum("gi,gi->g", along, candidate)[fits]


def _face(design: Array, values: Array, columns: tuple[int, ...]) -> _Face:
    chosen = design[:, :, columns]
    inverse: Array = np.linalg.inv(np.einsum("gni,gnj->gij", chosen, chosen))
    coefficients = np.einsum("gij,gnj,n->gi", inverse, chosen, values, optimize=True)
    residuals = values - np.einsum("gni,gi->gn", chosen, coefficients)
    return _Face(columns, coefficients, np.einsum("gn,gn->g", residuals, residuals), inverse)
