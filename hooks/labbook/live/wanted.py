"""What the catalog wants to know of GitHub and W&B, by the snapshot's keys."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from labbook import links
from labbook.links import LinkKind
from labbook.model import Experiment, IssueRef
from labbook.settings import Settings

_REPORT = re.compile(r"Vmlldzo[A-Za-z0-9]+")
# Telling what a link is takes time: these parts stand in every link to what W&B is asked for.
_ASKED = ("/runs/", "/reports/", "/links/")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The items to ask for, each once and in the catalog's order.

    `runs` are `entity/project/id`, `reports` unpadded ids, `short_links` `entity/slug`.
    """

    issues: tuple[IssueRef, ...] = ()
    runs: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    short_links: tuple[str, ...] = ()


def of(experiments: Iterable[Experiment], settings: Settings) -> Wanted:
    """The issues of the experiments, and what their links name on W&B after the rewrites.

    The issues of project pages come last.
    """
    issues: dict[IssueRef, None] = {}
    found: dict[LinkKind, dict[str, None]] = {}
    for experiment in experiments:
        if experiment.issue:
            issues[experiment.issue] = None
        for link in experiment.links:
            if any(part in link.url for part in _ASKED) and (named := key(link.url, settings)):
                found.setdefault(named[0], {})[named[1]] = None
    for page in settings.project_pages:
        if page.issue:
            issues[IssueRef(settings.repository, page.issue)] = None
    return Wanted(
        tuple(issues),
        tuple(found.get(LinkKind.WANDB_RUN, ())),
        tuple(found.get(LinkKind.WANDB_REPORT, ())),
        tuple(found.get(LinkKind.WANDB_SHORT_LINK, ())),
    )


def key(url: str, settings: Settings) -> tuple[LinkKind, str] | None:
    """The snapshot's key of the run, report or short link that a curated URL names."""
    target = links.classify(links.rewrite(url, settings.rewrites), settings.repository)
    match target.kind:
        case LinkKind.WANDB_RUN | LinkKind.WANDB_SHORT_LINK:
            return target.kind, f"{target.scope}/{target.name}"
        case LinkKind.WANDB_REPORT if _REPORT.fullmatch(target.name):
            return target.kind, target.name
        case _:
            return None
