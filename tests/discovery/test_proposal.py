"""What is proposed of the issues, and how a pull request tells it."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import hostile
from labbook import catalog
from labbook.discovery import edit, proposal_text
from labbook.discovery.ignored import Ignored
from labbook.discovery.issues import ListedIssue, Listing
from labbook.discovery.proposal import Lab, Proposal, known_numbers, propose
from labbook.discovery.reading import Comment
from labbook.history import History, Seen
from labbook.live.snapshot import (
    AsOf,
    IssueFacts,
    ReportFacts,
    RunFacts,
    ShortLinkFacts,
    Snapshot,
)
from labbook.model import IssueRef
from labbook.settings import Rewrite, Settings

LAB = "example/lab"
NAME = "data/experiments.yaml"
NOW = AsOf("2026-11-22T05:00:00Z")
SETTINGS = Settings(
    site_name="Lab",
    repository=LAB,
    labels=("experiment", "trial"),
    wandb_entity="lab",
    repo_url=f"https://github.com/{LAB}",
    rewrites=(Rewrite("https://old.example/", "https://wandb.ai/"),),
)
RUN = "https://wandb.ai/lab/p/runs/one"
REPORT = "https://wandb.ai/lab/p/reports/A-report--Vmlldzo4ODc0MDA"
TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789"  # noqa: S105 -- made up
TEXT = f"""\
categories:
  - title: Runs
    experiments:
      - {{title: First, issue: 1, links: [{RUN}]}}
      - {{title: Second, issue: 2, links: [https://api.wandb.ai/links/lab/short1], conclusion: Y}}
      - {{title: Elsewhere, issue: other/tools#5}}
      - {{title: Named, id: a-name}}
  - title: More
    experiments:
      - see: 1
      - {{title: Third, issue: 3, links: [{REPORT}?accessToken={TOKEN}]}}
uncategorized: []
"""


def lab(**changes: object) -> Lab:
    known = catalog.parse(TEXT.encode(), NAME, LAB)
    return replace(Lab(SETTINGS, known, Snapshot()), **changes)  # type: ignore[arg-type]


def issue(number: int, body: str, title: str = "New", **facts: object) -> ListedIssue:
    found = IssueFacts(title, NOW, state="open", labels=("experiment", "p1"))
    return ListedIssue(
        IssueRef(LAB, number),
        replace(found, **facts),  # type: ignore[arg-type]
        body,
    )


def proposed(*issues: ListedIssue, **changes: object) -> Proposal:
    return propose(lab(**changes), Listing(issues))


def test_new_entries_come_in_the_order_of_their_issues() -> None:
    found = proposed(
        issue(12, f"* Data: gs://b/c\n* Run: {RUN}-2?nw=nwuserx.\n* {REPORT}1", "Experiment: X"),
        issue(7, f"See {RUN}-7"),
    )
    assert [item.issue and item.issue.number for item in found.entries] == [7, 12]
    assert [(item.title, [link.url for link in item.links]) for item in found.entries] == [
        ("New", [f"{RUN}-7"]),
        ("X", [f"{RUN}-2", f"{REPORT}1"]),
    ]
    assert found.new[1].found[0].where == "the description, line 2"
    assert [mention.text for mention in found.new[1].mentions] == ["gs://b/c"]


def test_an_issue_is_known_by_its_number_alone() -> None:
    known = proposed(issue(1, REPORT), issue(2, ""), issue(3, ""))
    assert known.entries == ()
    # The same links under another number are another experiment.
    assert [item.key for item in proposed(issue(9, RUN)).entries] == ["9"]
    moved = IssueFacts("Elsewhere", NOW, moved_to=f"{LAB}#30")
    snapshot = Snapshot(issues={"other/tools#5": moved})
    assert proposed(issue(30, RUN), snapshot=snapshot).entries == ()
    assert known_numbers(lab(snapshot=snapshot)) == {1, 2, 3, 30}


def test_refused_issues_never_come_back() -> None:
    refused = (Ignored(IssueRef(LAB, 7), "A plan."), Ignored(IssueRef("other/lab", 8), "No."))
    found = proposed(issue(7, RUN), issue(8, RUN), ignored=refused)
    assert [item.key for item in found.entries] == ["8"]
    assert known_numbers(lab(ignored=refused)) == {1, 2, 3, 7}
    assert proposed(issue(1, REPORT), ignored=(Ignored(IssueRef(LAB, 1), "x"),)).known == ()


@pytest.mark.parametrize(
    "body",
    [
        "https://wandb.ai/lab/p",
        "gs://bucket/experiments/x.json",
        "W&B run: `lab/p/a-run-1`",
        "https://lab.example.org/view?paths=%5B%22gs%3A//b/a.jsonl%22%5D",
    ],
)
def test_what_is_no_evidence_is_named_only(body: str) -> None:
    found = proposed(issue(7, body))
    assert found.entries == ()
    (named,) = found.named
    shown = [*(link.url for link in named.found), *(item.text for item in named.mentions)]
    assert all(text in body for text in shown)
    assert shown


def test_an_issue_that_names_nothing_is_passed_over() -> None:
    assert proposed(issue(7, "* WandB Report: (link)\nhttps://arxiv.org/abs/2509.14786")) == (
        Proposal((), (), (), (), (), ())
    )


@pytest.mark.parametrize(
    ("number", "body", "new"),
    [
        (1, f"{RUN} and {RUN}?nw=nwuserx", []),
        (1, RUN.replace("/lab/", "/former/"), []),
        (1, RUN.replace("https://wandb.ai", "https://old.example"), []),
        (1, f"{RUN}-2", [f"{RUN}-2"]),
        (1, "https://wandb.ai/lab/other/runs/one", ["https://wandb.ai/lab/other/runs/one"]),
        (2, "https://api.wandb.ai/links/former/short1", []),
        (2, REPORT, []),
        (2, f"{REPORT}1", [f"{REPORT}1"]),
        (3, REPORT, []),
        (3, "https://wandb.ai/former/p/reports/Renamed--Vmlldzo4ODc0MDA/edit", []),
        (3, "https://api.wandb.ai/links/lab/short1", []),
    ],
)
def test_new_links_of_listed_experiments(number: int, body: str, new: list[str]) -> None:
    leads = ShortLinkFacts(NOW, "Vmlldzo4ODc0MDA")
    found = proposed(issue(number, body), snapshot=Snapshot(short_links={"lab/short1": leads}))
    assert [link.url for item in found.known for link in item.found] == new
    assert found.links == ({str(number): tuple(new)} if new else {})


def test_a_short_link_to_nobody_knows_where_may_be_the_same() -> None:
    (known,) = proposed(issue(2, REPORT)).known
    assert known.unsure
    (known,) = proposed(issue(1, REPORT)).known
    assert not known.unsure


HISTORY = History("2026-01-01", {"1": Seen(), "2": Seen(), "3": Seen("2026-03-01")})


@pytest.mark.parametrize(
    ("number", "closed", "told"),
    [
        (1, "2025-12-31", False),
        (1, "2026-01-01", True),
        (1, None, False),
        (2, "2026-02-01", False),
        (3, "2026-02-01", False),
        (3, "2026-03-01", True),
    ],
)
def test_closed_since_it_is_listed(number: int, closed: str | None, *, told: bool) -> None:
    facts = IssueFacts("T", NOW, state="closed", closed=closed)
    snapshot = Snapshot(issues={f"{LAB}#{number}": facts})
    found = proposed(snapshot=snapshot, history=HISTORY).closed
    assert [item.experiment.key for item in found] == ([str(number)] if told else [])
    if told:
        # What GitHub says now counts more than what it said.
        now_open = issue(number, "")
        assert proposed(now_open, snapshot=snapshot, history=HISTORY).closed == ()
        body = "## Results\nIt works."
        quoted = issue(number, body, state="closed", closed=closed)
        (item,) = proposed(quoted, history=HISTORY).closed
        assert item.quote
        assert item.quote.text == "It works."


def test_what_is_gone() -> None:
    snapshot = Snapshot(
        issues={
            f"{LAB}#1": IssueFacts("T", NOW, gone=True),
            "other/tools#5": IssueFacts("T", NOW, moved_to="a/b#6"),
        },
        runs={"lab/p/one": RunFacts("one", NOW, gone=True)},
        reports={"Vmlldzo4ODc0MDA": ReportFacts("A report", NOW, gone=True)},
        short_links={"lab/short1": ShortLinkFacts(NOW, gone=True)},
    )
    assert [(item.experiment.key, item.what) for item in proposed(snapshot=snapshot).lost] == [
        ("1", "the issue is not on GitHub any more"),
        ("1", f"not on W&B any more: {RUN}"),
        ("2", "not on W&B any more: https://api.wandb.ai/links/lab/short1"),
        ("other/tools/5", "the issue was transferred to a/b#6"),
        ("3", f"not on W&B any more: {REPORT}?accessToken=abcd…"),
    ]


@pytest.mark.parametrize("title", ["\u2028", "\u200b", " ", "x" * 2000, "a\u2028b", "\ufeff[x]"])
def test_any_title_fits_the_file(title: str) -> None:
    (entry,) = proposed(issue(7, RUN, title)).entries
    after = edit.added(TEXT.encode(), NAME, LAB, [entry])
    assert catalog.parse(after, NAME, LAB).uncategorized == (entry,)


def test_a_link_that_is_too_long_for_the_file_is_left_out() -> None:
    (entry,) = proposed(issue(7, f"{RUN}-{'x' * 5000}\n\n{RUN}-2")).entries
    assert [link.url for link in entry.links] == [f"{RUN}-2"]


def shown(found: Proposal, *, applied: bool = False) -> str:
    return proposal_text.text(found, SETTINGS, applied=applied)


def test_the_text_of_a_pull_request() -> None:
    comments = (Comment("someone", "2026-02-03T04:05:06Z", f"TL;DR: see {REPORT}2"),)
    one = replace(issue(7, f"### Links\n* {RUN}-7", "Experiment: first"), comments=comments)
    tokened = issue(1, f"{REPORT}?accessToken={TOKEN}")
    found = proposed(one, tokened, issue(8, "W&B: https://wandb.ai/lab/p2"))
    assert (
        shown(found)
        == f"""\
Found among the issues with the label `experiment` or `trial`: 1 new experiment.

## New experiments

They stand under `uncategorized` at the end of `data/experiments.yaml`. Move each entry below its \
heading, and write what was learned as its `conclusion`. To refuse one, delete its entry and add \
its number to `data/ignored.yaml`, with the reason.

### [#7](https://github.com/{LAB}/issues/7) `Experiment: first`
- Found by its label `experiment` and 2 links:
  - <{RUN}-7> (`the description, under ### Links, line 2`)
  - <{REPORT}2> (`comment of someone, 2026-02-03, line 1`)
- Category: none fits well

What it says of its result (`comment of someone, 2026-02-03`):

```text
TL;DR: see {REPORT}2
```

## New links of listed experiments

Add what is evidence to the entry; `labbook discover --apply-links` adds all of it.

- [#1](https://github.com/{LAB}/issues/1) `First`
  - `{REPORT}?accessToken=abcd…` (`the description, line 1`)

## Neither run nor report yet

These issues are not listed. What they name cannot be linked as it is; a link to the run or \
report in the issue would change that.

- [#8](https://github.com/{LAB}/issues/8) `New`
  - a W&B project: `https://wandb.ai/lab/p2` (`the description, line 1`)
"""
    )
    assert "They stand in their entries now" in shown(found, applied=True)


def test_a_suggested_category_has_its_reason() -> None:
    text = TEXT.replace("title: Runs", "title: Filters").replace("First", "Warm filter")
    known = catalog.parse(text.encode(), NAME, LAB)
    found = proposed(issue(7, RUN, "A colder filter"), catalog=known)
    assert "- Category: `Filters` may fit: `“filter” in its heading and #1`\n" in shown(found)


def test_unread_comments_are_told() -> None:
    unread = replace(issue(7, RUN), unread=True)
    found = propose(lab(), Listing((unread,), ("GitHub: @x <b>",)))
    assert "\n- Its comments were not read.\n" in shown(found)
    assert shown(found).endswith("## Not read\n\n- `GitHub: @x <b>`\n")


def test_a_long_text_is_bounded() -> None:
    found = proposed(*(issue(n, f"{RUN}-{n}\n\n## Results\n{'x y ' * 300}") for n in range(10, 99)))
    text = shown(found)
    assert len(text) < 65_536
    assert re.search(r"\n\d+ further parts are left out here: too long for GitHub\.\n$", text)
    many = proposed(issue(7, "\n".join(f"{RUN}-{n}\n" for n in range(100))))
    assert "\n  - 60 more\n" in shown(many)


EVIL = (
    *hostile.HOSTILE,
    "@everyone see #1 and example/lab#2 GH-3",
    "```\n@everyone\n```",
    "~~~\n<script>",
    "`` ` ``` @everyone",
    "</code> <!-- -->\n\n# @everyone\n",
    f"https://wandb.ai/x/y/runs/z?accessToken={TOKEN}",
)


def inert(text: str) -> None:
    """No text outside code holds what GitHub acts upon, and there is no HTML."""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        assert token.type != "html_block"
        for child in token.children or ():
            assert child.type not in {"html_inline", "image"}
            if child.type == "text":
                plain = re.sub(r"^#\d+$", "", child.content)
                assert not re.search(r"[@<]|#\d|GH-\d|://(?!wandb\.ai/|old\.example/)", plain), (
                    plain
                )
    assert TOKEN not in text


@pytest.mark.parametrize("evil", EVIL)
def test_a_known_evil_does_nothing(evil: str) -> None:
    title = " ".join(evil.split()) or "x"
    body = f"## {title}\n\n{RUN}-7\n\n## Results\n\nIt did work.\n\n{evil}\n"
    found = proposed(
        issue(7, body, title, labels=("experiment", evil)),
        issue(1, f"{REPORT}?accessToken={TOKEN}", title),
        issue(8, f"{evil}\n\ngs://a/b/c", title),
    )
    assert found.new[0].quote
    inert(shown(found))
    inert(shown(replace(found, problems=(evil,), new=(), known=())))


@settings(max_examples=60)
@given(st.data())
def test_texts_of_issues_do_nothing(data: st.DataObject) -> None:
    words = st.sampled_from(EVIL) | st.text(max_size=30)
    several = st.lists(words, min_size=1, max_size=4)
    glue = st.sampled_from(["\n", "\n\n", " ", "\n\n## Results\n\n", "\nTL;DR: "])
    body = data.draw(glue).join([*data.draw(several), f" {RUN}-7 "])
    title = " ".join("".join(data.draw(several)).split()) or "x"
    found = proposed(
        replace(
            issue(7, body, title, labels=("experiment", *data.draw(several))),
            comments=(
                Comment("dependabot[bot]", "2026", data.draw(glue).join(data.draw(several))),
            ),
        ),
        issue(1, f"{REPORT}?accessToken={TOKEN}", title),
        issue(8, f"{data.draw(words)}\n\ngs://a/b/{data.draw(words)}", title),
    )
    inert(shown(found))
    for entry in found.entries:
        after = edit.added(TEXT.encode(), NAME, LAB, [entry])
        assert catalog.parse(after, NAME, LAB).uncategorized == (entry,)


def test_nothing_found() -> None:
    assert shown(proposed()) == (
        "Found among the issues with the label `experiment` or `trial`: 0 new experiments.\n"
    )
    assert proposed().links == MappingProxyType({})
