"""Whatever is wrong with the curated file is said at once, at its place, with a remedy."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from labbook import catalog
from labbook.errors import DataError, Finding

PATH = "data/experiments.yaml"
REAL = Path(__file__).parent.parent / "data" / "experiments.yaml"
PARSERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


def findings(text: str | bytes, parser: Any = PARSERS[-1]) -> tuple[Finding, ...]:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(DataError) as caught:
        catalog.parse(data, PATH, "example/lab", parser)
    return caught.value.findings


def entries(*lines: str) -> str:
    """A catalog with one category and these lines, from line 4, as its experiments."""
    head = "categories:\n  - title: A\n    experiments:\n"
    return head + "".join(f"      {line}\n" for line in lines)


def with_field(field: str) -> str:
    """A catalog with one good experiment and a further field of it, in line 6."""
    return entries("- title: x", "  issue: 1", f"  {field}")


# (text, line:column: where: message; remedy), or a part of it
CASES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "1:1: the file is empty; write one that begins with `categories:`"),
    "comments only": ("# nothing\n", "1:1: the file is empty"),
    "null": ("~\n", "1:1: the file is empty"),
    "a list": ("- a\n", "1:1: a list where the catalog belongs"),
    "a text": ("hello\n", "1:1: a text where the catalog belongs"),
    "no categories": ("title: x\n", "1:1: the catalog has no `categories`; add `categories: ...`"),
    "categories as text": ("categories: x\n", "1:13: categories: a text where a list belongs"),
    "categories as mapping": ("categories: {a: b}\n", "1:13: categories: a mapping where a list"),
    "a category as text": ("categories:\n  - A\n", "2:5: categories[0]: a text where a category"),
    "unknown key": (
        with_field("conclusoin: y"),
        "6:9: categories[0].experiments[0]: unknown key `conclusoin`; did you mean `conclusion`?",
    ),
    "capital key": (with_field("Notes: [y]"), "unknown key `Notes`; did you mean `notes`?"),
    "far key": (
        with_field("colour: y"),
        "unknown key `colour`; an experiment has `title`, `issue`",
    ),
    "repeated key": (
        with_field("issue: 2"),
        "6:9: categories[0].experiments[0]: the key `issue` is here twice (first in line 5); keep",
    ),
    "title missing": (
        entries("- issue: 1"),
        "4:9: categories[0].experiments[0]: an experiment has no `title`; add `title: ...`",
    ),
    "title a comment": (
        entries("- title: #600", "  issue: 1"),
        "4:15: categories[0].experiments[0].title: an experiment has no `title`; write it behind",
    ),
    "title empty": (
        entries('- title: ""', "  issue: 1"),
        "4:16: categories[0].experiments[0].title",
    ),
    "title a list": (
        entries("- title: [a]", "  issue: 1"),
        "a list where a text belongs; put a text",
    ),
    "title a mapping": (entries("- title: {a: b}", "  issue: 1"), "a mapping where a text belongs"),
    "title in lines": (entries("- title: |", "    a", "    b", "  issue: 1"), "has several lines"),
    "title invisible": (entries('- title: "\\u200b"', "  issue: 1"), "the text shows nothing"),
    "title too long": (
        entries(f"- title: {'x' * 501}", "  issue: 1"),
        "the text has 501 characters",
    ),
    "conclusion too long": (with_field(f"conclusion: {'x ' * 10001}"), "has 20,001 characters"),
    "control escape": (with_field('conclusion: "a\\0"'), "invisible character U+0000; delete it"),
    "category untitled": (
        "categories:\n  - experiments: [{title: x, issue: 1}]\n",
        "2:5: categories[0]: a category has no `title`",
    ),
    "category empty": (
        "categories:\n  - title: A\n    experiments: []\n",
        "2:5: categories[0]: the category is empty; add `experiments` to it",
    ),
    "category without id": (
        'categories:\n  - title: "!?"\n    experiments: [{title: x, issue: 1}]\n',
        "2:5: categories[0]: its title makes no id: it has neither letter nor digit; give",
    ),
    "category id": (
        "categories:\n  - {title: A, id: A b, experiments: [{title: x, issue: 1}]}\n",
        "2:20: categories[0].id: `A b` cannot be the id of a category; write lower-case words",
    ),
    "category id taken": (
        (
            "categories:\n  - {title: A, experiments: [{title: x, issue: 1}]}\n"
            "  - {title: B, formerly: [a], experiments: [{title: x, issue: 2}]}\n"
        ),
        "3:27: categories[1].formerly[0]: the id `a` is taken (line 2); give",
    ),
    "category id reserved": (
        "categories:\n  - {title: Uncategorized, experiments: [{title: x, issue: 1}]}\n",
        "2:5: categories[0]: its title makes no id: the id `uncategorized` is taken by the site",
    ),
    "category id an anchor": (
        "categories:\n  - {title: Experiment 600, experiments: [{title: x, issue: 1}]}\n",
        "the id `experiment-600` is taken by the site itself; give the category an `id`",
    ),
    "neither issue nor id": (
        entries("- title: x"),
        "4:9: categories[0].experiments[0]: the experiment has neither `issue` nor `id`; add",
    ),
    "issue and id": (
        with_field("id: x"),
        "6:13: categories[0].experiments[0].id: an experiment has",
    ),
    "issue with zero": (entries("- {title: x, issue: 0600}"), "`0600` is not an issue; write 600"),
    "issue zero": (entries("- {title: x, issue: 0}"), "`0` is not an issue; write its number"),
    "issue as mark": (entries('- {title: x, issue: "#600"}'), "`#600` is not an issue; write 600"),
    "issue as url": (
        entries("- {title: x, issue: https://github.com/other/tools/issues/7}"),
        "is not an issue; write other/tools#7",
    ),
    "issue as own url": (
        entries("- {title: x, issue: https://github.com/Example/lab/issues/7#issuecomment-1}"),
        "is not an issue; write 7",
    ),
    "issue a list": (
        entries("- {title: x, issue: [6]}"),
        "4:27: categories[0].experiments[0].issue",
    ),
    "issue a path": (entries("- {title: x, issue: a/..#6}"), "`a/..#6` is not an issue"),
    "id of digits": (entries("- {title: x, id: 600}"), "write `issue: 600` for an issue"),
    "id of capitals": (entries("- {title: x, id: Ab}"), "`Ab` cannot be the id of an experiment"),
    "id of the folder": (entries("- {title: x, id: index}"), "`index` cannot be the id"),
    "defined twice": (
        entries("- {title: x, issue: 1}", "- {title: y, issue: EXAMPLE/lab#1}"),
        (
            "5:9: categories[0].experiments[1]: the experiment 1 is defined a second time "
            "(first in line 4); write `- see: 1` to list it here too"
        ),
    ),
    "defined twice elsewhere": (
        entries("- {title: x, issue: O/r#1}") + "uncategorized:\n  - {title: y, issue: o/R#1}\n",
        "6:5: uncategorized[0]: the experiment o/r#1 is defined a second time (first in line 4)",
    ),
    "one anchor for two": (
        entries("- {title: x, issue: o/r#1}", "- {title: y, id: o-r-1}"),
        "5:9: categories[0].experiments[1]: o-r-1 would have the same anchor as the experiment in",
    ),
    "listed twice": (
        entries("- {title: x, issue: 1}", "- see: 1"),
        "5:9: categories[0].experiments[1]: the experiment 1 is listed here twice (first in",
    ),
    "see nowhere": (
        entries("- {title: x, issue: 1}", "- see: 2"),
        "5:14: categories[0].experiments[1].see: no experiment 2 is defined in this file; define",
    ),
    "see nothing": (entries("- {title: x, issue: 1}", "- see:"), "names no experiment; write its"),
    "see with more": (
        entries("- {title: x, issue: 1}", "- {see: 1, title: y}"),
        "5:18: categories[0].experiments[1]: an entry with `see` has the key `title` too; delete",
    ),
    "see uncategorized": (
        entries("- {title: x, issue: 1}") + "uncategorized:\n  - see: 1\n",
        "6:5: uncategorized[0]: an experiment that is listed elsewhere is not uncategorized",
    ),
    "related nowhere": (
        with_field("related: [2]"),
        "6:19: categories[0].experiments[0].related[0]",
    ),
    "related to itself": (with_field("related: [1]"), "an experiment is not related to itself"),
    "related twice": (with_field("related: [2, 2]"), "the same experiment twice"),
    "related no name": (with_field("related: [a b]"), "`a b` does not name an experiment"),
    "notes a text": (
        with_field("notes: y"),
        "6:16: categories[0].experiments[0].notes: a text where",
    ),
    "note empty": (with_field("notes: [a, ]\n        related: ['']"), "names no experiment"),
    "note of nothing": (with_field("notes: [~]"), "notes[0]: an empty item; write its text"),
    "note a mapping": (with_field("notes: [a: b]"), "6:17: categories[0].experiments[0].notes[0]"),
    "links a text": (with_field("links: https://example.org"), "a text where a list belongs"),
    "link empty": (with_field("links: [~]"), "links[0]: an empty item; paste a URL"),
    "link a list": (
        with_field("links: [[a]]"),
        "a list where a link belongs; write one URL an item",
    ),
    "link without url": (with_field("links: [{label: a}]"), "a link has no `url`; add `url: ...`"),
    "link key": (with_field("links: [{url: /x/, text: a}]"), "unknown key `text`"),
    "link of script": (
        with_field("links: ['javascript:alert(1)']"),
        "6:17: categories[0].experiments[0].links[0]: ",
    ),
    "link without scheme": (with_field("links: [example.org/x]"), "links[0]: not a URL"),
    "link with a space": (with_field("links: [https://example.org/a b]"), "space"),
    "link protocol-relative": (with_field("links: [//example.org]"), "links[0]: the URL has no"),
    "link of data": (with_field("links: ['data:text/html,x']"), "links[0]: a link cannot begin"),
    "categories too deep": (
        "categories:\n"
        + "".join(f"{'  ' * n}- title: c{n}\n{'  ' * n}  categories:\n" for n in range(5))
        + "          - {title: x, experiments: [{title: x, issue: 1}]}\n",
        (
            f"12:13: categories[0]{'.categories[0]' * 5}: "
            "categories are nested more than 5 levels deep"
        ),
    ),
    # YAML
    "colon in text": (
        entries("- title: a: b", "  issue: 1"),
        "4:17: a text without quotes holds a colon; put the whole text in quotes",
    ),
    "indented too far": (
        entries("- title: x", "   issue: 1"),
        "5:15: the line does not fit what stands above it; give it the same indentation",
    ),
    "indented too little": (entries("- title: x", " issue: 1"), "5:8: the line does not fit"),
    "tab": (
        "categories:\n  - title: A\n\texperiments: []\n",
        "3:1: a tab stands where spaces belong",
    ),
    "quote not closed": (
        entries('- title: "x', "  issue: 1"),
        "4:16: a quotation mark is opened here and never closed; close it",
    ),
    "text after quote": (entries('- title: "x" y', "  issue: 1"), "4:20: the line does not fit"),
    "bracket not closed": (
        entries("- title: [EPIC", "  issue: 1"),
        "4:16: a bracket is opened here and not closed",
    ),
    "text after bracket": (
        entries("- title: [EPIC] x", "  issue: 1"),
        "4:23: the line does not fit",
    ),
    "at sign": (
        entries("- title: @x", "  issue: 1"),
        "4:16: a text cannot begin with `@`; put the",
    ),
    "backslash": (entries('- title: "a\\d"', "  issue: 1"), "a backslash in double quotes begins"),
    "block text begun wrong": (
        entries("- title: |-x", "  issue: 1"),
        "a text cannot begin with `|` or `>`; put the text in quotes, or begin",
    ),
    "directive": ("%YAML 9\n---\ncategories: []\n", "a line that begins with `%` is not supported"),
    "two documents": ("categories: []\n---\na: b\n", "2:1: a second document begins here; keep"),
    "outdented": (
        "  title: x\ncategories: []\n",
        "2:1: the file's one mapping ends before this line",
    ),
    "anchor": (
        entries("- title: &a x", "  issue: 1"),
        "the anchor `&a` is not supported; delete it",
    ),
    "alias": (entries("- title: *a", "  issue: 1"), "the alias `*a` is not supported; write the"),
    "tag": (entries("- title: !!str x", "  issue: 1"), "the tag `!!str` is not supported"),
    "python tag": (
        "categories: !!python/object/apply:os.system [ls]\n",
        "1:13: categories: the tag `!!python/object/apply:os.system` is not supported",
    ),
    "merge key": (
        entries("- <<: {title: x}", "  issue: 1"),
        "4:9: categories[0].experiments[0]: the merge",
    ),
    "key a list": ("? [a]\n: b\ncategories: []\n", "1:3: a list or mapping cannot be a key"),
    "deep": ("[" * 60, "1:51: [0]"),
    "deep without brackets": ("- " * 60, "1:101: [0]"),
    "deep keys": ("{" * 60, "more than 50 levels deep; nest less deep"),
    # bytes
    "latin-1": (
        "title: a\ncategories: [] # gr\xfcn".encode("latin-1"),
        "2:20: the byte 0xfc is not UTF-8",
    ),
    "utf-16": ("categories: []\n".encode("utf-16"), "1:1: the file is UTF-16; save it as UTF-8"),
    "utf-32": ("categories: []\n".encode("utf-32"), "1:1: the file is UTF-32; save it as UTF-8"),
    "binary": (bytes(range(16)) * 20 + b"\0" * 200, "1:1: the file is not a text"),
    "nul": (b"title: a\0b\ncategories: []\n", "1:9: the invisible character U+0000 cannot stand"),
    "bell": (b"categories: []\ntitle: a\x07\n", "2:9: the invisible character U+0007"),
    "line separator": ("categories: []\ntitle: a\u2028b\n", "2:9: the invisible character U+2028"),
    "mark inside": ("categories: []\ntitle: a\ufeffb\n", "2:9: the invisible character U+FEFF"),
}


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said_where_it_stands(name: str, parser: Any) -> None:
    text, expected = CASES[name]
    found = findings(text, parser)
    assert any(expected in f":{str(finding).removeprefix(PATH)}" for finding in found), found
    assert all(finding.remedy and finding.path == PATH for finding in found)


@pytest.mark.parametrize("name", [name for name in CASES if name not in {"deep keys", "binary"}])
def test_both_yaml_parsers_say_the_same(name: str) -> None:
    text, _ = CASES[name]
    # Columns inside a broken escape or directive differ by a character or two.
    said = [[(f.line, f.where, f.message, f.remedy) for f in findings(text, p)] for p in PARSERS]
    assert said[0] == said[-1]


# Cases that hold, or amount to, more than one mistake.
SEVERAL = {"note empty", "related twice", "see with more", "merge key", "python tag", "nul", "deep"}
SEVERAL |= {"deep without brackets", "deep keys"}


def test_one_mistake_is_one_finding() -> None:
    alone = {
        name: [str(finding) for finding in findings(text)]
        for name, (text, _) in CASES.items()
        if name not in SEVERAL
    }
    assert {name: said for name, said in alone.items() if len(said) != 1} == {}


def test_all_problems_are_said_at_once_in_the_order_of_the_file() -> None:
    text = entries(
        "- title: a: b",  # a syntax error, after which the next item is read all the same
        "  issue: 1",
        "- title: y",
        "  issue: 02",
        "  links: [nowhere]",
        "- conclusoin: z",
        '- title: "\\d"',
        "- {title: z, issue: 3, issue: 4}",
    )
    found = findings(text + "uncategorised: []\n")
    assert [(finding.line, finding.where) for finding in found] == [
        (4, ""),
        (7, "categories[0].experiments[0].issue"),
        (8, "categories[0].experiments[0].links[0]"),
        (9, "categories[0].experiments[1]"),
        (10, ""),
        (11, "categories[0].experiments[2]"),
        (12, ""),
    ]


def test_after_a_syntax_error_nothing_is_said_to_be_missing() -> None:
    text = entries("- see: 5", "- title: a: b", "  issue: 5", "- title: y", "  issue: 1")
    assert [finding.line for finding in findings(text)] == [5]


def test_aliases_cannot_explode() -> None:
    levels = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(20))
    found = findings("a0: &a0 x\n" + levels)
    assert any("the alias `*a0` is not supported" in finding.message for finding in found)


def test_a_thousand_problems_are_enough() -> None:
    found = findings("categories:\n" + "  - x\n" * 5000)
    assert len(found) == 1001
    assert found[-1].message == "more problems than are listed here"


def test_a_huge_file_is_refused() -> None:
    (finding,) = findings(b"#" * (16 * 1024 * 1024 + 1))
    assert finding.message == "the file has more than 16 MiB"


def test_messages_hold_no_access_token_and_nothing_invisible() -> None:
    url = "https://wandb.ai/a/b/reports/c--Vmlldzox?accessToken=secretsecretsecret"
    text = entries(
        f"- {{title: x, issue: '{url}', '{url}': [], '{url}': y}}",
        f"- {{title: x, id: '{url}', related: ['{url}'], links: ['<{url}>', '{{url: [a]}}']}}",
        f'- {{title: x, issue: "\\u202e{url}", "a\\nb": c}}',
        f"- see: '{url}'",
    )
    said = "\n".join(map(str, findings(text)))
    assert "secrets" not in said
    assert "\u202e" not in said
    assert len(said.splitlines()) == len(findings(text))


@pytest.mark.parametrize("parser", PARSERS)
def test_a_random_change_of_the_real_file_never_gives_a_traceback(parser: Any) -> None:
    original = REAL.read_bytes()
    refused = 0
    # The slower parser reads the same tree: it gets a share.
    rounds = 2400 if parser is PARSERS[-1] else 200
    for seed in range(rounds):
        data = mutated(original, random.Random(seed))  # noqa: S311  # reproducible on purpose
        error = refusal(data, parser)
        if error is None:
            continue
        refused += 1
        last = len(data.splitlines()) + 1
        assert error.findings, seed
        for finding in error.findings:
            assert 1 <= finding.line <= last, (seed, finding)
            assert finding.column >= 1, (seed, finding)
            assert finding.message, seed
            assert finding.remedy, seed
            assert "\n" not in str(finding), (seed, finding)
    # A change that harms nothing (a letter in a title) is fine, but most must be noticed.
    assert rounds // 4 < refused < rounds


def refusal(data: bytes, parser: Any) -> DataError | None:
    try:
        catalog.parse(data, PATH, "marin-community/marin", parser)
    except DataError as error:
        return error
    return None


def mutated(data: bytes, rng: random.Random) -> bytes:
    """The file with one to three random changes, as by a slip of the hand or of a disk."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        data = rng.choice(MUTATIONS)(data, rng) or b"\n"
    return data


