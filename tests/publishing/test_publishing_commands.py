"""`labbook verify` and `labbook published`, as a workflow runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import checkout
from made_site import BUILT, COMMIT, build_json, published


def labbook(root: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "labbook", *map(str, arguments)],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": str(checkout.ROOT / "hooks"),
            "SITE_URL": f"https://example.org{checkout.BASE}",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The settings and the data of the project, without the rest."""
    root = tmp_path_factory.mktemp("lab")
    for name in ("mkdocs.yml", "data/experiments.yaml"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes((checkout.ROOT / name).read_bytes())
    return root


def of(site: Path, **changes: Any) -> tuple[int, str]:
    """What a server answers that publishes the site, but for these facts."""
    return 200, json.dumps(json.loads((site / "build.json").read_text("utf-8")) | changes)


def test_the_project_s_own_site_is_whole(site: Path, lab: Path) -> None:
    done = labbook(lab, "verify", site)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(" pages, 0 problems\n")


def test_the_commit_is_asked_for(site: Path, lab: Path) -> None:
    done = labbook(lab, "verify", site, "--commit", COMMIT)
    assert done.returncode == 1
    assert done.stdout.startswith("build.json: the build of ")
    assert "not of 0123456789ab; build it of that commit" in done.stdout


def test_less_than_before_stops_it_until_the_data_says_so(site: Path, lab: Path) -> None:
    pages = json.loads(of(site)[1])["pages"]
    more = [*pages, "experiments/1/", "gone/"]
    with published(of(site, pages=more)) as server:
        done = labbook(lab, "verify", site, "--since", server.url)
        assert done.returncode == 1
        assert done.stdout.startswith("pages that are published now are missing: experiments/1/, g")
        (lab / "data/ignored.yaml").write_text("- {issue: 1, reason: A plan.}\n", "utf-8")
        (lab / "data/removed.yaml").write_text("- {page: gone/, reason: Old.}\n", "utf-8")
        done = labbook(lab, "verify", site, "--since", server.url)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_first_deployment_has_nothing_before_it(site: Path, lab: Path) -> None:
    with published((404, "")) as server:
        done = labbook(lab, "verify", site, "--since", server.url)
    assert done.returncode == 0
    assert "nothing is published there yet" in done.stderr


def test_what_cannot_be_compared_stops_it(site: Path, lab: Path) -> None:
    with published((200, "<html>")) as server:
        done = labbook(lab, "verify", site, "--since", server.url, "--budget", "0.1")
    assert done.returncode == 1
    assert "not the build.json of such a site" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_says_what_is_published(lab: Path) -> None:
    with published((200, build_json())) as server:
        asked = ("published", server.url)
        done = labbook(lab, *asked)
        waited = labbook(lab, *asked, "--commit", COMMIT, "--built", BUILT)
        other = labbook(lab, *asked, "--commit", "f" * 40, "--built", BUILT, "--budget", "0.1")
        half = labbook(lab, *asked, "--commit", COMMIT)
    said = f"{server.url} shows the build of 0123456789ab at {BUILT}\n"
    assert (done.returncode, done.stdout) == (waited.returncode, waited.stdout) == (0, said)
    assert (other.returncode, half.returncode) == (1, 1)
    assert f"not the build of ffffffffffff at {BUILT} after 0.1 seconds" in other.stderr
    assert "write both" in half.stderr
    with published((404, "")) as server:
        done = labbook(lab, "published", server.url)
    assert (done.returncode, done.stderr) == (1, f"{server.url}: nothing is published there\n")


def test_a_wrong_file_of_removed_pages_is_found_by_check(project: Path) -> None:
    (project / "data/removed.yaml").write_text("- {page: gone/}\n", "utf-8")
    done = labbook(project, "check")
    assert done.returncode == 1
    assert "data/removed.yaml:1:3: [0]: the removed page has no `reason`" in done.stdout
