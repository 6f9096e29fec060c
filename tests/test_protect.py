"""`labbook protect` gives pages of any builder the policy, by which no text of theirs runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from labbook import cli

FRAME = '<!doctype html><html><head><meta charset="utf-8"><title>x</title>{}</head><body>{}</body>'
STYLE = "sha256-NwSx/R2V/U4jnW0Tq5pQ53Y/rzPVJ4dqE7D6UTA/J1k="


def page(content: str) -> str:
    body = f'<article class="md-content">{content}</article><a href="https://example.org/">x</a>'
    return FRAME.format("<script>own()</script>", body)


def protect(site: Path, *options: str) -> int:
    return cli.main(["protect", *options, str(site)])


def test_scripts_of_the_frame_run_and_those_of_texts_do_not(tmp_path: Path) -> None:
    hostile = page("</article><script>bad()</script>")
    for name, text in {"index.html": page("text"), "a/index.html": hostile}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert protect(tmp_path, "--style", STYLE) == 0
    for name in ("index.html", "a/index.html"):
        text = (tmp_path / name).read_text()
        assert text.count("'sha256-") == 2
        assert f"style-src 'self' '{STYLE}';" in text
        assert '<a href="https://example.org/" rel="noopener">' in text
    first, second = (
        (tmp_path / name).read_text().split("</title>")[0]
        for name in ("index.html", "a/index.html")
    )
    assert first == second


def test_a_protected_page_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "index.html"
    file.write_text(page("text"))
    assert protect(tmp_path) == 0
    once = file.read_text()
    assert protect(tmp_path) == 0
    assert file.read_text() == once
    assert capsys.readouterr().out.splitlines() == [
        "1 page protected, 0 others had a policy",
        "0 pages protected, 1 other had a policy",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FRAME.format("", "<p>text</p>"), "its content has no `<article>`"),
        ("<html><article></article></html>", "it has no `<meta charset>`"),
    ],
)
def test_a_page_that_cannot_be_protected_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (tmp_path / "index.html").write_text(text)
    assert protect(tmp_path) == 1
    said = capsys.readouterr().err
    assert said.startswith(str(tmp_path / "index.html"))
    assert message in said


def test_a_folder_without_pages_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert protect(tmp_path) == 1
    assert "holds no page" in capsys.readouterr().err


def test_a_hash_is_checked(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        protect(tmp_path, "--style", "'unsafe-inline'")