def _flip(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _insert(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.choice(SPECIALS) + data[at:]


def _delete(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + data[at + rng.choice([1, 1, 2, 10, 200]) :]


def _delete_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def _repeat_line(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return b"\n".join(lines)


def _swap_lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _indent(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = rng.randrange(len(lines))
    shift = rng.choice([-4, -2, -1, 1, 2, 4])
    line = lines[at]
    lines[at] = (
        b" " * shift + line if shift > 0 else line[min(-shift, len(line) - len(line.lstrip())) :]
    )
    return b"\n".join(lines)


SPECIALS = [
    *(mark.encode() for mark in ":#-?*&!|>'\"%@`{}[],~\\\t\n\r\0\x07\x1b\x85\u2028\ufeff\u202e"),
    *(b": ", b" #", b"- ", b"? ", b"<<: *a\n", b"\n---\n", b"\n...\n", b"!!python/name:os.system "),
    *(b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"*a", b"&a ", b"{{", b"|9", b">-"),
]
MUTATIONS = [
    _flip,
    _cut,
    _insert,
    _insert,
    _delete,
    _delete_line,
    _repeat_line,
    _swap_lines,
    _indent,
]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^data/experiments\.yaml:1:1: the file is missing; "):
        catalog.load(tmp_path / "data" / "experiments.yaml", "example/lab")


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^catalog:1:1: this is not a file; "):
        catalog.load(tmp_path, "example/lab", "catalog")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="may read every file")
def test_an_unreadable_file(tmp_path: Path) -> None:
    file = tmp_path / "experiments.yaml"
    file.write_text("categories: []\n")
    file.chmod(0)
    with pytest.raises(DataError, match="the file cannot be read"):
        catalog.load(file, "example/lab")


def test_a_loop_of_links_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "experiments.yaml"
    try:
        file.symlink_to(file)
    except OSError:
        pytest.skip("no symbolic links here")
    with pytest.raises(DataError, match="the file cannot be read"):
        catalog.load(file, "example/lab")
