"""The commands of every workflow, each job in a clean clone, with stand-ins for GitHub."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import dry_run
from dry_run import QUICK, WORKFLOWS
from expressions import fill, holds, value

CONTEXT = {"vars": {"A": "", "B": "b"}, "steps": {"one": {"outputs": {"at": "now"}}}, "on": True}


def test_every_job_runs_in_a_clean_clone(tmp_path: Path) -> None:
    ran: list[str] = []
    with dry_run.world(tmp_path / "world") as here:
        for path in sorted(WORKFLOWS.glob("*.yml")):
            ran += dry_run.run(path, here, quick=True)
    jobs = {": ".join(line.split(": ")[:2]) for line in ran}
    wanted = set()
    for path in WORKFLOWS.glob("*.yml"):
        for name, job in yaml.safe_load(path.read_text("utf-8"))["jobs"].items():
            commands = [step["run"].strip() for step in job["steps"] if "run" in step]
            if [text for text in commands if not text.startswith("make ") or text in QUICK]:
                wanted.add(f"{path.stem}: {name}")
    assert jobs == wanted
    published = json.loads((here.folder / "pages/book/build.json").read_text("utf-8"))
    assert published["modified"] is False
    created = [call.partition(" --body-file")[0] for call in here.calls if " create " in call]
    assert "issue create --title External links that lead nowhere" in created
    for branch in ("refresh", "runs"):
        assert any(f"--head {branch} --base main" in call for call in created)


def test_a_step_that_fails_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bad.yml"
    path.write_text("jobs: {one: {steps: [{run: 'echo so; exit 3 | cat'}]}}", "utf-8")
    with (
        dry_run.world(tmp_path / "world") as here,
        pytest.raises(dry_run.DryRunError, match=r"bad: one: echo so; exit 3 \| cat\nso"),
    ):
        list(dry_run.run(path, here))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("vars.A || 'x'", "x"),
        ("vars.B || 'x'", "b"),
        ("vars.none.at", ""),
        ("steps.one.outputs.at", "now"),
        ("vars.B == 'b' && vars.A != ''", False),
        ("!cancelled() && vars.B == 'b'", True),
    ],
)
def test_expressions(text: str, wanted: object) -> None:
    assert value(text, CONTEXT) == wanted
    assert fill(f"-${{{{ {text} }}}}-", CONTEXT) == f"-{str(wanted).lower()}-"
    assert holds({"if": text}, CONTEXT) is bool(wanted)


def test_unknown_expressions_are_refused() -> None:
    with pytest.raises(ValueError, match="no expression that is known here"):
        value("hashFiles('x')", CONTEXT)
