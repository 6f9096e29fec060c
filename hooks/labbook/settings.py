"""What a lab sets in mkdocs.yml: `extra.labbook` and the few site settings that pages need."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml_env_tag import add_env_tag

from labbook import nav
from labbook.errors import SettingsError

_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
# No one means longer than a hundred years.
_FOR_EVER = 100 * 365 * 86_400
_KNOWN = {
    "branch",
    "curve",
    "github_api",
    "labels",
    "licence",
    "live",
    "metrics",
    "projects",
    "repository",
    "rewrites",
    "run_fields",
    "wandb_api",
    "wandb_entity",
}


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Every link that begins with `old` begins with `new` on the site."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Live:
    """What is asked of GitHub and W&B, where, and how old the answers may be.

    `metrics` are patterns over the names of a run's final values, `curve` the name of the value
    whose history is drawn; `parameters` and `tokens` name the fields of a run that hold these
    counts, the first that a run has counts. `ttl`, `budget` and `max_age` are in seconds.
    """

    github_api: str = "https://api.github.com"
    wandb_api: str = "https://api.wandb.ai"
    metrics: tuple[str, ...] = ()
    curve: str = "train/loss"
    parameters: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    ttl: float = 3600
    budget: float = 20
    max_age: float = 604_800


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """The page docs/projects/`name`.md, whose blocks a module fills; an issue may be about it."""

    name: str
    module: str
    issue: int | None = None

    @property
    def source(self) -> str:
        """Its path below `docs/`."""
        return f"projects/{self.name}.md"

    @property
    def address(self) -> str:
        """Its folder below the site's root."""
        return f"projects/{self.name}/"


@dataclass(frozen=True, slots=True)
class Licence:
    """What others may do with the data: its SPDX identifier and the address of its text."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The lab that the site is about, and where its data is edited.

    `repository` holds the experiment issues (`owner/name`); `repo_url` is the repository of the
    site itself, whose `branch` a curator edits; `labels` mark an issue as an experiment.
    `pages` are the (title, address) of the pages that the navigation names with a title,
    `projects` those of them that are project pages, `project_pages` what modules fill of these.
    `site_url` is empty where the address of the published site is not known, else ends with `/`.
    `author` is whom the site as a whole is to be credited to.
    """

    site_name: str
    repository: str
    labels: tuple[str, ...]
    wandb_entity: str
    repo_url: str
    branch: str = "main"
    rewrites: tuple[Rewrite, ...] = ()
    description: str = ""
    projects: tuple[tuple[str, str], ...] = ()
    project_pages: tuple[ProjectPage, ...] = ()
    live: Live = field(default_factory=Live)
    pages: tuple[tuple[str, str], ...] = ()
    site_url: str = ""
    author: str = ""
    licence: Licence | None = None


def from_config(config: Mapping[str, Any]) -> Settings:
    """Read the settings out of a loaded mkdocs.yml; raise SettingsError naming the key."""
    lab = (config.get("extra") or {}).get("labbook")
    if not isinstance(lab, Mapping):
        raise SettingsError("mkdocs.yml: extra.labbook: missing; name the lab's `repository` there")
    if unknown := sorted(set(map(str, lab)) - _KNOWN):
        known = ", ".join(sorted(_KNOWN))
        raise SettingsError(f"mkdocs.yml: extra.labbook.{unknown[0]}: unknown; known are {known}")
    repository = _text(lab, "repository", "")
    if not _REPOSITORY.fullmatch(repository):
        raise SettingsError(
            "mkdocs.yml: extra.labbook.repository: not a GitHub repository; write `owner/name`"
        )
    default_url = f"https://github.com/{repository}"
    site_name = str(config.get("site_name") or "Lab book")
    pages = tuple(nav.titled(config.get("nav")))
    return Settings(
        site_name=site_name,
        repository=repository,
        labels=_texts(lab, "labels"),
        wandb_entity=_text(lab, "wandb_entity", ""),
        repo_url=str(config.get("repo_url") or default_url).rstrip("/"),
        branch=_text(lab, "branch", "main"),
        rewrites=_rewrites(lab.get("rewrites") or ()),
        description=str(config.get("site_description") or ""),
        projects=tuple(page for page in pages if page[1].startswith("projects/")),
        project_pages=tuple(_project_pages(lab.get("projects") or {})),
        live=_live(lab),
        pages=pages,
        site_url=_site_url(config.get("site_url")),
        author=str(config.get("site_author") or site_name),
        licence=_licence(lab.get("licence")),
    )


def load(path: Path) -> Settings:
    """Read the settings from the mkdocs.yml at `path`, without MkDocs."""

    class Loader(yaml.SafeLoader):
        """MkDocs' own tags: `!ENV` is read, names of Python objects are passed over."""

    add_env_tag(Loader)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
    Loader.add_constructor("!relative", lambda *_: None)
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(config, Mapping):
        raise SettingsError(f"{path.name}: not a mapping; see the README for a working one")
    return from_config(config)


