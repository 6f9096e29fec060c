"""The two sources as a refresh asks them; importing this pays for the packages they need."""

from __future__ import annotations

from collections.abc import Mapping

from labbook.live import github, wandb
from labbook.live.answers import Answers, Deadline
from labbook.live.refresh import Fetch
from labbook.live.rim import Rim
from labbook.live.snapshot import Snapshot, Source
from labbook.live.wanted import Wanted


def fetches(rim: Rim, wanted: Wanted, known: Snapshot) -> Mapping[str, Fetch]:
    """How each source that something is wanted of is asked, by its name for people."""
    settings, live = rim.settings, rim.settings.live
    last = known.sources.get(Source.GITHUB)
    fields = wandb.RunFields(live.metrics, live.curve, live.parameters, live.tokens)

    def ask_github(deadline: Deadline) -> Answers:
        return github.fetch(
            wanted.issues,
            api=rim.address(Source.GITHUB),
            labels=settings.labels,
            token=rim.credential(Source.GITHUB),
            known=known.issues,
            since=last.when if last and not last.archive else None,
            deadline=deadline,
            now=rim.now,
        )

    def ask_wandb(deadline: Deadline) -> Answers:
        return wandb.fetch(
            wanted,
            api=rim.address(Source.WANDB),
            key=rim.credential(Source.WANDB),
            fields=fields,
            known=known,
            deadline=deadline,
            now=rim.now,
        )

    asked = {"GitHub": ask_github} if wanted.issues else {}
    if wanted.runs or wanted.reports or wanted.short_links:
        asked["W&B"] = ask_wandb
    return asked
