"""How GitHub is asked: PyGithub's requester on a connection that keeps to a deadline."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from github import Auth, Github
from github.Requester import HTTPSRequestsConnectionClass, RequestsResponse
from urllib3.exceptions import HTTPError, NameResolutionError
from urllib3.exceptions import TimeoutError as SilentError

from labbook.live.answers import Deadline

_ATTEMPTS = 3
_PAUSE = 0.4  # seconds before the second attempt; doubled before each further one
_CALL = 10.0  # seconds that the server may stay silent
_REDIRECTS = 3
_LARGEST = 64 * 1024 * 1024
_REFUSALS = {403, 429}


class NoAnswerError(Exception):
    """GitHub did not answer a request; the text says why, free of credentials.

    `stop` says that asking on is of no use now: the time, the limit or the token is spent.
    """

    def __init__(self, why: str, *, stop: bool = False) -> None:
        self.stop = stop
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of GitHub: its status (2xx, 404 or 410), headers in lower case, and JSON value."""

    status: int
    headers: Mapping[str, str]
    value: Any


class Client:
    """Asks one GitHub API; `requests` counts what was sent, redirects and retries included."""

    def __init__(self, api: str, token: str | None, deadline: Deadline) -> None:
        split = _address(api)
        if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
            raise NoAnswerError("the value of GITHUB_TOKEN is not a token; set it anew", stop=True)
        self._deadline = deadline
        self._signed = token is not None
        self._connection = _Connection(split.scheme, split.hostname or "", split.port, deadline)
        # The attempts and pauses are ours: PyGithub's may sleep until the limit's reset, an hour.
        self._requester = Github(
            auth=Auth.Token(token) if token else None,
            base_url=api.rstrip("/"),
            user_agent="labbook",
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        ).requester

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent until now."""
        return self._connection.sent

    def get(self, path: str, parameters: Mapping[str, str | int] | None = None) -> Reply:
        """Ask the REST API; raise NoAnswerError where nothing useful comes back."""
        return self._ask("GET", path, dict(parameters or {}), None)

    def graphql(self, query: str) -> Reply:
        """Ask the GraphQL API; the value still holds `data` and `errors`."""
        return self._ask("POST", self._requester.graphql_url, {}, {"query": query})

    def close(self) -> None:
        """Let go of the connections."""
        self._connection.close()

    def _ask(self, verb: str, url: str, parameters: dict[str, Any], body: Any) -> Reply:
        attempt = 0
        while True:
            attempt += 1
            wait: float | None = None
            try:
                status, headers, text = self._requester.requestJson(
                    verb, url, parameters, None, body, self._connection
                )
            except _RedirectError as error:
                raise NoAnswerError(str(error)) from None
            except (OSError, HTTPError, ValueError, LookupError) as error:
                # `from None`: what such errors say may quote headers, the token among them.
                failure = NoAnswerError(_why(error))
            else:
                if status < 300 or status in {404, 410}:
                    return Reply(status, headers, _json(text))
                failure, wait = self._refusal(status, headers, text)
                if status < 500 and wait is None:
                    raise failure
            pause = _PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1)  # noqa: S311 -- jitter
            pause = pause if wait is None else wait + pause / 4
            if attempt == _ATTEMPTS or pause >= self._deadline.left:
                raise failure from None
            time.sleep(pause)

    def _refusal(
        self, status: int, headers: Mapping[str, str], text: str
    ) -> tuple[NoAnswerError, float | None]:
        """What a refusal means, and the seconds to wait where waiting helps."""
        if status == 401:
            token = (
                "the token in GITHUB_TOKEN is not accepted" if self._signed else "a token is wanted"
            )
            return NoAnswerError(f"{token} (401)", stop=True), None
        if status not in _REFUSALS:
            return NoAnswerError(f"the answer was {status}"), None
        wait = _wait(headers)
        if wait is None and "rate limit" not in text[:1000].lower() and status == 403:
            return NoAnswerError("the request is not allowed (403)", stop=True), None
        hint = "" if self._signed else "; with GITHUB_TOKEN more are allowed"
        when = (
            ""
            if wait is None
            else f" for {wait / 60:.0f} min"
            if wait > 90
            else f" for {wait:.0f} s"
        )
        # Without a word on how long, the limit's minute is longer than a refresh.
        wait = wait if wait is not None or status == 403 else _PAUSE
        return NoAnswerError(
            f"no more requests are allowed{when} ({status}){hint}", stop=True
        ), wait


class _RedirectError(OSError):
    """A redirect that leads nowhere, or to another host."""


class _Body(RequestsResponse):
    """A response whose body was read in time."""

    def __init__(self, response: requests.Response, body: bytes) -> None:
        super().__init__(response)
        self._body = body

    def read(self) -> str:
        return self._body.decode("utf-8", "replace")


class _Connection(HTTPSRequestsConnectionClass):
    """PyGithub's connection, with redirects followed and bodies read within the deadline.

    PyGithub itself follows a redirect without its query, and any number of them.
    """

    def __init__(self, scheme: str, host: str, port: int | None, deadline: Deadline) -> None:
        self._deadline = deadline
        self.sent = 0
        super().__init__(f"[{host}]" if ":" in host else host, port or _port(scheme))
        self.protocol = scheme

    def getresponse(self) -> RequestsResponse:
        origin = f"{self.protocol}://{self.host}:{self.port}"
        url = f"{origin}{self.url}"
        for _ in range(1 + _REDIRECTS):
            response = self._send(url)
            target = response.headers.get("location")
            if not 300 <= response.status_code < 400 or target is None:
                return _Body(response, self._body(response))
            response.close()
            if self.verb != "GET":
                raise _RedirectError("the answer leads elsewhere")
            url = urljoin(url, target)
            if _origin(url) != _origin(origin):
                raise _RedirectError("the answer leads to another host")
        raise _RedirectError("the redirects have no end")

    def _send(self, url: str) -> requests.Response:
        if not self._deadline.left:
            raise requests.Timeout
        self.sent += 1
        return self.session.request(
            self.verb,
            url,
            headers=self.headers,
            data=self.input,
            timeout=max(0.01, min(_CALL, self._deadline.left)),
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response) -> bytes:
        """The whole body: read piece by piece, since a dripping one is silent for no moment."""
        body = bytearray()
        while piece := response.raw.read1(65536, decode_content=True):
            body += piece
            if not self._deadline.left:
                raise requests.Timeout
            if len(body) > _LARGEST:
                raise requests.ConnectionError
        response.raw.release_conn()
        return bytes(body)


def _address(api: str) -> SplitResult:
    try:
        split = urlsplit(api)
        if split.scheme in {"http", "https"} and split.hostname and split.port != 0:
            return split
    except ValueError:
        pass
    raise NoAnswerError("the API's address is not one; write https://api.github.com", stop=True)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _origin(url: str) -> tuple[str, str | None, int]:
    try:
        split = urlsplit(url)
        return split.scheme, split.hostname, split.port or _port(split.scheme)
    except ValueError:
        return "", None, 0


def _wait(headers: Mapping[str, str]) -> float | None:
    """The seconds that a refusal asks for, by `Retry-After` or the limit's reset."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        if value:
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        if headers.get("x-ratelimit-remaining") == "0":
            return max(0.0, int(headers["x-ratelimit-reset"]) - time.time())
    except (ValueError, LookupError, OverflowError):
        pass
    return None


def _json(text: str) -> Any:
    """The JSON value; what JSON does not know (NaN, Infinity) reads as null."""
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise NoAnswerError("the answer was not JSON") from None


def _why(error: BaseException) -> str:
    if isinstance(error, requests.Timeout | SilentError | TimeoutError):
        return "no answer came in time"
    chain: BaseException | None = error
    while chain is not None:
        reason = getattr(chain, "reason", None) or (chain.args[0] if chain.args else None)
        chain = getattr(reason, "reason", reason) if isinstance(reason, BaseException) else None
        if isinstance(chain, NameResolutionError):
            return "the name of its host is not found"
        if isinstance(chain, HTTPError) and "refused" in str(chain):
            return "the connection was refused"
    return "the connection broke"
