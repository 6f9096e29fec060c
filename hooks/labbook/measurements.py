"""The last measurements of this software, for the pages that quote them: `data/bench.json`.

A block `measured` shows the rows of one part of the table, or of `all` parts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from labbook.errors import DataError, Finding
from labbook.pages import blocks, escape, words
from labbook.pages.blocks import TableView
from labbook.projects import Content

FILE = "data/bench.json"
SOURCES = ("bench.md", "scale.md")
ALL = "all"
# What `make bench` measures; a page may quote each.
PARTS = ("refreshes", "run table", "saves", "keystrokes", "repository", "phone", "builds")

_COLUMNS = ("What", "Ours", "Plain", "Ratio", "Wanted", "Met")
_UNIT = re.compile(r"(?<=\d) (?=(?:s|ms|kB|MB|GB)\b)")
_MET = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True, slots=True)
class Measured:
    """One whole run of the benchmarks: the rows by part, and where they come from in words."""

    rows: Mapping[str, list[tuple[str, ...]]]
    origin: str


def contents(root: Path) -> dict[str, Content]:
    """What fills the blocks of the pages that quote measurements, by their path below docs/."""
    measured = read(root)
    ids = {part.replace(" ", "-"): str(_block(measured, (part,))) for part in PARTS}
    filled = Content({"measured": {ALL: str(_block(measured, PARTS)), **ids}})
    return dict.fromkeys(SOURCES, filled)


def read(root: Path) -> Measured | None:
    """The kept measurements; None where nothing was measured. Raise DataError for another file."""
    try:
        text = (root / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(str(error)) from error
    try:
        return _measured(json.loads(text))
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise _wrong("it holds something else than `make bench` writes") from error


def _measured(data: Any) -> Measured:
    rows: dict[str, list[tuple[str, ...]]] = {part: [] for part in PARTS}
    for row in data["rows"]:
        cells = [_unbroken(str(row[name])) for name in ("name", "ours", "plain", "ratio", "wanted")]
        rows[str(row["part"])].append((*cells, _MET[row["met"]]))
    on = data["machine"]
    memory = f"{float(on['memory']) / 1e9:.0f} GB of memory"
    cores = words.count(int(on["cores"]), "core")
    origin = (
        f"Measured on {words.date(str(data['measured']))} on {cores} of {on['cpu']} with {memory}, "
        f"Python {on['python']}, {on['system']}."
    )
    return Measured(rows, origin)


def _unbroken(text: str) -> str:
    """A number and its unit stay on one line."""
    return _UNIT.sub("\N{NO-BREAK SPACE}", text)


def _wrong(message: str) -> DataError:
    remedy = "restore it, or write it anew with `make bench`"
    return DataError([Finding(FILE, 1, 1, "", message, remedy)])


def _block(measured: Measured | None, parts: tuple[str, ...]) -> Markup:
    found = list(_rows(measured, parts))
    if not measured or not found:
        return Markup("<p>Not measured yet: <code>make bench</code> does it.</p>")
    view = TableView(f"Measurements: {', '.join(parts)}", _COLUMNS, found)
    origin = Markup('<p class="measured">{}</p>').format(escape.html(measured.origin))
    return Markup("<div>{}{}</div>").format(blocks.table(view), origin)


def _rows(measured: Measured | None, parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for part in parts:
        yield from measured.rows[part] if measured else ()
