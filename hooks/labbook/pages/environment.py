"""The templates: compiled once; every value goes through the escaping door."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from labbook.pages import escape


def _through_the_door(value: object) -> Markup:
    if isinstance(value, Markup):
        return value
    if isinstance(value, int | float):
        # Nothing of a number could be taken for markup, and drawings have very many.
        return Markup(value)  # noqa: S704
    return escape.html(str(value))


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    finalize=_through_the_door,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)

_template = cache(_ENVIRONMENT.get_template)


def render(name: str, /, **values: object) -> Markup:
    """The template's HTML, a raw block without blank lines around it."""
    return Markup(_template(name).render(values).strip())  # noqa: S704


def macro(name: str, part: str) -> Callable[..., Markup]:
    """A part of a template, for what is rendered by the ten thousand."""
    return cast("Callable[..., Markup]", getattr(_template(name).module, part))
