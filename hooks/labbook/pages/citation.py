"""How to cite a page: BibTeX and plain text, of nothing but what is known.

The author is the lab, as the site's settings name it: of who opened an issue only the name of an
account is known, and that is said in a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from labbook.book import Book, Entry
from labbook.live.snapshot import IssueFacts
from labbook.model import IssueRef
from labbook.pages import escape, facts, words
from labbook.pages.environment import render
from labbook.settings import ProjectPage, Settings

# What a page with the block names among the `scripts` of its front matter.
SCRIPT = "assets/copy.js"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])(?!\d)", re.ASCII)
# Braces by their names: BibTeX counts every brace, also one behind a backslash.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{character: rf"\{character}" for character in "#$%&_"},
    }
)
_ENDS = (".", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class Citation:
    """What is known of a page that one may cite; texts are clean, and None is unknown.

    `key` names it in a bibliography and never changes; `opened` is an ISO 8601 time.
    """

    key: str
    title: str
    author: str
    site: str
    opened: str | None = None
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    key: str
    title: str
    address: str
    issue: IssueRef | None
    known: IssueFacts | None


def of_entry(entry: Entry, settings: Settings) -> Citation:
    """The citation of an experiment's page."""
    issue = entry.experiment.issue
    page = _Page(entry.key, entry.experiment.title, entry.address, issue, entry.facts)
    return _citation(page, settings)


def of_project(page: ProjectPage, book: Book) -> Citation:
    """The citation of a project's page, under the title that the navigation gives it."""
    titles = {address: title for title, address in book.settings.projects}
    title = titles.get(page.address, page.name)
    issue = IssueRef(book.settings.repository, page.issue) if page.issue else None
    known = book.project_issues.get(page.issue or 0)
    about = _Page(f"projects/{page.name}", title, page.address, issue, known)
    return _citation(about, book.settings)


def bibtex(citation: Citation) -> str:
    """The citation as an entry of a BibTeX file."""
    year, month = _month(citation.opened)
    # In braces of its own a title keeps its capitals, and an author is no first and last name.
    fields = {
        "title": f"{{{{{_latex(citation.title)}}}}}",
        "author": f"{{{{{_latex(citation.author)}}}}}",
        "howpublished": f"{{{_latex(citation.site)}}}",
        "year": year and f"{{{year}}}",
        "month": month,
        # Styles print it by `\url`, which takes characters as they are.
        "url": citation.url and f"{{{citation.url}}}",
        "note": citation.note and f"{{{_latex(citation.note)}}}",
    }
    lines = [f"  {name:<12} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation.key},", *lines, "}"])


def plain(citation: Citation) -> str:
    """The citation as a sentence or two."""
    year, _ = _month(citation.opened)
    when = f", {words.date((citation.opened or '')[:7])}" if year else ""
    end = "" if citation.title.endswith(_ENDS) else "."
    parts = [
        citation.author if citation.author.endswith(_ENDS) else f"{citation.author}.",
        f"“{citation.title}{end}”",
        f"{citation.site}{when}.",
        f"{citation.note}." if citation.note else "",
        citation.url or "",
    ]
    return " ".join(filter(None, parts))


def block(citation: Citation) -> Markup:
    """Both forms, each with a button that copies it where the page names `SCRIPT`."""
    lines = map(escape.html, bibtex(citation).split("\n"))
    # Written so that the block stays one line of HTML: nothing in it is taken for Markdown.
    return render(
        "citation.html",
        bibtex=Markup("&#10;").join(lines),
        plain=plain(citation),
    )


def _citation(page: _Page, settings: Settings) -> Citation:
    url = page.issue.url if page.issue else None
    if settings.site_url:
        url = settings.site_url + quote(page.address)
    lab = settings.repository.partition("/")[2].lower()
    return Citation(
        # No part of a key holds a colon, so that no two are the same.
        key=f"{lab}-{page.key.replace('/', ':')}",
        title=escape.title(page.title),
        author=escape.title(settings.author or settings.site_name),
        site=escape.title(settings.site_name),
        opened=page.known.created if page.known else None,
        url=url and _in_braces(url),
        note=_note(page.issue, page.known) if page.issue else None,
    )


def _note(issue: IssueRef, known: IssueFacts | None) -> str:
    kind = "pull request" if known and known.pull else "issue"
    login = facts.visible(known.author) if known else None
    return f"GitHub {kind} {issue}" + (f", opened by {login}" if login else "")


def _latex(text: str) -> str:
    return text.translate(_LATEX)


def _in_braces(url: str) -> str:
    """The address without what would end the field, or TeX's argument, that holds it."""
    return quote(escape.clean(url), safe="!#$%&'()*+,/:;=?@[]~")


def _month(stamp: str | None) -> tuple[str | None, str | None]:
    match = _MONTH.match(stamp or "")
    return (match["year"], _MONTHS[int(match["month"]) - 1]) if match else (None, None)
