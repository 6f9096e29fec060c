"""The rules find what is worth a curator's hand, and nothing else."""

from __future__ import annotations

import pytest

from labbook import book, catalog
from labbook.checking import check
from labbook.errors import Finding, Severity
from labbook.live.snapshot import Snapshot
from labbook.settings import Settings

PATH = "data/experiments.yaml"
SETTINGS = Settings("Lab", "example/lab", ("experiment",), "lab", "https://github.com/example/lab")
REPORT = "https://wandb.ai/lab/project/reports/Title--VmlldzoxMTY3MzU3OA"


def warnings(text: str) -> list[Finding]:
    curated = catalog.parse(text.encode(), PATH, SETTINGS.repository)
    current = book.join(curated, Snapshot(), SETTINGS, book.Source(PATH))
    return check.findings(current, text, PATH)


def with_links(*urls: str) -> str:
    links = "".join(f"          - {url}\n" for url in urls)
    head = "categories:\n  - title: A\n    experiments:\n      - title: x\n        issue: 1\n"
    return f"{head}        links:\n{links}"


def test_a_clean_catalog_has_no_findings() -> None:
    run = "https://wandb.ai/lab/project/runs/a-run"
    assert warnings(with_links(REPORT, f"{{url: {run}, label: 'The #1 run'}}")) == []


def test_an_entry_without_run_and_report() -> None:
    (found,) = warnings(with_links("https://github.com/example/lab/pull/3"))
    assert str(found) == (
        f"{PATH}:4:9: categories[0].experiments[0]: neither a run nor a report is linked; "
        "link one, or leave the experiment out until there is one"
    )
    assert found.severity is Severity.WARNING


def test_a_personal_workspace() -> None:
    (found,) = warnings(with_links(REPORT, f"{REPORT}?nw=nwusersomebody"))
    assert (found.line, found.where) == (8, "categories[0].experiments[0].links[1]")
    assert found.message == "the link opens somebody's personal workspace"
    assert "`nw=nwusersomebody`" in found.remedy


def test_an_editor() -> None:
    (found,) = warnings(with_links(f"{REPORT}/edit?firstReport"))
    assert found.message == "the link opens an editor"


@pytest.mark.parametrize("name", ["accessToken", "access_token"])
def test_an_access_token_is_never_printed_in_full(name: str) -> None:
    (found,) = warnings(with_links(f"{{url: '{REPORT}?{name}=secretsecretsecret', label: y}}"))
    assert found.message.startswith("the link holds an access token: https://wandb.ai/lab/")
    assert "secrets" not in str(found)
    assert found.column == 13


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("title: rerun #600", 1),
        ("title: rerun  #600: again", 1),
        ("title: rerun # a remark about 600", 0),
        ('title: "rerun #600"', 0),
        ("title: rerun#600", 0),
    ],
)
def test_a_text_that_ends_at_an_issue_number(text: str, count: int) -> None:
    found = warnings(with_links(REPORT).replace("title: x", text))
    lost = [item for item in found if "the text ends before #600" in item.message]
    assert len(lost) == len(found) == count
    assert all((item.line, item.where[-5:]) == (4, "title") for item in lost)


def test_a_value_that_is_lost_altogether() -> None:
    (found,) = warnings(with_links(REPORT) + "        conclusion: #600 shows it\n")
    assert (found.line, found.where) == (8, "categories[0].experiments[0].conclusion")


def test_findings_stand_in_the_order_of_the_file() -> None:
    text = with_links(f"{REPORT}?nw=nwusera&accessToken=abcdefgh", f"{REPORT}/edit")
    found = warnings(text + "uncategorized:\n  - {title: y, issue: 2}\n")
    assert [item.line for item in found] == [7, 7, 8, 10, 10]
    assert found[-1].where == "uncategorized[0]"
