"""Project pages: Markdown in docs/projects/ with fenced blocks that a project's module fills.

A block names its kind and its id; the module says which there are:

    ```figure
    id: figure-1
    ```

One block every page has without its module: how to cite it, as `cite` with the id `page`.
"""

from __future__ import annotations

import difflib
import importlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, cast, runtime_checkable

import yaml

from labbook.book import Book
from labbook.errors import DataError, Finding, SettingsError
from labbook.figures import ListedFigure
from labbook.pages import citation
from labbook.settings import ProjectPage
from labbook.urls import rewrite_hrefs

# The ids of blocks by kind.
Names = Mapping[str, Collection[str]]

# What `_content` adds to each.
_OWN: Names = {"cite": ("page",)}
_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)")


@dataclass(frozen=True, slots=True)
class Content:
    """What a module makes for its page.

    `blocks` are HTML by kind and id, each one element; `files` are further files of the site by
    their path below the page's address. `figures` are those that lists of figures may name.
    """

    blocks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    figures: tuple[ListedFigure, ...] = ()


class Module(Protocol):
    """What a project's module offers."""

    def content(self, root: Path, book: Book, page: ProjectPage) -> Content:
        """All that the page may show, from the project's data below `root`."""


@runtime_checkable
class QuickModule(Protocol):
    """What a module offers besides, if its content takes long to make."""

    def names(self, root: Path, page: ProjectPage) -> Names:
        """The names of all blocks of the content."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A fenced block of the page; lines count from 0, `end` is behind the last one."""

    kind: str
    start: int
    end: int
    body: str


def load(page: ProjectPage, root: Path, book: Book) -> Content:
    """Have the page's module make its content, and check that the page asks for nothing else."""
    name, text, module = _read(page, root)
    content = _content(module, page, root, book)
    if wrong := list(check(text, content, name)):
        raise DataError(wrong)
    return Content(
        {
            kind: {
                id_: _in_one_line(rewrite_hrefs(html, book.settings.rewrites))
                for id_, html in ids.items()
            }
            for kind, ids in content.blocks.items()
        },
        content.files,
        content.figures,
    )


def findings(page: ProjectPage, root: Path, book: Book | None) -> list[Finding]:
    """What `load` would find wrong with the page, without making more than that takes.

    Where there is no book, a page whose module cannot name its blocks without one is passed over.
    """
    name, text, module = _read(page, root)
    if isinstance(module, QuickModule):
        return list(_check(text, {**module.names(root, page), **_OWN}, name))
    return list(check(text, _content(module, page, root, book), name)) if book else []


def _content(module: Module, page: ProjectPage, root: Path, book: Book) -> Content:
    """What the module makes, and what every page has without one."""
    made = module.content(root, book, page)
    cite = str(citation.block(citation.of_project(page, book)))
    return replace(made, blocks={**made.blocks, "cite": {"page": cite}})


def check(text: str, content: Content, path: str) -> Iterator[Finding]:
    """Every block of the page that the content cannot fill."""
    return _check(text, content.blocks, path)


def _check(text: str, names: Names, path: str) -> Iterator[Finding]:
    """Every block of the page that is not among those that there are."""
    for block in _blocks(text):
        line = block.start + 1
        if block.kind in names:
            ids = names[block.kind]
            wanted = _wanted(block)
            if wanted is None:
                yield Finding(
                    path, line, 1, block.kind, "no block that names an id", "write `id: …` in it"
                )
            elif wanted not in ids:
                remedy = _did_you_mean(wanted, ids)
                message = f"no {block.kind} has the id `{wanted}`"
                yield Finding(path, line + 1, 1, block.kind, message, remedy)
        elif _wanted(block) is not None:
            remedy = _did_you_mean(block.kind, names)
            message = f"no kind is called `{block.kind}`"
            yield Finding(path, line, 1, block.kind, message, remedy)


def fill(markdown: str, content: Content) -> str:
    """The page with its blocks filled; code in other languages stays as it is."""
    lines = markdown.split("\n")
    for block in reversed(list(_blocks(markdown))):
        filled = content.blocks.get(block.kind, {}).get(_wanted(block) or "")
        if filled is not None:
            lines[block.start : block.end] = ["", _in_one_line(filled), ""]
    return "\n".join(lines)


def _read(page: ProjectPage, root: Path) -> tuple[str, str, Module]:
    """The page's name for people, its text, and its module."""
    name = f"docs/{page.source}"
    try:
        text = (root / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        where = f"mkdocs.yml: extra.labbook.projects.{page.name}"
        raise SettingsError(f"{where}: {name} cannot be read ({error})") from error
    try:
        return name, text, cast("Module", importlib.import_module(page.module))
    except ModuleNotFoundError as error:
        where = f"mkdocs.yml: extra.labbook.projects.{page.name}.module"
        raise SettingsError(f"{where}: {error}; name a module of a package in hooks/") from error


def _blocks(text: str) -> Iterator[_Block]:
    """The fenced blocks that begin a line, from the first to the last."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        opening = _FENCE.fullmatch(lines[number].rstrip())
        if not opening:
            number += 1
            continue
        fence = opening["fence"]
        closing = re.compile(rf"{re.escape(fence[0])}{{{len(fence)},}}")
        end = number + 1
        while end < len(lines) and not closing.fullmatch(lines[end].rstrip()):
            end += 1
        if end == len(lines):
            # Without an end it is no block.
            number += 1
            continue
        body = "\n".join(lines[number + 1 : end])
        yield _Block(opening["info"].strip(), number, end + 1, body)
        number = end + 1


def _wanted(block: _Block) -> str | None:
    """The id that the block names, where it names one and nothing else."""
    try:
        body = yaml.safe_load(block.body)
    except yaml.YAMLError:
        return None
    if isinstance(body, dict) and set(body) == {"id"} and body["id"] is not None:
        return str(body["id"])
    return None


def _did_you_mean(name: str, known: Collection[str]) -> str:
    if near := difflib.get_close_matches(name, known, 1):
        return f"did you mean `{near[0]}`?"
    return "there are " + ", ".join(f"`{each}`" for each in sorted(known))


def _in_one_line(html: str) -> str:
    """A raw block of one line: nothing in it is taken for Markdown."""
    return " ".join(filter(None, map(str.strip, html.splitlines())))
