"""The launched configurations, expanded to runs, printed, and found again in a run table."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from checkout import ROOT
from infinite_compute import coverage, models, sweep_texts, sweeps, table
from infinite_compute.errors import InfiniteComputeError
from infinite_compute.run_id import Kind
from infinite_compute.table import RunTable
from labbook import cli
from standins import infinite_compute as synthetic

SWEEPS = sweeps.load(ROOT)
FAMILIES = ["epoching", "parameter-scaling", "regularization", "ensembling", "distillation", "cpt"]
TEXT = (ROOT / sweeps.FILE).read_text("utf-8")


def launched() -> dict[str, list[str]]:
    """The names that the launch files make, by what they are of."""
    found: dict[str, list[str]] = {}
    text = Path(__file__).with_name("run_names.txt").read_text("utf-8")
    for part in text.split("# made by the launch files: ")[1:]:
        head, *names = part.splitlines()
        found[head.split(" ")[0]] = [
            re.sub("0a1b2c$", sweeps.OPEN_HASH, name) for name in names if not name.startswith("#")
        ]
    return found


def texts(key: str) -> set[str]:
    return {run.text for run in SWEEPS[key].runs}


def test_the_six_families_stand_first() -> None:
    assert list(SWEEPS)[:6] == FAMILIES
    assert [sweep.ablation for sweep in SWEEPS.values()] == [False] * 6 + [True] * 7


@pytest.mark.parametrize(
    ("key", "made"),
    [
        ("regularization", "regularized_centres"),
        ("parameter-scaling", "standard_centres"),
        ("ensembling", "ensemble_members_seed0"),
        ("ensembling", "ensemble_eval"),
        ("seed-science", "seed_science"),
        ("seed-science", "seed_science_eval"),
        ("batch-size", "batch_size"),
        ("chinchilla-single-runs", "chinchilla_single"),
        ("cpt", "cpt"),
        ("distillation", "distillation"),
    ],
)
def test_a_sweep_has_the_runs_of_its_launch_files(key: str, made: str) -> None:
    names = launched()[made]
    assert len(names) >= 3
    assert set(names) <= texts(key)


def test_centres_of_other_sizes_are_there() -> None:
    # Regularized and standard, at 1.5B and at 3.2B.
    names = launched()["extrapolation_centres"]
    assert set(names) <= texts("regularization") | texts("parameter-scaling")


def test_neighbours_are_one_step_away_on_one_axis() -> None:
    runs = [run for run in SWEEPS["regularization"].runs if run.text.startswith("600m4k-209M")]
    assert [run.text for run in runs if run.centre] == [
        "600m4k-209Mx8-dclm-cos-lr0.0010-wd3.20-bs64"
    ]
    assert {run.text[11:] for run in runs if not run.centre} == {
        "x4-dclm-cos-lr0.0010-wd3.20-bs64",
        "x16-dclm-cos-lr0.0010-wd3.20-bs64",
        "x8-dclm-cos-lr0.0003-wd3.20-bs64",
        "x8-dclm-cos-lr0.0030-wd3.20-bs64",
        "x8-dclm-cos-lr0.0010-wd1.60-bs64",
        "x8-dclm-cos-lr0.0010-wd6.40-bs64",
    }


def test_at_the_end_of_a_grid_there_is_one_neighbour() -> None:
    start = "150m4k-1.7Bx64-dclm-cos-lr0.0030"
    same = {run.text for run in SWEEPS["regularization"].runs if run.text.startswith(start)}
    assert same == {f"{start}-wd{decay}-bs64" for decay in ("0.00", "0.10", "0.20")}
    assert not any("x128-" in text for text in texts("regularization"))


def test_weight_decay_stays_in_the_standard_recipe() -> None:
    centres = [run for run in SWEEPS["parameter-scaling"].runs if run.source.startswith("convex")]
    assert {run.name.weight_decay for run in centres} == {0.1}


@pytest.mark.parametrize(
    ("key", "name", "steps", "tokens"),
    [
        ("regularization", "1_4b4k-1.7Bx8-dclm-cos-lr0.0010-wd0.80-bs64", 51_200, 1_677_721_600),
        ("batch-size", "300m4k-209Mx1-dclm-cos-lr0.0030-wd0.10-bs512", 100, 209_715_200),
        ("chinchilla-single-runs", "150m4k-209Mx1-dclm-cos-lr0.3300-wd0.10-bs8", 6400, 209_715_200),
        ("cpt", "l3b-73.4Bx1-octo-cos-lr0.00003-wd0.10-bs512-seed0", 35_000, 73_400_320_000),
        # Steps of a student: those of its teacher's text come on top, and are cut off.
        (
            "distillation",
            "300m4k-209Mx16-dclm+ens8x0730^0.95-cos-lr0.0030-wd0.01-bs64",
            255_999,
            209_715_200,
        ),
        (
            "distillation",
            "300m4k-209Mx16-dclm+sd0805^0.999999-cos-lr0.0030-wd0.10-bs64",
            25_600,
            209_715_200,
        ),
    ],
)
def test_the_steps_and_tokens_of_a_run(key: str, name: str, steps: int, tokens: int) -> None:
    (run,) = [run for run in SWEEPS[key].runs if run.text == name]
    assert (run.steps, run.tokens) == (steps, tokens)


def test_ensembles_have_members_and_evaluations() -> None:
    runs = SWEEPS["ensembling"].runs
    members = {run.text for run in runs if run.name.kind is Kind.SEED}
    evaluations = [run for run in runs if run.name.kind is Kind.ENSEMBLE_EVALUATION]
    assert len(members) == len(evaluations) == 5 * 48
    assert {run.name.members for run in evaluations} == {1, 2, 3, 4, 5}
    assert {run.project for run in evaluations} == {synthetic.EVALUATION}
    # The first member of each is one that is launched, and ends where the name says.
    steps = {run.text: run.steps for run in runs if run.steps}
    for run in evaluations:
        first = re.sub(r"^ppl-eval-ensemble-\dx-|-\d+-<hash>$", "", run.text)
        assert steps[first] == (run.name.last_step or 0) + 1


def test_isoflop_runs_follow_the_rule_of_the_family() -> None:
    runs = SWEEPS["chinchilla-isoflop"].runs
    assert "isoflop-3e+19-d1024-L11-B64-lr0.0010-dclm-64" in texts("chinchilla-isoflop")
    assert "isoflop-6e+19-d2048-L21-B64-lr0.0003-dclm-64" in texts("chinchilla-isoflop")
    assert max(run.name.hidden or 0 for run in runs) == 2304
    for run in runs:
        name = run.name
        assert name.flops
        assert run.steps
        assert run.steps >= 1500
        assert run.tokens == run.seen == run.steps * 64 * 4096
        # Within 1 % of the budget, the forward pass alone.
        operations = models.isoflop_operations(name.hidden or 0, name.layers or 0)
        assert run.tokens * operations == pytest.approx(name.flops, rel=0.01)
        assert run.tags[0] == "suhas-dclm-chinchilla-lr-tune"
        assert f"steps={run.steps}" in run.tags
        assert "data-efficiency" not in run.tags


def test_runs_below_the_least_steps_are_left_out() -> None:
    few = TEXT.replace("least_steps: 1500", "least_steps: 10000")
    kept = {run.text for run in sweeps.parse(few)["chinchilla-isoflop"].runs}
    assert kept == {
        run.text for run in SWEEPS["chinchilla-isoflop"].runs if (run.steps or 0) >= 10_000
    }
    assert 0 < len(kept) < 24


def test_a_run_says_what_it_was_launched_with() -> None:
    """The seeds of initialisation and data order, the tags, the tokens of all its steps."""
    plain = {run.text: run for sweep in SWEEPS.values() for run in sweep.runs}
    start = "300m4k-209Mx16-dclm-cos-lr0.0030-wd1.60"
    seeds = {end: plain[f"{start}-{end}"].seeds for end in ("bs64", "seed3", "ts0-ds2")}
    assert seeds == {"bs64": (0, 42), "seed3": (3, 3), "ts0-ds2": (0, 2)}
    assert plain[f"{start}-bs64"].seen == 16 * 209_715_200
    student = plain["300m4k-209Mx16-dclm+ens8x0730^0.9-cos-lr0.0030-wd0.10-bs64"]
    assert student.seen == 10 * 16 * 209_715_200
    tags = {run.tags for run in SWEEPS["seed-science"].runs}
    assert tags == {("data-efficiency", "seed-science-8-7"), ("eval_lm", "seed-science-8-7")}
    untagged = [run for run in SWEEPS["ensembling"].runs if not run.tags]
    assert {run.name.kind for run in untagged} == {Kind.ENSEMBLE_EVALUATION}
    assert all(run.seeds is None and run.seen is None for run in untagged)


def test_a_table_says_once_what_all_runs_share() -> None:
    shown = sweep_texts.as_table(SWEEPS["chinchilla-single-runs"])
    alike = "tokens 209M, epochs 1, lr 0.33, wd 0.1, schedule cos, batch 8, seeds 0/42"
    assert f"all runs: {alike}, steps 6,400, seen 209M\n" in shown
    assert "the optimizer is a cautious Adam" in shown
    assert "all runs: Adam" not in shown
    shown = sweep_texts.as_table(SWEEPS["distillation"])
    assert "all runs: Adam with beta1 0.9" in shown
    assert "text ens8x0730: konwoo/300Me1-200Mdata-mix8seeds at revision d16b474" in shown
    assert "ens2d0715" not in shown
    assert "W&B: stanford-mercury/suhas-ft-validation, tagged data-efficiency, " in shown


def test_a_run_of_several_groups_counts_once() -> None:
    for sweep in SWEEPS.values():
        names = [(run.project, run.text) for run in sweep.runs]
        assert len(names) == len(set(names))


def test_what_sources_disagree_on_is_kept_and_shown() -> None:
    shown = sweep_texts.as_table(SWEEPS["ensembling"])
    assert (
        "sources disagree on members of 1_4b4k at 209M tokens, [epochs, learning rate, "
        "weight decay]:\n  [16, 0.001, 3.2] in ensemble_members.py at commit c63c5503\n"
        "  [16, 0.001, 1.6] in ensemble_members.py at commit 0de3909a\n"
    ) in shown
    assert {key for key, sweep in SWEEPS.items() if sweep.disagreements} == {
        "parameter-scaling",
        "regularization",
        "ensembling",
        "chinchilla-isoflop",
    }


def names_in(table: str) -> list[str]:
    """The runs of a printed table."""
    lines = table.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("run ")) + 1
    return [line.split()[0] for line in lines[start : lines.index("", start)]]


@pytest.mark.parametrize("key", SWEEPS)
def test_the_formats_say_the_same(key: str) -> None:
    sweep = SWEEPS[key]
    loaded = json.loads(sweep_texts.as_json(sweep))
    assert yaml.safe_load(sweep_texts.as_yaml(sweep)) == loaded
    assert [run["name"] for run in loaded["runs"]] == [run.text for run in sweep.runs]
    assert names_in(sweep_texts.as_table(sweep)) == [run.text for run in sweep.runs]
    assert all(run["source"] for run in loaded["runs"])


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("base_steps: 800, epochs: [1,", "base_step: 800, epochs: [1,", "`base_step` is no field"),
        ("        grid: {model: 300m4k", "        grit: {model: 300m4k", "`grit` is no field"),
        ("{model: 300m4k, base_steps", "{base_steps", "'model' is missing"),
        ("model: 300m4k", "model: 300m", "`300m` where a model such as `300m4k` is due"),
        (
            "128], lr: [0.0001",
            "128], lr: [0.00015",
            "its fields say something else than their own name",
        ),
    ],
)
def test_a_wrong_group_is_named(right: str, wrong: str, said: str) -> None:
    with pytest.raises(InfiniteComputeError) as caught:
        sweeps.parse(TEXT.replace(right, wrong, 1))
    assert f"{sweeps.FILE}: sweeps.epoching.groups[0]: " in str(caught.value)
    assert said in str(caught.value)


def test_coverage_finds_runs_whatever_their_hash() -> None:
    found = coverage.coverage(SWEEPS["seed-science"], synthetic.run_table())
    assert str(found) == "26 launched, 26 finished, 0 missing"


def test_coverage_tells_launched_from_finished_and_missing() -> None:
    first, second, third, *rest = SWEEPS["weight-decay"].runs
    facts = {"project": first.project, "steps": 800, "batch": 64, "sequence": 4096}
    lines = [
        {**facts, "id": first.text, "state": "finished"},
        {**facts, "id": second.text, "state": "crashed"},
        # Launched again under another id, and ended that time.
        {**facts, "id": third.text, "state": "failed"},
        {**facts, "id": "x", "name": third.text, "state": "finished"},
        {**facts, "id": rest[0].text, "project": "lab/other", "state": "finished"},
    ]
    found = coverage.coverage(SWEEPS["weight-decay"], table.table(lines))
    assert [found.states[run] for run in (first, second, third, *rest)] == [
        "finished",
        "crashed",
        "finished",
        *["missing"] * 21,
    ]
    assert str(found) == "3 launched, 2 finished, 1 crashed, 21 missing"
    shown = sweep_texts.as_table(SWEEPS["weight-decay"], found)
    assert "24 runs: 3 launched, 2 finished, 1 crashed, 21 missing" in shown
    (line,) = [line for line in shown.splitlines() if line.startswith(f"{second.text} ")]
    assert line.endswith("crashed")
    assert sweep_texts.facts(SWEEPS["weight-decay"], found)["runs"][1]["state"] == "crashed"


def test_nothing_launched_is_all_missing() -> None:
    found = coverage.coverage(SWEEPS["batch-size"], RunTable())
    assert str(found) == "0 launched, 0 finished, 4 missing"


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with sweeps, as the current folder."""
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    (tmp_path / "data" / "infinite-compute").mkdir(parents=True)
    shutil.copy(ROOT / sweeps.FILE, tmp_path / sweeps.FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("family", ["parameter scaling", "parameter_scaling", "Parameter-Scaling"])
def test_a_family_is_printed(family: str, lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sweeps", family]) == 0
    assert capsys.readouterr().out == sweep_texts.as_table(SWEEPS["parameter-scaling"])
    assert lab.exists()


def test_with_a_run_table_the_states_are_printed(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table.write(lab / table.FILE, synthetic.records())
    assert cli.main(["sweeps", "CPT", "--format", "json"]) == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert [run["state"] for run in runs] == ["finished"] * 10 + ["missing"] * 4


def test_without_a_family_all_are_named(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sweeps"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in shown] == list(SWEEPS)
    assert cli.main(["sweeps", "soups"]) == 1
    assert capsys.readouterr().err.startswith("no family `soups`; there are epoching, ")
    (lab / sweeps.FILE).unlink()
    assert cli.main(["sweeps", "cpt"]) == 1
    assert "not found; this site has no sweeps" in capsys.readouterr().err
