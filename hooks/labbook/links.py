"""What a URL is: its kind, its canonical form, its label."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from labbook.urls import mask, problem, rewrite

__all__ = [
    "LinkKind",
    "Target",
    "classify",
    "is_evidence",
    "mask",
    "problem",
    "rewrite",
]


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
    """What a URL leads to; `canonical` is equal for two URLs of the same thing.

    `scope` is `entity/project` or `owner/repository` (of a short link, the entity); `name` is
    what it holds: run, report, number, path. `paths` are the storage paths of a data browser link.
    The canonical form of a report or short link leaves out its entity, since ids are unique and
    entities get renamed; that of a run, group, sweep or project names it: rewrite the URL first.
    """

    kind: LinkKind
    label: str
    canonical: str
    scope: str = ""
    name: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Url:
    """A URL of the web, taken apart: host in lower case, path segments decoded."""

    split: SplitResult
    host: str
    segments: tuple[str, ...]


_EVIDENCE = {
    LinkKind.WANDB_REPORT,
    LinkKind.WANDB_RUN,
    LinkKind.WANDB_GROUP,
    LinkKind.WANDB_SWEEP,
    LinkKind.WANDB_SHORT_LINK,
    LinkKind.DATA_EXPERIMENT,
}
_WANDB_PARTS = {
    "runs": (LinkKind.WANDB_RUN, "Run"),
    "groups": (LinkKind.WANDB_GROUP, "Group"),
    "sweeps": (LinkKind.WANDB_SWEEP, "Sweep"),
}
# First path segments of W&B's own pages, which would read as an entity.
_WANDB_PAGES = {"articles", "authorize", "fully-connected", "home", "login", "settings", "site"}
# Pages of a project that show the project itself.
_PROJECT_PAGES = {
    "groups",
    "overview",
    "reportlist",
    "reports",
    "runs",
    "sweeps",
    "table",
    "workspace",
}
_REPORT_ID = re.compile(r"(?:^|[^A-Za-z0-9])(Vmlldzo[A-Za-z0-9]+)=*$")  # base64 of "View:" + digits
_STORAGE_PATH = re.compile(r"(?!https?:|file:)[a-z][a-z0-9]*://[^/\s]+/.+", re.DOTALL)
_EXPERIMENT_FILE = re.compile(r"/experiments/[^/]+\.json$")
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_COMMIT_OR_MAIN = re.compile(r"[0-9a-f]{7,40}|main|master|HEAD")
_ARXIV_ID = re.compile(
    r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.ASCII | re.IGNORECASE,
)
_LABEL_LENGTH = 80
_NAME_LENGTH = 160


def classify(url: str, repository: str) -> Target:
    """Say what `url` leads to, from the URL alone; `repository` is the lab's own on GitHub."""
    url = url.strip()
    if url.startswith("/") and not url.startswith("//"):
        return _page(url)
    if url[:5].lower() == "gs://":
        path = "gs://" + url[5:].rstrip("/")
        return Target(LinkKind.STORAGE, _short(path), path, name=path)
    try:
        split = urlsplit(url)
        host = (split.hostname or "").rstrip(".")
        port = "" if split.port in {None, 80, 443} else f":{split.port}"
    except ValueError:
        return Target(LinkKind.OTHER, _short(url), url)
    if split.scheme not in {"http", "https"} or not host:
        return Target(LinkKind.OTHER, _short(url), url)
    segments = tuple(unquote(part) for part in split.path.split("/") if part)
    parts = _Url(split, host.removeprefix("www."), segments)
    if parts.host in {"github.com", "raw.githubusercontent.com"}:
        found = _github(parts, repository)
    else:
        found = _READERS.get(parts.host, _data_browser)(parts)
    return found or _other(parts, host + port)


def is_evidence(target: Target) -> bool:
    """Whether the link shows what was run: a run or report, or the experiment's own file."""
    if target.kind is LinkKind.DATA_VIEW:
        return all(_EXPERIMENT_FILE.search(path) for path in target.paths)
    return target.kind in _EVIDENCE


def _short(text: str, limit: int = _LABEL_LENGTH) -> str:
    """Cut the middle out of a long text; the end of a path says most."""
    tail = limit * 2 // 3
    return text if len(text) <= limit else f"{text[: limit - tail - 1]}…{text[-tail:]}"


def _page(url: str) -> Target:
    path, mark, fragment = url.partition("#")
    path = unquote(path.partition("?")[0])
    name = path.rstrip("/") or "/"
    return Target(LinkKind.PAGE, _short(path), f"page:{name}{mark}{fragment}", name=path)


def _wandb(url: _Url) -> Target | None:
    parts = url.segments
    if "coreweave" in url.host and parts[:1] == ("wandb",):
        parts = parts[1:]
    if len(parts) >= 3 and parts[0] == "links":
        short = f"wandb-short-link:{parts[2]}"
        return Target(LinkKind.WANDB_SHORT_LINK, "WandB Report", short, parts[1], parts[2])
    if url.host.startswith("api.") or len(parts) < 2 or parts[0] in _WANDB_PAGES:
        return None
    scope = f"{parts[0]}/{parts[1]}"
    page, *rest = parts[2:] or ("overview",)
    if not rest:
        return _wandb_project(scope) if page in _PROJECT_PAGES else None
    if page == "reports":
        return _wandb_report(scope, rest[0])
    if page not in _WANDB_PARTS:
        return None
    kind, noun = _WANDB_PARTS[page]
    label = f"WandB {noun}: {_short(rest[0], _NAME_LENGTH)}"
    return Target(kind, label, f"{kind}:{scope}/{rest[0]}", scope, rest[0])


