"""What is published is read back, from a real server."""

from __future__ import annotations

import socket
import time

import pytest

from labbook.publishing import remote
from labbook.publishing.stamp import StampError
from made_site import BUILT, COMMIT, build_json, published

OLD = (200, build_json(generated_at="2026-11-21T06:00:00Z"))
NEW = (200, build_json())
TROUBLE = (503, "later")


def test_the_build_is_waited_for_past_caches_and_trouble() -> None:
    with published((404, ""), TROUBLE, OLD, OLD, NEW) as server:
        found = remote.wait_for(server.url, COMMIT, BUILT, 20, first_wait=0.01)
    assert (found.commit, found.generated_at) == (COMMIT, BUILT)
    assert len(server.asked) == 5
    # Each with a query of its own: a content network holds none of them.
    assert len(set(server.asked)) == 5
    assert all(path.startswith("/book/build.json?") for path in server.asked)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (OLD, "it shows the build of 0123456789ab at 2026-11-21T06:00:00Z"),
        ((200, build_json(commit="f" * 40)), "it shows the build of ffffffffffff at"),
        ((404, ""), "nothing is there"),
        (TROUBLE, "the server answers 503"),
        ((200, "<html>"), "not the build.json of such a site"),
    ],
)
def test_another_build_fails_loudly_in_time(answer: tuple[int, str], said: str) -> None:
    begun = time.monotonic()
    with published(answer) as server, pytest.raises(StampError) as caught:
        remote.wait_for(server.url, COMMIT, BUILT, 0.3, first_wait=0.05)
    assert time.monotonic() - begun < 5
    assert f"not the build of 0123456789ab at {BUILT} after 0.3 seconds: " in str(caught.value)
    assert said in str(caught.value)
    assert len(server.asked) > 2


def test_nothing_published_is_told_from_trouble() -> None:
    with published((404, "")) as server:
        assert remote.insist(server.url, 20) is None
    with published(TROUBLE, NEW) as server:
        assert remote.insist(server.url, 20, first_wait=0.01) is not None
    with published(TROUBLE) as server, pytest.raises(StampError, match="answers 503; try later"):
        remote.insist(server.url, 0.2, first_wait=0.05)


def test_no_server_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with pytest.raises(StampError, match=r"build\.json: cannot be read \(ConnectionError\)"):
            remote.fetch(url)
    with pytest.raises(StampError, match="cannot be read"):
        remote.fetch("no address")


def test_an_answer_without_end_is_cut() -> None:
    text = " " * (remote.LARGEST + 1)
    with published((200, text)) as server, pytest.raises(StampError, match="longer than any"):
        remote.fetch(server.url)
