"""Name the format of a file that is no CSV, and say how to get a CSV of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from bootstrap.errors.message import Message, msg
from bootstrap.reading.unreadable import Unreadable

_SAVE = msg("Open it in the spreadsheet program and save it as CSV UTF-8")
_EXPORT = msg("Write or export a CSV with the columns team and account_id")
_UNPACK = msg("Unpack it")
_DAMAGED = msg("Restore it from a copy, or export it again: it was damaged when it was written")
_IMPORT = "aws organizations list-accounts --output json | event-bootstrap accounts import -"
_FROM_AWS = msg("Move this file away, then import the accounts: {command}", command=_IMPORT)
_BOM = "\ufeff"

# How a file begins, its format, and what to do.
_BINARY: tuple[tuple[bytes, str, Message], ...] = (
    (b"\xd0\xcf\x11\xe0", "Excel .xls", _SAVE),
    (b"PAR1", "Parquet", _EXPORT),
    (b"ARROW1", "Arrow", _EXPORT),
    (b"\x89PNG", "PNG", _EXPORT),
    (b"\xff\xd8\xff", "JPEG", _EXPORT),
    (b"GIF8", "GIF", _EXPORT),
    (b"II*\0", "TIFF", _EXPORT),
    (b"MM\0*", "TIFF", _EXPORT),
    (b"RIFF", "RIFF (WebP, WAV, AVI)", _EXPORT),
    (b"%PDF", "PDF", _EXPORT),
    (b"{\\rtf", "RTF", msg("Save it as plain text in UTF-8, or as CSV UTF-8")),
    (b"\x1f\x8b", "gzip", _UNPACK),
    (b"BZh", "bzip2", _UNPACK),
    (b"\xfd7zXZ", "xz", _UNPACK),
    (b"(\xb5/\xfd", "zstd", _UNPACK),
    (b"7z\xbc\xaf", "7z", _UNPACK),
    (b"Rar!", "rar", _UNPACK),
    (b"SQLite format 3", "SQLite", _EXPORT),
    (b"bplist", "plist", _EXPORT),
)
# A member's name in a zip archive -> what the archive is.
_ARCHIVES: Mapping[str, str] = {
    "xl/": "Excel .xlsx",
    "word/": "Word .docx",
    "ppt/": "PowerPoint .pptx",
    "Index/": "Numbers",
    "index.apxl": "Numbers",
    "content.xml": "OpenDocument .ods",
}
# How a text begins, its format, and what to do.
_TEXTS: tuple[tuple[str, str, Message], ...] = (
    (r"(?is)(<!--.*?-->\s*)?<(!doctype html|html|head|body|table|tr|div|script|meta)\b", "HTML",
     msg("Download the file itself (this may be a sign-in page), or open it in the spreadsheet program and save it as "
         "CSV UTF-8")),
    (r"(?s)<\?xml.{0,2000}?office:document", "OpenDocument .fods", _SAVE),
    (r"(?s)<\?xml.{0,2000}?urn:schemas-microsoft-com:office:spreadsheet", "Excel XML", _SAVE),
    (r"<\?xml|<[a-zA-Z][\w:.-]*[\s/>]", "XML", _EXPORT),
    (r"ID;P", "SYLK .slk", _SAVE),
    (r"TABLE\r?\n0,1", "DIF", _SAVE),
    (r"version https://git-lfs", "Git LFS", msg("Run `git lfs pull`: this is a pointer to the file")),
    (r"-----BEGIN ", "PEM", _EXPORT),
    (r"ACCOUNTS\t", "aws --output text", _FROM_AWS),
    (r"[-+|]?-{5,}[-+|]*\r?\n *[|+]|\|.*\|\s*\r?\n[|+ ]*[-+]", "aws --output table", _FROM_AWS),
)  # fmt: skip
_YAML = re.compile(r"(---\s*(\r?\n|$)|[ \t]*- +[\w\"']+: |[\w\"']+:[ \t]*(\r?\n|$)|[\w\"']+: +\S[^,;\t\r\n]*(\r?\n|$))")
_JSON = re.compile(r"\s*(\[|\{)\s*(\"|\[|\{|\]|\}|-?\d|true|false|null)")


def refuse_binary(data: bytes) -> None:
    """Raise Unreadable if the bytes are no text."""
    for begins, name, fix in _BINARY:
        if data.startswith(begins):
            raise _other(name, fix)
    if data.startswith(b"PK\x03\x04"):
        raise _archive(data)
    if data[4:8] == b"ftyp":
        raise _other("HEIC / MP4", _EXPORT)
    if data and not data.strip(b"\0"):
        raise Unreadable(msg("holds nothing but zero bytes"), _DAMAGED)


def refuse_other_text(text: str) -> None:
    """Raise Unreadable if the text is surely of another format."""
    begins = text[:4096].lstrip(_BOM).lstrip()
    if _JSON.match(begins):
        raise _other("JSON", _FROM_AWS if '"Accounts"' in text or '"Id"' in text else _EXPORT)
    for pattern, name, fix in _TEXTS:
        if re.match(pattern, begins):
            raise _other(name, fix)


def refuse_yaml(text: str) -> None:
    """Raise Unreadable if the text looks like YAML. Ask only if the text has no header: a cell may look so, too."""
    begins = re.sub(r"(?m)^#.*\r?\n", "", text[:4096].lstrip(_BOM)).lstrip("\r\n")
    if _YAML.match(begins):
        raise _other("YAML", _FROM_AWS if "Accounts:" in text or "Id:" in text else _EXPORT)


def damaged() -> Unreadable:
    """Return the error of text with zero bytes in it."""
    return Unreadable(msg("contains zero bytes, and is not text in UTF-8, UTF-16 or GBK"), _DAMAGED)


def _archive(data: bytes) -> Unreadable:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError, RuntimeError):
        return _other("zip, xlsx", _SAVE)
    for begins, name in _ARCHIVES.items():
        if any(each.startswith(begins) for each in names):
            return _other(name, _SAVE)
    return _other("zip", _UNPACK)


def _other(name: str, fix: Message) -> Unreadable:
    return Unreadable(msg("is not CSV, but another format: {format}", format=name), fix)
