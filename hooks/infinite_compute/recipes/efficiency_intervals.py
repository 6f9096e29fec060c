"""How uncertain a data efficiency is: what the standard law and the loss itself leave open.

A profile likelihood as that of the laws. The interval holds the efficiencies for which the standard
law and the loss can be chosen so that both together fit not significantly worse: what one of them
uses up of the misfit that is allowed, the other has not. A loss that is no asymptote is taken as it
is; what its run would have been with other seeds is not known from one run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from infinite_compute.laws import Interval, NotIdentifiable
from infinite_compute.results import Number, TokenCount, TokenScaling
from infinite_compute.separable import Array

_SHARES = tuple(np.linspace(0.0, 1.0, 9).tolist())  # of the misfit that is allowed


class StandardLaw:
    """The law over data of the standard recipe, which data efficiencies are about."""

    def __init__(self, scaling: TokenScaling) -> None:
        self.fit = scaling.fit
        self.losses = tuple(point.loss for point in scaling.points)

    def interval(
        self, loss: Number, base: Number | TokenCount
    ) -> Interval | NotIdentifiable | None:
        """Where the efficiency of a loss lies; None where it is one by definition."""
        if isinstance(base, Number) and base.value == loss.value:
            return None
        if isinstance(self.fit, NotIdentifiable):
            return self.fit
        if isinstance(self._edges, NotIdentifiable):
            return self._edges
        if isinstance(loss.interval, NotIdentifiable):
            return NotIdentifiable("the loss itself is an asymptote that is not identifiable")
        least, most = math.inf, -math.inf
        for share, laws in self._edges.items():
            for value in _around(loss, 1 - share):
                found = _logarithms(laws, value, base)
                least, most = min(least, float(found.min())), max(most, float(found.max()))
        if math.isfinite(least) and math.isfinite(most):
            return Interval(math.exp(least), math.exp(most), level=self.fit.level)
        which = f" from {math.exp(least):.3g} on" if math.isfinite(least) else ""
        level = f"at {self.fit.level:.0%} confidence"
        return NotIdentifiable(f"{level} the data fit any efficiency{which}")

    @cached_property
    def _edges(self) -> Mapping[float, Array] | NotIdentifiable:
        """Laws around the region that each share of the allowed misfit leaves open."""
        if isinstance(self.fit, NotIdentifiable):
            return self.fit
        found = {}
        for share in _SHARES:
            laws = self.fit.edge(share)
            if isinstance(laws, NotIdentifiable):
                return laws
            found[share] = laws
        return found


def _around(loss: Number, share: float) -> tuple[float, float]:
    """The ends of the loss with a share of the misfit that its interval stands for."""
    if not isinstance(loss.interval, Interval):
        return loss.value, loss.value
    reach = math.sqrt(share)
    below, above = loss.value - loss.interval.low, loss.interval.high - loss.value
    return loss.value - reach * below, loss.value + reach * above


def _logarithms(laws: Array, loss: float, base: Number | TokenCount) -> Array:
    """The logarithm of the efficiency by each law; infinite where it does not reach the losses."""
    needed = _needed(laws, loss)
    if isinstance(base, TokenCount):
        return needed - math.log(base.billions)
    own = _needed(laws, base.value)
    return np.where(np.isfinite(own), needed - np.where(np.isfinite(own), own, 0.0), np.inf)


def _needed(laws: Array, loss: float) -> Array:
    """The logarithm of the billions of tokens at which each law reaches a loss."""
    scale, exponent, limit = laws.T
    reached = (scale > 0) & (limit < loss)
    above = np.where(reached, loss - limit, 1.0)
    tokens = (np.log(np.where(reached, scale, 1.0)) - np.log(above)) / exponent
    return np.where(reached, tokens, np.inf)
