"""The frame holds: locked requirements, workflows with few rights, clean packages, make."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from checkout import ROOT
from labbook import settings

LOCKS = ("requirements", "requirements-test", "requirements-lock")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
IMPORT_ALL = """
import importlib, pkgutil, sys, infinite_compute, labbook
for package in (labbook, infinite_compute):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(*{name.partition(".")[0] for name in sys.modules})
"""
# Only the hook imports it: it has no meaning, and no dependency to ask for, outside MkDocs.
INSIDE_MKDOCS = {"quick_rebuild"}
CODE = [p for p in (ROOT / "hooks").rglob("*.*") if p.suffix in {".py", ".html", ".md", ".css"}]


def locked(name: str) -> dict[str, str]:
    """The version of each package in a lock, after seeing that each has hashes."""
    versions = {}
    text = (ROOT / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            package, version = re.match(r"([a-z0-9.-]+)==([^ ;]+)", line).groups()  # type: ignore[union-attr]
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", line), f"{package} has no hash"
            versions[package] = version
    return versions


@pytest.mark.parametrize("name", LOCKS)
def test_lock_fits_what_is_asked_for(name: str) -> None:
    versions = locked(name)
    for line in (ROOT / f"{name}.in").read_text("utf-8").splitlines():
        if line and not line.startswith(("#", "-")):
            wanted = Requirement(line)
            assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), line


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_address(name: str) -> None:
    assert "://" not in (ROOT / f"{name}.txt").read_text("utf-8")


def test_locks_agree() -> None:
    site, tests = locked("requirements"), locked("requirements-test")
    assert {name: tests[name] for name in site.keys() & tests} == {
        name: site[name] for name in site.keys() & tests
    }


def test_package_asks_for_locked_packages_only() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    assert names <= locked("requirements").keys()


def test_every_package_is_installed() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    hooks = ROOT / "hooks"
    packages = {
        ".".join(path.parent.relative_to(hooks).parts)
        for path in hooks.rglob("__init__.py")
        if "templates" not in path.parts
    }
    assert set(tool["packages"]) == packages - INSIDE_MKDOCS
    # What is installed works without what is not.
    for path in (hooks / "labbook").rglob("*.py"):
        assert not re.search(r"\bquick_rebuild\b", path.read_text("utf-8")), path


def workflow(path: Path) -> dict[Any, Any]:
    # YAML 1.1 reads the key `on` as true.
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_has_least_rights(path: Path) -> None:
    loaded = workflow(path)
    assert loaded["permissions"] == {}
    assert "pull_request_target" not in loaded[True]
    for job in loaded["jobs"].values():
        assert job["permissions"]
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflow_pins_its_actions(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert uses
    for action in uses:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_ci_runs_the_documented_test_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text("utf-8").rstrip().endswith("\nmake test")
    steps = workflow(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["steps"]
    assert "make test" in [step.get("run") for step in steps]


def test_package_imports_no_mkdocs() -> None:
    result = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=ROOT / "hooks",
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(result.stdout.split())
    assert {"labbook", "infinite_compute"} <= modules
    assert not modules & {"mkdocs", "mkdocs_gen_files", "material", "properdocs"}


def test_code_names_no_lab() -> None:
    lab = settings.load(ROOT / "mkdocs.yml")
    names = re.compile(
        rf"\b({lab.wandb_entity}|{lab.repository.replace('/', '|')})\b", re.IGNORECASE
    )
    for path in CODE:
        assert not names.search(path.read_text("utf-8")), path.name


def interpreter(folder: Path, version: str) -> Path:
    """A Python that takes itself for another version."""
    program = f"import sys; sys.version_info = ({version}, 0); exec(sys.argv[1])"
    path = folder / "python"
    path.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{program}' \"$2\"\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("python", "said"),
    [("3, 10", "is Python 3.10; 3.11 or newer is needed"), (None, "is not here; install Python")],
)
def test_make_refuses_an_old_or_missing_python(
    tmp_path: Path, python: str | None, said: str
) -> None:
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    chosen = interpreter(tmp_path, python) if python else tmp_path / "nowhere"
    command = ["make", ".venv/bin/python", f"PYTHON={chosen}"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert said in result.stderr
    assert not (tmp_path / ".venv").exists()
