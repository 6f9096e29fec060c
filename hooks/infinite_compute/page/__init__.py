"""Results -> the blocks and files of the project's page."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from markupsafe import Markup

from labbook import project_cache
from labbook.book import Book
from labbook.model import IssueRef
from labbook.pages import blocks, facts
from labbook.project_cache import texts
from labbook.projects import Content
from labbook.settings import ProjectPage

__all__ = ["content"]

DATA = "data/infinite-compute"
# What draws and fits; their versions decide what is drawn.
_ENGINES = ("altair", "numpy", "scipy", "vl-convert-python")
_BUNDLE = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"


def content(root: Path, book: Book, page: ProjectPage) -> Content:
    """All that the page may show; figures are drawn where data or code have changed."""
    code = Path(__file__).parent.parent
    made_of = [
        *texts(root / DATA, code, Path(blocks.__file__).parent),
        *(f"{name} {version(name)}".encode() for name in _ENGINES),
    ]
    drawn = project_cache.kept(root, page.name, made_of, lambda: _drawn(root))
    known = {**drawn.blocks.get("facts", {}), "issue": _issue(book, page)}
    return Content({**drawn.blocks, "facts": known}, drawn.files)


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
    return Content(drawn.blocks, files)


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
