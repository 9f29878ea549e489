"""Decode a text file that a person edited: UTF-8, UTF-16, UTF-32 or GBK."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

# UTF-32's byte order mark begins with UTF-16's, so it is tested first.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Names in any script, but commas, digits and the header in ASCII: at least one byte of so many is zero in UTF-16.
_FEWEST_ZEROS = 6
_GBK = "gb18030"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def is_workbook(data: bytes) -> bool:
    """True if this is an Excel or LibreOffice file, whatever its name says."""
    return data.startswith(_WORKBOOKS)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, with the byte order mark and encoding that are needed to write it again."""

    text: str
    mark: bytes
    encoding: str

    @property
    def guessed(self) -> bool:
        """True if the text was read as GBK because it is not UTF-8: most other old encodings can be read so, too."""
        return self.encoding == _GBK and not self.text.isascii()

    def bytes_of(self, text: str) -> bytes:
        return self.mark + text.encode(self.encoding)


def text_of(data: bytes) -> str:
    """Return only the text. Raises UnicodeError as `decoded` does."""
    return decoded(data).text


def decoded(data: bytes) -> Decoded:
    """Decode by the byte order mark; without one as UTF-16 if there are zero bytes, else as UTF-8 or GBK (GB18030).

    Raises UnicodeError if none of these fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(encoding), mark, encoding)
    # Text of an even length in GBK could be decoded as UTF-16; UTF-16 without any zero byte is rare.
    zeros = data.count(0)
    if 0 < zeros < len(data) / _FEWEST_ZEROS:
        raise UnicodeError("zero bytes in text")
    encodings = (_unmarked_utf16(data),) if zeros else ("utf-8", _GBK)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" not in text:
            return Decoded(text, b"", encoding)
    raise UnicodeError("neither UTF-8, UTF-16 nor GBK")


def _unmarked_utf16(data: bytes) -> str:
    """Guess the byte order: in mostly Latin text the high bytes are the ones that are zero."""
    return "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
