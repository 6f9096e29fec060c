"""The documents of the API: of their own schemas, complete, and nothing invented."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

import checkout
import open_data
from bench import catalogs as made_catalogs
from hostile import HOSTILE
from labbook import exports, site
from labbook import settings as lab_settings
from labbook.book import Source, join
from labbook.exports import addresses, fields
from labbook.links import LinkKind
from labbook.live.snapshot import AsOf, IssueFacts, ReportFacts, RunFacts, Snapshot
from labbook.model import Catalog, Category, Experiment, IssueRef, Link
from labbook.pages import escape
from live_facts import SNAPSHOTS
from open_data import REPORT, SITE, book, documents, faults
from strategies import catalogs

API = "api/v1/"


def one(**changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = documents(book(**changes))[f"{API}experiments/1.json"]["experiment"]
    return record


@pytest.mark.parametrize("site_url", [SITE, ""])
def test_documents_fit_their_schemas(site_url: str) -> None:
    found = documents(book(site_url=site_url))
    assert len(found) == 2 * len(fields.DOCUMENTS) - 1 + 3
    assert faults(found, site_url) == []


def test_documents_of_nothing_fit_their_schemas() -> None:
    empty = join(Catalog("Nothing"), Snapshot(), open_data.LAB, Source())
    found = documents(empty, {})
    assert faults(found, SITE) == []
    assert found[f"{API}experiments.json"]["experiments"] == []
    assert found[f"{API}experiments.json"]["as_of"] == {"github": None, "wandb": None}


def test_documents_of_the_real_catalog_fit_their_schemas() -> None:
    root = checkout.ROOT
    real = site.load_book(root, lab_settings.load(root / "mkdocs.yml"))
    found = documents(real)
    assert faults(found, real.settings.site_url) == []
    assert len(found[f"{API}experiments.json"]["experiments"]) == len(real.entries)


@settings(max_examples=15)
@given(catalogs(), SNAPSHOTS)
def test_documents_of_any_catalog_fit_their_schemas(catalog: Catalog, snapshot: Snapshot) -> None:
    made = join(catalog, snapshot, replace(open_data.LAB, repository="example/lab"), Source())
    assert faults(documents(made), SITE) == []


def test_a_thousand_experiments(tmp_path: Any) -> None:
    (tmp_path / "data").mkdir()
    made_catalogs.write(tmp_path, 1000, "example/lab")
    found = documents(site.load_book(tmp_path, open_data.LAB))
    listed = found[f"{API}experiments.json"]["experiments"]
    assert len(listed) == 1000
    assert len(found[f"{API}reports.json"]["reports"]) == 1000
    assert all(found[addresses.experiment(each["key"])]["experiment"] == each for each in listed)


def test_an_experiment_with_all_that_is_known() -> None:
    record = one()
    assert record["title"] == "A *warm* filter"
    assert record["url"] == f"{SITE}experiments/1/"
    assert record["api_url"] == f"{SITE}{API}experiments/1.json"
    assert record["issue"]["state"] == "closed"
    assert record["issue"]["as_of"] == {"when": "2026-11-22T05:00:00Z", "archive": False}
    assert [place["ids"] for place in record["categories"]] == [["data"], ["data", "filters"]]
    assert record["categories"][1]["titles"] == ["Data", "Deeper: filters"]
    assert record["conclusion"] == {
        "markdown": "Warm is *better*, see [the next](../experiments/next/) & `x < y`.",
        "text": "Warm is better, see the next & x < y.",
    }
    assert record["notes"] == [{"markdown": "Tried **once**.", "text": "Tried once."}]
    assert record["related"] == ["next"]
    assert (record["first_seen"], record["concluded_seen"]) == (None, "2026-11-20")


def test_links_say_what_they_lead_to() -> None:
    links = one()["links"]
    kinds = [link["kind"] for link in links]
    assert kinds[0] == LinkKind.GITHUB_ISSUE
    assert kinds[1:3] == [LinkKind.WANDB_RUN] * 2
    assert [link["run"] for link in links[1:3]] == ["lab/project/one", "lab/project/two"]
    # A short link leads to a report as far as W&B says where.
    assert [link["report"] for link in links[3:5]] == [REPORT, REPORT]
    assert links[1]["url"] == "https://wandb.ai/lab/project/runs/one?nw=nwuser"
    assert [(link["url"], link["target"]) for link in links[5:]] == [
        (None, "gs://bucket/path"),
        (None, "/contributing/"),
    ]


def test_a_run_stands_once_with_the_experiments_that_link_it() -> None:
    runs = documents(book())[f"{API}runs.json"]["runs"]
    assert [run["id"] for run in runs] == ["lab/project/one", "lab/project/two"]
    assert runs[0]["experiments"] == ["1", "next"]
    assert runs[0]["metrics"] == {"eval/loss": 2.8}
    assert runs == one()["runs"]


def test_what_is_not_known_is_null() -> None:
    record = one(snapshot=Snapshot(), history=None)
    issue = record["issue"]
    assert (issue["number"], issue["url"]) == (1, "https://github.com/example/lab/issues/1")
    assert {
        issue[name]
        for name in issue
        if name not in {"repository", "number", "url", "labels", "assignees"}
    } == {None}
    run = record["runs"][0]
    assert {run[name] for name in ("name", "state", "tokens", "gone", "as_of")} == {None}
    assert record["concluded_seen"] is None


def test_an_experiment_without_issue_and_category() -> None:
    found = documents(book())
    elsewhere = found[f"{API}experiments/else/tools/3.json"]["experiment"]
    assert elsewhere["categories"] == []
    assert found[f"{API}categories.json"]["uncategorized"] == ["else/tools/3"]
    assert found[f"{API}experiments/next.json"]["experiment"]["issue"] is None
    assert found[f"{API}experiments/next.json"]["experiment"]["first_seen"] == "2026-11-21"


def test_categories_are_a_tree_in_reading_order() -> None:
    found = documents(book())[f"{API}categories.json"]["categories"]
    assert [(each["id"], each["level"], each["parent"]) for each in found] == [
        ("data", 1, None),
        ("filters", 2, "data"),
    ]
    assert [each["experiments"] for each in found] == [["1"], ["next", "1"]]
    assert found[0]["formerly"] == ["old-data"]
    assert found[1]["url"] == f"{SITE}reports/data/#filters"


def test_figures_with_their_files() -> None:
    (figure,) = documents(book())[f"{API}figures.json"]["figures"]
    assert figure["project"] == "compute"
    assert figure["url"] == f"{SITE}projects/compute/#figure-1"
    assert figure["svg_url"] == f"{SITE}projects/compute/figures/figure-1.svg"
    assert figure["json_url"] is None
    assert figure["as_of"] == "2025-09-01"


def test_every_document_says_of_when_and_by_what_licence_it_is() -> None:
    for path, document in documents(book()).items():
        if "/schemas/" not in path:
            assert document["version"] == fields.VERSION
            assert document["generated_at"] == "2026-11-22T06:00:00Z"
            assert document["as_of"]["wandb"] == {"when": "2026-09", "archive": True}
            assert document["licence"]["id"] == "CC-BY-4.0"
            assert document["site"] == SITE


def test_the_index_names_every_document() -> None:
    made = book()
    rendered = exports.render(made, open_data.FIGURES)
    listed = documents(made)[f"{API}index.json"]["documents"]
    named = {each["path"].replace("{key}", key) for each in listed for key in made.entries}
    schemas = {each["schema_url"].removeprefix(SITE) for each in listed if each["schema_url"]}
    assert named | schemas == {path for path in rendered if path.startswith("api/")}
    assert {each["name"]: each["count"] for each in listed if each["count"]} == {
        "experiments": 3,
        "categories": 2,
        "runs": 2,
        "reports": 1,
        "figures": 1,
    }


def test_addresses_without_a_site_are_paths_below_its_root() -> None:
    found = documents(book(site_url=""))
    assert found[f"{API}index.json"]["site"] is None
    record = found[f"{API}experiments/1.json"]["experiment"]
    assert record["url"] == record["path"] == "experiments/1/"
    assert "$id" not in found[f"{API}schemas/runs.json"]


_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def test_hostile_texts_stay_texts() -> None:
    part = {str(number): text for number, text in enumerate(HOSTILE, 1)}
    catalog = Catalog("A", "", tuple(hostile(key, text) for key, text in part.items()))
    snapshot = Snapshot(
        issues={f"example/lab#{key}": issue(text) for key, text in part.items()},
        runs={f"lab/project/run-{key}": run(text) for key, text in part.items()},
        reports={
            f"Vmlldzo{key}": ReportFacts(text, AsOf(text), text, text) for key, text in part.items()
        },
    )
    found = documents(book(catalog, snapshot))
    assert faults(found, SITE) == []
    for key, text in part.items():
        record = found[f"{API}experiments/{key}.json"]["experiment"]
        assert record["title"] == escape.title(text)
        assert record["runs"][0]["gone"] is False
        assert record["reports"][0]["gone"] is False
        assert not [each for each in open_data.strings(record) if _UNSEEN.search(each)]


def hostile(key: str, text: str) -> Category:
    links = (
        Link(f"https://wandb.ai/lab/project/runs/run-{key}", text),
        Link(f"https://wandb.ai/lab/project/reports/R--Vmlldzo{key}"),
        Link(text),
    )
    ref = IssueRef("example/lab", int(key))
    entry = Experiment(key, text, ref, links, conclusion=text, notes=(text, text))
    return Category(text, f"c{key}", (), (entry,))


def issue(text: str) -> IssueFacts:
    return IssueFacts(text, AsOf(text), text, text, (text,), text, (text,), text, text, text)


def run(text: str) -> RunFacts:
    return RunFacts(text, AsOf(text), text, text, text, -1, text, (text,), ((text, 1.0),), -1)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https:evil.example",
        "//evil.example",
        "HTTPS://@x",
    ],
)
def test_what_is_no_address_of_the_web_is_no_url(url: str) -> None:
    entry = Experiment("1", "One", None, (Link(url),))
    record = one(catalog=Catalog("A", "", (), (entry,)))
    assert record["links"][0]["url"] is None
    assert record["links"][0]["target"] == url
