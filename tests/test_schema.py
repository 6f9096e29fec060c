"""The editors' schema is the committed one, and judges the file as the loader does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from labbook import catalog, fields, schema
from labbook.errors import DataError
from labbook.model import Catalog
from strategies import REPOSITORY, catalogs

DATA = Path(__file__).parent.parent / "data"
VALIDATOR = jsonschema.Draft7Validator(schema.schema())


def accepted_by_loader(text: str) -> bool:
    try:
        catalog.parse(text.encode(), "f", REPOSITORY)
    except DataError:
        return False
    return True


def with_experiment(fields_text: str) -> str:
    return f"categories:\n  - title: A\n    experiments:\n      - {fields_text}\n"


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = (DATA / "experiments.schema.json").read_text(encoding="utf-8")
    assert committed == schema.text(), "run `labbook schema --write`"


def test_the_schema_is_a_valid_one() -> None:
    jsonschema.Draft7Validator.check_schema(schema.schema())


def test_the_real_file_names_the_schema_and_fits_it() -> None:
    text = (DATA / "experiments.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=experiments.schema.json\n")
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text))) == []


def test_every_field_says_what_it_is_for() -> None:
    items = (fields.CATALOG, fields.CATEGORY, fields.EXPERIMENT, fields.SEE, fields.LINK)
    found: dict[str, Any] = {}
    for mapping in (schema.schema(), *schema.schema()["definitions"].values()):
        found.update(mapping.get("properties", {}))
    for field in (field for item in items for field in item.fields):
        assert len(found[field.name]["description"]) > 10


@settings(max_examples=60)
@given(catalogs())
def test_whatever_the_loader_accepts_fits(generated: Catalog) -> None:
    content = yaml.safe_load(catalog.dump(generated))
    assert list(VALIDATOR.iter_errors(content)) == []


GOOD = (
    "{title: 2025, issue: 600}",
    "{title: no, issue: other/tools#3}",
    "{title: x, issue: '600'}",
    "{title: x, id: spring-report, links: [https://example.org, /page/, 'gs://bucket/x']}",
    "{title: x, issue: 1, links: [{url: https://example.org, label: y}], conclusion: , notes: }",
    "{title: x, issue: 1, notes: [a, 2]}\n      - {title: y, id: y, related: [1]}",
)
BAD = (
    "{issue: 600}",
    "{title: x}",
    "{title: x, issue: 600, id: y}",
    "{title: x, issue: 0}",
    "{title: x, issue: -1}",
    "{title: x, issue: 1.5}",
    "{title: x, issue: '#600'}",
    "{title: x, issue: tools#3}",
    "{title: [x], issue: 1}",
    "{title: x, id: A b}",
    "{title: x, id: '600'}",
    "{title: x, id: index}",
    "{title: x, issue: 1, conclusoin: y}",
    "{title: x, issue: 1, notes: y}",
    "{title: x, issue: 1, links: ['javascript:alert(1)']}",
    "{title: x, issue: 1, links: [//example.org]}",
    "{title: x, issue: 1, links: [example.org]}",
    "{title: x, issue: 1, links: [{label: y}]}",
    "{title: x, issue: 1, related: [a b]}",
    "{title: x, issue: 1}\n      - {see: 1, title: y}\n  - {title: B, experiments: []}",
    "{title: x, issue: 1}\n  - {title: B}",
    "{title: x, issue: 1}\n  - {title: B, experiments: []}",
    "{title: x, issue: 1}\n  - {title: B, id: 'b c', experiments: [{see: 1}]}",
    "{title: x, issue: 1}\n  - {title: B, formerly: [experiment-1], experiments: [{see: 1}]}",
    "{title: x, issue: 1}\ncategory: y",
    f"{{title: {'x' * 501}, issue: 1}}",
)


@pytest.mark.parametrize("fields_text", GOOD)
def test_loader_and_schema_both_accept(fields_text: str) -> None:
    text = with_experiment(fields_text)
    assert accepted_by_loader(text)
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize("fields_text", BAD)
def test_loader_and_schema_both_refuse(fields_text: str) -> None:
    text = with_experiment(fields_text)
    assert not accepted_by_loader(text)
    assert not VALIDATOR.is_valid(yaml.safe_load(text))
