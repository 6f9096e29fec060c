"""What the quick rebuild leans on inside MkDocs and its theme: a new release that differs fails."""

from __future__ import annotations

import inspect
import threading
import time
from pathlib import Path

import pytest
from mkdocs import utils
from mkdocs.commands import build, serve
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from checkout import ROOT
from quick_rebuild import content, disk, names, polling, search, surroundings

THEME = Path(utils.get_theme_dir("material"))


@pytest.fixture
def config() -> MkDocsConfig:
    return load_config(str(ROOT / "mkdocs.yml"))


@pytest.mark.parametrize("name", names.NAMES, ids=".".join)
def test_mkdocs_has_the_name(name: tuple[str, str]) -> None:
    assert not names.missing([name])


def test_a_name_that_is_gone_is_told() -> None:
    gone = [("mkdocs.utils", "gone"), ("mkdocs.gone", "x"), ("mkdocs.utils", "write_file.gone")]
    assert names.missing([*names.NAMES, *gone]) == [f"{module}.{name}" for module, name in gone]


def test_the_project_is_set_up_as_is_known(config: MkDocsConfig) -> None:
    assert not names.unknown(config)
    assert not surroundings.reads_more(config)


def test_what_reads_more_files_is_not_known(config: MkDocsConfig) -> None:
    config.mdx_configs["pymdownx.snippets"]["auto_append"] = ["all.md"]
    config.markdown_extensions.append("other")
    config.plugins["third"] = config.plugins["gen-files"]
    assert names.unknown(config) == [
        "the plugin third",
        "the Markdown extension other",
        "auto_append of pymdownx.snippets",
    ]


def test_mkdocs_builds_by_the_functions_that_are_replaced() -> None:
    source = inspect.getsource(build.build) + inspect.getsource(build._build_page)
    for call in ("utils.clean_directory(", "utils.write_file(", ".get_template(", ".render("):
        assert call in source
    assert build.utils is utils  # type: ignore[attr-defined]


def test_rendering_sets_what_is_kept_and_nothing_else(config: MkDocsConfig) -> None:
    files = Files([File(name, None, "site", use_directory_urls=True) for name in ("a.md", "b.md")])
    file = files.get_file_from_path("a.md")
    assert file
    file.content_string = "# A\n\n[b](b.md#c) [self](#a)\n"
    page = Page(None, file, config)
    page.read_source(config)
    before = dict(vars(page))
    page.render(config, files)
    changed = {k for k, v in vars(page).items() if k not in before or before[k] is not v}
    assert changed == content.RENDERED


def test_a_page_has_nothing_that_is_not_compared(config: MkDocsConfig) -> None:
    page = Page(None, File("a.md", None, "site", use_directory_urls=True), config)
    compared = {"file", "meta", "edit_url", "canonical_url", "abs_url", "update_date", "toc"}
    # The last two are given by the navigation; `markdown` is what the content is made of.
    placed = {"children", "markdown", "previous_page", "next_page"}
    known = compared | content.RENDERED | placed
    # The property `active` hides its value behind the name of its class.
    assert {name for name in vars(page) if not name.endswith("__active")} <= known


def test_the_theme_reads_nothing_that_differs_at_each_build() -> None:
    templates = [
        path for path in THEME.rglob("*.html") if ".icons" not in path.relative_to(THEME).parts
    ]
    assert len(templates) > 20
    for path in templates:
        text = path.read_text("utf-8")
        assert not surroundings.template_reads_more(text), path.name
        assert "random" not in text, path.name


@pytest.mark.parametrize(
    ("template", "more"),
    [
        ("{% for file in pages %}{% endfor %}", True),
        ("{{ build_date_utc }}", True),
        ("{{ config.extra.book.title }}", True),
        ("{{ config.extra['book'] }}", True),
        ("{% for item in nav.pages %}{{ config.extra.problems }}{% endfor %}", False),
        ("{% not a template", True),
    ],
)
def test_a_template_that_reads_all_pages_is_noticed(
    config: MkDocsConfig, tmp_path: Path, template: str, *, more: bool
) -> None:
    (tmp_path / "main.html").write_text(template, encoding="utf-8")
    config.theme._custom_dir = str(tmp_path)
    assert surroundings.reads_more(config) is more


def test_what_templates_are_given_is_known() -> None:
    known = {"nav", "pages", "base_url", "extra_css", "extra_javascript", "mkdocs_version"}
    known |= {"build_date_utc", "config", "page"}
    assert TemplateContext.__annotations__.keys() == known


def test_the_index_of_the_theme_is_known(config: MkDocsConfig) -> None:
    config.plugins["material/search"].on_config(config)
    index = search.index_of(config)
    assert index
    file = File("a.md", None, "site", use_directory_urls=True)
    page = Page("A", file, config)
    page.content = "<h1 id='a'>A</h1><p>Text</p>"
    index.add_entry_from_context(page)
    assert [entry["title"] for entry in index.entries] == ["A"]


def test_files_that_nobody_writes_are_removed_and_equal_ones_left_alone(tmp_path: Path) -> None:
    files = disk.Files()
    write, clean = utils.write_file, utils.clean_directory

    def built(contents: dict[str, str], copied: str) -> dict[str, int]:
        files.begin()
        utils.clean_directory(str(tmp_path))
        for name, text in contents.items():
            utils.write_file(text.encode(), str(tmp_path / name))
        # As MkDocs copies static files.
        (tmp_path / copied).write_text("copied", encoding="utf-8")
        files.end(str(tmp_path))
        assert (utils.write_file, utils.clean_directory) == (write, clean)
        found = (path for path in tmp_path.rglob("*") if path.is_file())
        return {str(path.relative_to(tmp_path)): path.stat().st_mtime_ns for path in found}

    first = built({"a": "1", "b/c": "2", "d/e/f": "3"}, "g")
    time.sleep(0.01)
    # Somebody else writes over a file of ours.
    (tmp_path / "a").write_text("x", encoding="utf-8")
    second = built({"a": "1", "b/c": "2", "h": "4"}, "i")
    assert second.keys() == {"a", "b/c", "h", "i"}
    assert second["b/c"] == first["b/c"]
    assert (tmp_path / "a").read_text() == "1"
    assert not (tmp_path / "d").exists()


def test_a_save_is_noticed_sooner(tmp_path: Path) -> None:
    built = threading.Event()
    server = LiveReloadServer(built.set, "127.0.0.1", 0, str(tmp_path))
    watched = tmp_path / "watched"
    watched.mkdir()
    server.watch(str(watched))
    assert polling.sooner(server)
    assert server.observer.timeout == polling.SECONDS
    server.watch(str(tmp_path / "watched"))
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        end = time.monotonic() + 20
        while not built.wait(0.2) and time.monotonic() < end:
            (watched / "file").write_text(str(time.monotonic()), encoding="utf-8")
        assert built.is_set()
    finally:
        server.shutdown(wait=True)
        thread.join()


def test_the_server_that_mkdocs_runs_is_the_one_that_is_known() -> None:
    assert vars(serve)["LiveReloadServer"] is LiveReloadServer


def test_another_server_is_left_as_it_is() -> None:
    class Other:
        observer = None

    assert not polling.sooner(Other())  # type: ignore[arg-type]
