"""A deployment publishes no less than what is there, unless the data says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from labbook.catalog import parse
from labbook.errors import DataError
from labbook.model import Catalog
from labbook.publishing import less, removed
from labbook.publishing.stamp import decode
from made_site import PAGES, build_json, site, write

BEFORE = ("", "experiments/1/", "experiments/2/", "learned/", "reports/old/", "explore/2/")


def problems(folder: Path, *said: str, experiments: int = 2) -> list[str]:
    """What is less in the site of PAGES than BEFORE."""
    before = decode(build_json(BEFORE, counts={"experiments": experiments}), "before")
    return list(less.problems(before, site(folder), folder, said))


def test_missing_pages_are_named_with_what_can_be_done(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path)
    assert problem.startswith("pages that are published now are missing: learned/, reports/old/; ")
    assert "data/ignored.yaml" in problem
    assert "data/removed.yaml" in problem


def test_the_data_may_say_so(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "learned/")
    assert "missing: reports/old/;" in problem
    assert problems(tmp_path, "learned/", "reports/old/") == []


def test_a_former_category_may_lead_on_to_another(tmp_path: Path) -> None:
    write(tmp_path / "reports/old/index.html", "<a href='../new/'>New</a>")
    assert problems(tmp_path, "learned/") == []


def test_fewer_experiments_stop_it_though_every_page_is_there(tmp_path: Path) -> None:
    said = ("learned/", "reports/old/", "experiments/9/")
    (problem,) = problems(tmp_path, *said, experiments=3)
    assert problem.startswith("2 experiments where 3 are published now, of which 0 are to go")


def test_an_experiment_that_is_to_go_counts(tmp_path: Path) -> None:
    before = decode(build_json((*PAGES, "experiments/9/")), "before")
    now = site(tmp_path)
    assert list(less.problems(before, now, tmp_path, ["experiments/9/"])) == []
    (problem,) = less.problems(before, now, tmp_path, ["experiments/8/"])
    assert "missing: experiments/9/;" in problem


def test_many_pages_are_counted(tmp_path: Path) -> None:
    many = [f"experiments/{number}/" for number in range(10, 40)]
    (problem,) = less.problems(decode(build_json(many), "before"), site(tmp_path), tmp_path, ())
    assert "experiments/19/, and 20 more; " in problem


def test_more_is_no_problem(tmp_path: Path) -> None:
    assert list(less.problems(decode(build_json([""]), "b"), site(tmp_path), tmp_path, ())) == []


def test_the_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "removed.yaml"
    assert removed.load(file, "removed.yaml") == frozenset()
    for text, pages in (
        ("# None yet.\n", set()),
        (
            "- {page: experiments/1/, reason: Twice.}\n- page: a/b/\n  reason: |\n    Two",
            {"experiments/1/", "a/b/"},
        ),
    ):
        write(file, text)
        assert removed.load(file, "removed.yaml") == pages


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- page: experiments/1/", "1:3: [0]: the removed page has no `reason`; add `reason: ...`"),
        ("- reason: Twice.", "the removed page has no `page`; add `page: ...`"),
        ("- experiments/1/", "a text where a removed page belongs; write `- page:"),
        ("- {page: x/, reason: y, why: z}", "unknown key `why`; a removed page has"),
        ("- {page: /x/, reason: y}", "`/x/` is no address of a page; write what stands behind"),
        ("- {page: https://a.example/x/, reason: y}", "is no address of a page"),
        ("- {page: x, reason: y}", "`x` is no address of a page"),
        ("- {page: [x], reason: y}", "a list where a text belongs"),
        ("page: x/", "a mapping where a list belongs"),
        ("- {page: x/, page: y/, reason: z}", "page"),
    ],
)
def test_what_is_wrong_with_it_is_told(text: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        removed.parse(text.encode(), "data/removed.yaml")
    assert said in str(caught.value), str(caught.value)
    assert str(caught.value).startswith("data/removed.yaml:1:")


def test_a_catalog_that_loses_pages_is_told_from_one_that_says_so() -> None:
    def catalog(text: str) -> Catalog:
        return parse(f"categories:\n{text}".encode(), "x.yaml", "lab/book")

    old = catalog(
        "- {title: A, experiments: [{title: X, issue: 1}, {title: Y, id: y}]}\n"
        "- {title: B, formerly: [c], experiments: [{title: Z, issue: o/r#3}]}\n"
    )
    assert less.lost(old, old, ()) == []
    assert less.lost(old, catalog("- {title: A, experiments: [{title: X, issue: 1}]}\n"), ()) == [
        "experiments/o/r/3/",
        "experiments/y/",
        "reports/b/",
    ]
    new = catalog("- {title: A, formerly: [b], experiments: [{title: X, issue: 1}]}\n")
    said = {"experiments/o/r/3/", "experiments/y/"}
    assert less.lost(old, new, said) == []
    # One that moves is not lost.
    moved = "- {title: A, categories: [{title: B, experiments: [{title: X, issue: 1}]}]}\n"
    kept = {*said, "reports/b/"}
    assert less.lost(old, catalog(moved), kept) == []
