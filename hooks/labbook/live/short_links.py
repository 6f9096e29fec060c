"""Where a W&B short link leads: one plain request, no more of its answer than names a report."""

from __future__ import annotations

import http.client
import random
import re
import socket
import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

_REPORT = re.compile(r"/reports/[^\s\"'<>\\?#/]*?(Vmlldzo[A-Za-z0-9]+)")
_HOPS = 3
_BODY = 64 * 1024
_RETRIED = {429, 500, 502, 503, 504}
_GONE = {404, 410}


class ShortLinkError(Exception):
    """The link gave no answer; `gone` says that there is none to be had."""

    def __init__(self, message: str, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__(message)


def resolve(url: str, left: Callable[[], float], asked: Callable[[], None]) -> str | None:
    """The id of the report that the link leads to; None where the answer names none.

    Raises ShortLinkError. `left` says how many seconds there are; `asked` is called once a
    request.
    """
    for _ in range(_HOPS):
        status, location, body = _patiently(url, left, asked)
        if status in _GONE:
            raise ShortLinkError("the link is gone", gone=True)
        if found := _REPORT.search(location or body):
            return found[1]
        if not location:
            if status >= 400:
                raise ShortLinkError(f"HTTP {status}")
            return None
        url = location
    raise ShortLinkError("too many redirects")


def _patiently(
    url: str, left: Callable[[], float], asked: Callable[[], None]
) -> tuple[int, str, str]:
    """Ask, and once more after a while where the server is busy and there is time."""
    asked()
    status, location, body, wait = _get(url, left())
    if status in _RETRIED:
        pause = (wait if wait is not None else 1.0) + random.uniform(0, 0.25)  # noqa: S311  no secret
        if pause < left() / 2:
            time.sleep(pause)
            asked()
            status, location, body, _ = _get(url, left())
    return status, location, body


def _get(url: str, timeout: float) -> tuple[int, str, str, float | None]:
    """One request that follows nothing: status, absolute location, body's begin, Retry-After."""
    try:
        split = urlsplit(url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        connection = kinds[split.scheme](split.netloc, timeout=max(0.1, min(10.0, timeout)))
    except (KeyError, ValueError, http.client.HTTPException) as error:
        raise ShortLinkError("it leads to no web address") from error
    try:
        path = split.path + (f"?{split.query}" if split.query else "")
        connection.request("GET", path or "/", headers={"User-Agent": "labbook"})
        response = connection.getresponse()
        location = response.getheader("Location") or ""
        body = "" if location else response.read(_BODY).decode("utf-8", "replace")
        wait = response.getheader("Retry-After") or ""
        return (
            response.status,
            urljoin(url, location) if location else "",
            body,
            float(wait) if wait.isdecimal() else None,
        )
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ShortLinkError(_words(error)) from error
    finally:
        connection.close()


def _words(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "the name of the host is not found"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return f"no answer ({type(error).__name__})"
