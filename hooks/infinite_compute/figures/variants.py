"""One chart file for all widths: the wide chart, and where the narrow one differs from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from infinite_compute.figures import svg
from infinite_compute.figures.scales import Spec

Change = tuple[tuple[str | int, ...], Any]  # the place in the chart, and what stands there instead


def document(wide: Spec, narrow: Spec, title: str, description: str) -> bytes:
    """The wide chart as a Vega-Lite file that says what a page changes where it has little room.

    `usermeta.narrow` has the changes; the data, which are the same, stand there once.
    """
    whole = json.loads(svg.document(wide, title, description))
    own = {key: whole[key] for key in ("description", "usermeta")}
    whole["usermeta"]["narrow"] = list(changes(whole, svg.standalone(narrow) | own))
    return (json.dumps(whole, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")


def changes(before: Any, after: Any, place: tuple[str | int, ...] = ()) -> Iterator[Change]:
    """The least parts of a JSON document that have to be replaced to make another one of it."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for key in before:
            yield from changes(before[key], after[key], (*place, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changes(one, other, (*place, number))
    elif before != after:
        yield place, after
