"""The bytes of a text file that a person edited -> text."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

# UTF-32's mark begins with UTF-16's, so it comes first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def is_workbook(data: bytes) -> bool:
    """Whether this is an Excel or LibreOffice file under another name."""
    return data.startswith(_WORKBOOKS)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, with what leads from an edited text back to bytes."""

    text: str
    mark: bytes
    encoding: str

    def bytes_of(self, text: str) -> bytes:
        return self.mark + text.encode(self.encoding)


def text_of(data: bytes) -> str:
    """The text of `decoded`."""
    return decoded(data).text


def decoded(data: bytes) -> Decoded:
    """Text by its byte order mark; else UTF-16 if it has zero bytes, UTF-8, or GBK (as GB18030).

    Raises UnicodeError if it is none of these.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding), mark, encoding)
    # Without a zero byte it is hardly UTF-16, but GBK of an even length would pass for it.
    encodings = (_unmarked_utf16(data),) if b"\0" in data else ("utf-8", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return Decoded(text, b"", encoding)
    raise UnicodeError("neither UTF-8, UTF-16 nor GBK")


def _unmarked_utf16(data: bytes) -> str:
    """The half of the bytes that holds more zeros is the high one of mostly Latin text."""
    return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
