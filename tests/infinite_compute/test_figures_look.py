"""Colours: the page and the files agree, and eyes of all kinds tell apart what shares a chart."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from checkout import ROOT
from infinite_compute.figures import theme

SCHEMES = {"light": theme.LIGHT, "dark": theme.DARK}
TOGETHER = (
    ("standard", "regularized", "joint", "distilled", "self-distilled"),
    ("standard", "regularized", "size-1", "size-2", "size-3", "size-4"),
    ("tokens-1", "tokens-2", "tokens-3", "tokens-4"),
    ("step-1", "step-2", "step-3", "step-4", "step-5"),
)
# How people without one kind of cone see linear RGB (Machado, Oliveira, Fernandes 2009).
SIGHT = {
    "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deutan": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritan": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def contrast(first: str, second: str) -> float:
    lights = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))
        for colour in (first, second)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: str, sight: str) -> list[float]:
    """Oklab of what such an eye sees."""
    seen = [
        min(1.0, max(0.0, sum(w * c for w, c in zip(row, linear(colour), strict=True))))
        for row in SIGHT[sight]
    ]
    cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    roots = [sum(w * c for w, c in zip(row, seen, strict=True)) ** (1 / 3) for row in cones]
    axes = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    return [sum(w * c for w, c in zip(row, roots, strict=True)) for row in axes]


def test_page_and_files_have_the_same_colours() -> None:
    text = (ROOT / "docs" / "assets" / "project.css").read_text("utf-8")
    blocks = re.findall(r"\{([^{}]*--fig-text: #[^{}]*)\}", text)
    found = [dict(re.findall(r"--fig-([\w-]+): (#\w+);", block)) for block in blocks]
    assert found == [theme.LIGHT, theme.DARK]
    # Paper is light, whatever the screen was.
    assert text.index("@media screen") < text.index('[data-md-color-scheme="slate"]')


@pytest.mark.parametrize("scheme", SCHEMES)
def test_everything_stands_out_from_the_paper(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for role, colour in colours.items():
        if role not in {"paper", "grid", *theme.HEAT}:
            needed = 4.5 if role in {"text", "muted"} else 3.0
            assert contrast(colour, colours["paper"]) >= needed, (role, colour)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_numbers_can_be_read_on_every_step_of_the_heat_ramp(scheme: str) -> None:
    colours = SCHEMES[scheme]
    for role, ink in zip(theme.HEAT, theme.HEAT_INK, strict=True):
        assert contrast(colours[role], colours[ink]) >= 4.5, role


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_what_shares_a_chart_differs_to_every_eye(scheme: str, sight: str) -> None:
    for roles in TOGETHER:
        for one, other in itertools.combinations(roles, 2):
            apart = math.dist(lab(SCHEMES[scheme][one], sight), lab(SCHEMES[scheme][other], sight))
            assert apart >= 0.07, (one, other, round(apart, 3))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ramp", ["size-", "tokens-", "step-", "heat-"])
def test_ramps_rise_in_one_direction(scheme: str, ramp: str) -> None:
    colours = [colour for role, colour in SCHEMES[scheme].items() if role.startswith(ramp)]
    lightness = [lab(colour, "usual")[0] for colour in colours]
    falls = [a - b for a, b in itertools.pairwise(lightness)]
    assert all(fall > 0.04 for fall in falls) or all(fall < -0.04 for fall in falls), lightness


def test_things_of_one_chart_differ_in_shape_too() -> None:
    sizes = [theme.size(name) for name in ("150m4k", "300m4k", "600m4k", "1_4b4k")]
    tokens = [theme.tokens(name) for name in ("209M", "419M", "838M", "1.7B")]
    steps = [theme.step(number, "") for number in range(5)]
    for looks in (sizes, tokens, steps):
        assert len({look.shape for look in looks}) == len(looks)
        assert len({look.role for look in looks}) == len(looks)
