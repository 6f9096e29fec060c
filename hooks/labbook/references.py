"""How experiments are named: issue references, ids, and the keys they lead to."""

from __future__ import annotations

import re

from labbook.fields import EXPERIMENT_ID, ISSUE_NUMBER, LONGEST_ID, REPOSITORY
from labbook.model import IssueRef

_ISSUE = re.compile(rf"(?:({REPOSITORY})#)?({ISSUE_NUMBER})")
_ID = re.compile(EXPERIMENT_ID)
_ISSUE_URL = re.compile(
    rf"https?://github\.com/({REPOSITORY})/(?:issues|pull)/({ISSUE_NUMBER})\b.*"
)


def parse_issue(text: str, repository: str) -> IssueRef | None:
    """`600` or `owner/repository#304` as an issue; None if it is neither."""
    match = _ISSUE.fullmatch(text)
    if not match or (match[1] or "").endswith(("/.", "/..")):
        return None
    own = match[1] is None or match[1].lower() == repository.lower()
    return IssueRef(repository if own else match[1], int(match[2]))


def suggested_issue(text: str, repository: str) -> str | None:
    """How an issue should be written that was written as a URL, `#600` or `0600`."""
    if match := _ISSUE_URL.fullmatch(text):
        own = match[1].lower() == repository.lower()
        return match[2] if own else f"{match[1]}#{match[2]}"
    number = text.lstrip("#0 ")
    return number if number != text and re.fullmatch(ISSUE_NUMBER, number) else None


def issue_key(issue: IssueRef, repository: str) -> str:
    """The key of an experiment with this issue: `600`, or `owner/repository/304` in lower case.

    GitHub does not tell upper from lower case in these names, so that an address need not either.
    """
    if issue.repository.lower() == repository.lower():
        return str(issue.number)
    return f"{issue.repository}/{issue.number}".lower()


def is_id(text: str) -> bool:
    """Whether the text can be the id of an experiment."""
    fits = _ID.fullmatch(text) and len(text) <= LONGEST_ID
    # Digits alone are issue numbers; `index` would be the page of the folder of all experiments.
    return bool(fits) and not text.isdigit() and text != "index"


def parse_reference(text: str, repository: str) -> str | None:
    """The key that `600`, `owner/repository#304` or an id names; None if it is none of them."""
    if issue := parse_issue(text, repository):
        return issue_key(issue, repository)
    return text if is_id(text) else None


def as_written(key: str) -> str:
    """The reference that names a key in the curated file."""
    repository, slash, number = key.rpartition("/")
    return f"{repository}#{number}" if slash else key
