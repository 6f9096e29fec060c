from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from hostile import HOSTILE
from labbook import pages
from labbook.book import Book, Source, join
from labbook.history import History, Seen
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, See
from labbook.pages.timeline_chart import (
    MOST_MARKS,
    MOST_ROWS,
    ROW,
    Chart,
    Event,
    Lane,
    chart,
)
from labbook.settings import Settings
from reading import by_class, parsed, texts

LAB = Settings("Lab", "example/lab", ("experiment",), "entity", "https://github.com/example/site")
ASKED = AsOf("2026-11-20T05:00:00Z")
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def events(days: list[tuple[date, int]]) -> list[Event]:
    return [
        Event(Markup("#"), f"Event {number}", number % 2 == 0, day, day + timedelta(lasted))
        for number, (day, lasted) in enumerate(days)
    ]


def lane(title: str, days: list[tuple[date, int]]) -> Lane:
    return Lane(title, Markup("#"), events(days), Markup("?year="))


def drawn(*lanes: Lane, width: float = 680) -> Chart:
    found = chart(lanes, width)
    assert found is not None
    return found


@given(
    st.lists(st.tuples(DAYS, st.integers(0, 400)), min_size=1, max_size=40),
    st.sampled_from([288, 680]),
)
def test_marks_keep_apart_and_inside(days: list[tuple[date, int]], width: int) -> None:
    shown = drawn(lane("One", days), width=width)
    if shown.bars:
        return
    (only,) = shown.lanes
    assert len(only.marks) == len(days)
    for mark in only.marks:
        assert mark.x >= ROW / 2
        assert mark.x + (mark.end or 0) <= width - ROW / 2
        assert mark.y >= ROW / 2
        assert mark.y + ROW / 2 <= only.bottom <= shown.bottom
    for row in {mark.y for mark in only.marks}:
        line = sorted((mark for mark in only.marks if mark.y == row), key=lambda mark: mark.x)
        for left, right in pairwise(line):
            assert left.x + (left.end or 0) + ROW <= right.x + 0.11
    assert len({mark.y for mark in only.marks}) <= MOST_ROWS


def test_later_days_stand_further_right() -> None:
    start = date(2024, 8, 21)
    days = [(start + timedelta(step * 20), 0) for step in range(12)]
    places = [mark.x for mark in drawn(lane("One", days)).lanes[0].marks]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_lines_that_last_too_long_are_left_out_before_marks_are() -> None:
    days = [(date(2024, 1, 1) + timedelta(number * 30), 2000) for number in range(MOST_ROWS + 1)]
    marks = drawn(lane("One", days)).lanes[0].marks
    assert len(marks) == len(days)
    assert all(mark.end is None and mark.closed is None for mark in marks)


def test_what_has_no_room_is_counted_by_month() -> None:
    first, second = date(2024, 12, 5), date(2025, 2, 1)
    days = [(first, 0)] * 30 + [(second, 0)] * 10
    shown = drawn(lane("One", days), lane("Two", [(second, 0)]))
    assert shown.bars
    assert [item.scale for item in shown.lanes] == ["up to 30 a month", "up to 1 a month"]
    assert [[str(year.href) for year in item.years] for item in shown.lanes] == [
        ["?year=2024", "?year=2025"],
        ["?year=2025"],
    ]
    assert shown.lanes[0].years[0].about == ("One, 2024: 30 opened, 15 of them with a conclusion")


def test_bars_are_as_high_as_their_counts() -> None:
    days = [(date(2025, 1, 5), 0)] * 40 + [(date(2025, 2, 5), 0)] * 20
    (year,) = drawn(lane("One", days)).lanes[0].years
    bars = re.findall(r"M[\d.]+ ([\d.]+)V([\d.]+)H", year.concluded + year.others)
    heights = [float(low) - float(high) for low, high in bars]
    january, february = heights[0] + heights[2], heights[1] + heights[3]
    assert len(heights) == 4
    assert abs(january - 2 * february) < 0.3


def test_many_thousands_are_drawn_in_few_words() -> None:
    start = date(2015, 1, 1)
    days = [(start + timedelta(number % 4000), 0) for number in range(10_000)]
    shown = drawn(lane("One", days), width=288)
    assert shown.bars
    assert len(shown.lanes[0].years) == 11
    assert len(shown.ticks) <= 5


def test_nothing_draws_nothing() -> None:
    assert chart([lane("One", [])], 680) is None


