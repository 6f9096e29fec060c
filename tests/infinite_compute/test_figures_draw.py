"""What is drawn: whole, in the page's colours, the same each time, with fits told from values."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import vl_convert

from checkout import ROOT
from infinite_compute.figures import chart, parts, svg, theme
from infinite_compute.figures.figure import Drawing, Figure
from infinite_compute.figures.plot import (
    Axis,
    Cell,
    HeatMap,
    Level,
    Link,
    Panel,
    Plot,
    Point,
    Series,
    Size,
    Tick,
    Unit,
)
from infinite_compute.results import Origin
from made_law import LAW

PANEL = Panel(
    parts.size_axis((0.13, 6.0)),
    parts.loss_axis(),
    (
        Series(theme.REGULARIZED, (Point(0.15, 3.75), Point(1.4, 3.46), Point(3.2, 3.45)), LAW),
        Series(theme.STANDARD, (Point(0.15, 3.8), Point(1.4, 3.7)), joined=True),
    ),
    (Level(3.4, "Asymptote 3.40", "regularized"),),
)
MAP = HeatMap(
    "One member",
    "Weight decay",
    "Epochs",
    ("0.8", "1.6"),
    ("16", "32"),
    (
        Cell("0.8", "16", 3.6),
        Cell("1.6", "16", 3.5, boxed=True),
        Cell("0.8", "32", None),
        Cell("1.6", "32", 3.7),
    ),
)


def figure(*panels: Panel | HeatMap, title: str = "A title") -> Figure:
    drawing = Drawing(Plot(panels), "A finding.", Origin.RUNS, "Run data: 2 W&B runs.")
    return Figure("figure-a", "a", title, "What is drawn.", drawing)


@pytest.mark.parametrize("size", Size)
def test_image_is_made_of_the_pages_colours_alone(size: Size) -> None:
    image = figure(PANEL, MAP).svg(size)
    paints = set(re.findall(r'(?:fill|stroke)="([^"]+)"', image))
    assert paints - {"none", "transparent"}
    used = {paint for paint in paints if paint.startswith("var(")}
    assert {"var(--fig-regularized)", "var(--fig-standard)", "var(--fig-heat-6)"} <= used
    assert paints <= used | {"none", "transparent"} | {p for p in paints if "url(" in p}
    for unwanted in ("style", "<script", "font-family", "href", "<image"):
        assert unwanted not in image


def test_image_names_itself_once_and_for_everyone() -> None:
    image = figure(PANEL, title='Less <b>than</b> "1 & 2"').svg(Size.WIDE)
    root = ET.fromstring(image)  # noqa: S314  our own image
    assert root.get("role") == "img"
    assert root.find("title").text == 'Less <b>than</b> "1 & 2"'  # type: ignore[union-attr]
    assert root.find("desc").text == "What is drawn."  # type: ignore[union-attr]
    assert image.count("role=") == 1
    ids = re.findall(r'\bid="([^"]+)"', image)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', image)) <= set(ids)


def test_images_are_the_same_in_every_process_whatever_was_drawn_before() -> None:
    # The engine numbers its ids through a process, so what comes before must not show.
    program = "import test_figures_draw as t; t.figure(t.MAP, t.PANEL).svg(t.Size.WIDE)"
    program += "; print(t.figure(t.PANEL).svg(t.Size.WIDE))"
    result = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{ROOT / 'hooks'}:{ROOT / 'tests'}:{Path(__file__).parent}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.rstrip("\n") == figure(PANEL).svg(Size.WIDE)


def test_the_two_sizes_share_no_id() -> None:
    wide, narrow = (set(re.findall(r'\bid="([^"]+)"', figure(PANEL).svg(s))) for s in Size)
    assert not wide & narrow


def test_what_lies_beyond_the_measured_range_is_drawn_otherwise() -> None:
    image = figure(PANEL).svg(Size.WIDE)
    own = [path for path in re.findall(r"<path[^>]*>", image) if "--fig-regularized" in path]
    assert [path for path in own if 'stroke-dasharray="2,3"' in path]
    assert [path for path in own if 'stroke-dasharray="1,0"' in path]
    assert [path for path in own if 'opacity="0.16"' in path]


def test_curve_is_cut_where_the_measured_range_ends() -> None:
    spec = chart.chart(Plot((PANEL,)), Size.WIDE)
    lines = [
        (layer["mark"]["strokeDash"], [row["x"] for row in layer["data"]["values"]])
        for layer in spec["layer"]
        if layer["mark"]["type"] == "line"
    ]
    beyond = next(xs for dash, xs in lines if dash == theme.BEYOND)
    assert min(beyond) == pytest.approx(1.4, rel=0.15)
    assert max(beyond) == pytest.approx(6.0)


def test_ticks_are_written_as_people_say_them() -> None:
    words = re.findall(r">([^<>]+)</text>", figure(PANEL).svg(Size.WIDE))
    assert {"150M", "300M", "600M", "1.4B"} <= set(words)
    assert not [word for word in words if re.search(r"e[-+]?\d|0\.15", word)]


@pytest.mark.parametrize(
    ("losses", "wide", "narrow"),
    [
        ((3.45, 3.8), ["3.50", "3.60", "3.70", "3.80"], ["3.50", "3.60", "3.70", "3.80"]),
        ((2.86, 2.97), ["2.86", "2.88", "2.90", "2.92", "2.94", "2.96"], ["2.90", "2.95"]),
        ((1.0, 9.0), ["2.00", "4.00", "6.00", "8.00"], ["2.00", "4.00", "6.00", "8.00"]),
    ],
)
def test_logarithmic_losses_have_round_ticks(
    losses: tuple[float, float], wide: list[str], narrow: list[str]
) -> None:
    points = tuple(Point(x, loss) for x, loss in zip((0.15, 1.4), losses, strict=True))
    panel = Panel(
        PANEL.x, parts.loss_axis(logarithmic=True), (Series(theme.STANDARD, points, joined=True),)
    )
    for size, expected in ((Size.WIDE, wide), (Size.NARROW, narrow)):
        made = figure(panel)
        words = re.findall(r">([^<>]+)</text>", made.svg(size))
        assert sorted(word for word in words if re.fullmatch(r"\d\.\d\d", word)) == expected
        scale = made.spec(size)["layer"][-1]["encoding"]["y"]["scale"]
        assert scale["type"] == "log"


def test_right_axis_names_losses_anew() -> None:
    ticks = (Tick(3.75, "1×"), Tick(3.43, "2.29×"))
    panel = Panel(PANEL.x, PANEL.y, PANEL.series, right=ticks, right_title="Data efficiency")
    words = re.findall(r">([^<>]+)</text>", figure(panel).svg(Size.WIDE))
    assert words.count("1×") == 1
    assert words.count("2.29×") == 1
    assert words.count("150M") == 1


@pytest.mark.parametrize("size", Size)
def test_right_axis_has_intervals_below_its_names(size: Size) -> None:
    ticks = (
        Tick(3.75, "1×"),
        Tick(3.43, "2.29×", "2.10–2.50", "Ever larger", "2.29×; 2.10 to 2.50", "4 runs"),
        Tick(3.42, "2.33×", "2.15–2.55"),  # too close to the one above
    )
    made = figure(replace(PANEL, right=ticks, right_title="Data efficiency"))
    image = made.svg(size)
    words = re.findall(r">([^<>]+)</text>", image)
    assert [word for word in words if "×" in word or "–" in word] == ["2.33×", "1×", "2.15–2.55"]
    plain = figure(replace(PANEL, right=ticks[:1], right_title="Data efficiency")).svg(size)
    widths = [float(re.findall(r'viewBox="0 0 ([\d.]+)', one)[0]) for one in (plain, image)]
    assert widths[0] == pytest.approx(widths[1], abs=6)
    assert "Below each data efficiency stands its interval." in made.reading
    assert ("Data efficiency: Ever larger", None, 3.43, "2.29×; 2.10 to 2.50", "4 runs") in (
        made.data.rows
    )


def linked(start: tuple[float, float], end: tuple[float, float], size: Size) -> dict[str, Any]:
    """The tip of a link in a frame of a decade and of one nat."""
    panel = Panel(
        Axis("Parameters", Unit.BILLIONS, logarithmic=True, ticks=(0.1, 1.0), domain=(0.1, 1.0)),
        replace(parts.loss_axis(), domain=(3.0, 4.0)),
        (Series(theme.DISTILLED, (Point(*end),)),),
        links=(Link(start, end, theme.DISTILLED.label),),
    )
    layers = figure(panel).spec(size)["layer"]
    (tip,) = [layer for layer in layers if layer["mark"].get("shape") == theme.HEAD]
    assert tip["data"]["values"] == [{"series": theme.DISTILLED.label, "x": end[0], "y": end[1]}]
    mark: dict[str, Any] = tip["mark"]
    return mark


@pytest.mark.parametrize("size", Size)
def test_links_point_to_where_they_end(size: Size) -> None:
    down = linked((0.3, 3.8), (0.3, 3.2), size)
    assert (down["angle"], down["xOffset"], down["yOffset"]) == (90, 0, -9)
    left = linked((0.9, 3.5), (0.3, 3.5), size)
    assert left["angle"] == 180
    assert (left["xOffset"], left["yOffset"]) == (9, 0)
    # Half a decade to the right and half a nat up: the diagonal of the frame.
    up = linked((0.1, 3.0), (10**-0.5, 3.5), size)
    spec = figure(PANEL).spec(size)
    expected = 360 - math.degrees(math.atan2(spec["height"], spec["width"]))
    assert up["angle"] == pytest.approx(expected, abs=0.1)
    assert math.hypot(up["xOffset"], up["yOffset"]) == pytest.approx(9, abs=0.1)


def test_legend_is_no_wider_than_its_frame() -> None:
    labels = ("A", "A name of some length, indeed", "B", "Another name of some length")
    shapes = ("circle", "square", "diamond", "cross")
    series = tuple(
        Series(theme.Look(label, f"step-{number}", shape), (Point(0.2 * number, 3.5),))
        for number, (label, shape) in enumerate(zip(labels, shapes, strict=True), start=1)
    )
    for size, columns in ((Size.WIDE, 4), (Size.NARROW, 2)):
        made = figure(replace(PANEL, series=series, levels=()))
        legend = made.spec(size)["layer"][-1]["encoding"]["color"]["legend"]
        assert legend["columns"] == columns
        plain = figure(replace(PANEL, series=series[:1], levels=()))
        widths = [
            float(re.findall(r'viewBox="0 0 ([\d.]+)', one.svg(size))[0]) for one in (plain, made)
        ]
        assert widths[0] == pytest.approx(widths[1], abs=1)


def test_map_writes_every_value_and_frames_the_least() -> None:
    image = figure(MAP).svg(Size.WIDE)
    words = re.findall(r">([^<>]+)</text>", image)
    assert {"3.600", "3.500", "3.700"} <= set(words)
    assert image.count('stroke="var(--fig-standard)"') == 1


def test_colour_that_would_not_follow_the_scheme_is_refused() -> None:
    spec = {"data": {"values": [{"a": 1}]}, "mark": {"type": "point", "color": "#abcdef"}}
    with pytest.raises(svg.FigureError, match="#abcdef"):
        svg.inline(spec, name="a", variant="wide", title="", description="")


def test_table_holds_all_values_and_leaves_out_what_is_empty() -> None:
    data = figure(PANEL).data
    assert data.columns == ("series", "Parameters of one model", parts.LOSS)
    assert ("Regularized recipe", 1.4, 3.46) in data.rows
    assert ("Asymptote 3.40", None, 3.4) in data.rows
    assert data.csv().splitlines()[1] == "Regularized recipe,0.15,3.75"


def test_files_are_what_their_endings_say() -> None:
    one = figure(PANEL)
    assert one.file("png").startswith(b"\x89PNG")
    assert one.file("pdf").startswith(b"%PDF")
    drawn = one.file("svg").decode()
    assert theme.LIGHT["regularized"] in drawn
    assert "#0102" not in drawn
    with pytest.raises(svg.FigureError, match="gif"):
        one.file("gif")


@pytest.mark.parametrize(
    "panels", [(PANEL,), (PANEL, PANEL), (MAP, MAP)], ids=["panel", "panels", "maps"]
)
def test_vega_lite_file_runs_by_itself(panels: tuple[Panel | HeatMap, ...]) -> None:
    spec = json.loads(figure(*panels).file("json"))
    assert "#0102" not in str(spec)
    assert spec["usermeta"]["colours"][theme.LIGHT["standard"]] == "--fig-standard"
    assert "<svg" in vl_convert.vegalite_to_svg(spec, vl_version=svg.VEGA_LITE)


@pytest.mark.parametrize(
    "panels", [(PANEL,), (PANEL, PANEL), (MAP, MAP)], ids=["panel", "panels", "maps"]
)
def test_vega_lite_file_says_what_makes_it_narrow(panels: tuple[Panel | HeatMap, ...]) -> None:
    made = figure(*panels)
    spec = json.loads(made.file("json"))
    changes = spec["usermeta"].pop("narrow")
    assert len(json.dumps(changes)) < 0.2 * len(json.dumps(spec))
    for place, value in changes:
        part = spec
        for key in place[:-1]:
            part = part[key]
        assert part[place[-1]] != value
        part[place[-1]] = value
    narrow = svg.standalone(made.spec(Size.NARROW, interactive=True))
    assert spec == narrow | {key: spec[key] for key in ("description", "usermeta")}


@pytest.mark.parametrize("panels", [(PANEL,), (MAP, MAP)], ids=["panel", "maps"])
def test_chart_goes_on_in_altair(panels: tuple[Panel | HeatMap, ...]) -> None:
    going = figure(*panels).chart().properties(title="Mine").to_dict()
    assert going["title"] == "Mine"
    assert "#0102" not in str(going)


def test_reading_says_what_is_drawn() -> None:
    said = figure(PANEL).reading
    assert "dotted where they leave the measured range" in said
    assert "Hollow" not in said
    assert "No band" not in said
    few = replace(LAW, lows=(), highs=(), bandless="3 points fix 3 parameters")
    panels = (
        replace(PANEL, title=title, series=(Series(theme.REGULARIZED, curve=few),))
        for title in ("200M", "400M")
    )
    assert figure(*panels).reading.startswith(
        "Lines are fitted laws, dotted where they leave the measured range. No band: Regularized"
        " recipe (200M), Regularized recipe (400M); 3 points fix 3 parameters. "
    )
    plain = Panel(Axis("Epochs", Unit.COUNT), Axis("Loss"), (PANEL.series[1],))
    assert figure(plain).reading == "Symbols are values of models."
