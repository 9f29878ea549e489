"""Text that cannot control the terminal or mislead a reader: the one place through which foreign text is shown.

Names of objects, jobs and teams, lines of logs and AWS's reasons come from people whom nobody checks.
"""

from __future__ import annotations

import re

# A whole escape sequence, such as a colour, a title or a link: without its first character its rest would be noise.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\x9d\x90\x98\x9e\x9f]{0,4000}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -~]"
)
# Control characters but tab and line feed, marks of writing direction, which make text look like another one,
# characters that are never seen, and halves of surrogate pairs. The joiners stay: scripts and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    "\ud800-\udfff]"
)
# These are spaces to a reader, and separate words.
_SPACES = dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")


def printable(text: str) -> str:
    """Return the text without what is not seen but acts. Tabs and line feeds stay."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _SEQUENCE.sub("", text).translate(_SPACES))


def escaped(line: str) -> str:
    """Return a line of JSON in which such characters are written as escapes: nothing is lost, and nothing acts."""
    if line.isascii() and line.isprintable():
        return line
    return _UNSEEN.sub(lambda found: "".join(map(_escape, _utf16(found[0]))), line)


def _utf16(character: str) -> list[int]:
    code = ord(character)
    return [code] if code < 0x10000 else [0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)]


def _escape(unit: int) -> str:
    return f"\\u{unit:04x}"
