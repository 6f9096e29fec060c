"""A built site is tested before it is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from labbook.publishing.stamp import StampError, load
from labbook.publishing.verify import PLACED, findings, of_commit
from made_site import COMMIT, URL, build_json, site, write


def found(folder: Path, text: str = "", url: str = URL, wanted: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with a site whose page `experiments/1/` holds this too."""
    stamp = site(folder)
    write(folder / "experiments/1/index.html", f'<h1 id="it">One</h1>\n{text}')
    return [str(finding) for finding in findings(folder, url, stamp, wanted)]


@pytest.mark.parametrize("url", [URL, ""])
def test_a_whole_site_has_no_finding(tmp_path: Path, url: str) -> None:
    links = (
        '<a href="../2/#it">b</a> <a href="#">c</a> <a href="#top">d</a> <a href="../..">e</a>'
        '<a href="../2/?q=1#:~:text=x">f</a> <a href="https://elsewhere.example/x#y">g</a>'
        '<a href="mailto:a@b.example">h</a> <img src="data:image/png;base64,aaaa">'
        '<a href="../2">i</a> <form action="../../"></form> <a name="old"></a><a href="#old">j</a>'
    )
    assert found(tmp_path, links, url) == []


@pytest.mark.parametrize(
    "link",
    [
        '<a href="../3/">x</a>',
        '<a href="../../../book/experiments/3/">x</a>',
        f'<a href="{URL}nothing">x</a>',
        '<a href="/book/nothing">x</a>',
        '<img src="x.png">',
        '<img srcset="x.png 2x" src="../2/index.html">',
        '<script src="x.js"></script>',
        '<link rel="stylesheet" href="x.css">',
        f'<link rel="canonical" href="{URL}experiments/3/">',
        f'<meta property="og:image" content="{URL}x.png">',
        '<meta http-equiv="refresh" content="0; url=../3/">',
        '<p style="background: url(x.png)">',
        "<style>a { background: url('x.png') }</style>",
        '<svg><use href="x.svg#a"/></svg>',
        '<form action="../3/"></form>',
        '<a href="..%2f..%2f..%2f..%2f..%2fetc/passwd">x</a>',
    ],
)
def test_what_leads_nowhere_is_found_with_its_line(tmp_path: Path, link: str) -> None:
    (finding,) = found(tmp_path, link)
    assert finding.startswith("experiments/1/index.html:2:1: `")
    assert "nothing is there; mend the link" in finding


def test_a_place_that_is_not_on_its_page_is_found(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, '<a href="../2/#that">x</a>')
    assert "`../2/#that`: the page is there, the place on it is not" in finding


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<script src="//cdn.example/x.js"></script>',
        '<link rel="preconnect" href="https://fonts.example">',
        '<LINK REL="alternate StyleSheet" HREF="https://cdn.example/x.css">',
        '<img src="http://lab.example/book/experiments/2/index.html">',
        '<img alt="" srcset="https://cdn.example/x.png 2x">',
        '<iframe src="https://cdn.example/"></iframe>',
        '<video poster="https://cdn.example/x.png"></video>',
        "<style>@import 'https://cdn.example/x.css';</style>",
        '<p style="background: url(https://cdn.example/x.png)">',
        '<svg><image xlink:href="https://cdn.example/x.png"/></svg>',
        '<object data="https://lab.example/other/x.svg"></object>',
    ],
)
def test_what_is_loaded_from_another_host_is_found(tmp_path: Path, text: str) -> None:
    (finding,) = found(tmp_path, text)
    assert finding.endswith("loaded from another host; bring it along in docs/assets/")


def test_style_sheets_are_read_too(tmp_path: Path) -> None:
    styles = 'a { b: url("../experiments/2/index.html") }\nb { c: url(x.png) }\n'
    write(tmp_path / "assets/a.css", f"{styles}@import 'https://cdn.example/x.css';")
    first, second = found(tmp_path)
    assert first.startswith("assets/a.css:2:1: `x.png`: nothing is there")
    assert second.startswith("assets/a.css:3:1: `https://cdn.example/x.css`: loaded from another")


def test_an_address_that_is_none_is_found(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, '<a href="https://[x/">x</a>')
    assert "`https://[x/`: no address" in finding


@pytest.mark.parametrize("path", ["404.html", "feed.xml", "sitemap.xml", "api/v1/runs.json"])
def test_a_file_that_is_missing_or_empty_is_found(tmp_path: Path, path: str) -> None:
    stamp = site(tmp_path)
    assert path in PLACED
    write(tmp_path / path, "")
    (finding,) = findings(tmp_path, URL, stamp, ())
    assert (finding.path, finding.message) == (path, "the file is missing or empty")
    (tmp_path / path).unlink()
    assert findings(tmp_path, URL, stamp, ()) == [finding]


def test_a_page_that_is_missing_or_without_heading_is_found(tmp_path: Path) -> None:
    stamp = site(tmp_path)
    (tmp_path / "experiments/1/index.html").unlink()
    write(tmp_path / "experiments/2/index.html", "<p>Nothing.</p>")
    said = [str(finding) for finding in findings(tmp_path, URL, stamp, ["learned/"])]
    assert [line.partition(";")[0] for line in said] == [
        "experiments/1/index.html:1:1: the page is missing",
        "experiments/2/index.html:1:1: the page has no heading",
        "learned/index.html:1:1: the page is missing",
    ]


def test_the_build_is_of_the_commit_alone(tmp_path: Path) -> None:
    assert of_commit(site(tmp_path), COMMIT) is None
    assert "not of ffff; build it of that commit" in (of_commit(load(tmp_path), "ffff") or "")
    assert "changes besides" in (of_commit(site(tmp_path, modified=True), COMMIT) or "")
    assert of_commit(site(tmp_path, commit=None, modified=None), COMMIT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        build_json(commit=1),
        build_json(counts={}),
        build_json(generated_at=1),
        "[" * 100_000,
    ],
)
def test_another_file_is_no_build(tmp_path: Path, text: str) -> None:
    write(tmp_path / "build.json", text)
    with pytest.raises(StampError, match=r"build\.json: not the build\.json of such a site"):
        load(tmp_path)


def test_a_folder_without_a_site_is_told(tmp_path: Path) -> None:
    with pytest.raises(StampError, match="name a folder that holds a built site"):
        load(tmp_path)
