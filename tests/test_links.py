"""What a link is, which links lead to the same thing, and which links a curator may write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labbook import links, urls
from labbook.links import LinkKind, classify
from labbook.settings import Rewrite

OWN = "example-lab/models"
WANDB = "https://wandb.ai/example/project"
BROWSER = "https://data.example.org/browser"
EXPERIMENT = "gs://bucket-us/experiments/exp600_run-4c95ae.json"
SHARED = "0123456789abcdef" * 4
RUN_PAGES = ["", "/", "/overview", "/workspace", "/files", "/logs", "?nw=nwuserx", "#charts"]

SHAPES = [
    # W&B
    (f"{WANDB}/reports/Run-8B--VmlldzoxMDI0Njg3Nw", LinkKind.WANDB_REPORT, "WandB Report"),
    (f"{WANDB}/reports/Run-8B---VmlldzoxMTY3MzU3OA", LinkKind.WANDB_REPORT, "WandB Report"),
    (f"{WANDB}/reports/-934-Mix--VmlldzoxMjgyNTQwMg?accessToken=x", LinkKind.WANDB_REPORT, None),
    (f"{WANDB}/reports/a-—-gate-1--VmlldzoxNjgyOTMwNg==", LinkKind.WANDB_REPORT, "WandB Report"),
    (f"{WANDB}/reports/DCLM--Vmlldzo5MTA3NjU5/edit", LinkKind.WANDB_REPORT, "WandB Report"),
    (f"{WANDB}/reports/VmlldzoxMDI0Njg3Nw", LinkKind.WANDB_REPORT, "WandB Report"),
    ("https://api.wandb.ai/links/example/9b1v0zwa", LinkKind.WANDB_SHORT_LINK, "WandB Report"),
    (f"{WANDB}/runs/sft_v3-acca67", LinkKind.WANDB_RUN, "WandB Run: sft_v3-acca67"),
    (f"{WANDB}/runs/llama1.4b-0.6?nw=nwuserx", LinkKind.WANDB_RUN, "WandB Run: llama1.4b-0.6"),
    (f"{WANDB}/runs/moe-1e%2B18", LinkKind.WANDB_RUN, "WandB Run: moe-1e+18"),
    ("https://app.wandb.ai/e/p/runs/zsuotkyu", LinkKind.WANDB_RUN, "WandB Run: zsuotkyu"),
    ("https://forge.coreweave.com/wandb/e/p/runs/r1", LinkKind.WANDB_RUN, "WandB Run: r1"),
    (f"{WANDB}/groups/QD-0p6b/workspace", LinkKind.WANDB_GROUP, "WandB Group: QD-0p6b"),
    (f"{WANDB}/sweeps/ab12cd34", LinkKind.WANDB_SWEEP, "WandB Sweep: ab12cd34"),
    (WANDB, LinkKind.WANDB_PROJECT, "WandB Project: example/project"),
    (f"{WANDB}?nw=nwuserx", LinkKind.WANDB_PROJECT, "WandB Project: example/project"),
    (f"{WANDB}/table", LinkKind.WANDB_PROJECT, "WandB Project: example/project"),
    ("https://wandb.ai/site/pricing", LinkKind.OTHER, "wandb.ai/site/pricing"),
    (f"{WANDB}/artifacts/model/x", LinkKind.OTHER, "wandb.ai/example/project/artifacts/model/x"),
    (f"{WANDB}/reports/no-id", LinkKind.OTHER, "wandb.ai/example/project/reports/no-id"),
    # Data browsers and storage
    (
        f"{BROWSER}/experiment/?path=gs%3A//bucket-us/experiments/exp600_run-4c95ae.json",
        LinkKind.DATA_EXPERIMENT,
        "Data Browser",
    ),
    (f"{BROWSER}/experiment?path=gs%3A%2F%2Fb%2Fx.json", LinkKind.DATA_EXPERIMENT, "Data Browser"),
    ("https://a-b.ngrok-free.app/experiment?path=gs%3A//b/x", LinkKind.DATA_EXPERIMENT, None),
    (f"{BROWSER}/view?paths=%5B%22gs%3A%2F%2Fb%2Fd.gz%22%5D", LinkKind.DATA_VIEW, "Data Browser"),
    (f"{BROWSER}/view/?paths=%5B%22gs://b/x.json%22%5D", LinkKind.DATA_VIEW, "Data Browser"),
    (f"{BROWSER}/view?paths=%5B%22gs://b/x%22%2C3%5D", LinkKind.OTHER, None),
    (f"{BROWSER}/view?paths=%5B%5D", LinkKind.OTHER, None),
    (f"{BROWSER}/experiment?path=plain", LinkKind.OTHER, "data.example.org/browser/experiment"),
    (EXPERIMENT, LinkKind.STORAGE, EXPERIMENT),
    # GitHub
    (f"https://github.com/{OWN}/issues/600", LinkKind.GITHUB_ISSUE, "GitHub Issue #600"),
    (f"https://github.com/{OWN.upper()}/issues/6", LinkKind.GITHUB_ISSUE, "GitHub Issue #6"),
    ("https://github.com/a/b/issues/304", LinkKind.GITHUB_ISSUE, "GitHub Issue a/b#304"),
    (
        f"https://github.com/{OWN}/issues/5#issuecomment-44",
        LinkKind.GITHUB_ISSUE,
        "GitHub Issue #5 (comment)",
    ),
    (f"https://github.com/{OWN}/pull/12/files", LinkKind.GITHUB_PULL, "GitHub Pull Request #12"),
    (f"https://github.com/{OWN}/blob/main/lib/a.py#L3", LinkKind.GITHUB_FILE, "lib/a.py"),
    (f"https://github.com/{OWN}/tree/974733b779/lib", LinkKind.GITHUB_FILE, "lib"),
    (f"https://github.com/{OWN}/tree/x/efficiency", LinkKind.GITHUB_FILE, "x/efficiency"),
    ("https://github.com/a/b/tree/main", LinkKind.GITHUB_FILE, "a/b: main"),
    (
        f"https://raw.githubusercontent.com/{OWN}/refs/heads/main/a/b.png",
        LinkKind.GITHUB_FILE,
        "a/b.png",
    ),
    (f"https://github.com/{OWN}/issues/new", LinkKind.OTHER, None),
    (f"https://github.com/{OWN}", LinkKind.OTHER, f"github.com/{OWN}"),
    # Papers and models
    ("https://huggingface.co/org/name", LinkKind.HUGGING_FACE, "Hugging Face: org/name"),
    ("https://hf.co/datasets/a/b", LinkKind.HUGGING_FACE, "Hugging Face: datasets/a/b"),
    ("https://arxiv.org/abs/2509.14786v2", LinkKind.ARXIV, "arXiv 2509.14786"),
    ("https://arxiv.org/pdf/2203.03466.pdf", LinkKind.ARXIV, "arXiv 2203.03466"),
    ("https://arxiv.org/html/2203.03466v1", LinkKind.ARXIV, "arXiv 2203.03466"),
    ("https://arxiv.org/abs/hep-th/9901001", LinkKind.ARXIV, "arXiv hep-th/9901001"),
    ("https://arxiv.org/list/cs.LG/new", LinkKind.OTHER, "arxiv.org/list/cs.LG/new"),
    # This site, and everything else
    ("/projects/infinite-compute/", LinkKind.PAGE, "/projects/infinite-compute/"),
    ("https://docs.example.org/d/1/edit?gid=1#gid=1", LinkKind.OTHER, "docs.example.org/d/1/edit"),
    ("https://iris.example.org/#/job/%2Fx", LinkKind.OTHER, "iris.example.org"),
    ("//example.org/x", LinkKind.OTHER, "//example.org/x"),
    ("javascript:alert(1)", LinkKind.OTHER, "javascript:alert(1)"),
    ("http://[::1", LinkKind.OTHER, "http://[::1"),
    ("", LinkKind.OTHER, ""),
]


@pytest.mark.parametrize(("url", "kind", "label"), SHAPES)
def test_kind_and_label_come_from_the_url(url: str, kind: LinkKind, label: str | None) -> None:
    target = classify(url, OWN)
    assert target.kind is kind
    assert label in {None, target.label}


SAME = [
    [
        f"{WANDB}/reports/Big-Runs--VmlldzoxMTEyOTQ0MA",
        f"{WANDB}/reports/Big-Runs--VmlldzoxMTEyOTQ0MA?accessToken={SHARED}",
        f"{WANDB}/reports/Big-Tootsies---VmlldzoxMTEyOTQ0MA==",
        f"{WANDB}/reports/Big--VmlldzoxMTEyOTQ0MA%3D%3D/edit?nw=nwuserx",
        "http://wandb.ai/renamed/project/reports/Big-Runs--VmlldzoxMTEyOTQ0MA/",
    ],
    [f"{WANDB}/runs/a-1e%2B18{page}" for page in RUN_PAGES] + [f"{WANDB}/runs/a-1e+18"],
    [
        "https://api.wandb.ai/links/example/0lspgzn3",
        "http://api.wandb.ai/links/renamed/0lspgzn3/",
    ],
    [WANDB, f"{WANDB}/", f"{WANDB}/workspace?nw=nwuserx", "https://app.wandb.ai/example/project"],
    [
        f"{BROWSER}/experiment/?path=gs%3A//bucket-us/experiments/exp600_run-4c95ae.json",
        f"https://moved.example/experiment?a=1&path={EXPERIMENT}",
        f"http://moved.example/experiment?path={EXPERIMENT}&a=1",
    ],
    [
        f"{BROWSER}/view?paths=%5B%22gs%3A%2F%2Fb%2Fx%22%2C%22gs%3A%2F%2Fb%2Fy%22%5D",
        "https://moved.example/view/?paths=%5B%22gs://b/y%22,%22gs://b/x%22%5D",
    ],
    ["gs://bucket/folder", "gs://bucket/folder/"],
    [
        f"https://github.com/{OWN}/issues/12",
        f"http://www.github.com/{OWN.upper()}/pull/12/files",
        f"https://github.com/{OWN}/issues/12/?x=1",
    ],
    [
        "https://github.com/a/b/blob/main/x.py#L3",
        "https://raw.githubusercontent.com/a/b/refs/heads/main/x.py",
    ],
    [
        "https://arxiv.org/abs/2509.14786",
        "http://arxiv.org/pdf/2509.14786v3.pdf",
        "https://doi.org/10.48550/arXiv.2509.14786",
    ],
    ["https://huggingface.co/o/n", "https://hf.co/o/n/tree/main", "https://huggingface.co/o/n/"],
    ["https://Example.org:443/a%20b/?y=2&x=1", "http://example.org/a%20b?x=1&y=2"],
    ["/projects/x/", "/projects/x"],
]


@pytest.mark.parametrize("urls", SAME, ids=lambda urls: urls[0])
def test_urls_of_the_same_thing_share_their_canonical_form(urls: list[str]) -> None:
    assert len({classify(url, OWN).canonical for url in urls}) == 1


def test_different_things_differ_in_their_canonical_form() -> None:
    canonical = [classify(urls[0], OWN).canonical for urls in SAME]
    canonical += [
        classify(url, OWN).canonical
        for url in (
            f"{WANDB}-2/runs/a-1e%2B18",
            f"{WANDB}/groups/a-1e%2B18",
            f"https://github.com/{OWN}/issues/12#issuecomment-1",
            f"{BROWSER}/view?paths=%5B%22gs%3A%2F%2Fb%2Fx%22%5D",
            "https://huggingface.co/o/n/tree/step-100",
            "https://example.org/a%20b?x=1&y=3",
        )
    ]
    assert len(set(canonical)) == len(canonical)


def test_a_target_names_what_it_leads_to() -> None:
    report = classify(f"{WANDB}/reports/Big-Runs--VmlldzoxMTEyOTQ0MA==", OWN)
    assert (report.scope, report.name) == ("example/project", "VmlldzoxMTEyOTQ0MA")
    run = classify(f"{WANDB}/runs/a-1e%2B18/logs", OWN)
    assert (run.scope, run.name) == ("example/project", "a-1e+18")
    issue = classify("https://github.com/Owner/Name/issues/304", OWN)
    assert (issue.scope, issue.name) == ("Owner/Name", "304")
    view = classify(f"{BROWSER}/view?paths=%5B%22gs%3A%2F%2Fb%2Fx%22%2C%22gs%3A//b/y%22%5D", OWN)
    assert view.paths == ("gs://b/x", "gs://b/y")


EVIDENCE = [
    (f"{WANDB}/reports/x--VmlldzoxMTEyOTQ0MA", True),
    (f"{WANDB}/runs/r", True),
    (f"{WANDB}/groups/g", True),
    (f"{WANDB}/sweeps/s", True),
    ("https://api.wandb.ai/links/example/0lspgzn3", True),
    (f"{BROWSER}/experiment?path={EXPERIMENT}", True),
    (f"{BROWSER}/view?paths=%5B%22{EXPERIMENT}%22%5D", True),
    (f"{BROWSER}/view?paths=%5B%22{EXPERIMENT}%22%2C%22gs://b/documents/x.gz%22%5D", False),
    (f"{BROWSER}/view?paths=%5B%22gs://b/experiments/x/data/y.json%22%5D", False),
    (WANDB, False),
    (EXPERIMENT, False),
    (f"https://github.com/{OWN}/issues/600", False),
    ("https://example.org/", False),
]


@pytest.mark.parametrize(("url", "expected"), EVIDENCE)
def test_evidence_is_a_run_a_report_or_the_experiments_own_file(url: str, expected: bool) -> None:  # noqa: FBT001
    assert links.is_evidence(classify(url, OWN)) is expected


PIECES = [
    "https://", "gs://", "//", "/", "wandb.ai", "github.com", "hf.co", "arxiv.org", "runs", "links",
    "reports", "issues", "pull", "blob", "experiment?path=", "view?paths=", "%5B%22", "gs%3A//b/",
    "%22%5D", "[", "]", "@", ":", "?", "#", "&", "=", "--", "Vmlldzo", "abs", "%", "600", "a", "é",
    "\ud800", "\x00", "\u202e", " ",
]  # fmt: skip
URL_LIKE = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


@given(URL_LIKE | st.text(st.characters(exclude_categories=())), st.sampled_from([OWN, ""]))
def test_any_text_has_a_kind_and_a_bounded_label(url: str, repository: str) -> None:
    target = classify(url, repository)
    assert len(target.label) <= 200
    assert target.kind in LinkKind
    links.is_evidence(target)
    links.problem(url)
    links.mask(url)


@given(URL_LIKE)
def test_http_and_https_lead_to_the_same_thing(rest: str) -> None:
    if links.problem(f"https://{rest}") is None:
        secure, plain = (classify(f"{scheme}://{rest}", OWN) for scheme in ("https", "http"))
        assert secure == plain


def test_hostile_lengths_and_nesting_are_plain_links() -> None:
    deep = f"{BROWSER}/view?paths={'[' * 200_000}"
    assert classify(deep, OWN).kind is LinkKind.OTHER
    assert len(classify("https://example.org/" + "x" * 1_000_000, OWN).label) <= 200


GOOD = [
    f"{WANDB}/reports/a-—-gate-1--VmlldzoxNjgyOTMwNg==?accessToken={SHARED}",
    "http://localhost:8000/x",
    "https://[::1]:8080/x",
    "https://bücher.example/",
    "gs://bucket-us/experiments/50%.json",
    "/projects/infinite-compute/#summary",
    "https://example.org/a(b),c;d?e=[f]",
]
BAD = [
    ("", "empty"),
    ("https://example.org/a b", "space"),
    ("https://example.org/\u202e", "invisible"),
    ("https://example.org/\ud800", "invisible"),
    ('https://example.org/"onclick', '"'),
    ("https://example.org/<scale>", "<"),
    ("https:\\\\example.org", "\\"),
    ("//example.org/x", "no scheme"),
    ("wandb.ai/example/project", "not a URL"),
    ("javascript:alert(1)", "javascript:"),
    ("JavaScript:alert(1)", "JavaScript:"),
    ("data:text/html,x", "data:"),
    ("file:///etc/passwd", "file:"),
    ("mailto:a@example.org", "mailto:"),
    ("https:wandb.ai/x", "host"),
    ("https:///x", "host"),
    ("https://[::1/x", "host"),
    ("https://a..b/x", "host"),
    ("https://example.org:99999/", "host"),
    ("gs:///x", "host"),
    ("https://user:secret@example.org/", "user name"),
    ("https://example.org/%zz", "percent"),
    ("/page/%", "percent"),
]


@pytest.mark.parametrize("url", GOOD)
def test_good_urls_have_no_problem(url: str) -> None:
    assert links.problem(url) is None


@pytest.mark.parametrize(("url", "word"), BAD)
def test_a_malformed_url_is_named_with_a_remedy(url: str, word: str) -> None:
    found = links.problem(url)
    assert found is not None
    message, remedy = found
    assert word in message
    assert remedy


@given(URL_LIKE)
def test_a_url_without_problem_can_be_followed(url: str) -> None:
    if links.problem(url) is None:
        assert url.lower().startswith(("http://", "https://", "gs://", "/"))
        assert not url.startswith("//")


def test_the_problem_of_a_url_does_not_repeat_its_token() -> None:
    for url in (f"//wandb.ai/x?accessToken={SHARED}", f"https:?accessToken={SHARED} "):
        assert SHARED not in "".join(links.problem(url) or [SHARED])


def test_access_tokens_are_cut() -> None:
    url = f"{WANDB}/reports/x--VmlldzoxMTEyOTQ0MA?nw=a&accessToken={SHARED}&b=c#d"
    masked = f"{WANDB}/reports/x--VmlldzoxMTEyOTQ0MA?nw=a&accessToken=0123…&b=c#d"
    assert links.mask(url) == masked
    assert links.mask(masked) == masked
    assert links.mask(f"see <{url}>, or access_token={SHARED}") == (
        f"see <{masked}>, or access_token=0123…"
    )
    assert (
        links.mask(f"https://login.example/?to=x%3FaccessToken%3D{SHARED}%26b").count(SHARED) == 0
    )
    assert links.mask(WANDB) == WANDB


REWRITES = (
    Rewrite("https://wandb.ai/old/", "https://wandb.ai/new/"),
    Rewrite("https://wandb.ai/", "https://later.example/"),
    Rewrite("https://old.example/?a=1&b=", "https://new.example/?c=1&b="),
)


def test_the_first_rewrite_that_fits_wins() -> None:
    assert links.rewrite("https://wandb.ai/old/p", REWRITES) == "https://wandb.ai/new/p"
    assert links.rewrite("https://wandb.ai/e/p", REWRITES) == "https://later.example/e/p"
    assert links.rewrite("https://example.org/", REWRITES) == "https://example.org/"
    assert links.rewrite("https://wandb.ai/old/p", ()) == "https://wandb.ai/old/p"


def test_links_of_a_page_are_rewritten_in_place() -> None:
    before = (
        '<p title="https://wandb.ai/old/t">https://wandb.ai/old/x</p>\n'
        '<a class="x" href="https://wandb.ai/old/a">a > b</a>'
        "<A title='>' HREF='https://old.example/?a=1&amp;b=\"'>c</A>"
        "<area href=https://wandb.ai/old/d><a data-href='https://wandb.ai/old/e' href='#top'>e</a>"
        '<img src="https://wandb.ai/old/f"><code>&lt;a href="https://wandb.ai/old/g"&gt;</code>'
        "<!-- <a href='https://wandb.ai/old/h'> --><script>'<a href=https://wandb.ai/old/i>'</script>"
    )
    after = (
        before.replace('"https://wandb.ai/old/a"', '"https://wandb.ai/new/a"')
        .replace("'https://old.example/?a=1&amp;b=\"'", '"https://new.example/?c=1&amp;b=&quot;"')
        .replace("https://wandb.ai/old/d>", '"https://wandb.ai/new/d">')
    )
    assert urls.rewrite_hrefs(before, REWRITES) == after
    assert urls.rewrite_hrefs(before, ()) is before
