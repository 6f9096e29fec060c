"""The bytes of a data file -> its text, with every byte and character that cannot stand in it."""

from __future__ import annotations

import codecs
import re

from labbook.problems import Problems

# Whatever an editor would not show as one plain character: control characters, the two Unicode
# line separators (YAML counts lines at them, editors do not), byte order marks, lone surrogates.
UNWANTED = re.compile(
    "[^\\t\\n\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
_MOST = 20
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_REPLACEMENT = "\ufffd"


def decode(data: bytes, problems: Problems) -> str:
    """Read UTF-8 with any line ends; what is wrong is noted and replaced, so reading can go on."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            problems.add(1, 1, "", f"the file is {name}", "save it as UTF-8")
            return ""
    # A byte order mark before UTF-8 is a habit of some editors and does no harm.
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data[:1024] and data[:1024].count(b"\0") > len(data[:1024]) // 8:
        problems.add(1, 1, "", "the file is not a text", "save it as UTF-8 text")
        return ""
    text = _utf8(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), problems)
    return _plain(text, problems) if UNWANTED.search(text) else text


def _utf8(data: bytes, problems: Problems) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    lines = []
    noted = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            lines.append(line.decode("utf-8", "replace"))
            noted += 1
            if noted <= _MOST:
                column = len(line[: error.start].decode("utf-8", "replace")) + 1
                message = f"the byte 0x{line[error.start]:02x} is not UTF-8"
                problems.add(number, column, "", message, "save the file as UTF-8")
    return "\n".join(lines)


def _plain(text: str, problems: Problems) -> str:
    noted = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if noted < _MOST and (found := UNWANTED.search(line)):
            noted += 1
            message = f"the invisible character U+{ord(found[0]):04X} cannot stand in the file"
            problems.add(number, found.start() + 1, "", message, "delete it")
    return UNWANTED.sub(_REPLACEMENT, text)
