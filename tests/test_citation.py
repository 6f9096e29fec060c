"""Citations: of facts only, and read back by BibTeX's rules they say what the page says."""

from __future__ import annotations

import re
from dataclasses import replace

import html5lib
from hypothesis import given
from hypothesis import strategies as st

from hostile import HOSTILE
from labbook.book import Entry, Source, join
from labbook.live.snapshot import AsOf, IssueFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef
from labbook.pages import citation, escape
from labbook.pages.citation import Citation
from labbook.settings import ProjectPage, Settings

LAB = Settings(
    "Lab book",
    "example/Lab",
    (),
    "entity",
    "https://github.com/example/site",
    author="The example lab",
    projects=(("Big project", "projects/big/"),),
    project_pages=(ProjectPage("big", "big.page", 7), ProjectPage("unnamed", "big.page")),
)
PUBLISHED = replace(LAB, site_url="https://lab.example.org/book/")
FACTS = IssueFacts(
    "Issue", AsOf("2026-09"), state="open", author="someone", created="2024-11-05T10:11:12Z"
)
# What stands for a character that means something to TeX.
NAMES = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
}


def entry_of(settings: Settings, facts: IssueFacts | None = FACTS, **changes: object) -> Entry:
    """The entry of one experiment."""
    about = {"key": "12", "title": "What works", "issue": IssueRef("example/Lab", 12), **changes}
    one = Experiment(**about)  # type: ignore[arg-type]
    snapshot = Snapshot(issues={str(one.issue): facts} if facts else {})
    return join(_catalog(one), snapshot, settings, Source()).entries[one.key]


def _catalog(one: Experiment) -> Catalog:
    return Catalog("Reports", categories=(Category("A", "a", experiments=(one,)),))


def read(bibtex: str) -> tuple[str, dict[str, str]]:
    """Key and raw fields of an entry as BibTeX reads it: values end where braces are even."""
    head = re.match(r"@misc\{(?P<key>[^\s,{}\"#%'()=~\\]+),\n", bibtex)
    assert head
    place, fields = head.end(), {}
    while field := re.compile(r"\s*(?P<name>[a-z]+)\s*=\s*").match(bibtex, place):
        place = field.end()
        if macro := re.compile(r"[a-z]{3}").match(bibtex, place):
            value, place = macro[0], macro.end()
        else:
            start, depth = place, 0
            while True:
                depth += {"{": 1, "}": -1}.get(bibtex[place], 0)
                place += 1
                if not depth:
                    break
            value = bibtex[start + 1 : place - 1]
        assert field["name"] not in fields
        fields[field["name"]] = value
        assert bibtex[place] == ","
        place += 1
    assert bibtex[place:] == "\n}"
    return head["key"], fields


def typeset(value: str) -> str:
    """What TeX prints of a field: fails at a character that it would not print."""
    token = re.compile(r"\\(?P<name>[a-z]+)\{\}|\\(?P<symbol>[#$%&_])|(?P<plain>[^\\{}#$%&_~^<>|])")
    place, printed = 0, ""
    while place < len(value):
        match = token.match(value, place)
        assert match, value[place : place + 20]
        printed += match["plain"] or match["symbol"] or NAMES[match["name"]]
        place = match.end()
    return printed


def inner(value: str) -> str:
    """What stands in the braces of its own that a value has."""
    assert value[0] == "{"
    assert value[-1] == "}"
    return value[1:-1]


def test_an_experiment_is_cited_by_what_is_known_of_it() -> None:
    made = citation.of_entry(entry_of(PUBLISHED), PUBLISHED)
    key, fields = read(citation.bibtex(made))
    assert key == "lab-12"
    assert {name: value.strip("{}") for name, value in fields.items()} == {
        "title": "What works",
        "author": "The example lab",
        "howpublished": "Lab book",
        "year": "2024",
        "month": "nov",
        "url": "https://lab.example.org/book/experiments/12/",
        "note": r"GitHub issue example/Lab\#12, opened by someone",
    }
    assert citation.plain(made) == (
        "The example lab. “What works.” Lab book, November 2024. GitHub issue example/Lab#12, "
        "opened by someone. https://lab.example.org/book/experiments/12/"
    )


def test_what_is_not_known_is_left_out() -> None:
    made = citation.of_entry(entry_of(LAB, None), LAB)
    _, fields = read(citation.bibtex(made))
    assert set(fields) == {"title", "author", "howpublished", "url", "note"}
    assert fields["url"] == "https://github.com/example/Lab/issues/12"
    nothing = citation.of_entry(entry_of(LAB, None, key="an-idea", issue=None), LAB)
    assert set(read(citation.bibtex(nothing))[1]) == {"title", "author", "howpublished"}
    assert citation.plain(nothing) == "The example lab. “What works.” Lab book."


def test_a_title_with_an_end_of_its_own_gets_no_other() -> None:
    made = citation.of_entry(entry_of(LAB, None, title="Does it work?", issue=None), LAB)
    assert citation.plain(made) == "The example lab. “Does it work?” Lab book."


def test_a_project_is_cited_under_the_title_of_the_navigation() -> None:
    book = join(Catalog("Reports"), Snapshot(issues={"example/Lab#7": FACTS}), PUBLISHED, Source())
    big, unnamed = (citation.of_project(page, book) for page in PUBLISHED.project_pages)
    assert (big.title, unnamed.title) == ("Big project", "unnamed")
    assert (big.key, unnamed.key) == ("lab-projects:big", "lab-projects:unnamed")
    assert big.url == "https://lab.example.org/book/projects/big/"
    assert big.note == "GitHub issue example/Lab#7, opened by someone"
    assert unnamed.note is None


def test_keys_are_one_for_one() -> None:
    keys = ["12", "other/lab/12", "other-lab-12", "projects-big"]
    made = [citation.of_entry(entry_of(LAB, None, key=key), LAB).key for key in keys]
    assert len({*made, "lab-projects:big"}) == 5
    assert made[1] == "lab-other:lab:12"


@given(st.one_of(st.sampled_from(HOSTILE), st.text()), st.text(), st.text())
def test_any_text_is_read_back(title: str, author: str, note: str) -> None:
    clean = list(map(escape.title, (title, author, note)))
    made = Citation("lab-1", clean[0], clean[1], "Lab book", note=clean[2])
    _, fields = read(citation.bibtex(made))
    assert typeset(inner(fields["title"])) == clean[0]
    assert typeset(inner(fields["author"])) == clean[1]
    assert typeset(fields["note"]) == clean[2]


@given(st.one_of(st.sampled_from(HOSTILE), st.text()))
def test_the_block_shows_both_forms_as_they_are(title: str) -> None:
    made = citation.of_entry(entry_of(LAB, title=title[:2000]), LAB)
    html = str(citation.block(made))
    assert "\n" not in html
    document = html5lib.parse(html, namespaceHTMLElements=False)
    texts = {item.get("id"): "".join(item.itertext()) for item in document.iter()}
    assert texts["cite-bibtex"] == citation.bibtex(made)
    assert texts["cite-text"] == citation.plain(made)
