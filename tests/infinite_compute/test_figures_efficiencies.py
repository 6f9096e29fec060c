"""What figures say of data efficiencies and of how uncertain they are."""

from __future__ import annotations

import math

import pytest

from infinite_compute.figures import efficiencies
from infinite_compute.laws import Interval, NotIdentifiable
from infinite_compute.results import SMALLEST, TOKEN_COUNTS, Efficiency, Missing, Number, Origin

LOSS = Number(3.17, Origin.RUNS, ("run",))
OPEN = NotIdentifiable("at 90% confidence the data fit any efficiency from 3.1 on")
MISSING = Missing("the run table", "")


def known(interval: Interval | NotIdentifiable | None, value: float = 5.03) -> Efficiency:
    number = Number(value, Origin.RUNS, ("run",), interval=interval)
    return Efficiency("joint_asymptote", SMALLEST, LOSS, number, MISSING, ())


@pytest.mark.parametrize(
    ("interval", "reach", "note"),
    [
        (Interval(4.724, 5.551), "4.72–5.55", "5.03×; 4.72 to 5.55 at 90% confidence"),
        (Interval(4.724, math.inf), "4.72–∞", "5.03×; 4.72 to ∞ at 90% confidence"),
        (OPEN, "?", f"5.03×; {OPEN.reason}"),
        (None, "", "5.03×"),
    ],
)
def test_a_tick_says_what_is_known(
    interval: Interval | NotIdentifiable | None, reach: str, note: str
) -> None:
    ((tick,), numbers) = efficiencies.ticks([known(interval)])
    assert (tick.value, tick.text, tick.reach, tick.note) == (3.17, "5.03×", reach, note)
    assert [number.value for number in numbers] == [5.03]


def test_what_was_published_of_a_loss_is_not_said_of_another() -> None:
    quoted = Number(5.17, Origin.PUBLISHED, ("paper",))
    for origin, shown in ((Origin.RUNS, ()), (Origin.PUBLISHED, ("5.17×",))):
        loss = Number(3.17, origin, ("source",))
        one = Efficiency("joint_asymptote", SMALLEST, loss, MISSING, MISSING, (quoted,))
        found, _ = efficiencies.ticks([one])
        assert tuple(tick.text for tick in found) == shown
        assert all(tick.note == "5.17×; as published, without an interval" for tick in found)


def test_only_the_smallest_amount_of_data_has_ticks() -> None:
    number = Number(4.0, Origin.RUNS, ("run",))
    one = Efficiency("joint_asymptote", TOKEN_COUNTS[1], LOSS, number, number, ())
    assert efficiencies.ticks([one]) == ((), [])


def test_lines_tell_values_intervals_and_what_these_are() -> None:
    line, last = efficiencies.lines([known(Interval(4.724, 5.551))])
    assert line.endswith("5.03 (4.72 to 5.55) by the standard law, unknown by the tokens")
    assert "90% confidence by profile likelihood" in last
    open_line, _ = efficiencies.lines([known(OPEN)])
    assert "5.03 (interval not identifiable) by the standard law" in open_line
    one = Efficiency("joint_asymptote", SMALLEST, LOSS, MISSING, MISSING, ())
    assert efficiencies.lines([one]) == ()
