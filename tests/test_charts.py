from __future__ import annotations

import math
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from labbook import charts

POINTS = st.lists(st.tuples(st.floats(), st.floats()), max_size=8)


@given(st.lists(POINTS, max_size=14))
def test_any_numbers_are_drawn_inside_the_drawing(curves: list[list[tuple[float, float]]]) -> None:
    chart = charts.chart(curves)
    if chart is None:
        assert not any(map(charts.drawable, curves))
        return
    assert [line is not None for line in chart.lines] == [
        bool(charts.drawable(points)) for points in curves
    ]
    for line in filter(None, chart.lines):
        places = re.findall(r"[ML]([\d.]+) ([\d.]+)", line.path)
        assert re.sub(r"[ML][\d.]+ [\d.]+", "", line.path) == ""
        assert line.path.startswith("M")
        for x, y in [*((float(x), float(y)) for x, y in places), line.end]:
            assert charts.LEFT <= x <= charts.RIGHT
            assert charts.TOP <= y <= charts.BOTTOM
        assert charts.TOP - 0.1 <= line.label_y <= charts.BOTTOM + 0.1
    for ticks, low, high in (
        (chart.x_ticks, charts.LEFT, charts.RIGHT),
        (chart.y_ticks, charts.TOP, charts.BOTTOM),
    ):
        assert len(ticks) <= 8
        assert all(math.isfinite(tick.value) and low <= tick.at <= high for tick in ticks)
        assert len({tick.value for tick in ticks}) == len(ticks)


def test_a_curve_runs_from_the_first_to_the_last_point() -> None:
    chart = charts.chart([[(0, 3.0), (50, 2.0), (100, 2.5)]])
    assert chart
    (line,) = chart.lines
    assert line
    assert line.path == "M46 12L194 172L342 92"
    assert line.end == (342, 92)
    assert [tick.value for tick in chart.x_ticks] == [0, 50, 100]
    assert [tick.value for tick in chart.y_ticks] == [2, 2.5, 3]
    assert [tick.at for tick in chart.y_ticks] == [172, 92, 12]
    assert not chart.logarithmic


def test_a_loss_that_falls_far_is_drawn_on_a_logarithmic_scale() -> None:
    chart = charts.chart([[(0, 10.0), (50, 9.0), (100, 2.0)]])
    assert chart
    assert chart.logarithmic
    assert not chart.cropped
    assert [tick.value for tick in chart.y_ticks] == [2, 3, 5, 7, 10]
    assert charts.chart([[(0, 10.0), (100, 0.0)]]).logarithmic is False  # type: ignore[union-attr]


def test_the_steep_start_of_a_training_lies_above_the_frame() -> None:
    chart = charts.chart([[(0, 11.0), (20, 3.0), (100, 2.0)], [(0, 12.0), (5, 4.0)]])
    assert chart
    assert chart.cropped
    first, second = chart.lines
    assert first
    assert second
    # From 11 to 3 within 20 steps: at step 17.5 the line comes below 4, the end of the other.
    assert first.path == "M97.8 12L105.2 92L342 172"
    assert second.path == "M60.8 12L60.8 12"
    assert [tick.value for tick in chart.y_ticks] == [2, 2.5, 3, 3.5, 4]


def test_one_point_is_a_dot() -> None:
    chart = charts.chart([[(5, 2.0)], []])
    assert chart
    line, nothing = chart.lines
    assert line
    assert line.path == "M194 92L194 92"
    assert nothing is None


def test_labels_of_curves_that_end_together_stand_apart() -> None:
    chart = charts.chart([[(0, 3.0), (9, 2.0)], [(0, 3.1), (9, 2.01)], [(0, 3.2), (9, 2.02)]])
    assert chart
    heights = sorted(line.label_y for line in chart.lines if line)
    assert all(below - above >= 10 for above, below in pairwise(heights))


def test_nothing_to_draw() -> None:
    assert charts.chart([]) is None
    assert charts.chart([[], [(math.nan, 1.0), (0.0, math.inf), (1.0, 1e300)]]) is None
