"""New entries and links in the curated file: exactly these, and every other byte as it was."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
from labbook import catalog
from labbook.catalog_writer import dump
from labbook.discovery.edit import EditError, added
from labbook.errors import DataError
from labbook.model import Catalog, Category, Experiment, IssueRef, Link

NAME = "data/experiments.yaml"
LAB = "example/lab"
REAL = Path(__file__).parents[2] / "data" / "experiments.yaml"
RUN = "https://wandb.ai/lab/project/runs/one"
VIEW = "https://lab.example.org/view?paths=%5B%22gs%3A//b/a%22%5D,[x]&c={d}"
HEAD = "categories:\n  - title: A\n    experiments:\n      - title: Old\n        issue: 1\n"


def entry(number: int, title: str = "New", *urls: str) -> Experiment:
    return Experiment(str(number), title, IssueRef(LAB, number), tuple(map(Link, urls or (RUN,))))


def edited(
    text: str, *entries: Experiment, links: Mapping[str, Sequence[str]] | None = None
) -> str:
    return added(text.encode(), NAME, LAB, entries, links or {}).decode()


NEW = "  - title: New\n    issue: 7\n    links:\n      - https://wandb.ai/lab/project/runs/one\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("uncategorized: []\n", f"uncategorized:\n{NEW}"),
        ("uncategorized: [ ]  # none\n", f"uncategorized:  # none\n{NEW}"),
        ("uncategorized: [\n]\n", f"uncategorized:\n{NEW}"),
        ("uncategorized:\n", f"uncategorized:\n{NEW}"),
        ("uncategorized:", f"uncategorized:\n{NEW}".rstrip("\n")),
        ("uncategorized:  # none\n# end\n", f"uncategorized:  # none\n{NEW}# end\n"),
        ("uncategorized:\n  # none\n", f"uncategorized:\n{NEW}  # none\n"),
        ("uncategorized: ~\n", f"uncategorized:\n{NEW}"),
        ("uncategorized: null # none\n", f"uncategorized: # none\n{NEW}"),
        ("uncategorized: ''\n", f"uncategorized:\n{NEW}"),
        ("'uncategorized': []\n", f"'uncategorized':\n{NEW}"),
        ("", f"\nuncategorized:\n{NEW}"),
        ("\n", f"\nuncategorized:\n{NEW}"),
        ("# end\n", f"# end\n\nuncategorized:\n{NEW}"),
        ("...\n", f"\nuncategorized:\n{NEW}...\n"),
        ("...\n# behind\n", f"\nuncategorized:\n{NEW}...\n# behind\n"),
        (
            "uncategorized: [  # none\n  ]\n",
            (
                "uncategorized: [{title: New, issue: 7, links: "
                "[https://wandb.ai/lab/project/runs/one]}  # none\n  ]\n"
            ),
        ),
        (
            "uncategorized: [{title: B, issue: 2}, ]\n",
            (
                "uncategorized: [{title: B, issue: 2}, {title: New, issue: 7, links: "
                "[https://wandb.ai/lab/project/runs/one]}, ]\n"
            ),
        ),
        (
            "uncategorized:\n  - title: B\n    issue: 2\n    # of B\n  # of none\n\n# end\n",
            f"uncategorized:\n  - title: B\n    issue: 2\n    # of B\n{NEW}  # of none\n\n# end\n",
        ),
        (
            "uncategorized:\n-   title: B\n    issue: 2\n",
            "uncategorized:\n-   title: B\n    issue: 2\n"
            + re.sub("^  ", "", NEW, flags=re.MULTILINE),
        ),
        (
            "uncategorized:\n  - {title: B, issue: 2}",
            "uncategorized:\n  - {title: B, issue: 2}\n" + NEW.rstrip("\n"),
        ),
        (
            "uncategorized:\n  - title: B\n    id: b\n    notes:\n    - |\n      x\n\n      #\n\n",
            (
                "uncategorized:\n  - title: B\n    id: b\n    notes:\n    - |\n      x\n\n      #\n"
                f"{NEW}\n"
            ),
        ),
        (
            "uncategorized:\n  - title: B\n    issue: 2\n    conclusion:\ntitle: T\n",
            f"uncategorized:\n  - title: B\n    issue: 2\n    conclusion:\n{NEW}title: T\n",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_entry_goes_to_the_end_of_the_list(before: str, after: str, end: str) -> None:
    text = (HEAD + before).replace("\n", end)
    assert edited(text, entry(7)) == (HEAD + after).replace("\n", end)


def test_a_file_in_brackets() -> None:
    old = "{categories: [{title: A, experiments: [{title: Old, issue: 1}]}]"
    new = "{title: New, issue: 7, links: [https://wandb.ai/lab/project/runs/one]}"
    assert edited(f"{old}}}", entry(7)) == f"{old}, uncategorized: [{new}]}}"
    assert edited(f"{old}, uncategorized: []}}", entry(7)) == f"{old}, uncategorized: [{new}]}}"
    assert edited(f"{old}, uncategorized: ~}}", entry(7)) == f"{old}, uncategorized: [{new}]}}"
    assert edited(f"{old}, uncategorized: }}", entry(7)) == f"{old}, uncategorized: [{new}]}}"


def test_an_indented_file_without_the_key() -> None:
    text = "  categories: []\n"
    assert edited(text, entry(7)) == "  categories: []\n\n  uncategorized:\n" + re.sub(
        "^", "  ", NEW, flags=re.MULTILINE
    ).rstrip(" ")


def test_what_yaml_would_misread_is_quoted() -> None:
    entries = [entry(7, "[moe] a: b #7", VIEW), entry(8, "no"), entry(9, 'say "x" \\ é')]
    for tail in ("", "uncategorized: [{title: B, issue: 2}]\n"):
        read = catalog.parse(edited(HEAD + tail, *entries).encode(), NAME, LAB)
        assert read.uncategorized[-3:] == tuple(entries)


def test_a_byte_order_mark_stays() -> None:
    assert edited("\ufeffcategories: []\n", entry(7)).startswith("\ufeffcategories: []\n\nuncat")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("links: [https://a.example]", f"links: [https://a.example, {RUN}, '{VIEW}']"),
        ("links: []", f"links:\n          - {RUN}\n          - {VIEW}"),
        ("links: ~  # c", f"links:  # c\n          - {RUN}\n          - {VIEW}"),
        (
            "links:\n          - https://a.example\n            # c",
            (
                f"links:\n          - https://a.example\n            # c\n          - {RUN}\n"
                f"          - {VIEW}"
            ),
        ),
        (
            "links:\n        - url: https://a.example\n          label: b\n          # c",
            (
                "links:\n        - url: https://a.example\n          label: b\n          # c\n"
                f"        - {RUN}\n        - {VIEW}"
            ),
        ),
        (
            "conclusion: Yes.",
            f"links:\n          - {RUN}\n          - {VIEW}\n        conclusion: Yes.",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_links_of_a_known_entry(before: str, after: str, end: str) -> None:
    text = f"{HEAD}        {before}\n      - title: Next\n        issue: 2\n".replace("\n", end)
    after = after.replace("'" + VIEW + "'", '"' + VIEW + '"')
    wanted = f"{HEAD}        {after}\n      - title: Next\n        issue: 2\n".replace("\n", end)
    assert edited(text, links={"1": [RUN, VIEW]}) == wanted


def test_links_of_an_entry_in_brackets() -> None:
    text = "categories: []\nuncategorized: [{issue: 1, title: A}]\n"
    wanted = f"categories: []\nuncategorized: [{{issue: 1, title: A, links: [{RUN}]}}]\n"
    assert edited(text, links={"1": [RUN]}) == wanted


def test_links_and_entries_at_one_place() -> None:
    text = "categories: []\nuncategorized:\n  - title: A\n    issue: 1\n    links: [gs://b/a]"
    wanted = text.replace("gs://b/a", f"gs://b/a, {RUN}") + "\n" + NEW.rstrip("\n")
    assert edited(text, entry(7), links={"1": [RUN]}) == wanted
    text = (
        "categories: []\nuncategorized:\n  - title: A\n    issue: 1\n    links:\n      - gs://b/a"
    )
    wanted = f"{text}\n      - {RUN}\n" + NEW.rstrip("\n")
    assert edited(text, entry(7), links={"1": [RUN]}) == wanted


def test_nothing_to_add_changes_nothing() -> None:
    assert edited(HEAD) == HEAD


def test_a_wrong_file_is_left_alone() -> None:
    with pytest.raises(DataError):
        edited(HEAD + "uncategorized: x\n", entry(7))


def test_what_cannot_be_inserted_is_said() -> None:
    # The key stands alone, and where its value would begin is not known.
    with pytest.raises(EditError, match=r"data/experiments\.yaml: the new entries cannot be"):
        edited("? categories\n: []\n? uncategorized\n", entry(7))


def test_an_entry_that_is_there_already_is_refused() -> None:
    with pytest.raises(EditError, match="a second time"):
        edited(HEAD, entry(1))


def test_the_real_file_only_grows() -> None:
    data = REAL.read_bytes()
    known = catalog.parse(data, NAME, LAB)
    links = {item.key: [RUN] for item in known.experiments()}
    after = added(data, NAME, LAB, [entry(70001)], links)
    changes = difflib.ndiff(data.decode().splitlines(), after.decode().splitlines())
    lost = [line for line in changes if line.startswith("- ")]
    assert lost in ([], ["- uncategorized: []"])


@st.composite
def _restyled(draw: st.DrawFn, text: str) -> str:
    """The file as other hands would have written it: comments, blank lines, line ends."""
    dice = random.Random(draw(st.integers(0, 1000)))  # noqa: S311 -- no secret
    lines: list[str] = []
    in_block_text = 0
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if in_block_text and line.strip() and indent < in_block_text:
            in_block_text = 0
        plain = not in_block_text and dice.random() < 0.2
        if plain and lines:
            lines.append(dice.choice(["", "# a remark", " " * indent + "# - title: no"]))
        if plain and not line.endswith("|-") and line.strip():
            line += dice.choice(["", "  ", "  # behind"])  # noqa: PLW2901
        lines.append(line)
        if line.endswith("|-"):
            in_block_text = indent + 1
    end = draw(st.sampled_from(["\n", "\r\n"]))
    last = draw(st.sampled_from(["", end]))
    return draw(st.sampled_from(["", "\ufeff"])) + end.join(lines) + last


@settings(max_examples=60)
@given(st.data())
def test_exactly_the_new_entries_are_added(data: st.DataObject) -> None:
    known = data.draw(strategies.catalogs())
    text = data.draw(_restyled(dump(known)))
    try:
        before = catalog.parse(text.encode(), NAME, strategies.REPOSITORY)
    except DataError:
        return
    keys = [item.key for item in before.experiments()]
    numbers = st.integers(100_000, 200_000).map(str)
    new = [
        Experiment(
            key,
            data.draw(strategies.lines()),
            IssueRef(strategies.REPOSITORY, int(key)),
            tuple(Link(url) for url in data.draw(st.lists(_URLS, min_size=1, max_size=3))),
        )
        for key in data.draw(st.lists(numbers, unique=True, max_size=3))
    ]
    chosen = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    links = {key: data.draw(st.lists(_URLS, min_size=1, max_size=2)) for key in chosen}
    after = added(text.encode(), NAME, strategies.REPOSITORY, new, links).decode()
    read = catalog.parse(after.encode(), NAME, strategies.REPOSITORY)
    assert read.uncategorized[len(before.uncategorized) :] == tuple(new)
    assert _shorter(read, len(before.uncategorized), links) == before
    # Nothing but what said "nothing here" has gone.
    rest = iter(after)
    kept = re.sub(r"( *)\[\](?=\s*(#.*)?$)", "", text, flags=re.MULTILINE)
    assert all(char in rest for char in kept)
    assert added(after.encode(), NAME, strategies.REPOSITORY, (), {}).decode() == after


_URLS = st.sampled_from(strategies.URLS)


def _shorter(read: Catalog, count: int, links: Mapping[str, Sequence[str]]) -> Catalog:
    """The catalog without what was added."""

    def item(entry: Experiment) -> Experiment:
        more = len(links.get(entry.key, ()))
        return replace(entry, links=entry.links[: len(entry.links) - more])

    def category(old: Category) -> Category:
        return replace(
            old,
            experiments=tuple(
                item(entry) if isinstance(entry, Experiment) else entry for entry in old.experiments
            ),
            categories=tuple(map(category, old.categories)),
        )

    return replace(
        read,
        categories=tuple(map(category, read.categories)),
        uncategorized=tuple(map(item, read.uncategorized[:count])),
    )
