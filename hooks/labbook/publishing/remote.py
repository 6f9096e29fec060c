"""The rim: what a published site says of itself, and waiting until it shows a build."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

import requests

from labbook.exports import addresses
from labbook.publishing.stamp import Stamp, StampError, decode

# Of each attempt: to connect, and between two pieces of the answer.
_TIMEOUT = (10, 20)
LARGEST = 20_000_000
_LONGEST_WAIT = 30.0
_NOT_FOUND = 404
_OK = 200


def fetch(url: str) -> Stamp | None:
    """What is published at the address; None where nothing is there yet."""
    place = f"{url.rstrip('/')}/{addresses.BUILD}"
    # A content network takes another query for another file, which it does not hold yet.
    asked = f"{place}?{secrets.token_hex(8)}"
    try:
        with requests.get(
            asked, timeout=_TIMEOUT, stream=True, headers={"Cache-Control": "no-cache"}
        ) as answer:
            if answer.status_code == _NOT_FOUND:
                return None
            if answer.status_code != _OK:
                raise StampError(f"{place}: the server answers {answer.status_code}; try later")
            data = _read(answer, place)
    except requests.RequestException as error:
        kind = type(error).__name__
        raise StampError(f"{place}: cannot be read ({kind}); see whether it is there") from error
    return decode(data, place)


def insist(url: str, budget: float, first_wait: float = 2.0) -> Stamp | None:
    """Like `fetch`, but a server in trouble is asked again until `budget` seconds are over."""
    for _ in _attempts(budget, first_wait):
        try:
            return fetch(url)
        except StampError as error:
            last = error
    raise last


def wait_for(url: str, commit: str, built_at: str, budget: float, first_wait: float = 2.0) -> Stamp:
    """Ask until the build of this commit and second is there; raise StampError after `budget`."""
    seen = ""
    for _ in _attempts(budget, first_wait):
        try:
            found = fetch(url)
        except StampError as error:
            seen = str(error)
            continue
        if found and (found.commit, found.generated_at) == (commit, built_at):
            return found
        seen = f"it shows {found}" if found else "nothing is there"
    raise StampError(
        f"{url}: not the build of {commit[:12]} at {built_at} after {budget:g} seconds: {seen}; "
        "see the log of the deployment, then run it again"
    )


def _read(answer: requests.Response, place: str) -> bytes:
    data = bytearray()
    for piece in answer.iter_content(65_536):
        data += piece
        if len(data) > LARGEST:
            raise StampError(f"{place}: longer than any build.json; see what is there")
    return bytes(data)


def _attempts(budget: float, first_wait: float) -> Iterator[None]:
    """One at once, then others after growing waits, the last when the time is over."""
    end = time.monotonic() + budget
    wait = first_wait
    while True:
        yield
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(wait, left))
        wait = min(wait * 2, _LONGEST_WAIT)
