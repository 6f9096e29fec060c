"""Results -> the blocks and files of the project's page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from markupsafe import Markup

from labbook import project_cache
from labbook.book import Book
from labbook.model import IssueRef
from labbook.pages import blocks, facts
from labbook.project_cache import texts
from labbook.projects import Content, Names
from labbook.settings import ProjectPage

__all__ = ["content", "names"]

DATA = "data/infinite-compute"
# What draws and fits; their versions decide what is drawn.
_ENGINES = ("altair", "numpy", "scipy", "vl-convert-python")
_BUNDLE = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"


def content(root: Path, book: Book, page: ProjectPage) -> Content:
    """All that the page may show; figures are drawn where data or code have changed."""
    drawn = project_cache.kept(root, page.name, _made_of(root), lambda: _drawn(root))
    known = {**drawn.blocks.get("facts", {}), "issue": _issue(book, page)}
    return Content({**drawn.blocks, "facts": known}, drawn.files, drawn.figures)


def names(root: Path, page: ProjectPage) -> Names:
    """The names of all blocks of the content; no figure is drawn for them."""
    drawn = project_cache.known(root, page.name, _made_of(root))
    if drawn:
        return {**drawn.blocks, "facts": [*drawn.blocks.get("facts", ()), "issue"]}
    # What derives the tables takes time to import.
    from infinite_compute.page.block_names import names as derived  # noqa: PLC0415

    return derived(root)


def _made_of(root: Path) -> Iterator[bytes]:
    """All that decides what is drawn."""
    code = Path(__file__).parent.parent
    yield from texts(root / DATA, code, Path(blocks.__file__).parent)
    for name in _ENGINES:
        yield f"{name} {version(name)}".encode()


def _drawn(root: Path) -> Content:
    """Everything that is made of the project's own data."""
    with subprocess.Popen([sys.executable, "-c", _BUNDLE], stdout=subprocess.PIPE) as bundle:
        # The scripts of the interactive charts are bundled meanwhile. Only who draws pays for
        # importing what draws.
        from infinite_compute.page import drawing  # noqa: PLC0415

        try:
            drawn = drawing.content(root)
            script, _ = bundle.communicate()
        finally:
            bundle.kill()
    if bundle.returncode:
        raise RuntimeError("vl-convert could not bundle the scripts of the interactive charts")
    # Else the names of the bundle would be everyone's.
    files = {**drawn.files, drawing.ENGINE: b"(()=>{" + script + b"})();\n"}
    return Content(drawn.blocks, files, drawn.figures)


def _issue(book: Book, page: ProjectPage) -> str:
    """What GitHub says of the issue that the page is about."""
    known = book.project_issues.get(page.issue or 0)
    issue = IssueRef(book.settings.repository, page.issue or 0)
    view = facts.issue(issue, known, "")
    if view is None:
        return str(blocks.facts([("State", "not known; GitHub was not asked yet")]))
    rows: list[tuple[str, str | Markup | None]] = [
        ("Title", f"{view.number} {view.title}"),
        ("State", view.state),
        ("Author", view.author),
        ("Opened", facts.moment(view.created) if view.created else None),
        ("Closed", facts.moment(view.closed) if view.closed else None),
        ("Labels", facts.labels(view.labels)),
        ("As of", facts.when(view.as_of)),
    ]
    return str(blocks.facts((name, value) for name, value in rows if value))
