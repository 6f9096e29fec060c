"""What a URL is: its kind, its canonical form, its label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from labbook.settings import Rewrite


class LinkKind(StrEnum):
    """What a link leads to."""

    WANDB_REPORT = "wandb-report"
    WANDB_RUN = "wandb-run"
    WANDB_GROUP = "wandb-group"
    WANDB_SWEEP = "wandb-sweep"
    WANDB_PROJECT = "wandb-project"
    WANDB_SHORT_LINK = "wandb-short-link"
    DATA_EXPERIMENT = "data-browser-experiment"
    DATA_VIEW = "data-browser-view"
    STORAGE = "storage"
    GITHUB_ISSUE = "github-issue"
    GITHUB_PULL = "github-pull-request"
    GITHUB_FILE = "github-file"
    HUGGING_FACE = "hugging-face"
    ARXIV = "arxiv"
    PAGE = "page"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Target:
    """What a URL leads to; `canonical` is equal for two URLs of the same thing."""

    kind: LinkKind
    label: str
    canonical: str
    scope: str = ""
    name: str = ""
    paths: tuple[str, ...] = ()


def classify(url: str, repository: str) -> Target:
    raise NotImplementedError


def rewrite(url: str, rewrites: Sequence[Rewrite]) -> str:
    raise NotImplementedError
