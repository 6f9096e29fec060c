"""A made-up law over model sizes with its band, as figures draw it."""

from __future__ import annotations

from infinite_compute.figures.plot import Curve, spaced

XS = spaced(0.15, 6.0, logarithmic=True, count=30)
LAW = Curve(
    XS,
    tuple(3.4 + 0.05 / x for x in XS),
    (0.15, 1.4),
    tuple(3.38 + 0.05 / x for x in XS),
    tuple(3.42 + 0.05 / x for x in XS),
)
