"""How uncertain data efficiencies are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from infinite_compute.laws import Interval, NotIdentifiable, PowerLaw, fit_power
from infinite_compute.recipes.efficiency_intervals import StandardLaw
from infinite_compute.results import (
    SMALLEST,
    TOKEN_COUNTS,
    Number,
    Origin,
    TokenPoint,
    TokenScaling,
)

STANDARD = PowerLaw(1.28, 0.235, 1.9)
LOSS = 3.17
QUANTILE = 1.645  # of 90 %


def number(value: float, error: float = 0.0) -> Number:
    half = QUANTILE * error
    interval = Interval(value - half, value + half) if error else None
    return Number(value, Origin.RUNS, ("run",), error=error or None, interval=interval)


def law(noise: np.random.Generator | None = None, deviation: float = 0.001) -> StandardLaw:
    points = tuple(
        TokenPoint(
            tokens,
            number(
                STANDARD.evaluate(tokens.billions) + (noise.normal(0, deviation) if noise else 0)
            ),
        )
        for tokens in TOKEN_COUNTS
    )
    losses = [point.loss.value for point in points]
    fit = fit_power([point.tokens.billions for point in points], losses)
    return StandardLaw(TokenScaling(Origin.RUNS, points, fit))


def within(found: Interval | NotIdentifiable | None) -> Interval:
    assert isinstance(found, Interval)
    return found


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    noise = np.random.default_rng(7)
    truth = STANDARD.inverse(LOSS) / SMALLEST.billions
    # Of a run's loss and of an asymptote, by the law and by the tokens.
    held = dict.fromkeys(product((0.0, 0.01), (True, False)), 0)
    for _ in range(60):
        known = law(noise)
        for error, by_law in held:
            loss = number(noise.normal(LOSS, error), error)
            found = within(known.interval(loss, known.losses[0] if by_law else SMALLEST))
            held[error, by_law] += found.low <= truth <= found.high
            assert (found.level, found.method) == (0.9, "profile likelihood")
    # 54 of 60 on average.
    assert all(48 <= count < 60 for count in held.values()), held


def test_the_loss_and_the_law_both_widen_an_interval() -> None:
    wide = law(np.random.default_rng(3), 0.004)
    narrow = law(np.random.default_rng(3), 0.001)
    lengths = [
        [
            found.high - found.low
            for error in (0.0, 0.005, 0.02)
            for found in [within(known.interval(number(LOSS, error), SMALLEST))]
        ]
        for known in (narrow, wide)
    ]
    assert all(widths == sorted(widths) for widths in lengths)
    assert all(few < many for few, many in zip(*lengths, strict=True))


def test_an_interval_is_about_the_efficiency() -> None:
    known = law(np.random.default_rng(5))
    assert not isinstance(known.fit, NotIdentifiable)
    for loss, tokens in product((3.6, 3.4, 3.2), TOKEN_COUNTS):
        found = within(known.interval(number(loss), tokens))
        assert found.low < known.fit.law.inverse(loss) / tokens.billions < found.high


def test_of_a_law_without_noise_only_the_loss_is_uncertain() -> None:
    known, error = law(), 0.01
    found = within(known.interval(number(LOSS, error), SMALLEST))
    ends = [STANDARD.inverse(LOSS + sign * QUANTILE * error) for sign in (1, -1)]
    expected = [end / SMALLEST.billions for end in ends]
    assert [found.low, found.high] == pytest.approx(expected, rel=1e-3)


def test_the_standard_recipe_is_worth_its_own_data_by_definition() -> None:
    known = law(np.random.default_rng(5))
    assert known.interval(known.losses[0], known.losses[0]) is None
    assert within(known.interval(known.losses[0], SMALLEST)).low < 1


def test_near_the_asymptote_of_the_standard_law_there_is_no_end() -> None:
    known = law(np.random.default_rng(5), 0.005)
    assert not isinstance(known.fit, NotIdentifiable)
    for base in (SMALLEST, known.losses[0]):
        found = known.interval(number(known.fit.law.asymptote + 0.01), base)
        assert isinstance(found, NotIdentifiable)
        assert found.reason.startswith("at 90% confidence the data fit any efficiency from ")


def test_what_is_not_identifiable_stays_so() -> None:
    open_loss = Number(LOSS, Origin.RUNS, ("run",), interval=NotIdentifiable("open"))
    found = law(np.random.default_rng(5)).interval(open_loss, SMALLEST)
    assert isinstance(found, NotIdentifiable)
    assert "the loss itself" in found.reason
    few = TokenScaling(Origin.RUNS, (), fit_power([0.2, 0.4, 0.8], [3.7, 3.5, 3.3]))
    assert isinstance(StandardLaw(few).interval(number(LOSS), SMALLEST), NotIdentifiable)
    none = TokenScaling(Origin.RUNS, (), NotIdentifiable("too few"))
    assert StandardLaw(none).interval(number(LOSS), SMALLEST) == NotIdentifiable("too few")
