"""All that is fuzzed, and of what its inputs are made."""

from __future__ import annotations

from functools import cache

from fuzz import answered, kept, written
from fuzz.target import Target, files, texts, values


@cache
def targets() -> tuple[Target, ...]:
    """Each way in."""
    return (
        Target("curated file", files(written.catalogs(), written.YAML_PIECES), written.curated),
        Target("links", texts(written.urls(), written.URL_PIECES), written.link),
        Target("run names", texts(written.run_names(), written.NAME_PIECES), written.run_name),
        Target("GitHub's answers", values(answered.github_values()), answered.github),
        Target("W&B's answers", values(answered.wandb_values()), answered.wandb),
        Target("texts of issues", texts(written.bodies(), written.TEXT_PIECES), written.issue_text),
        Target("kept facts", files(kept.snapshots(), kept.JSON_PIECES), kept.snapshot),
        Target("kept pages", kept.archive, kept.kept_content),
    )