def book(count: int = 3, created: str | None = None, title: str = "Experiment {}") -> Book:
    """`count` experiments of 2025 in two categories, every second with a conclusion."""
    experiments = [
        Experiment(
            str(number),
            title.format(number),
            IssueRef("example/lab", number),
            conclusion="Found." if number % 2 else None,
        )
        for number in range(1, count + 1)
    ]
    half = (count + 1) // 2
    catalog = Catalog(
        "Reports",
        categories=(
            Category("A & B", "a", (), tuple(experiments[:half])),
            Category("C", "c", (), (See("1"), *experiments[half:])),
        ),
        uncategorized=(Experiment("loose", "Without an issue"),),
    )
    facts = {
        f"example/lab#{number}": IssueFacts(
            "x",
            ASKED,
            "closed",
            created=created or f"2025-{number % 12 + 1:02}-03",
            closed="2026-02-01" if number == 1 else None,
        )
        for number in range(1, count + 1)
    }
    joined = join(catalog, Snapshot(facts), LAB, Source())
    seen = {"1": Seen(None, concluded=True, conclusion="2026-03-01"), "2": Seen(None)}
    object.__setattr__(joined, "history", History("2026-01-01", seen))
    return joined


def timeline(shown: Book) -> Element:
    return parsed(pages.render(shown)["timeline.md"])


def links(drawing: Element) -> list[tuple[str, str]]:
    return [
        (item.get("href", ""), item.get("aria-label", ""))
        for item in by_class(drawing, "timeline__event")
    ]


SAID = (
    "Experiment 1: opened 3 February 2025, closed 1 February 2026, "
    "conclusion first seen 1 March 2026"
)


def test_each_experiment_is_a_mark_that_says_its_days() -> None:
    wide, narrow = by_class(timeline(book()), "timeline__drawing")
    assert (
        links(wide)
        == links(narrow)
        == [
            ("../experiments/1/", SAID),
            ("../experiments/2/", "Experiment 2: opened 3 March 2025, without a conclusion"),
            ("../experiments/3/", "Experiment 3: opened 3 April 2025, with a conclusion"),
        ]
    )
    assert len(by_class(wide, "timeline__concluded")) == 2
    assert len(by_class(wide, "timeline__open")) == 1
    assert len(by_class(wide, "timeline__closed")) == len(by_class(wide, "timeline__learned")) == 1
    assert [item.get("aria-label") for item in by_class(wide, "timeline__lane")] == ["A & B", "C"]


def test_the_same_stands_in_a_table() -> None:
    rows = [["".join(cell.itertext()) for cell in row] for row in timeline(book()).iter("tr")]
    assert rows == [
        ["Opened", "Experiment", "Category", "Closed", "Conclusion"],
        ["3 April 2025", "Experiment 3", "C", "not known", "yes"],
        ["3 March 2025", "Experiment 2", "A & B", "not known", "none yet"],
        ["3 February 2025", "Experiment 1", "A & B", "1 February 2026", "1 March 2026"],
    ]


def test_what_has_no_day_is_named() -> None:
    (said,) = texts(timeline(book()), "timeline__undated")
    assert said.startswith("Not dated: Without an issue.")
    page = timeline(book(created="some day"))
    assert not by_class(page, "timeline")
    (said,) = texts(page, "timeline__undated")
    assert said.startswith("Not dated: Experiment 1, Experiment 2, Experiment 3, Without an issue.")


def test_a_large_book_counts_and_leads_to_the_filtered_table() -> None:
    count = MOST_MARKS * 3
    page = timeline(book(count))
    wide, _ = by_class(page, "timeline__drawing")
    (first, said), _ = links(wide)
    assert parse_qs(urlsplit(first).query) == {"category": ["a"], "year": ["2025"]}
    assert urlsplit(first).path == "../explore/"
    assert said == "A & B, 2025: 360 opened, 180 of them with a conclusion"
    rows = [["".join(cell.itertext()) for cell in row] for row in page.iter("tr")]
    assert rows == [["Opened in", "2025"], ["A & B", "360"], ["C", "360"]]


def test_hostile_titles_stay_text_in_the_drawing() -> None:
    baseline = skeleton(pages.render(book(title="harmless {}"))["timeline.md"])
    for text in HOSTILE:
        hostile = book(title=text.replace("{", "(").replace("}", ")") or "x")
        assert skeleton(pages.render(hostile)["timeline.md"]) == baseline


def skeleton(text: str) -> list[tuple[str, tuple[str, ...]]]:
    body = text.split("---\n", 2)[2]
    tree = html5lib.parse(f"<!doctype html><body>{body}", namespaceHTMLElements=False)
    return [(item.tag, tuple(sorted(item.attrib))) for item in tree.iter()]