def _wandb_project(scope: str) -> Target:
    kind = LinkKind.WANDB_PROJECT
    return Target(kind, f"WandB Project: {_short(scope)}", f"{kind}:{scope}", scope, scope)


def _wandb_report(scope: str, slug: str) -> Target | None:
    """A report is its id alone: its slug follows the title, its entity may be renamed."""
    found = _REPORT_ID.search(slug)
    name = found[1] if found else slug.rpartition("--")[2].rstrip("=") if "--" in slug else ""
    kind = LinkKind.WANDB_REPORT
    return Target(kind, "WandB Report", f"{kind}:{name}", scope, name) if name else None


def _github(url: _Url, repository: str) -> Target | None:
    if len(url.segments) < 3:
        return None
    owner, name, verb, *rest = url.segments
    scope = f"{owner}/{name}"
    own = scope.lower() == repository.lower()
    if url.host == "raw.githubusercontent.com":
        verb, rest = "raw", [verb, *rest]
    if verb in {"issues", "pull"} and rest and _NUMBER.fullmatch(rest[0]):
        kind = LinkKind.GITHUB_ISSUE if verb == "issues" else LinkKind.GITHUB_PULL
        noun = "Issue" if verb == "issues" else "Pull Request"
        # Issues and pull requests share their numbers, and GitHub redirects between the two.
        item, label = f"#{rest[0]}", f"GitHub {noun} {'' if own else scope}#{rest[0]}"
        if re.match(r"(issuecomment|discussion)[-_]", url.split.fragment):
            item, label = f"{item}#{url.split.fragment}", f"{label} (comment)"
        return Target(kind, _short(label), f"github:{scope.lower()}{item}", scope, rest[0])
    if verb in {"blob", "tree", "raw", "blame", "edit"} and rest:
        rest = rest[2:] if rest[:2] == ["refs", "heads"] and len(rest) > 2 else rest
        # Where a branch name may hold slashes, it cannot be told from the path: show both.
        path = "/".join(rest[1:] if _COMMIT_OR_MAIN.fullmatch(rest[0]) and rest[1:] else rest)
        canonical = f"github-file:{scope.lower()}/{'/'.join(rest)}"
        label = path if own else f"{scope}: {path}"
        return Target(LinkKind.GITHUB_FILE, _short(label), canonical, scope, path)
    return None


def _hugging_face(url: _Url) -> Target | None:
    parts = url.segments[:-2] if url.segments[-2:] == ("tree", "main") else url.segments
    name = "/".join(parts)
    label = f"Hugging Face: {_short(name)}"
    return Target(LinkKind.HUGGING_FACE, label, f"hugging-face:{name}", name=name) if name else None


def _arxiv(url: _Url) -> Target | None:
    path = "/".join(url.segments)
    prefix = r"10\.48550/arxiv\." if url.host.endswith("doi.org") else r"(?:abs|pdf|html|format)/"
    if not (start := re.match(prefix, path, re.IGNORECASE)):
        return None
    if not (found := _ARXIV_ID.fullmatch(path, start.end())):
        return None
    name = found["id"]
    return Target(LinkKind.ARXIV, f"arXiv {name}", f"arxiv:{name.lower()}", name=name)


def _data_browser(url: _Url) -> Target | None:
    """A data browser link, known by its shape: hosts differ between labs, and move."""
    page = url.segments[-1] if url.segments else ""
    if page not in {"experiment", "view"}:
        return None
    query = dict(reversed(parse_qsl(url.split.query)))
    if page == "experiment":
        kind, found = LinkKind.DATA_EXPERIMENT, [query.get("path")]
    else:
        kind = LinkKind.DATA_VIEW
        try:
            found = json.loads(query.get("paths", ""))
        except (ValueError, RecursionError):
            return None
    if not isinstance(found, list) or not found:
        return None
    paths = tuple(item for item in found if isinstance(item, str) and _STORAGE_PATH.match(item))
    if len(paths) != len(found):
        return None
    canonical = f"{kind}:{' '.join(sorted(path.rstrip('/') for path in paths))}"
    return Target(kind, "Data Browser", canonical, name=paths[0], paths=paths)


def _other(url: _Url, host: str) -> Target:
    path = "".join(f"/{quote(part, safe='', errors='replace')}" for part in url.segments)
    query = urlencode(sorted(parse_qsl(url.split.query, keep_blank_values=True)), errors="replace")
    fragment = f"#{url.split.fragment}" if url.split.fragment else ""
    canonical = f"https://{host}{path}{'?' if query else ''}{query}{fragment}"
    return Target(LinkKind.OTHER, _short("/".join((url.host, *url.segments))), canonical)


_READERS: dict[str, Callable[[_Url], Target | None]] = {
    "wandb.ai": _wandb,
    "app.wandb.ai": _wandb,
    "api.wandb.ai": _wandb,
    "forge.coreweave.com": _wandb,
    "api.forge.coreweave.com": _wandb,
    "huggingface.co": _hugging_face,
    "hf.co": _hugging_face,
    "arxiv.org": _arxiv,
    "export.arxiv.org": _arxiv,
    "doi.org": _arxiv,
    "dx.doi.org": _arxiv,
}
