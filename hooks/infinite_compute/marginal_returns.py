"""What more of x still brings along a fitted power law, and how uncertain that is."""

from __future__ import annotations

from collections.abc import Sequence

from infinite_compute.laws import Band, NotIdentifiable, PowerFit


def band(fit: PowerFit, at: Sequence[float]) -> tuple[Band, ...] | NotIdentifiable:
    """The relative fall of the loss per relative growth of x there, each with its interval.

    An interval holds the returns of all laws that fit not significantly worse. For an exponent
    only the ratio of scale and asymptote counts, so that the extremes are among the laws around
    the region of these.
    """
    edge = fit.edge()
    if isinstance(edge, NotIdentifiable):
        return edge
    scale, exponent, asymptote = edge.T
    found = []
    for x in at:
        falling = scale * x**-exponent
        returns = exponent * falling / (falling + asymptote)
        value = fit.law.marginal_return(x)
        low, high = min(float(returns.min()), value), max(float(returns.max()), value)
        found.append(Band((float(x),), value, low, high))
    return tuple(found)
