"""A made-up catalog with everything known of it, and with texts that try to be more than text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from bench import catalogs
from hostile import HOSTILE
from labbook import settings
from labbook.pages import escape

COUNT = 60
# What a curated text may hold; servers send more.
CURATED = [text for text in map(escape.title, HOSTILE) if text.isprintable()]
RUN = re.compile(r"https://wandb\.ai/(lab/project)/runs/([\w-]+)")


def write(root: Path) -> None:
    """Write the catalog, and what GitHub and W&B say of it, into `root`/data."""
    repository = settings.load(root / "mkdocs.yml").repository
    catalogs.write(root, COUNT, repository)
    file = root / "data" / "experiments.yaml"
    text = file.read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, yaml.CSafeLoader)
    data["categories"].append(_hostile())
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    known = root / "data" / "live.json"
    facts = json.loads(known.read_text(encoding="utf-8"))
    for number, hostile in enumerate(HOSTILE, start=1):
        facts["issues"][f"{repository}#{number}"] = {
            "title": hostile,
            "state": hostile,
            "author": hostile,
            "labels": ["experiment", hostile],
        }
    runs = [f"{scope}/{name}" for scope, name in RUN.findall(text)]
    facts["runs"] = {run: _run(index, run) for index, run in enumerate(runs)}
    facts["sources"]["wandb"] = {"checked": "2026-11-20T05:00:00Z"}
    known.write_text(json.dumps(facts), encoding="utf-8")


def _hostile() -> dict[str, Any]:
    experiments = [
        {"title": text, "issue": number, "conclusion": text, "notes": [text]}
        for number, text in enumerate(CURATED, start=1)
    ]
    return {"title": "Hostile texts", "experiments": experiments}


def _run(index: int, key: str) -> dict[str, Any]:
    steps = 1000 * (index % 9 + 1)
    points = [(step, round(3 + 8 / (1 + step / 100), 4)) for step in range(0, steps, steps // 50)]
    return {
        "name": key.rpartition("/")[2],
        "state": ("finished", "running", "crashed")[index % 3],
        "created": "2025-03-05T10:20:30Z",
        "duration": 3600 * (index % 50 + 1),
        "user": f"author-{index % 12}",
        "tags": ["tag", f"size-{index % 4}"],
        "metrics": {"train/loss": points[-1][1], "eval/c4/loss": points[-1][1] + 0.1},
        "parameters": 1_400_000_000,
        "tokens": 4_194_304 * steps,
        "curve": {"metric": "train/loss", "points": points},
    }
