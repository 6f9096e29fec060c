"""`hooks/plotting.py`, as a person runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checkout import ROOT
from infinite_compute import table
from infinite_compute.figures import command, registry
from standins.infinite_compute import lab, records


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the project's data, without a run table."""
    shutil.copytree(ROOT / "data" / "infinite-compute", tmp_path / "data" / "infinite-compute")
    (tmp_path / table.FILE).unlink(missing_ok=True)
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def test_script_runs_from_anywhere(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, ROOT / "hooks" / "plotting.py", "--mode", "cpt", "--format", "csv"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "LABBOOK_LIVE": "off"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "plots/cpt_table.csv\n"
    assert "40.58" in (tmp_path / "plots" / "cpt_table.csv").read_text("utf-8")


def test_mode_writes_what_it_can_and_says_what_the_rest_needs(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["--mode", "varying-hparams-experiment", "--format", "json,csv", "--out", str(out)]
    assert command.main(root, arguments) == 0
    said = capsys.readouterr().out.splitlines()
    written = [Path(line) for line in said if line.startswith(str(out))]
    assert sorted(written) == sorted(path for path in out.rglob("*") if path.is_file())
    assert out / "figure_1_8_22.json" in written
    assert out / "ensemble_hparams" / "ensemble_scaling_fits_209M_300m4k.csv" in written
    needs = "needs the run table: python hooks/plotting.py --mode varying-hparams-experiment"
    assert [line for line in said if f"example_200M_varying_hparams: {needs}" in line]
    mode = registry.mode("varying-hparams-experiment")
    assert mode is not None
    assert len(written) / 2 + sum("needs the run table" in line for line in said) == len(
        mode.entries
    )
    spec = json.loads((out / "figure_1_8_22.json").read_text("utf-8"))
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")


def test_a_run_table_feeds_a_mode(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write(root / table.FILE, records())
    out = tmp_path / "out"
    for mode in ("seed-science", "standard-weight-decay", "standard-epoch-overfitting"):
        assert command.main(root, ["--mode", mode, "--out", str(out)]) == 0
    assert "needs" not in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {
        "seed_science.svg",
        "ablation_weight_decay.svg",
        "ablation_epoch_overfitting.svg",
    }


@pytest.mark.parametrize("spelling", ["--build-cache", "--build_cache"])
def test_cache_is_built_from_an_empty_checkout(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spelling: str,
) -> None:
    arguments = [
        "--mode",
        "seed-science",
        spelling,
        "--format",
        "csv",
        "--out",
        str(tmp_path / "o"),
    ]
    with lab() as server:
        monkeypatch.setenv("LABBOOK_LIVE", "auto")
        monkeypatch.setenv("LABBOOK_WANDB_API", server.url)
        assert command.main(root, arguments) == 0
    said = capsys.readouterr().out
    assert "runs read" in said
    assert (tmp_path / "o" / "seed_science.csv").exists()
    assert table.read(root / table.FILE).rows


def test_who_must_not_ask_is_told_so(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LABBOOK_LIVE", "off")
    assert command.main(root, ["--mode", "seed-science", "--build-cache"]) == 1
    assert "LABBOOK_LIVE=off" in capsys.readouterr().err


def test_list_names_every_mode_and_figure_and_its_data(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(root, ["--list"]) == 0
    said = capsys.readouterr().out.splitlines()
    for mode in registry.MODES:
        assert any(line.startswith(f"{mode.name}: ") for line in said)
        for entry in mode.entries:
            place = next(i for i, line in enumerate(said) if line.startswith(f"  {entry.name}: "))
            assert said[place + 1].startswith(("    has ", "    needs the run table: python "))
    assert said[0].startswith("data-scaling-laws-6-10: retired; ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mode", "nonsense"], "invalid choice: 'nonsense'"),
        (["--mode", "cpt", "--format", "gif,svg"], "gif is no format; choose of svg"),
        ([], "say which figures to draw: --mode MODE, --mode all, or --list"),
    ],
    ids=["mode", "format", "nothing"],
)
def test_wrong_arguments_are_explained(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(root, arguments)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_damaged_table_is_named_with_its_line(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / table.FILE).write_text("{}\n", encoding="utf-8")
    assert command.main(root, ["--mode", "seed-science"]) == 1
    assert "runs.jsonl:1: " in capsys.readouterr().err
