"""A small lab whose issues and runs two stand-in servers hold, and what it asks of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import checkout
from standins import github, wandb

LAB = "lab/book"
REPORT = "Vmlldzo4ODc0MDA"
TOKEN = "github_pat_0123456789"  # noqa: S105 - the stand-in's
CONFIG = f"""\
site_name: Lab
extra:
  labbook:
    repository: {LAB}
    labels: [experiment]
    metrics: [eval/*/loss]
    live: {{ttl: 3600, budget: 20}}
"""
CATALOG = f"""\
categories:
  - title: Runs
    experiments:
      - title: First
        issue: 1
        links:
          - https://wandb.ai/{wandb.SCOPE}/runs/run-00000
          - https://wandb.ai/{wandb.SCOPE}/reports/A-report--{REPORT}
      - title: Second
        issue: 2
        links: [https://wandb.ai/{wandb.SCOPE}/runs/run-00001]
        conclusion: It works.
      - title: Third
        issue: 3
        links: [https://example.org/]
"""


@dataclass(frozen=True)
class Lab:
    """The project's folder, and the servers that know its items."""

    root: Path
    github: github.GitHub
    wandb: wandb.Standin

    @property
    def file(self) -> Path:
        """Its tracked facts."""
        return self.root / "data" / "live.json"

    @property
    def cache(self) -> Path:
        """The facts that its builds keep."""
        return self.root / ".cache" / "labbook" / "live.json"

    @property
    def environment(self) -> dict[str, str]:
        """Where its builds ask, and as whom."""
        return {
            "LABBOOK_LIVE": "auto",
            "LABBOOK_GITHUB_API": self.github.url,
            "LABBOOK_WANDB_API": self.wandb.url,
            "GITHUB_TOKEN": TOKEN,
            "WANDB_API_KEY": wandb.KEY,
        }


def site_of(root: Path) -> None:
    """Make a copy of the project in `root`, a new folder, the site of this lab."""
    checkout.copy(root)
    file = root / "mkdocs.yml"
    text = re.sub(r"(?m)^    repository: .*$", f"    repository: {LAB}", file.read_text("utf-8"))
    text, found = re.subn(r"(?m)^    live: .*$", "    live: {ttl: 3600, budget: 5}", text)
    assert found == 1
    # Its own issues are all that it asks for.
    text = re.sub(r", issue: \d+}", "}", text)
    file.write_text(text, "utf-8")
    (root / "data" / "live.json").unlink()


@contextmanager
def served(root: Path) -> Iterator[Lab]:
    """Write the lab below `root` and serve what GitHub and W&B know of it."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    if not (root / "mkdocs.yml").exists():
        (root / "mkdocs.yml").write_text(CONFIG)
    (root / "data" / "experiments.yaml").write_text(CATALOG)
    runs = {row["name"]: row for row in map(wandb.run, range(2))}
    report = wandb.report(0)
    with (
        github.serve() as issues,
        wandb.Standin(runs=runs, reports={report["id"]: report}, key=wandb.KEY) as facts,
    ):
        issues.tokens.add(TOKEN)
        issues.add(LAB, *(github.Issue(n, f"Title {n}") for n in (1, 2, 3)))
        yield Lab(root, issues, facts)
