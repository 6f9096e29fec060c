"""Findings in each format, whatever their texts hold."""

from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from hostile import HOSTILE
from labbook.checking import formats
from labbook.checking.formats import Result
from labbook.errors import Finding, Severity
from labbook.markdown_text import code

TEXTS = st.text(max_size=40) | st.sampled_from(HOSTILE)
FINDINGS = st.builds(
    Finding,
    st.just("data/experiments.yaml"),
    st.integers(1, 99),
    st.integers(1, 99),
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from(Severity),
    st.sampled_from(["", "access-token"]),
)
ONE = Finding("a,b:c.yaml", 3, 5, "categories[0]", "100% wrong:\r\nx", "mend, it", rule="a-rule")
COMMAND = re.compile(
    r"::(?:error|warning|notice)(?: file=[^,:]+,line=\d+,col=\d+,title=[^,:]+)?::.*", re.DOTALL
)


def unescaped(text: str) -> str:
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def test_an_annotation() -> None:
    line, summary, _ = formats.github(Result([ONE]), "site/").split("\n")
    assert line == (
        "::error file=site/a%2Cb%3Ac.yaml,line=3,col=5,title=a rule::"
        "categories[0]: 100%25 wrong:%0D%0Ax; mend, it"
    )
    assert summary == "1 error, 0 warnings"


def test_errors_are_annotated_first() -> None:
    found = [
        Finding("a", 1, 1, "", "m", "r", Severity.NOTE),
        Finding("a", 2, 1, "", "m", "r", Severity.WARNING),
        Finding("a", 3, 1, "", "m", "r", Severity.ERROR),
    ]
    levels = [line.split(" ")[0] for line in formats.github(Result(found, 4)).split("\n")[:3]]
    assert levels == ["::error", "::warning", "::notice"]


@given(st.lists(FINDINGS, max_size=4), st.lists(TEXTS, max_size=2))
def test_no_text_ends_its_annotation(findings: list[Finding], damages: list[str]) -> None:
    written = formats.github(Result(findings, 7, damages))
    # As the runner counts lines.
    *lines, summary, end = re.split("\r\n|\r|\n", written)
    assert len(lines) == len(findings) + len(damages)
    assert all(COMMAND.fullmatch(line) for line in lines)
    assert summary.startswith("7 experiments, ")
    assert end == ""
    said = {unescaped(line.split("::", 2)[2]) for line in lines}
    assert said >= set(damages)
    assert all(any(item.message in text for text in said) for item in findings)


@given(st.lists(FINDINGS, max_size=4), st.none() | st.integers(0, 9))
def test_json_holds_everything(findings: list[Finding], experiments: int | None) -> None:
    read = json.loads(formats.as_json(Result(findings, experiments, ["x"])))
    assert read["format"] == formats.FORMAT
    assert read["experiments"] == experiments
    assert read["errors"] == 1 + sum(item.severity is Severity.ERROR for item in findings)
    assert read["damages"] == ["x"]
    assert [(i["message"], i["severity"], i["rule"]) for i in read["findings"]] == [
        (item.message, item.severity, item.rule or None) for item in findings
    ]


@given(st.lists(FINDINGS, min_size=1, max_size=4), st.lists(TEXTS, max_size=2))
def test_the_table_is_one_whatever_the_texts_hold(
    findings: list[Finding], damages: list[str]
) -> None:
    written = formats.markdown(Result(findings, 7, damages))
    html = MarkdownIt("gfm-like", {"linkify": False}).render(written)
    assert html.count("<tr>") == 1 + len(findings)
    assert html.count("<td>") + html.count("<th>") == 4 * (1 + len(findings))
    assert html.count("<code>") == 2 * len(findings) + len(damages)
    assert not re.search(r"<(?!/?(table|thead|tbody|tr|td|th|code|h2|ul|li|p)\b)", html)


def test_an_endless_table_is_cut() -> None:
    found = [Finding("a", line, 1, "", "m", "r") for line in range(1, 700)]
    written = formats.markdown(Result(found))
    assert written.count("\n| error |") == 500
    assert written.endswith("And 199 more: `labbook check` lists all.\n")


@given(TEXTS)
def test_code_is_one_span(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False}).renderInline(code(text))
    assert re.fullmatch(r"<code>[^<>]*</code>", html, re.DOTALL)


def test_code_masks_tokens() -> None:
    assert code("https://x/?accessToken=abcdefghijkl") == "`https://x/?accessToken=abcd…`"
