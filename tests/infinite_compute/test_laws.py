"""Laws are found again, and what is said of their uncertainty is true."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from infinite_compute.laws import (
    Fit,
    Interval,
    InverseLaw,
    JointLaw,
    NotIdentifiable,
    PowerLaw,
    fit_inverse,
    fit_joint,
    fit_power,
)

SIZES = (0.15, 0.3, 0.6, 1.4)
POWERS = st.builds(PowerLaw, st.floats(0.02, 0.6), st.floats(0.2, 2.5), st.floats(1.5, 3.6))
SEEDS = st.integers(0, 2**32 - 1)


def noisy(losses: Sequence[float], seed: int, deviation: float = 0.001) -> list[float]:
    noise = np.random.default_rng(seed).normal(0, deviation, len(losses))
    return [float(value) for value in np.array(losses) + noise]


def fitted(found: Fit[PowerLaw] | NotIdentifiable) -> Fit[PowerLaw]:
    assert isinstance(found, Fit)
    return found


def misfit(values: Sequence[float], losses: Sequence[float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(values, losses, strict=True))


def within(interval: Interval | NotIdentifiable, value: float) -> bool:
    """Whether a value is in an interval, but for the steps in which its ends are found."""
    if isinstance(interval, NotIdentifiable):
        return True
    step = 0.02 * (interval.high - interval.low) + 1e-9
    return interval.low - step <= value <= interval.high + step


@given(POWERS)
@settings(max_examples=60, deadline=None)
def test_a_law_without_noise_is_found_exactly(law: PowerLaw) -> None:
    fit = fitted(fit_power(SIZES, [law.evaluate(x) for x in SIZES]))
    assert fit.law.parameters == pytest.approx(law.parameters, rel=2e-3)
    assert fit.r2 == pytest.approx(1)
    assert max(map(abs, fit.residuals)) < 1e-7


@given(POWERS, SEEDS)
@settings(max_examples=80, deadline=None)
def test_no_law_fits_better_and_one_that_fits_about_as_well_is_inside(
    law: PowerLaw, seed: int
) -> None:
    xs = [*SIZES, 2.5, 5.0]
    true = [law.evaluate(x) for x in xs]
    values = noisy(true, seed)
    fit = fitted(fit_power(xs, values))
    least, of_true = misfit(fit.residuals, [0] * len(xs)), misfit(values, true)
    assert least <= of_true + 1e-12
    free = fit.degrees_of_freedom
    if of_true <= least * (1 + float(student.ppf((1 + fit.level) / 2, free)) ** 2 / free):
        for name, value in zip(PowerLaw.names(), law.parameters, strict=True):
            assert within(fit.intervals[name], value), name
        band = fit.band([0.1, *xs, 50])
        assert not isinstance(band, NotIdentifiable)
        for place in band:
            assert within(Interval(place.low, place.high), law.evaluate(*place.at))
            assert place.low <= place.value <= place.high


@pytest.mark.parametrize("xs", [SIZES, (1, 2, 3, 4, 5)], ids=["four sizes", "five members"])
def test_intervals_hold_the_truth_as_often_as_they_say(xs: Sequence[float]) -> None:
    law = PowerLaw(0.05, 1.02, 3.43) if xs is SIZES else PowerLaw(0.25, 1.0, 3.34)
    true = [law.evaluate(x) for x in xs]
    fits = [fitted(fit_power(xs, noisy(true, seed, 0.0005))) for seed in range(180)]
    known = [fit for fit in fits if isinstance(fit.asymptote, Interval)]
    held = sum(within(fit.asymptote, law.asymptote) for fit in known) / len(known)
    assert len(known) > 120
    assert 0.85 < held < 0.95
    assert {fit.level for fit in known} == {0.9}


def test_fewer_points_than_parameters_are_an_answer() -> None:
    found = fit_power([1, 2], [3.6, 3.5])
    assert found == NotIdentifiable("2 points cannot fix 3 parameters")
    found = fit_power([1, 1, 2, 2], [3.6, 3.61, 3.5, 3.51])
    assert found == NotIdentifiable("the points lie at fewer than 3 different places")


def test_as_many_points_as_parameters_leave_no_uncertainty_to_judge() -> None:
    fit = fitted(fit_power([1, 2, 3], [3.6, 3.47, 3.43]))
    assert max(map(abs, fit.residuals)) < 1e-9
    assert isinstance(fit.asymptote, NotIdentifiable)
    assert isinstance(fit.band([1, 2]), NotIdentifiable)


def test_points_that_say_nothing_of_an_asymptote_are_told() -> None:
    # Nearly a straight line against the logarithm: it may go down to nothing.
    fit = fitted(fit_power(SIZES, [3.80, 3.60, 3.42, 3.20]))
    assert isinstance(fit.asymptote, NotIdentifiable)
    assert fit.asymptote.reason == "at 90% confidence the data fit any value from 0 to 2.52"


def test_losses_that_rise_have_a_flat_law() -> None:
    fit = fitted(fit_power(SIZES, [3.5, 3.6, 3.7, 3.8]))
    assert fit.law.scale == 0
    assert fit.law.asymptote == pytest.approx(3.65)
    assert isinstance(fit.intervals["exponent"], NotIdentifiable)


def test_parameters_keep_to_their_bounds() -> None:
    # Without bounds the best asymptote would lie below zero.
    fit = fitted(fit_power([1, 2, 4, 8], [3.0, 2.0, 1.0, 0.05]))
    assert fit.law.asymptote == pytest.approx(0, abs=1e-12)
    assert all(parameter >= 0 for parameter in fit.law.parameters)


def test_known_errors_widen_an_interval_and_never_narrow_it() -> None:
    losses = [3.75, 3.587, 3.51, 3.462]
    widths = []
    for noise in (0.0, 1e-6, 0.02):
        interval = fitted(fit_power(SIZES, losses, noise=noise)).asymptote
        assert isinstance(interval, Interval)
        widths.append(interval.high - interval.low)
    assert widths[0] == widths[1] < widths[2]
    unknown = fitted(fit_power(SIZES, losses, noise=math.inf))
    assert isinstance(unknown.asymptote, NotIdentifiable)
    assert isinstance(unknown.band([1]), NotIdentifiable)


@pytest.mark.parametrize(
    ("xs", "losses"), [([1, 2, 3], [3.5, math.nan, 3.4]), ([0, 1, 2], [3.5, 3.4, 3.3])]
)
def test_what_is_no_point_is_refused(xs: list[float], losses: list[float]) -> None:
    with pytest.raises(ValueError, match="a law needs"):
        fit_power(xs, losses)


@given(st.floats(0.05, 0.5), st.floats(2.5, 3.5), SEEDS)
@settings(max_examples=30, deadline=None)
def test_the_inverse_law_is_plain_least_squares(scale: float, limit: float, seed: int) -> None:
    xs = [1, 2, 3, 4, 5]
    values = noisy([InverseLaw(scale, limit).evaluate(x) for x in xs], seed)
    fit = fit_inverse(xs, values)
    assert isinstance(fit, Fit)
    slope, intercept = np.polyfit([1 / x for x in xs], values, 1)
    assert fit.law.parameters == pytest.approx((slope, intercept), rel=1e-6)
    residuals = np.array(values) - slope / np.array(xs) - intercept
    spread = np.array([1 / x for x in xs]) - np.mean([1 / x for x in xs])
    deviation = np.sqrt(
        residuals @ residuals / 3 * (1 / 5 + np.mean([1 / x for x in xs]) ** 2 / (spread @ spread))
    )
    half = float(student.ppf(0.95, 3) * deviation)
    interval = fit.asymptote
    assert isinstance(interval, Interval)
    assert (interval.low, interval.high) == pytest.approx((intercept - half, intercept + half))


def test_the_joint_law_is_found() -> None:
    law = JointLaw(0.45, 0.34, 0.75, 0.35, 1.8)
    at = [(n, d) for n in np.geomspace(0.1, 3, 6) for d in np.geomspace(1, 20, 6)]
    hits = 0
    for seed in range(8):
        values = noisy([law.evaluate(n, d) for n, d in at], seed)
        fit = fit_joint([n for n, _ in at], [d for _, d in at], values)
        assert isinstance(fit, Fit)
        assert fit.law.parameters == pytest.approx(law.parameters, rel=0.03)
        intervals = [fit.intervals[name] for name in JointLaw.names()]
        assert all(isinstance(interval, Interval) for interval in intervals)
        hits += sum(map(within, intervals, law.parameters))
        band = fit.band([(0.3, 5.0)])
        assert not isinstance(band, NotIdentifiable)
        assert band[0].high - band[0].low < 0.002
    assert hits >= 0.75 * 8 * len(law.parameters)
    assert law.limit(2.0) == pytest.approx(law.evaluate(1e30, 2.0))


def test_a_law_read_backwards() -> None:
    law = PowerLaw(1.2, 0.235, 1.9)
    assert law.inverse(law.evaluate(0.7)) == pytest.approx(0.7)
    assert law.inverse(1.9) == law.inverse(1.0) == math.inf
    step = 1e-6
    slope = (math.log(law.evaluate(1 + step)) - math.log(law.evaluate(1))) / math.log(1 + step)
    assert law.marginal_return(1.0) == pytest.approx(-slope, rel=1e-4)
