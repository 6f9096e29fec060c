"""What stands at the root of the site: llms.txt, build.json, robots.txt."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from hostile import HOSTILE
from labbook import exports
from labbook.book import Build
from labbook.exports import addresses, root
from labbook.model import Catalog
from open_data import FIGURES, SITE, book

_LINK = re.compile(r"- \[((?:[^\]\\]|\\.)*)\]\(([^()\s]*)\)(?:: .*)?")


def llms(**changes: Any) -> str:
    return exports.render(book(**changes))[addresses.LLMS]


def test_llms_has_the_form_that_it_is_to_have() -> None:
    title, _, about, _, words, _, *rest = llms().splitlines()
    assert title == "# Lab book"
    assert about == "> All experiments of the lab."
    assert words.startswith("The list “Reports”: 3 experiments, 2 with a conclusion.")
    assert [line for line in rest if line.startswith("#")] == [
        "## Pages",
        "## Reports by category",
        "## Data",
    ]
    others = [line for line in rest if line and not line.startswith("#")]
    assert not [line for line in others if not _LINK.fullmatch(line)]
    assert f"- [Data]({SITE}reports/data/): 2 experiments, 1 with a conclusion" in others


def test_llms_names_every_list_of_the_api() -> None:
    linked = {match[2].removeprefix(SITE) for match in _LINK.finditer(llms())}
    rendered = exports.render(book())
    lists = {path for path in rendered if path.count("/") == 2 and path.startswith("api/")}
    assert lists | {addresses.ATOM, addresses.JSON_FEED, addresses.BUILD} <= linked
    assert linked - set(rendered) == {"", "reports/", "reports/data/"}


def test_hostile_names_are_no_markup() -> None:
    count = len(_LINK.findall(llms(catalog=Catalog("A"))))
    for text in HOSTILE:
        made = book(Catalog(text), site_name=text, description=text, pages=((text, "x/"),) * 2)
        found = root.llms(made)
        assert [line for line in found.splitlines() if line.startswith("# ")] == [
            found.partition("\n")[0]
        ]
        assert len(_LINK.findall(found)) == count, text[:100]
        assert "<" not in found.replace(r"\<", ""), text[:100]


def test_the_build_says_what_it_is_of() -> None:
    pages = ("index.md", "experiments/1.md", "reports/old/index.html")
    text = exports.render(book(), FIGURES, pages)[addresses.BUILD]
    assert json.loads(text) == {
        "commit": "0" * 40,
        "modified": False,
        "generated_at": "2026-11-22T06:00:00Z",
        "as_of": {
            "github": {"when": "2026-11-22T05:00:00Z", "archive": False},
            "wandb": {"when": "2026-09", "archive": True},
        },
        "age_in_seconds": {"github": 3600.0, "wandb": 4514401.0},
        "counts": {
            "pages": 2,
            "experiments": 3,
            "conclusions": 2,
            "categories": 2,
            "runs": 2,
            "reports": 1,
            "figures": 1,
        },
        "pages": ["", "experiments/1/"],
    }


def test_a_build_of_which_nothing_is_known_says_so() -> None:
    built = json.loads(exports.render(replace(book(), build=Build(), asked={}))[addresses.BUILD])
    assert built["commit"] is built["modified"] is built["generated_at"] is None
    assert built["age_in_seconds"] == built["as_of"] == {"github": None, "wandb": None}


def test_robots_may_read_everything_and_find_the_site_map() -> None:
    rendered = exports.render(book())[addresses.ROBOTS]
    assert rendered == f"User-agent: *\nAllow: /\n\nSitemap: {SITE}sitemap.xml\n"
    assert "Sitemap" not in exports.render(book(site_url=""))[addresses.ROBOTS]
