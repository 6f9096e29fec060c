"""Generated catalogs for property tests: everything that the curated file may hold."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from hypothesis import strategies as st
from markdown.extensions.toc import slugify

from hostile import HOSTILE
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from labbook.references import is_id, issue_key
from labbook.source_text import UNWANTED
from labbook.values import category_id_problem

REPOSITORY = "example/lab"
OTHER_REPOSITORIES = ("example/Tools", "else-where/lab", "x/y.z")

# Texts that mean something to YAML, Markdown, HTML, templates or spreadsheets.
AWKWARD = (
    "no",
    "y",
    "~",
    "null",
    "012",
    "0x1F",
    "1e3",
    "12:30:45",
    "2025-01-01",
    "600",
    ".inf",
    "=",
    "<<",
    "- item",
    "? key",
    "a: b",
    "a:",
    ": a",
    "a #600",
    "#600",
    "'quoted'",
    '"quoted"',
    'it\'s "both" \\ and more',
    "[EPIC] Big runs",
    "{{ page.title }}",
    "{% raw %}",
    "*alias",
    "&anchor",
    "!tag",
    "%percent",
    "@at",
    "`tick`",
    "| pipe",
    "> fold",
    "---",
    "...",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "a\tb",
    "\u202eabc\u202c",
    "a\u200bb",
    "\N{SNOWMAN}\N{VARIATION SELECTOR-16}",
    "\N{PILE OF POO} \N{LATIN SMALL LETTER E WITH ACUTE}e\N{COMBINING ACUTE ACCENT}",
    "# heading {: #id .class }",
    "=HYPERLINK(1)",
    "x" * 300,
)
URLS = (
    "https://wandb.ai/lab/project/reports/Title--VmlldzoxMTY3MzU3OA",
    "https://wandb.ai/lab/project/reports/Title--VmlldzoxMTY3MzU3OA?accessToken=abcdefghijkl",
    "https://wandb.ai/lab/project/runs/a-run-1?nw=nwusersomebody",
    "https://api.wandb.ai/links/lab/abc12345",
    "https://lab.example.org/data_browser/experiment/?path=gs%3A//bucket/experiments/exp1.json",
    "https://lab.example.org/data_browser/view?paths=%5B%22gs%3A%2F%2Fbucket%2Fa.jsonl%22%5D",
    "gs://bucket/folder/file.jsonl",
    "https://github.com/example/lab/pull/12",
    "https://huggingface.co/example/model",
    "https://arxiv.org/abs/2509.14786",
    "/projects/a-project/",
    "https://example.org/?q=%3Cscript%3E&a='b'#fragment",
)

_ALPHABET = st.characters(
    exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"
)


def _shown(text: str) -> bool:
    """Whether a field may hold the text: stripped, with something to see and nothing unwanted."""
    visible = any(ch.isprintable() and ch != " " for ch in text)
    return visible and text == text.strip(" \t\n") and not UNWANTED.search(text)


_CATEGORY_IDS = st.from_regex(r"[a-z0-9]{1,6}([-_][a-z0-9]{1,6})?", fullmatch=True)
_KNOWN = [
    text for text in (*AWKWARD, *HOSTILE) if _shown(text) and "\n" not in text and len(text) <= 500
]


@functools.cache
def lines() -> st.SearchStrategy[str]:
    """A text of one line."""
    free = st.text(_ALPHABET, min_size=1, max_size=30)
    return st.one_of(st.sampled_from(_KNOWN), free).filter(_shown)


@functools.cache
def texts() -> st.SearchStrategy[str]:
    """A text of one or several lines."""
    inner = st.one_of(st.sampled_from(["", " ", "  indented", "\tx", *AWKWARD]), lines())
    several = st.lists(inner, min_size=2, max_size=4).map(lambda parts: "\n".join(parts).strip())
    return st.one_of(lines(), several.filter(_shown))


@functools.cache
def keyed_issues() -> st.SearchStrategy[tuple[str, IssueRef | None]]:
    """A key, with its issue where it is that of one."""
    numbers = st.integers(min_value=1, max_value=99_999)
    own = numbers.map(lambda number: IssueRef(REPOSITORY, number))
    other = st.builds(IssueRef, st.sampled_from(OTHER_REPOSITORIES), numbers)
    ids = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True).filter(is_id)
    issues = st.one_of(own, other).map(lambda issue: (issue_key(issue, REPOSITORY), issue))
    return st.one_of(issues, ids.map(lambda text: (text, None)))


@functools.cache
def links() -> st.SearchStrategy[Link]:
    """A link, with or without a label."""
    return st.builds(Link, st.sampled_from(URLS), st.none() | lines())


@st.composite
def catalogs(draw: st.DrawFn) -> Catalog:
    """A whole catalog that the loader accepts, with experiments listed in several places."""
    experiments = draw(_experiments())
    keys = [experiment.key for experiment in experiments]
    parents = draw(_parents()) if keys else []
    homes = {key: draw(st.integers(-1, len(parents) - 1)) for key in keys}
    used: set[str] = set()
    heads = [draw(_heads(used)) for _ in parents]

    def category(index: int) -> Category:
        title, own_id, formerly = heads[index]
        below = tuple(category(child) for child, parent in enumerate(parents) if parent == index)
        defined = [item for item in experiments if homes[item.key] == index]
        others = [key for key in keys if homes[key] != index]
        needed = 0 if defined or below or not others else 1
        again = st.lists(st.sampled_from(others), unique=True, min_size=needed, max_size=2)
        entries: list[Experiment | See] = [
            *defined,
            *(See(key) for key in (draw(again) if others else [])),
        ]
        return Category(title, own_id, formerly, tuple(draw(st.permutations(entries))), below)

    categories = tuple(category(index) for index, parent in enumerate(parents) if parent is None)
    return Catalog(
        title=draw(lines()),
        introduction=draw(st.just("") | texts()),
        categories=categories,
        uncategorized=tuple(item for item in experiments if homes[item.key] == -1),
    )


@st.composite
def _experiments(draw: st.DrawFn) -> list[Experiment]:
    named = draw(
        st.lists(keyed_issues(), max_size=6, unique_by=lambda item: item[0].replace("/", "-"))
    )
    keys = [key for key, _ in named]
    return [
        Experiment(
            key=key,
            title=draw(lines()),
            issue=issue,
            links=tuple(draw(st.lists(links(), max_size=3))),
            conclusion=draw(st.none() | texts()),
            notes=tuple(draw(st.lists(texts(), max_size=2))),
            related=tuple(draw(_some_of([other for other in keys if other != key]))),
        )
        for key, issue in named
    ]


def _some_of(keys: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(keys), unique=True, max_size=2) if keys else st.just([])


@st.composite
def _parents(draw: st.DrawFn) -> list[int | None]:
    """For each category the one above it; no deeper than headings go."""
    parents: list[int | None] = []
    depths: list[int] = []
    for _ in range(draw(st.integers(0, 5))):
        above = [index for index, depth in enumerate(depths) if depth < 5]
        parent = draw(st.none() | st.sampled_from(above)) if above else None
        parents.append(parent)
        depths.append(1 if parent is None else depths[parent] + 1)
    return parents


@st.composite
def _heads(draw: st.DrawFn, used: set[str]) -> tuple[str, str, tuple[str, ...]]:
    """Title, id and earlier ids of a category, whose ids no other has."""
    title = draw(lines())
    free = _CATEGORY_IDS.filter(lambda text: text not in used and category_id_problem(text) is None)
    own_id = slugify(title, "-")
    if own_id in used or category_id_problem(own_id) is not None or draw(st.booleans()):
        own_id = draw(free)
    used.add(own_id)
    formerly = draw(st.lists(free, unique=True, max_size=2))
    used.update(formerly)
    return title, own_id, tuple(formerly)
