"""The interactive charts of every kind of figure: values to read, zoom, series on and off.

They run under the policy of the site: own files only, nothing compiled while running.
"""

from __future__ import annotations

import http.server
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
import vl_convert
from playwright.sync_api import Browser, Locator, Page

from checkout import ROOT
from infinite_compute.figures import parts, theme
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

SIZES = Panel(
    parts.size_axis((0.13, 6.0)),
    parts.loss_axis(),
    (
        Series(
            theme.REGULARIZED,
            (Point(0.15, 3.75, ringed=True), Point(1.4, 3.46, 3.44, 3.48), Point(3.2, 3.45)),
            LAW,
        ),
        Series(theme.STANDARD, (Point(0.15, 3.8), Point(1.4, 3.7, hollow=True)), joined=True),
    ),
    (Level(3.4, "Asymptote 3.40", "regularized"),),
    (Link((0.15, 3.8), (1.4, 3.46), theme.STANDARD.label),),
    right=(Tick(3.7, "1×"), Tick(3.4, "2×", "1.9–2.1")),
    right_title="Data efficiency",
)
COURSE = Panel(
    Axis("Tokens seen", Unit.BILLIONS, logarithmic=True, ticks=(0.1, 0.2, 0.4)),
    parts.loss_axis(short=True),
    tuple(
        Series(look, tuple(Point(x, y + 1 / x) for x in (0.1, 0.2, 0.4)), joined=True, marked=False)
        for look, y in ((theme.STANDARD, 3.0), (theme.REGULARIZED, 2.0))
    ),
)
EPOCHS = Panel(
    Axis("Epochs", Unit.COUNT, logarithmic=True, ticks=(1, 2, 4, 8)),
    parts.loss_axis(),
    (Series(theme.STANDARD, tuple(Point(x, 3.1 + x / 7) for x in (1, 2, 4, 8)), joined=True),),
)
CELLS = HeatMap(
    "One member",
    "Weight decay",
    "Epochs",
    ("0.8", "1.6"),
    ("16", "32"),
    (Cell("0.8", "16", 3.6), Cell("1.6", "16", 3.5, boxed=True), Cell("0.8", "32", None)),
)
KINDS: dict[str, tuple[Panel | HeatMap, ...]] = {
    "sizes": (SIZES,),
    "courses": (replace(COURSE, title="Validation"), replace(COURSE, title="Training")),
    "epochs": (EPOCHS,),
    "logarithms": (replace(SIZES, y=parts.loss_axis(logarithmic=True), links=(), right=()),),
    "maps": (CELLS, CELLS),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"
)
HEAD = (
    f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy"'
    f' content="{POLICY}"><link rel="icon" href="data:,"><link rel="stylesheet" href="labbook.css">'
    '<link rel="stylesheet" href="project.css">'
    '<body data-md-color-scheme="default"><script type="module" src="explore.js"></script>'
)
DIMMED = '[opacity="0.06"], [fill-opacity="0.06"]'


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        """Keep the output for what tests find."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page of one figure of each kind."""
    folder = tmp_path_factory.mktemp("explore")
    for name in ("explore.js", "project.css", "labbook.css"):
        shutil.copy(ROOT / "docs" / "assets" / name, folder)
    engine = f"(()=>{{{vl_convert.javascript_bundle()}}})();"  # type: ignore[call-arg]
    (folder / "vega.js").write_text(engine, encoding="utf-8")
    page = HEAD
    for name, panels in KINDS.items():
        drawing = Drawing(Plot(panels), "A finding.", Origin.RUNS, "Run data: 2 W&B runs.")
        made = Figure(f"figure-{name}", name, name, "What is drawn.", drawing)
        (folder / f"{name}.json").write_bytes(made.file("json"))
        page += (
            f'<figure class="fig md-typeset" id="{name}"><div class="fig__drawn">'
            f"{made.svg(Size.WIDE)}{made.svg(Size.NARROW)}</div>"
            '<button class="fig__explore" hidden data-engine="vega.js"'
            f' data-chart="{name}.json">Explore</button></figure>'
        )
    (folder / "index.html").write_text(page, encoding="utf-8")
    handler = partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def said() -> list[str]:
    """What the console and the network had to say; nothing is right."""
    return []


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str, said: list[str]) -> Iterator[Page]:
    """The page with every chart open."""
    with browser.new_context(viewport={"width": 1000, "height": 1000}) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on(
            "request",
            lambda one: None if one.url.startswith((address, "data:")) else said.append(one.url),
        )
        page.goto(address)
        for name in KINDS:
            figure = page.locator(f"#{name}")
            figure.locator("button").click()
            figure.locator(".fig__live svg").wait_for(timeout=20_000)
        yield page


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, opened: Page) -> Locator:
    """The open chart of one kind, in sight."""
    chart = opened.locator(f"#{request.param} .fig__live")
    chart.scroll_into_view_if_needed()
    return chart


def named(live: Locator) -> Locator:
    """The names in the legend."""
    return live.locator(".role-legend-label text")


def ticks(live: Locator) -> list[str]:
    return live.locator(".role-axis-label text").all_text_contents()


def settled(page: Page, true: Callable[[], bool]) -> bool:
    """Whether it comes true within a second or two; charts are drawn anew frame by frame."""
    for _ in range(40):
        if true():
            return True
        page.wait_for_timeout(50)
    return False


