"""The issues that may be experiments, asked of GitHub within a deadline."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue

from labbook.discovery import issues_graphql, issues_rest
from labbook.discovery.issues import Asked, Listing
from labbook.errors import LabbookError
from labbook.live.answers import Deadline
from labbook.live.github_client import Client, NoAnswerError

# What was read until the deadline still has to arrive here.
_GRACE = 1.0


class ListingError(LabbookError):
    """The issues are not to be had; the text says why, free of credentials."""


def fetch(asked: Asked, api: str, token: str | None, seconds: float) -> Listing:
    """List the issues within so many seconds; raise ListingError where not all are known.

    With a token all comments are read; without one the listing's problems say what was not.
    """
    if not asked.labels:
        raise ListingError("mkdocs.yml: extra.labbook.labels: none; name those of experiments")
    deadline = Deadline(seconds)
    token = (token or "").strip() or None
    try:
        client = Client(api, token, deadline)
    except NoAnswerError as error:
        raise ListingError(f"GitHub: {error}") from error
    ends: SimpleQueue[Listing | str] = SimpleQueue()

    def work() -> None:
        try:
            way = issues_graphql if token else issues_rest
            ends.put(way.ask(client, asked))
        except NoAnswerError as error:
            ends.put(f"GitHub: the issues cannot be listed: {error}")
        except Exception as error:  # noqa: BLE001 -- whatever was sent, a sentence says so
            ends.put(f"GitHub: the answer could not be read ({type(error).__name__})")
        finally:
            client.close()

    # In a thread of its own: looking up a name is bounded by no time-out of a socket.
    threading.Thread(target=work, name="github-issues", daemon=True).start()
    try:
        end = ends.get(timeout=deadline.left + _GRACE)
    except Empty:
        end = "GitHub: the time was up before all issues were listed"
    if isinstance(end, str):
        raise ListingError(end)
    return end
