"""The measured table on its pages: all of it, dated, and nothing that was not measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from bench import __main__ as bench
from bench import results
from bench.measure import Row
from checkout import ROOT
from labbook import measurements, projects
from labbook.errors import DataError

DATA = {
    "machine": {"cores": 2, "cpu": "A <b>CPU</b>", "memory": 8e9, "python": "3.11.7",
                "system": "OS"},
    "measured": "2026-11-22",
    "rows": [
        {"part": "builds", "name": "build", "ours": "1 s", "plain": "2 s", "ratio": "0.5",
         "wanted": "at most 1.25", "met": True},
        {"part": "saves", "name": "save", "ours": "9 s", "plain": "", "ratio": "", "wanted": "1 s",
         "met": False},
    ],
    "seconds": 600,
}  # fmt: skip


def written(root: Path, data: Any) -> Path:
    path = root / measurements.FILE
    path.parent.mkdir(parents=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return root


def block(root: Path, id_: str) -> str:
    return measurements.contents(root)["bench.md"].blocks["measured"][id_]


def cells(text: str) -> list[list[str]]:
    rows = html.fragment_fromstring(text).iter("tr")
    return [["".join(map(str, cell.itertext())) for cell in row] for row in rows][1:]


def test_all_rows_stand_there_with_day_and_machine(tmp_path: Path) -> None:
    text = block(written(tmp_path, DATA), "all")
    assert [row[0] for row in cells(text)] == ["save", "build"]
    assert [row[-1] for row in cells(text)] == ["no", "yes"]
    assert "Measured on 22 November 2026 on 2 cores of A &lt;b&gt;CPU" in text
    assert "8 GB of memory, Python 3.11.7, OS." in text


def test_a_part_has_its_own_rows(tmp_path: Path) -> None:
    root = written(tmp_path, DATA)
    assert [row[0] for row in cells(block(root, "builds"))] == ["build"]
    assert "Not measured yet" in block(root, "phone")


def test_without_a_file_nothing_is_claimed(tmp_path: Path) -> None:
    assert all("Not measured yet" in block(tmp_path, id_) for id_ in ("all", "builds"))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        {**DATA, "rows": [{}]},
        {**DATA, "rows": [{**DATA["rows"][0], "part": "x"}]},  # type: ignore[index]
        {**DATA, "machine": None},
    ],
)
def test_another_file_is_named(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(DataError, match=r"data/bench\.json:1:1: it holds something else"):
        measurements.read(written(tmp_path, wrong))


def test_what_the_bench_keeps_is_read(tmp_path: Path) -> None:
    rows = [(part, Row(f"a {part}", "1 s", "", "")) for part in bench.PARTS]
    results.write(rows, results.machine(), 60.4, tmp_path)
    assert len(cells(block(tmp_path, "all"))) == len(rows)


def test_the_parts_are_those_of_the_bench() -> None:
    assert tuple(bench.PARTS) == measurements.PARTS


@pytest.mark.parametrize("source", measurements.SOURCES)
def test_the_pages_quote_what_there_is(source: str, tmp_path: Path) -> None:
    text = (ROOT / "docs" / source).read_text("utf-8")
    assert not list(projects.check(text, measurements.contents(tmp_path)[source], source))
    assert re.findall(r"```measured\nid: ", text)


def test_the_page_on_scale_quotes_every_part() -> None:
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    quoted = set(re.findall(r"```measured\nid: ([\w-]+)", text))
    assert quoted == {part.replace(" ", "-") for part in measurements.PARTS}


def test_the_long_run_of_fuzzing_fed_every_way_in_enough() -> None:
    from fuzz.targets import targets  # noqa: PLC0415 - its corpora take a while to load

    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    fed = dict(re.findall(r"(?m)^\| ([\w&' ]+) \| ([\d,]+) \|", text))
    assert set(fed) == {target.name for target in targets()}
    assert all(int(count.replace(",", "")) >= 100_000 for count in fed.values())
