"""Book and docs/ -> every file that a site builder needs, whichever it is."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from pathspec import GitIgnoreSpec

from labbook import card_images, cards, head, nav, sources
from labbook.book import Book
from labbook.errors import LabbookError
from labbook.markdown_links import from_file
from labbook.plain_config import OVERRIDES, plain
from labbook.projects import Content
from labbook.sources import DOCS

_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*\n", re.DOTALL | re.MULTILINE)
_FRONT = "---\n"
# MkDocs leaves these out by itself.
_NEVER = (".*", "/templates/")

Files = dict[str, str | bytes]


class Builder(StrEnum):
    """Who builds the site; all of them read the same files, but not the same links in HTML.

    MkDocs leaves them as they are, Zensical takes them as it takes those in Markdown.
    """

    ZENSICAL = "zensical"
    MKDOCS = "mkdocs"


def files(config: Path, book: Book, builder: Builder) -> Files:
    """The content of each file by its path: mkdocs.yml, docs/ with every page, and templates."""
    root = config.parent
    settings = plain(
        config.read_text(encoding="utf-8"),
        functools.partial(sources.navigation, book=book),
        {"built": sources.built(book)},
    )
    contents = sources.contents(root, book)
    excluded = GitIgnoreSpec.from_lines((*_NEVER, *settings.excluded))
    below: Files = dict(_written(root, book, contents, excluded))
    # Where both are, MkDocs takes the generated page.
    below.update(_generated(book))
    # Images of links are for those who see the published site's address, and it must be known.
    known = cards.cards(book) if book.settings.site_url else {}
    below.update(card_images.images(root, book, known))
    for name, text in below.items():
        if isinstance(text, str) and name.endswith(".md"):
            below[name] = _with_facts(text, head.facts(nav.address(name), book, known))
    pages = [name for name in below if name.endswith(".md")]
    below.update(sources.exported(book, contents, pages))
    found: Files = {"mkdocs.yml": settings.text}
    found.update({f"{DOCS}/{name}": content for name, content in below.items()})
    if settings.templates:
        for path, name in _below(root / settings.templates):
            found[f"{OVERRIDES}/{name}"] = path.read_bytes()
    if builder is Builder.ZENSICAL:
        for name, text in found.items():
            if isinstance(text, str) and name.endswith(".md"):
                found[name] = from_file(text, name)
    return found


def _written(
    root: Path, book: Book, contents: Mapping[str, Content], excluded: GitIgnoreSpec
) -> Iterator[tuple[str, str | bytes]]:
    """What is in docs/, its pages filled, and the files of projects beside their pages."""
    for path, name in _below(root / DOCS):
        if not excluded.match_file(name):
            content = contents.get(name)
            is_page = path.suffix == ".md"
            yield name, _page(path, book, content) if is_page else path.read_bytes()
    for source, content in contents.items():
        for name, data in content.files.items():
            yield f"{source.removesuffix('.md')}/{name}", data


def _generated(book: Book) -> Iterator[tuple[str, str]]:
    """The pages that are made of the book; on each it says where it is edited."""
    settings = book.settings
    edited = f"{settings.repo_url}/edit/{settings.branch}/data/experiments.yaml"
    for name, text in sources.generated(book).items():
        yield name, _with_facts(text, {"edit_url": edited}) if name.endswith(".md") else text


def _page(path: Path, book: Book, content: Content | None) -> str:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LabbookError(f"{path}: not UTF-8 text; save it as UTF-8") from error
    front = _FRONT_MATTER.match(text)
    end = front.end() if front else 0
    return text[:end] + sources.handwritten(text[end:], book.settings, content)


def _with_facts(text: str, facts: Mapping[str, Any]) -> str:
    """The page with these facts in its front matter."""
    if not facts:
        return text
    lines = yaml.safe_dump(dict(facts), allow_unicode=True, sort_keys=False, width=2**31 - 1)
    if not _FRONT_MATTER.match(text):
        return f"{_FRONT}{lines}---\n\n{text}"
    return text.replace(_FRONT, _FRONT + lines, 1)


def _below(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file below the folder, and its path there."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.relative_to(folder).as_posix()