@pytest.mark.browser
def test_every_kind_tells_its_values(opened: Page, live: Locator) -> None:
    tip = opened.locator("#vg-tooltip-element.visible")
    for mark in live.locator(".role-mark.mark-symbol > path, .mark-rect > path").all()[::-1]:
        mark.hover(force=True)
        if settled(opened, lambda: tip.count() > 0):
            break
    assert re.search(r"\d\.\d", tip.inner_text())
    opened.mouse.move(0, 0)


@pytest.mark.browser
@pytest.mark.parametrize("live", ["sizes", "courses"], indirect=True)
def test_a_name_singles_out_all_layers_of_its_series(opened: Page, live: Locator) -> None:
    assert live.locator(DIMMED).count() == 0
    named(live).first.click()
    assert settled(opened, lambda: live.locator(DIMMED).count() > 0)
    named(live).first.click()
    assert settled(opened, lambda: live.locator(DIMMED).count() == 0)


@pytest.mark.browser
def test_links_and_rings_go_with_their_series(opened: Page) -> None:
    live = opened.locator("#sizes .fig__live")
    # The ring belongs to the first series, the link to the second.
    ring = live.locator('.mark-symbol > path[fill="transparent"], .mark-symbol > path[fill="none"]')
    diagonal = live.locator(".mark-rule line:not([x2='0']):not([y2='0'])")
    for name, dimmed, kept in ((0, diagonal, ring), (1, ring, diagonal)):
        named(live).nth(name).click()
        assert settled(opened, lambda: live.locator(DIMMED).count() > 0)
        assert dimmed.last.get_attribute("opacity") == "0.06"
        assert kept.last.get_attribute("opacity") != "0.06"
        named(live).nth(name).click()
        assert settled(opened, lambda: live.locator(DIMMED).count() == 0)


@pytest.mark.browser
def test_the_wheel_zooms_both_axes_of_numbers(opened: Page, live: Locator) -> None:
    before = ticks(live)
    # Of several panels the first; a single one is the frame itself.
    frames = live.locator(".role-scope > g > path.background").all()
    frame = (frames or live.locator(".role-frame path.background").all())[0].bounding_box()
    assert frame
    opened.mouse.move(frame["x"] + frame["width"] * 0.3, frame["y"] + 60)
    for _ in range(3):
        opened.mouse.wheel(0, -240)
    if live.locator(".mark-rect > path").count() > 4:  # a heat map has no numbers on its axes
        opened.wait_for_timeout(200)
        assert ticks(live) == before
        return
    assert settled(opened, lambda: ticks(live) != before)
    axes = live.locator(".role-axis-label")
    shown = [axis.locator("text").all_text_contents() for axis in axes.all()]
    assert all(any(texts) for texts in shown), "an axis has no tick left"
    assert set(shown[0]) != set(before), shown


@pytest.mark.browser
def test_right_axis_moves_with_the_left_one(opened: Page) -> None:
    live = opened.locator("#sizes .fig__live")
    title = live.get_by_text("Data efficiency")
    assert title.count() == 1
    hidden = live.locator('text[opacity="0"]').all_text_contents()
    shown = live.locator('text[opacity="1"]').all_text_contents()
    assert {*hidden, *shown} >= {"1×", "2×"}
    box, image = title.bounding_box(), live.locator("svg").bounding_box()
    assert box
    assert image
    assert box["x"] + box["width"] <= image["x"] + image["width"]


@pytest.mark.browser
def test_charts_say_what_can_be_done_with_them(opened: Page) -> None:
    hints = {name: opened.locator(f"#{name} .fig__hint").inner_text() for name in KINDS}
    assert ["zooms" in hints[name] for name in KINDS] == [True, True, True, True, False]
    assert ["name" in hints[name] for name in KINDS] == [True, True, False, True, False]


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390])
def test_where_there_is_little_room_the_chart_is_narrow(
    browser: Browser, address: str, opened: Page, width: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        phone = context.new_page()
        fetched: list[str] = []
        phone.on("request", lambda one: fetched.append(one.url.removeprefix(address)))
        phone.goto(address)
        for name in KINDS:
            live = phone.locator(f"#{name} .fig__live")
            phone.locator(f"#{name} button").click()
            live.locator("svg").wait_for(timeout=20_000)
            assert live.evaluate("place => place.scrollWidth <= place.clientWidth"), name
            wide = opened.locator(f"#{name} .fig__live svg").bounding_box()
            narrow = live.locator("svg").bounding_box()
            assert wide
            assert narrow
            assert narrow["width"] < wide["width"]
            assert narrow["width"] <= width
            # Values stand there as they do in the wide chart.
            for mark in (".mark-symbol > path", ".mark-line > path", ".mark-rect > path"):
                count = opened.locator(f"#{name} .fig__live {mark}").count()
                assert live.locator(mark).count() == count
        named(phone.locator("#sizes .fig__live")).first.click()
        assert settled(phone, lambda: phone.locator(DIMMED).count() > 0)
    assert len(fetched) == len(set(fetched))
    assert {one for one in fetched if one.endswith(".json")} == {f"{name}.json" for name in KINDS}


@pytest.mark.browser
def test_nothing_was_said_or_asked_elsewhere(opened: Page, said: list[str]) -> None:
    assert opened.locator(".fig__live svg").count() == len(KINDS)
    assert said == []
