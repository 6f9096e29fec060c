"""The issues that a curator has refused."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from labbook import schema
from labbook.discovery import ignored
from labbook.errors import DataError
from labbook.model import IssueRef

LAB = "example/lab"
NAME = "data/ignored.yaml"
DATA = Path(__file__).parents[2] / "data"


def read(text: str) -> list[tuple[str, str]]:
    found = ignored.parse(text.encode(), NAME, LAB)
    return [(str(item.issue), item.reason) for item in found]


def test_refused_issues() -> None:
    text = "# c\n- issue: 12\n  reason: A list of plans.\n- {issue: other/lab#3, reason: no}\n"
    assert read(text) == [("example/lab#12", "A list of plans."), ("other/lab#3", "no")]
    second = ignored.parse(text.encode(), NAME, LAB)[1]
    assert (second.issue, second.place.line) == (IssueRef("other/lab", 3), 4)


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]\n", "~\n"])
def test_nothing_is_refused(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("- issue: 1\n", "1:3: [0]: the refused issue has no `reason`; add `reason: ...`"),
        ("- reason: x\n", "1:3: [0]: the refused issue has no `issue`; add `issue: ...`"),
        ("- 12\n", "1:3: [0]: a text where a refused issue belongs; write `- issue: 1234`"),
        ("issue: 1\n", "1:1: a mapping where a list belongs; write a list"),
        ("- issue: '#1'\n  reason: x\n", "1:10: [0].issue: `#1` is not an issue; write 1"),
        ("- issue: 1\n  why: x\n  reason: y\n", "2:3: [0]: unknown key `why`; a refused issue"),
        (
            "- {issue: 1, reason: x}\n- {issue: example/LAB#1, reason: y}\n",
            "2:3: [1]: the issue is here twice (first in line 1); delete one of the two",
        ),
        ("- issue: [\n", ""),
    ],
)
def test_what_is_wrong_is_placed(text: str, finding: str) -> None:
    with pytest.raises(DataError) as caught:
        read(text)
    assert str(caught.value).startswith(f"{NAME}:{finding}")


def test_no_file_refuses_nothing(tmp_path: Path) -> None:
    assert ignored.load(tmp_path / "ignored.yaml", LAB, NAME) == ()


def test_the_committed_file_and_its_schema() -> None:
    text = (DATA / "ignored.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=ignored.schema.json\n")
    assert ignored.load(DATA / "ignored.yaml", LAB, NAME) is not None
    committed = (DATA / "ignored.schema.json").read_text(encoding="utf-8")
    assert committed == schema.text(schema.ignored_schema()), "run `labbook schema --write`"
    validator = jsonschema.Draft7Validator(json.loads(committed))
    validator.validate(yaml.safe_load(text))
    validator.validate([{"issue": 12, "reason": "x"}, {"issue": "a/b#1", "reason": "y"}])
    for wrong in ({}, {"issue": 12}, {"issue": "#1", "reason": "x"}, {"issue": 1, "why": "x"}):
        assert not validator.is_valid([wrong])
