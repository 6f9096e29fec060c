"""How uncertain it is what more of x still brings."""

from __future__ import annotations

import numpy as np

from infinite_compute import marginal_returns
from infinite_compute.laws import Band, Fit, NotIdentifiable, PowerFit, PowerLaw, fit_power

SIZES = (0.15, 0.3, 0.6, 1.4)
PLACES = (0.15, 0.6, 1.4, 6.0, 12.0)
LAW = PowerLaw(0.05, 1.02, 3.43)


def fitted(noise: np.random.Generator, deviation: float) -> PowerFit:
    losses = [LAW.evaluate(x) + noise.normal(0, deviation) for x in SIZES]
    fit = fit_power(SIZES, losses)
    assert isinstance(fit, Fit)
    return fit


def band(fit: PowerFit) -> tuple[Band, ...]:
    found = marginal_returns.band(fit, PLACES)
    assert not isinstance(found, NotIdentifiable)
    return found


def test_bands_hold_the_truth_as_often_as_they_say() -> None:
    noise = np.random.default_rng(11)
    held = [0] * len(PLACES)
    for _ in range(120):
        for number, place in enumerate(band(fitted(noise, 0.0005))):
            held[number] += place.low <= LAW.marginal_return(*place.at) <= place.high
    # 108 of 120 on average; at a place near the first points the exponent matters little.
    assert all(98 <= count <= 117 for count in held), held


def test_ends_are_those_of_the_laws_that_fit_about_as_well() -> None:
    fit = fitted(np.random.default_rng(2), 0.001)
    edge = fit.edge()
    assert not isinstance(edge, NotIdentifiable)
    laws = [PowerLaw(*row) for row in edge[::7].tolist()]
    for place in band(fit):
        returns = [law.marginal_return(*place.at) for law in laws]
        width = place.high - place.low
        assert place.low <= min(returns) < place.low + 0.1 * width
        assert place.high - 0.1 * width < max(returns) <= place.high
        assert place.low <= place.value == fit.law.marginal_return(*place.at) <= place.high


def test_more_noise_leaves_more_open() -> None:
    widths = [
        [place.high - place.low for place in band(fitted(np.random.default_rng(4), deviation))]
        for deviation in (1e-6, 0.0005, 0.002)
    ]
    assert max(widths[0]) < 1e-3
    for less, more in ((0, 1), (1, 2)):
        assert all(a < b for a, b in zip(widths[less], widths[more], strict=True))


def test_what_is_not_identifiable_stays_so() -> None:
    fit = fit_power([1, 2, 3], [3.6, 3.47, 3.43])
    assert isinstance(fit, Fit)
    found = marginal_returns.band(fit, [1.0])
    assert found == NotIdentifiable("3 points fix 3 parameters and leave no noise to judge")
