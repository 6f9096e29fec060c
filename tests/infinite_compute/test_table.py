"""The run table's file, and what its lines mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infinite_compute import table
from infinite_compute.errors import InfiniteComputeError

PROJECT = "lab/data-efficiency"
PLAIN = "300m4k-209Mx16-dclm-cos-lr0.0030-wd1.60-bs64"
MEMBER = "600m4k-419Mx16-dclm-cos-lr0.0010-wd0.80-seed3"
ENSEMBLE = f"ppl-eval-ensemble-5x-{MEMBER}-25599-0a1b2c"
DISTILLED = "300m4k-209Mx16-dclm+ens8x0730^0.95-cos-lr0.0030-wd0.01-bs64"
ISOFLOP = "isoflop-3e+19-d1024-L11-B64-lr0.0010-dclm-64"


def line(id_: str, **facts: Any) -> table.Record:
    usual = {"state": "finished", "steps": 12800, "batch": 64, "sequence": 4096, "loss": 3.5}
    return {"project": PROJECT, "id": id_, **usual, **facts}


def row(id_: str, **facts: Any) -> table.Row:
    found = table.table([line(id_, **facts)])
    assert found.others == ()
    return found.rows[0]


def test_a_training_run() -> None:
    found = row(PLAIN, tags=["data-efficiency"], curve=[[0, 11.5, None], [12799, 3.5, 3.25]])
    assert (found.model, found.parameters_b) == ("300m4k", 0.3)
    assert (found.epochs, found.lr, found.weight_decay) == (16, 0.003, 1.6)
    assert (found.base_tokens, found.members, found.seeds) == (209_715_200, 1, (0, 42))
    assert found.curve == ((0, 11.5, None), (12799, 3.5, 3.25))
    assert found.tags == ("data-efficiency",)
    assert found.url == f"https://wandb.ai/{PROJECT}/runs/{PLAIN}"


def test_an_ensemble_is_as_its_first_member_and_needs_no_configuration() -> None:
    found = row(ENSEMBLE, steps=None, batch=None, sequence=None)
    assert (found.members, found.seeds, found.model) == (5, (3, 3), "600m4k")
    assert (found.steps, found.batch, found.sequence) == (25600, 64, 4096)
    assert found.base_tokens == 419_430_400


@pytest.mark.parametrize(
    ("label", "tokens"),
    [("209M", 800), ("419M", 1600), ("838M", 3200), ("1.7B", 6400)],
)
def test_the_tokens_of_an_ensemble_are_those_of_the_authors_table(label: str, tokens: int) -> None:
    member = f"300m4k-{label}x32-dclm-cos-lr0.0030-wd0.80-seed0"
    found = row(f"ppl-eval-ensemble-1x-{member}-{tokens * 32 - 1}-0a1b2c")
    assert found.base_tokens == tokens * 64 * 4096


def test_the_tokens_of_a_student_leave_out_its_teachers() -> None:
    assert row(DISTILLED, steps=255_999).base_tokens == 209_715_200


def test_a_chinchilla_run_has_the_true_size_and_one_epoch() -> None:
    found = row(ISOFLOP, steps=4000)
    assert (found.model, found.epochs, found.seeds, found.weight_decay) == (None, 1, None, None)
    assert found.base_tokens == 4000 * 64 * 4096
    assert found.parameters_b == pytest.approx(0.447, abs=0.001)


def test_batch_and_sequence_count_for_the_tokens() -> None:
    single = "150m4k-209Mx1-dclm-cos-lr0.3300-wd0.10-bs8"
    assert row(single, steps=6400, batch=8).base_tokens == 209_715_200
    assert row(single, steps=6400, batch=8, sequence=1024).base_tokens == 52_428_800


def test_the_seeds_of_seed_science_are_two() -> None:
    assert row("300m4k-209Mx16-dclm-cos-lr0.0030-wd1.60-ts0-ds4").seeds == (0, 4)


def test_a_name_that_the_id_cuts_off_is_read_from_the_display_name() -> None:
    cut = f"{ENSEMBLE[-52:]}-0123abcd"
    found = row(cut, name=ENSEMBLE)
    assert (found.id, found.members) == (cut, 5)


def test_what_is_no_row_says_why() -> None:
    lines = [
        line("my-test"),
        line(PLAIN, state="crashed"),
        line(PLAIN, tags=["data-efficiency", "ignore"]),
        line(MEMBER, steps=None),
        line(MEMBER, sequence=0),
        {"id": "x", "project": PROJECT},
    ]
    found = table.table(lines)
    assert found.rows == ()
    assert [(run.id, run.state, run.reason) for run in found.others] == [
        ("my-test", "finished", "no name of a run: `my` where a model such as `300m4k` is due"),
        (PLAIN, "crashed", "its state is crashed"),
        (PLAIN, "finished", "it is tagged `ignore`"),
        (MEMBER, "finished", "its configuration does not say its steps"),
        (MEMBER, "finished", "its configuration does not say its sequence"),
        ("x", "unknown", "no name of a run: `x` where a model such as `300m4k` is due"),
    ]
    assert [id_ for id_, _ in found.rejected] == ["my-test", PLAIN, MEMBER, MEMBER]


def test_the_file_is_sorted_and_holds_one_run_a_line(tmp_path: Path) -> None:
    file = tmp_path / "data" / "runs.jsonl"
    lines = [line("b"), line("a", tags=[], loss=None), {**line("z"), "project": "lab/a"}]
    table.write(file, lines)
    first, second, third = file.read_text("utf-8").splitlines()
    assert first.startswith('{"project":"lab/a","id":"z","state":"finished"')
    assert second == (
        f'{{"project":"{PROJECT}","id":"a","state":"finished",'
        '"steps":12800,"batch":64,"sequence":4096}'
    )
    assert '"id":"b"' in third
    assert [record["id"] for record in table.records(file)] == ["z", "a", "b"]


def test_rows_survive_their_file(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    rows = (
        row(PLAIN, curve=[[0, 11.5, None], [12799, 3.5, 3.25]], train_loss=3.25),
        row(f"{ENSEMBLE[-52:]}-0123abcd", name=ENSEMBLE, steps=None),
    )
    table.write(file, map(table.record, rows))
    assert set(table.read(file).rows) == set(rows)


def test_the_first_line_says_as_of_when_the_runs_of_each_project_are(tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    days = {"lab/b": "2026-11-22", PROJECT: "2026-11-01"}
    table.write(file, [line(PLAIN)], days)
    assert file.read_text("utf-8").splitlines()[0] == (
        f'{{"as_of":{{"lab/b":"2026-11-22","{PROJECT}":"2026-11-01"}}}}'
    )
    found = table.read(file)
    assert found.as_of == days
    assert [row.as_of for row in found.rows] == ["2026-11-01"]
    assert len(table.records(file)) == 1
    table.write(file, [line(PLAIN)])
    assert [row.as_of for row in table.read(file).rows] == [""]
    file.write_text('{"as_of": ["2026-11-22"]}\n')
    with pytest.raises(InfiniteComputeError, match=r"runs\.jsonl:1: not the days of the projects"):
        table.read(file)


def test_days_are_said_as_one_or_as_the_first_and_the_last() -> None:
    assert table.span(["", "2026-11-22", "2026-11-22"]) == "2026-11-22"
    assert table.span(["2026-11-22", "2026-11-01", "2026-11-15"]) == "2026-11-01 to 2026-11-22"
    assert table.span([""]) == table.span([]) == ""


@pytest.mark.parametrize("wrong", ["{", "[]", '{"id": "a"}', '{"id": 3, "project": "a/b"}', ""])
def test_a_line_that_is_no_run_is_named(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "runs.jsonl"
    table.write(file, [line("a")])
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"{wrong}\n")
    with pytest.raises(InfiniteComputeError, match=r"runs\.jsonl:2: not a run; remove the line"):
        table.read(file)
