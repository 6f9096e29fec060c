"""What people write: the curated file, links, names of runs, texts of issues."""

from __future__ import annotations

import json

from fuzz.target import LAB, ROOT, TESTS, hold
from infinite_compute import run_id
from infinite_compute.run_name import RunNameError
from labbook import catalog, links
from labbook.discovery import reading
from labbook.errors import DataError
from labbook.model import Catalog, Category, Experiment, IssueRef, Link, See
from strategies import AWKWARD, URLS
from wild_yaml import Writer

YAML_PIECES = (
    "title: ", "- title: ", "issue: ", "links:\n", "- ", "see: 1\n", "categories:\n", "url: ",
    "{", "}", "[", "]", "? ", ": ", ": |\n", ": >-\n", " #", "&a ", "*a",
    "!!python/object:os.system ", "<<: ", "---\n", "...\n", "%YAML 1.1\n", "\t", '"', "'", "\\",
    "\n", "\n\n  ", "\ufeff", "\x85", "\u2028", *AWKWARD[:-1],
)  # fmt: skip


def catalogs() -> list[str]:
    one = Experiment(
        "1", "First", IssueRef(LAB, 1), (Link(URLS[0]), Link(URLS[4], "Data")), "It works."
    )
    two = Experiment("soft", "Second: it", notes=("A *note*.", "Two\nlines"), related=("1",))
    three = Experiment("x/y#3", "Third", IssueRef("x/y", 3), (Link(URLS[1]),))
    books = (
        Catalog(
            "Reports", "What was run.", (Category("A", "a", ("b",), (one, See("soft"))),), (two,)
        ),
        Catalog(
            "R", "", (Category("A", "a", (), (), (Category("B", "b", (), (one, two, three)),)),)
        ),
        Catalog("R", "", (), (three,)),
    )
    return [Writer(seed).text(book) for book in books for seed in range(15)]


def curated(data: bytes) -> bool:
    try:
        found = catalog.parse(data, "data/experiments.yaml", LAB)
    except DataError as error:
        hold(
            kept=0 < len(error.findings) <= 1_100, what="a refusal has findings, and an end of them"
        )
        hold(kept=all(str(f).isprintable() for f in error.findings), what="a finding is one line")
        return False
    again = catalog.parse(catalog.dump(found).encode("utf-8"), "again", LAB)
    hold(kept=again == found, what="what is written is what is read")
    return True


URL_PIECES = (
    "https://", "http://", "gs://", "//", "/", "wandb.ai", "github.com",
    "raw.githubusercontent.com", "hf.co", "arxiv.org", "doi.org/10.48550/arxiv.", "runs", "links",
    "reports", "issues", "pull", "blob", "experiment?path=", "view?paths=", "%5B%22", "gs%3A//b/",
    "%22%5D", "[", "]", "@", ":", "?", "#", "&", "=", "--", "Vmlldzo", "abs", "%", "%ff", "%00",
    "..", "600", "é", "javascript:", "\ud800", "\u202e", "accessToken=abcdefgh", "[::1]",
    ":99999", "xn--",
)  # fmt: skip


def urls() -> list[str]:
    found = catalog.load(ROOT / "data" / "experiments.yaml", LAB)
    return [*URLS, *(link.url for one in found.experiments() for link in one.links)]


def link(url: str) -> bool:
    target = links.classify(url, LAB)
    hold(kept=len(target.label) <= 200, what="a label has an end")
    links.is_evidence(target)
    links.mask(url)
    problem = links.problem(url)
    if problem is None and url.partition(":")[0].lower() in {"http", "https"}:
        other = f"http{url[url.index(':') :]}"
        hold(
            kept=links.classify(other, LAB).kind is target.kind, what="http leads where https does"
        )
    return problem is None


NAME_PIECES = (
    "-", "ppl-eval-ensemble-", "ss-", "isoflop-", "300m4k", "1_4b4k", "l8b", "209Mx16", "1.7Bx1",
    "dclm", "dclm+ens8^0.9", "cos", "wsd", "lr0.0030", "wd0.10", "bs64", "seed0", "ts0", "ds1",
    "5x", "12799", "0a1b2c", "3e+19", "d512", "L6", "B64", "suTEST1", "iter2", "0", "9" * 5_000,
    "٣", "²", "x", "^", "+",
)  # fmt: skip


def run_names() -> list[str]:
    lines = (TESTS / "infinite_compute" / "run_names.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def run_name(text: str) -> bool:
    try:
        name = run_id.parse(text)
    except RunNameError:
        return False
    hold(kept=run_id.write(name) == text, what="a name is written as it was read")
    return True


TEXT_PIECES = (
    "https://wandb.ai/a/b/runs/c", "https://wandb.ai/a/b/reports/T--Vmlldzox", "#12", "](", "[",
    "<", ">", "`", "```\n", "~~~\n", "- ", "- [ ] ", "| ", "|---|\n", "<!--", "-->", "&#x2F;", "\\",
    "\n\n", "    ", "> ", "[a]: https://e.org\n", "**", "_", "http://", "(((", "@", "see #",
)  # fmt: skip


def bodies() -> list[str]:
    lines = (TESTS / "discovery" / "corpus.jsonl").read_text("utf-8").splitlines()
    return [body for body in (json.loads(line)["body"][:600] for line in lines) if body]


def issue_text(text: str) -> bool:
    found = reading.links_of(text, (), LAB, number=1)
    for link in found.found:
        hold(kept=links.problem(link.url) is None, what="what is found may be curated")
    return bool(found.found)
