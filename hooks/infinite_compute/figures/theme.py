"""The look of the figures: one colour, shape and name for the same thing everywhere.

Colours are roles. A page gives each role its colour by a custom property (`--fig-…`, in
docs/assets/project.css); files that stand alone take `LIGHT`, the same colours as the page's light
scheme. Ordered things (model sizes, token counts) have ramps of lightness, so that their order
shows without colour; everything that shares a chart also differs in shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LIGHT = {
    "text": "#1d2327",
    "muted": "#4d585f",
    "axis": "#78838a",
    "grid": "#e3e6e4",
    "paper": "#ffffff",
    "standard": "#c2321f",
    "regularized": "#8338cb",
    "joint": "#b87d12",
    "distilled": "#8f1231",
    "self-distilled": "#7c807d",
    "size-1": "#2d94ed",
    "size-2": "#2a6580",
    "size-3": "#0a189d",
    "size-4": "#171c46",
    "tokens-1": "#5c9c2e",
    "tokens-2": "#2f7f3d",
    "tokens-3": "#12623f",
    "tokens-4": "#0b3f35",
    "step-1": "#b58200",
    "step-2": "#ad4d0a",
    "step-3": "#96271c",
    "step-4": "#6d1434",
    "step-5": "#3a0a36",
    "other": "#8b959b",
    "heat-1": "#f2f6f8",
    "heat-2": "#d3e5ec",
    "heat-3": "#a5ccdb",
    "heat-4": "#34758f",
    "heat-5": "#1c5672",
    "heat-6": "#0a3a52",
}
DARK = {
    "text": "#e5eaec",
    "muted": "#aab6bc",
    "axis": "#7f8b92",
    "grid": "#2b343a",
    "paper": "#14191d",
    "standard": "#ea934b",
    "regularized": "#935eed",
    "joint": "#f0eb60",
    "distilled": "#eb375c",
    "self-distilled": "#a7b1a8",
    "size-1": "#336aa2",
    "size-2": "#5793b2",
    "size-3": "#5daffd",
    "size-4": "#b2d1ff",
    "tokens-1": "#5f9a3c",
    "tokens-2": "#77bd63",
    "tokens-3": "#9fdda4",
    "tokens-4": "#d6f7dd",
    "step-1": "#96701c",
    "step-2": "#d08a3f",
    "step-3": "#f59c7c",
    "step-4": "#fabccb",
    "step-5": "#fdecf5",
    "other": "#7f8b92",
    "heat-1": "#1c2328",
    "heat-2": "#1f343f",
    "heat-3": "#24495a",
    "heat-4": "#3f8aa6",
    "heat-5": "#79bdd4",
    "heat-6": "#c2e8f5",
}
# What the drawing engine draws with: values so unlikely that each one found in an image is a role.
SENTINELS = {role: f"#0102{number:02x}" for number, role in enumerate(LIGHT, start=1)}
HEAT = tuple(role for role in LIGHT if role.startswith("heat-"))
# Ink that can be read on each step of the heat ramp, in both schemes.
HEAT_INK = ("text", "text", "text", "paper", "paper", "paper")

# Comes with the drawing engine, so that texts are measured alike everywhere; the widths are those
# of the most usual faces. A page sets its own face.
FONT = "Liberation Sans"
# Line patterns tell the measured range of a law from what lies beyond it.
BEYOND = [2, 3]
LEVEL = [7, 4]


@dataclass(frozen=True, slots=True)
class Look:
    """How one thing is named and drawn: `role` is its colour, `shape` its symbol."""

    label: str
    role: str
    shape: str = "circle"


CROSS = "cross"
STAR = (
    "M0,-1L0.26,-0.36L0.95,-0.31L0.42,0.14L0.59,0.81"
    "L0,0.44L-0.59,0.81L-0.42,0.14L-0.95,-0.31L-0.26,-0.36Z"
)
# The tip of an arrow that points to the right; it ends where it is placed.
HEAD = "M0,0L-2,-1L-2,1Z"
# In a legend: a line instead of a symbol for what has no points, broken for an asymptote.
STROKE = "M-1.2,-0.18L1.2,-0.18L1.2,0.18L-1.2,0.18Z"
BROKEN = "M-1.4,-0.18L-0.2,-0.18L-0.2,0.18L-1.4,0.18ZM0.3,-0.18L1.4,-0.18L1.4,0.18L0.3,0.18Z"

STANDARD = Look("Standard recipe", "standard", "square")
REGULARIZED = Look("Regularized recipe", "regularized", "circle")
JOINT = Look("Joint recipe (N and K to infinity)", "joint", "diamond")
DISTILLED = Look("8-ensemble distilled into 300M", "distilled", STAR)
SELF_DISTILLED = Look("300M distilled into itself", "self-distilled", STAR)

_SIZES = {
    "150m4k": Look("150M", "size-1", "triangle-up"),
    "300m4k": Look("300M", "size-2", "diamond"),
    "600m4k": Look("600M", "size-3", "triangle-down"),
    "1_4b4k": Look("1.4B", "size-4", CROSS),
    "1_5b4k": Look("1.5B", "other", "triangle-left"),
    "3_2b4k": Look("3.2B", "other", "triangle-right"),
}
_TOKENS = {
    "209M": Look("200M tokens", "tokens-1", "circle"),
    "419M": Look("400M tokens", "tokens-2", "triangle-up"),
    "838M": Look("800M tokens", "tokens-3", "square"),
    "1.7B": Look("1.6B tokens", "tokens-4", CROSS),
}
_STEPS = ("circle", "square", "triangle-up", "diamond", CROSS)


def size(model: str) -> Look:
    """A model size by its name in run ids; an unknown one is drawn as other."""
    return _SIZES.get(model, Look(model, "other"))


def tokens(label: str) -> Look:
    """A token count by its label in run ids, named as the paper names it."""
    return _TOKENS.get(label, Look(f"{label} tokens", "other"))


def step(number: int, label: str) -> Look:
    """One of a few ordered things that have no colour of their own, counted from 0."""
    place = number % len(_STEPS)
    return Look(label, f"step-{place + 1}", _STEPS[place])


def config() -> dict[str, Any]:
    """Vega-Lite's own configuration in sentinel colours."""
    ink = SENTINELS
    words = {"labelColor": ink["muted"], "titleColor": ink["text"]}
    sizes = {"labelFontSize": 12, "titleFontSize": 12.5, "titleFontWeight": "normal"}
    return {
        "font": FONT,
        "aria": False,
        "view": {"stroke": None},
        "mark": {"color": ink["muted"]},
        "axis": {
            **words,
            **sizes,
            "domainColor": ink["axis"],
            "tickColor": ink["axis"],
            "gridColor": ink["grid"],
            "titlePadding": 8,
        },
        "legend": {
            **words,
            **sizes,
            "labelColor": ink["text"],
            "symbolBaseFillColor": ink["muted"],
            "symbolBaseStrokeColor": ink["muted"],
            "symbolSize": 90,
            "rowPadding": 5,
        },
        "title": {
            "color": ink["text"],
            "subtitleColor": ink["muted"],
            "fontSize": 12.5,
            "fontWeight": "bold",
            "anchor": "start",
        },
        "text": {"color": ink["text"], "fontSize": 12},
    }
