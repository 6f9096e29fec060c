"""What an issue says was found, for a curator to read: quoted, never a conclusion by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labbook.discovery.blocks import Document, Heading, parse
from labbook.discovery.reading import Comment

_LENGTH = 1200
_EMPHASIS = re.compile(r"[*_`]+")
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)|<img\b[^<>]*>|<(?:hr|br)\b[^<>]*>", re.IGNORECASE)
_MANAGED = re.compile(
    r"<!--\s*[\w-]*tl;?dr[\w-]*:start\s*-->(.*?)(?:<!--\s*[\w-]*:end\s*-->|\Z)", re.DOTALL
)
_TEMPLATE = re.compile(
    r"\((?:what did you find|what are you trying to learn|add enough context|delete any that|"
    r"please (?:describe|fill)|describe (?:the|your)|link)[^()]*(?:\([^()]*\)[^()]*)*\)",
    re.IGNORECASE,
)
_WAITING = re.compile(
    r"\W*(?:todo|tbd|tba|tbc|wip|n/a|none(?: yet)?|nothing(?: yet)?|empty|pending\b.*|in progress|"
    r"ongoing|running|will (?:add|update|fill)\b.*|not (?:launched|started|run|available)\b.*|"
    r"coming soon|no results\b.*|to be (?:updated|added|filled|determined|done|announced)\b.*|"
    r"(?:todo|tbd)\b.*|results? (?:pending|to come|forthcoming)\b.*|awaiting\b.*|"
    r"still (?:running|training|waiting)\b.*|cc\b.*)\W*",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\W*(?:(?:please\s+)?(?:see|check|cf\.?|in|refer to)\s+)?(?:the\s+)?(?:full\s+)?"
    r"(?:results?\s+)?(?:(?:are|is)\s+)?(?:in\s+)?(?:the\s+)?"
    r"(?:comments?(?:\s+(?:stream|thread|section))?|thread|#\d+|below|above|report|here|link|"
    r"https?://\S+|\[[^\]]*\]\([^)]*\))(?:\s+(?:below|above))?\W*",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\W*(?:(?:final|main|key|overall|experimental|negative|preliminary|summary of)\s+)?"
    r"(?:results?|conclusions?|findings?|outcomes?|takeaways?|verdict|learnings?|lessons)"
    r"(?:\s*(?:and|&|/)\s*\w+)?(?:\s+(?:summary|so far))?\W*",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(r"\W*(?:overall\s+|final\s+)?(?:conclusions?|verdict)\W*", re.IGNORECASE)
_SUMMARY = re.compile(
    r"\W*(?:(?:executive|human|human authored|human written)\s+)?(?:summary|tl;?dr)\W*",
    re.IGNORECASE,
)
_READ = re.compile(
    r"\W*(?:(?:my|our)\s+)?(?:read|recommendations?|interpretation|discussion|analysis|status|"
    r"evals?|key facts|close as answered|reading)\W*",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\W*(?:helpful\s+|related\s+)?(?:links?|references?)\W*", re.IGNORECASE)
_LINE = re.compile(
    r"^[^\w\n]{0,12}(?:tl;?dr|results?(?: delta)?|conclusions?|verdict|outcomes?|my read|"
    r"interpretation|takeaways?|summary)\b[^:\n]{0,40}:\W{0,4}[^\W_]|\b(?:Result|Conclusion|TL;DR):"
    r"|\bverdict note\b|\*\*[^*\n]{0,60}\bresults?:[^*\n]*\*\*",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS = re.compile(
    r"^[^\w\n]{0,6}(?:tl;?dr|status|results?|conclusions?|outcome)[^\w\n]{0,3}:[^\w\n]{0,4}[^\W_]",
    re.IGNORECASE | re.MULTILINE,
)
_OUTCOME = re.compile(
    r"\b(?:(?:did|does|do)(?: not|n['’]t) (?:work|help|improve|matter)|fixed it|declaring victory|"
    r"(?:modest(?:ly)?|clearly|mostly|weakly|strongly)\s+(?:positive|negative)|superseded|"
    r"negative result|positive result|no (?:measurable|significant|major|clear) \w+|"
    r"(?:this|it) (?:worked|works|is completed?|helped)|writeup here|was great until)\b",
    re.IGNORECASE,
)
_REPORT = re.compile(r"wandb\.ai/(?:links/|[^/\s]+/[^/\s]+/reports/)[^\s)]", re.IGNORECASE)
_NOISE = re.compile(
    r"archive/\d{8}|marked (?:as|this as) (?:stale|inactive)|this issue (?:is|has been) stale|"
    r"has been automatically|(?:added|updated|fixed|refreshed)\b[^.\n]{0,30}\b"
    r"(?:managed (?:tl;?dr|summary)|summary block|tl;?dr block)|archived notice|triage bot",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?][\"')\]*_]*(?=\s)|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Quote:
    """What an issue says of its result, and where it stands."""

    text: str
    where: str


def quote(body: str, comments: Sequence[Comment]) -> Quote | None:
    """The passage that best says what was found; None where nobody wrote one."""
    return next(
        (
            Quote(_cut(text), where)
            for passages in (_in_body(body), _in_comments(comments), _asides(body, comments))
            for text, where in passages
        ),
        None,
    )


def _in_body(body: str) -> Iterator[tuple[str, str]]:
    document = parse(body)
    sections = list(_sections(document))
    for wanted in (_CONCLUSION, _RESULTS):
        for heading, text in sections:
            if wanted.fullmatch(heading.title) and _says_something(text):
                yield _visible(text), _under(heading)
    if (managed := _MANAGED.search(body)) and _says_something(_without_asides(managed[1])):
        yield _visible(_without_asides(managed[1])), "the managed summary in the description"
    for wanted in (_SUMMARY, _READ):
        for heading, text in sections:
            if wanted.fullmatch(heading.title) and _says_something(text):
                yield _visible(text), _under(heading)


def _in_comments(comments: Sequence[Comment]) -> Iterator[tuple[str, str]]:
    for comment in reversed(comments):
        if _is_noise(comment):
            continue
        document = parse(comment.body)
        where = f"comment of {comment.author}, {comment.created[:10]}"
        for heading, text in _sections(document):
            names = (_RESULTS, _SUMMARY, _READ)
            if any(name.fullmatch(heading.title) for name in names) and _says_something(text):
                yield _visible(text), f"{where}, under {_title(heading)}"
        visible = _visible(comment.body)
        if (found := _LINE.search(visible)) and _says_something(visible):
            # What stands before the verdict says what it is about, if it is short.
            start = 0 if found.start() < 400 else found.start()
            yield visible[start:], where


def _asides(body: str, comments: Sequence[Comment]) -> Iterator[tuple[str, str]]:
    """What tells the outcome although nothing marks it: a last word, a report, a status line."""
    for comment in reversed(comments):
        visible = _visible(comment.body)
        first = visible[:300]
        if not _is_noise(comment) and (_OUTCOME.search(first) or _REPORT.search(visible)):
            yield visible, f"comment of {comment.author}, {comment.created[:10]}"
    visible = _visible(body)
    for found in _STATUS.finditer(visible):
        text = visible[found.start() :].split("\n\n")[0].split("\n#")[0].strip()
        said = text.partition(":")[2]
        if _says_something(said):
            yield text, "the description"


def _sections(document: Document) -> Iterator[tuple[Heading, str]]:
    """Each heading with what stands below it, sub-headings included, links to elsewhere not."""
    headings = document.headings
    for index, heading in enumerate(headings):
        if not any(
            name.fullmatch(heading.title) for name in (_RESULTS, _SUMMARY, _READ, _CONCLUSION)
        ):
            continue
        end = len(document.lines)
        for later in headings[index + 1 :]:
            if later.level <= heading.level or _ASIDE.fullmatch(later.title):
                end = later.line
                break
        lines = range(heading.end, end)
        shown = (line for line in lines if not document.is_quoted(line))
        yield heading, "\n".join(document.lines[line] for line in shown)


def _without_asides(text: str) -> str:
    document = parse(text)
    lines = document.lines
    summary = next(iter(document.headings), None)
    start = summary.end if summary and _SUMMARY.fullmatch(summary.title) else 0
    end = next((h.line for h in document.headings if _ASIDE.fullmatch(h.title)), len(lines))
    return "\n".join(lines[start:end])


def _visible(text: str) -> str:
    """The text without comments, images and what the template says."""
    text = text.replace("\r\n", "\n")
    text = _TEMPLATE.sub("", _IMAGE.sub("", _without_comments(text)))
    return re.sub(r"\n[ \t]*\n\s*\n", "\n\n", text).strip()


def _without_comments(text: str) -> str:
    """The text without HTML comments; one that never ends hides nothing."""
    shown, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start)) >= 0:
        shown.append(text[position:start])
        position = end + 3
    return "".join([*shown, text[position:]])


def _says_something(text: str) -> bool:
    """Whether a text holds more than headings, placeholders and pointers to another place."""
    lines = _EMPHASIS.sub("", _visible(text)).split("\n")
    lines = [line for line in lines if not re.match(r"\s*#{1,6}\s", line)]
    said = [
        line
        for line in lines
        if not _POINTER.fullmatch(re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", line))
        and not (len(line) < 200 and _WAITING.fullmatch(line))
    ]
    if lines and _starts_waiting(lines):
        return False
    return sum(map(str.isalnum, "".join(said))) >= 5


def _starts_waiting(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return re.match(r"\W*(?:todo|tbd|pending|not launched)\b", first, re.IGNORECASE) is not None


def _is_noise(comment: Comment) -> bool:
    return comment.author.endswith("[bot]") or _NOISE.search(comment.body) is not None


def _title(heading: Heading) -> str:
    return f"`{'#' * heading.level} {' '.join(heading.title.replace('`', '').split())}`"


def _under(heading: Heading) -> str:
    return f"the description, under {_title(heading)}"


def _cut(text: str) -> str:
    """At most about 1,200 characters, up to the end of a sentence or paragraph."""
    if len(text) <= _LENGTH:
        return text
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, _LENGTH)]
    end = ends[-1] if ends and ends[-1] > _LENGTH // 3 else max(text.rfind(" ", 0, _LENGTH), 1)
    return f"{text[:end].rstrip()} …"
