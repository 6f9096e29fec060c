"""Vega-Lite specification -> images: inline SVG on the page's colours, and files of their own."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from functools import lru_cache

import vl_convert

from infinite_compute.errors import InfiniteComputeError
from infinite_compute.figures import theme
from infinite_compute.figures.scales import Spec

VEGA_LITE = "6.4"


class FigureError(InfiniteComputeError):
    """A chart cannot be drawn as asked."""


_SENTINEL = re.compile("#0102[0-9a-f]{2}", re.IGNORECASE)
_ROLES = {colour: role for role, colour in theme.SENTINELS.items()}
_PAINT = re.compile(r'(?:fill|stroke|stop-color)="([^"]+)"')
_FREE = {"none", "transparent"}
_NAMED = re.compile(r'\bid="([^"]+)"')
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FONT = re.compile(r' font-family="[^"]*"')
_ROLE_OF_PART = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_SIZE = re.compile(r'\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
# Texts of 12 units are as large as the small print around them.
_SCALE = 1.15
# More digits than these change nothing that can be seen; texts keep theirs.
_TAG = re.compile("<[^>]*>")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
# What the engine writes and nobody sees: frames without paint, defaults, its own classes.
_UNPAINTED = re.compile(r'<path class="(?:back|fore)ground"(?![^>]*(?:fill|stroke)=)[^>]*/>')
_USUAL = re.compile(
    r' (?:class="[^"]*"|pointer-events="none"|(?:stroke-|fill-)?opacity="1"|stroke-width="1"'
    r'|transform="translate\(0,0\)")'
)
_EMPTY = re.compile(r"<g\b[^>]*/>|<g\b[^>]*></g>")


def inline(spec: Spec, *, name: str, variant: str, title: str, description: str) -> str:
    """The chart as `<svg>` in custom properties, without script, style attribute or foreign font.

    `name` and `variant` make the ids in it, which are the same in every build.
    """
    drawn = _recoloured(_drawn(_key(spec)), lambda role: f"var(--fig-{role})")
    paints = {found for found in _PAINT.findall(drawn) if not found.startswith(("var(", "url("))}
    left = sorted(paints - _FREE)
    if left or "style=" in drawn or "<style" in drawn or "<image" in drawn:
        raise FigureError(f"{name}: {left or 'a style or an image'} would not follow the scheme")
    drawn = _ROLE_OF_PART.sub("", _FONT.sub("", drawn))
    drawn = _renamed(drawn, f"{name}-{variant}")
    drawn = _TAG.sub(lambda tag: _LONG_NUMBER.sub(_shortened, tag[0]), drawn)
    drawn = _without_ballast(drawn)
    head, body = drawn[: drawn.index(">") + 1], drawn[drawn.index(">") + 1 :]
    measured = _SIZE.search(head)
    if measured is None:
        raise FigureError(f"{name}: the image has no size")
    width, height = (float(number) for number in measured.groups())
    own = f"{name}-{variant}"
    return (
        f'<svg class="fig__image fig__image--{variant}" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width * _SCALE:.0f}" height="{height * _SCALE:.0f}" role="img"'
        f' aria-labelledby="{own}-t"'
        f' aria-describedby="{own}-d" focusable="false">'
        f'<title id="{own}-t">{html.escape(title)}</title>'
        f'<desc id="{own}-d">{html.escape(description)}</desc>{body}'
    )


def standalone(spec: Spec) -> Spec:
    """The specification with its colours written out, as a file for any viewer of Vega-Lite.

    `usermeta` says which custom property each colour stands for, for viewers on the page.
    """
    text = _recoloured(json.dumps(_with_config(spec)), theme.LIGHT.__getitem__)
    colours = {theme.LIGHT[role]: f"--fig-{role}" for role in theme.LIGHT}
    loaded: Spec = json.loads(text)
    return loaded | {"background": theme.LIGHT["paper"], "usermeta": {"colours": colours}}


def document(spec: Spec, title: str, description: str) -> bytes:
    """The chart as a Vega-Lite file under its own title."""
    whole = standalone(spec) | {"description": f"{title}. {description}"}
    return (json.dumps(whole, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")


def image(spec: Spec, kind: str) -> bytes:
    """The chart as a file in light colours: "svg", "png" (two dots a pixel) or "pdf"."""
    alone = standalone(spec)
    if kind == "svg":
        return vl_convert.vegalite_to_svg(alone, vl_version=VEGA_LITE).encode("utf-8")
    if kind == "png":
        return vl_convert.vegalite_to_png(alone, vl_version=VEGA_LITE, scale=2)
    if kind == "pdf":
        return vl_convert.vegalite_to_pdf(alone, vl_version=VEGA_LITE)
    raise FigureError(f"no image of the kind {kind!r} can be drawn; svg, png and pdf can")


def _key(spec: Spec) -> str:
    # The page's own ground shows through.
    return json.dumps(_with_config(spec) | {"background": None}, sort_keys=True)


# A preview draws the same figures at each save.
@lru_cache(maxsize=512)
def _drawn(spec: str) -> str:
    return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)


def _with_config(spec: Spec) -> Spec:
    return spec | {"config": theme.config()}


def _recoloured(text: str, colour: Callable[[str], str]) -> str:
    def replaced(found: re.Match[str]) -> str:
        role = _ROLES.get(found[0].lower())
        return colour(role) if role else found[0]

    return _SENTINEL.sub(replaced, text)


def _renamed(drawn: str, prefix: str) -> str:
    """Own ids, since the engine numbers its own per process and two images would share them."""
    names: dict[str, str] = {}

    def new(old: str) -> str:
        return names.setdefault(old, f"{prefix}-{len(names)}")

    drawn = _NAMED.sub(lambda found: f'id="{new(found[1])}"', drawn)
    return _REFERENCE.sub(lambda found: f"url(#{new(found[1])})", drawn)


def _without_ballast(drawn: str) -> str:
    """The image without what changes nothing in it: a third of its length."""
    drawn = _TAG.sub(lambda tag: _USUAL.sub("", tag[0]), _UNPAINTED.sub("", drawn))
    while (shorter := _EMPTY.sub("", drawn)) != drawn:
        drawn = shorter
    return drawn


def _shortened(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