def _site_url(value: Any) -> str:
    url = str(value or "").strip()
    if not url:
        return ""
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        raise SettingsError(
            "mkdocs.yml: site_url: not the address of a site; write one such as "
            "https://example.org/lab-book/"
        )
    return url.rstrip("/") + "/"


def _licence(row: Any) -> Licence | None:
    if row is None:
        return None
    known = isinstance(row, Mapping) and set(row) == {"id", "url"}
    if not known or not re.fullmatch(r"https?://\S+", str(row["url"])):
        raise SettingsError(
            "mkdocs.yml: extra.labbook.licence: not a licence; write `{id: CC-BY-4.0, "
            "url: https://creativecommons.org/licenses/by/4.0/}`"
        )
    return Licence(str(row["id"]), str(row["url"]))


def _project_pages(table: Any) -> Iterator[ProjectPage]:
    """Each page of docs/projects/ that names a module."""
    where = "mkdocs.yml: extra.labbook.projects"
    remedy = (
        "write `page: {module: package.module, issue: 1234}`, the issue only where there is one"
    )
    if not isinstance(table, Mapping):
        raise SettingsError(f"{where}: not a mapping; {remedy}")
    for name, row in table.items():
        known = isinstance(row, Mapping) and set(row) <= {"module", "issue"}
        module, issue = (row.get("module"), row.get("issue")) if known else (None, None)
        if not re.fullmatch(r"[a-z0-9-]+", str(name)):
            raise SettingsError(f"{where}.{name}: no name of a page; use a-z, 0-9 and hyphens")
        if not isinstance(module, str) or not re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", module):
            raise SettingsError(f"{where}.{name}: names no module; {remedy}")
        if issue is not None and (type(issue) is not int or issue < 1):
            raise SettingsError(f"{where}.{name}.issue: no number of an issue; {remedy}")
        yield ProjectPage(name, module, issue)


def _live(lab: Mapping[str, Any]) -> Live:
    usual = Live()
    fields = _table(lab, "run_fields", {"parameters", "tokens"})
    seconds = _table(lab, "live", {"ttl", "budget", "max_age"})
    return Live(
        github_api=_address(lab, "github_api", usual.github_api),
        wandb_api=_address(lab, "wandb_api", usual.wandb_api),
        metrics=_texts(lab, "metrics"),
        curve=_text(lab, "curve", usual.curve),
        parameters=_texts(fields, "parameters", "run_fields."),
        tokens=_texts(fields, "tokens", "run_fields."),
        ttl=_seconds(seconds, "ttl", usual.ttl),
        budget=_seconds(seconds, "budget", usual.budget),
        max_age=_seconds(seconds, "max_age", usual.max_age),
    )


def _table(lab: Mapping[str, Any], key: str, known: set[str]) -> Mapping[str, Any]:
    value = lab.get(key) or {}
    if not isinstance(value, Mapping) or set(value) - known:
        names = ", ".join(sorted(known))
        raise SettingsError(f"mkdocs.yml: extra.labbook.{key}: not a mapping of {names}")
    return value


def _address(lab: Mapping[str, Any], key: str, default: str) -> str:
    value = _text(lab, key, default).rstrip("/")
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise SettingsError(f"mkdocs.yml: extra.labbook.{key}: not an address; begin with https://")
    return value


def _seconds(table: Mapping[str, Any], key: str, default: float) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < _FOR_EVER:
        raise SettingsError(
            f"mkdocs.yml: extra.labbook.live.{key}: not a number of seconds; "
            f"write one such as {default:g}"
        )
    return float(value)


def _text(lab: Mapping[str, Any], key: str, default: str) -> str:
    value = lab.get(key, default)
    if not isinstance(value, str):
        raise SettingsError(f"mkdocs.yml: extra.labbook.{key}: not a text; write one string")
    return value


def _texts(lab: Mapping[str, Any], key: str, above: str = "") -> tuple[str, ...]:
    value = lab.get(key) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise SettingsError(
            f"mkdocs.yml: extra.labbook.{above}{key}: not a list of texts; write [a, b]"
        )
    return tuple(value)


def _rewrites(table: Any) -> tuple[Rewrite, ...]:
    rows = []
    for index, row in enumerate(table):
        if not isinstance(row, Mapping) or set(row) != {"from", "to"}:
            raise SettingsError(
                f"mkdocs.yml: extra.labbook.rewrites[{index}]: not a rewrite; "
                "write `{from: https://old/, to: https://new/}`"
            )
        rows.append(Rewrite(str(row["from"]), str(row["to"])))
    return tuple(rows)
