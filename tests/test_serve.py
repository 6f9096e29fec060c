"""`mkdocs serve` while a curator types: the last good site stays up and says what is wrong."""

from __future__ import annotations

from pathlib import Path

from serving import serving

GOOD = "Pick Tokenizer type"
BETTER = "Pick a tokenizer, whatever type"


def test_a_wrong_save_keeps_the_last_good_site_and_the_next_good_one_recovers(
    project: Path,
) -> None:
    data = project / "data/experiments.yaml"
    good = data.read_text(encoding="utf-8")
    with serving(project) as server:
        server.wait_for("reports/", lambda page: GOOD in page and "data-errors" not in page)

        data.write_text(good.replace("conclusion: Llama3", "conclusoin: Llama3"), encoding="utf-8")
        page = server.wait_for("reports/", lambda page: "data-errors" in page)
        assert GOOD in page
        assert "did you mean `conclusion`?" in page
        assert "data-errors" in server.get("experiments/524/")
        assert "data/experiments.yaml:" in server.log.read_text(encoding="utf-8")

        data.write_text(good.replace(GOOD, BETTER), encoding="utf-8")
        server.wait_for("reports/", lambda page: BETTER in page and "data-errors" not in page)


def test_a_server_started_on_a_wrong_file_shows_the_errors_as_its_page(project: Path) -> None:
    data = project / "data/experiments.yaml"
    good = data.read_text(encoding="utf-8")
    data.write_text("categories: [<script>alert(1)</script>", encoding="utf-8")
    with serving(project) as server:
        page = server.wait_for("", lambda page: "data-errors" in page)
        assert "data/experiments.yaml:1:" in page
        assert "<script>alert(1)" not in page

        data.write_text(good, encoding="utf-8")
        server.wait_for("reports/", lambda page: GOOD in page and "data-errors" not in page)
