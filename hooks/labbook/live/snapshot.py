"""The last good answers of GitHub and W&B, as `data/live.json` holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from labbook.errors import LabbookError


class SnapshotError(LabbookError):
    """A snapshot file cannot be used; the message names the file, the line and the remedy."""


class Source(StrEnum):
    """Who answers."""

    GITHUB = "github"
    WANDB = "wandb"


@dataclass(frozen=True, slots=True)
class AsOf:
    """The time a fact was true: an ISO 8601 month, day or UTC second.

    `archive` marks facts copied from an archive, which are from `when` at the latest.
    """

    when: str
    archive: bool = False


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """What GitHub says of an issue; a field that is not known is None or empty.

    `state` is `open` or `closed`, `reason` why it was closed (`completed`, `not_planned`,
    `duplicate`), days are ISO 8601. `moved_to` is the `owner/repository#number` it was
    transferred to; `pull` marks a number that is a pull request; `gone` an item that GitHub
    says no longer exists (404, 410): its other fields are the last that were known.
    """

    title: str
    as_of: AsOf
    state: str | None = None
    reason: str | None = None
    labels: tuple[str, ...] = ()
    author: str | None = None
    assignees: tuple[str, ...] = ()
    created: str | None = None
    closed: str | None = None
    moved_to: str | None = None
    pull: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A sampled history of one metric: `points` are (step, value), steps ascending."""

    metric: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What W&B says of a run; times are ISO 8601 in UTC, `duration` is in seconds.

    `metrics` are the final values (of the run's summary) that the settings name;
    `parameters` and `tokens` are counts, where the run logs them. `asked` is the digest of the
    settings that it was read under.
    """

    name: str
    as_of: AsOf
    state: str | None = None
    created: str | None = None
    heartbeat: str | None = None
    duration: float | None = None
    user: str | None = None
    tags: tuple[str, ...] = ()
    metrics: tuple[tuple[str, float], ...] = ()
    parameters: int | None = None
    tokens: int | None = None
    curve: Curve | None = None
    asked: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What W&B says of a report."""

    title: str
    as_of: AsOf
    author: str | None = None
    updated: str | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class ShortLinkFacts:
    """Where a W&B short link leads; None where its answer names no report."""

    as_of: AsOf
    target: str | None = None
    gone: bool = False


Facts = IssueFacts | RunFacts | ReportFacts | ShortLinkFacts


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Facts by item, and when each source was last asked.

    Issues are keyed `owner/repository#number`, runs `entity/project/id`, reports by their id,
    short links `entity/slug`.
    """

    issues: Mapping[str, IssueFacts] = field(default_factory=lambda: MappingProxyType({}))
    runs: Mapping[str, RunFacts] = field(default_factory=lambda: MappingProxyType({}))
    reports: Mapping[str, ReportFacts] = field(default_factory=lambda: MappingProxyType({}))
    short_links: Mapping[str, ShortLinkFacts] = field(default_factory=lambda: MappingProxyType({}))
    sources: Mapping[Source, AsOf] = field(default_factory=lambda: MappingProxyType({}))
