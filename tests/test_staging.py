"""A staged folder is the whole site: MkDocs makes the same of it without our hooks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import checkout
from labbook import settings as lab_settings
from labbook import site, staging
from labbook.stage import stage
from labbook.staging import Builder

PAGE = "docs/projects/infinite-compute"
OLD, NEW = "https://wandb.ai/stanford-mercury/", "https://wandb.ai/elsewhere/"


def staged(root: Path, builder: Builder = Builder.MKDOCS) -> staging.Files:
    config = root / "mkdocs.yml"
    return staging.files(config, site.load_book(root, lab_settings.load(config)), builder)


# When it was made, what Markdown puts behind elements, and what our hook alone adds at the end:
# the security policy, and `noopener` to links.
UNLIKE = re.compile(
    rb'"generated_at": "[^"]*"|"age_in_seconds": \{[^}]*\}|(?<=>)\s+(?=<)'
    rb'|<meta http-equiv="Content-Security-Policy"[^>]*>| rel="noopener"|(?<=\w) noopener(?=")'
)


def contents(folder: Path) -> dict[str, bytes]:
    # Both sitemaps name the day on which they were written.
    return {
        path.relative_to(folder).as_posix(): UNLIKE.sub(b"", path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("sitemap.xml")
    }


@pytest.fixture(scope="module")
def folder(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is staged of the project; its drawings are kept from the build of the site."""
    assert site.is_dir()
    target = tmp_path_factory.mktemp("staged") / "site"
    with pytest.MonkeyPatch.context() as environment:
        # Pages say where they are published.
        environment.setenv("SITE_URL", f"https://example.org{checkout.BASE}")
        stage(staged(checkout.copy(tmp_path_factory.mktemp("copy") / "project")), target)
    return target


def test_mkdocs_makes_the_same_site_of_it(folder: Path, site: Path, tmp_path: Path) -> None:
    result = checkout.build(folder, tmp_path / "plain")
    assert result.returncode == 0, result.stdout + result.stderr
    ours, plain = contents(site), contents(tmp_path / "plain")
    assert ours.keys() == plain.keys()
    assert [name for name in ours if ours[name] != plain[name]] == []


def test_everything_that_a_page_needs_is_there(folder: Path) -> None:
    page = (folder / f"{PAGE}.md").read_text(encoding="utf-8")
    assert "<svg" in page
    assert "```figure" not in page
    assert (folder / PAGE / "vega.js").stat().st_size > 500_000
    assert list((folder / PAGE / "figures").glob("*.csv"))
    for name in ("docs/assets/labbook.css", "overrides/main.html", "docs/reports/modeling.md"):
        assert (folder / name).is_file()
    assert not (folder / "docs/overrides").exists()


def test_a_generated_page_names_the_file_that_an_edit_leads_to(folder: Path) -> None:
    page = (folder / "docs/reports/index.md").read_text(encoding="utf-8")
    front = yaml.safe_load(page.split("---\n")[1])
    assert front["edit_url"].endswith("/edit/main/data/experiments.yaml")
    assert front["card"]["path"] == "assets/cards/reports.png"
    assert (folder / "docs" / front["card"]["path"]).is_file()
    assert "edit_url" not in (folder / "docs/contributing.md").read_text(encoding="utf-8")


def test_links_are_rewritten_and_excluded_files_left_out(project: Path) -> None:
    config = project / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    text = text.replace("    rewrites: []", f"    rewrites: [{{from: {OLD}, to: {NEW}}}]")
    text = text.replace("exclude_docs: |\n", "exclude_docs: |\n  *.draft.md\n")
    config.write_text(text, encoding="utf-8")
    (project / "docs/a.draft.md").write_text("# No\n", encoding="utf-8")
    (project / "docs/.hidden").write_text("no", encoding="utf-8")
    (project / "docs/a.md").write_text(
        f"---\nsource: {OLD}x\n---\n[a]({OLD}x)\n\n```\n[b]({OLD}y)\n```\n", encoding="utf-8"
    )
    files = staged(project)
    assert files["docs/a.md"] == f"---\nsource: {OLD}x\n---\n[a]({NEW}x)\n\n```\n[b]({OLD}y)\n```\n"
    page = files[f"{PAGE}.md"]
    assert isinstance(page, str)
    assert f"]({NEW}" in page
    assert f"]({OLD}" not in page
    assert not {"docs/a.draft.md", "docs/.hidden"} & files.keys()


def test_a_page_that_is_no_text_is_named(project: Path) -> None:
    (project / "docs/a.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Exception, match=r"docs/a\.md: not UTF-8 text; save it as UTF-8"):
        staged(project)
