"""What GitHub says of the catalogued issues, in few requests and within a deadline."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue

from labbook.live import github_graphql, github_rest
from labbook.live.answers import Answers, Deadline
from labbook.live.github_client import Client, NoAnswerError
from labbook.live.github_plan import Plan, plan
from labbook.live.snapshot import IssueFacts
from labbook.model import IssueRef


def fetch(  # noqa: PLR0913 -- one argument for each thing at the rim
    wanted: Sequence[IssueRef],
    *,
    api: str,
    labels: Sequence[str],
    token: str | None,
    known: Mapping[str, IssueFacts],
    since: str | None,
    deadline: Deadline,
    now: str,
) -> Answers:
    """Ask GitHub for the wanted issues; return by the deadline, with what arrived until then.

    `labels` mark most of them, `known` are their last facts, and `since` is when GitHub was last
    asked. Nothing that the network does raises: what failed is told in `problems`.
    """
    answers = Answers()
    if not wanted:
        return answers
    try:
        client = Client(api, (token or "").strip() or None, deadline)
    except NoAnswerError as error:
        answers.problems.append(f"GitHub: {error}")
        return answers
    asked = plan(wanted, labels, known, since, now)
    parts: SimpleQueue[Answers | None] = SimpleQueue()

    def work() -> None:
        try:
            for part in _ask(client, asked, signed=bool(token and token.strip())):
                parts.put(part)
        except NoAnswerError as error:
            parts.put(Answers(problems=[f"GitHub: {error}"]))
        except Exception as error:  # noqa: BLE001 -- a build must not stop for an odd answer
            name = type(error).__name__
            parts.put(Answers(problems=[f"GitHub: the answer could not be read ({name})"]))
        finally:
            client.close()
            parts.put(None)

    # In a thread of its own, since no time-out of a socket bounds looking up a name, or a server
    # that sends a byte now and then; it is left behind at the deadline.
    threading.Thread(target=work, name="github", daemon=True).start()
    try:
        while (part := parts.get(timeout=deadline.left)) is not None:
            answers.issues.update(part.issues)
            answers.unchanged.update(part.unchanged)
            answers.problems.extend(part.problems)
    except Empty:
        answers.problems.append("GitHub: the time was up before all was answered")
    answers.problems = list(dict.fromkeys(answers.problems))
    answers.requests = client.requests
    return answers


def _ask(client: Client, asked: Plan, *, signed: bool) -> Iterator[Answers]:
    left = {str(ref): ref for ref in asked.refs}
    if signed:
        try:
            for part in _by_number(client, asked):
                for key in (*part.issues, *part.unchanged):
                    left.pop(key, None)
                yield part
        except NoAnswerError as error:
            if error.stop:
                raise
            yield Answers(problems=[f"GitHub: {error}"])
        else:
            # These are null there: a list of changes must not confirm them.
            asked = replace(asked, sure=frozenset())
    # Also with a token: the REST API knows where a transferred issue went, and often answers
    # when the GraphQL API does not.
    yield from github_rest.ask(client, asked, list(left.values()))


def _by_number(client: Client, asked: Plan) -> Iterator[Answers]:
    """Ask by number; where that takes many requests, ask first what changed."""
    left = list(asked.refs)
    # A list of issues leaves out pull requests.
    sure = [ref for ref in left if ref in asked.sure and not asked.known[str(ref)].pull]
    if sure and len(left) > github_graphql.PAGE:
        # A part is asked by number all the same, in turns: what was deleted is in no list.
        turns = range(0, len(sure), github_graphql.PAGE)
        listed = set(sure)
        also = [ref for ref in left if ref not in listed] + sure[turns[asked.hour % len(turns)] :]
        also = also[: github_graphql.PAGE]
        part = github_graphql.ask_changed(client, asked, sure, also)
        done = {*map(str, also), *part.issues, *part.unchanged}
        left = [ref for ref in left if str(ref) not in done]
        yield part
    yield from github_graphql.ask(client, asked, left)
