"""A file that is no CSV is named as what it is."""

from __future__ import annotations

import io
import zipfile

import pytest

from bootstrap.reading import spreadsheet
from bootstrap.reading.unreadable import Unreadable

COLUMNS = ("team", "account_id")


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for each in names:
            made.writestr(each, "x")
    return file.getvalue()


TABLE = "-----------------\n|  ListAccounts |\n+-------+-------+\n|  Id   | Name  |\n"
FORMATS = [
    (archive("[Content_Types].xml", "xl/workbook.xml"), "Excel .xlsx"),
    (archive("mimetype", "content.xml"), "OpenDocument .ods"),
    (archive("Index/Document.iwa"), "Numbers"),
    (archive("word/document.xml"), "Word .docx"),
    (archive("accounts.csv"), "zip"),
    (b"PK\x03\x04rest", "zip, xlsx"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "Excel .xls"),
    (b"PAR1" + b"\0" * 9, "Parquet"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff\xe0", "JPEG"),
    (b"\0\0\0\x18ftypheic", "HEIC"),
    (b"%PDF-1.7", "PDF"),
    (b"{\\rtf1\\ansi team}", "RTF"),
    (b"\x1f\x8b\x08\0", "gzip"),
    (b"SQLite format 3\0", "SQLite"),
    (b'{"Accounts": [{"Id": "111122223333"}]}', "JSON"),
    (b'\xef\xbb\xbf\n [\n  {"team": "red"}\n]', "JSON"),
    ('[["red", "111122223333"]]'.encode("utf-16"), "JSON"),
    (b"<!DOCTYPE html><html></html>", "HTML"),
    (b"<table><tr><td>team", "HTML"),
    (b'<?xml version="1.0"?>\n<office:document xmlns', "OpenDocument .fods"),
    (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Excel XML"),
    (b"ID;PWXL;N;E\r\nC;Y1;X1\r\n", "SYLK"),
    (TABLE.encode(), "aws --output table"),
    (b"| team | account_id |\n|---|---|\n| red | 111122223333 |\n", "aws --output table"),
    (b"ACCOUNTS\tarn:aws:organizations::1:account/o/2\tx@example.com\t111122223333\n", "aws --output text"),
    (b"Accounts:\n- Id: '111122223333'\n  Name: red\n", "YAML"),
    (b"# teams\n- team: red\n  account_id: 1\n", "YAML"),
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS"),
]


@pytest.mark.parametrize(("data", "name"), FORMATS, ids=lambda each: repr(each)[:30])
def test_the_format_is_named_with_a_way_to_a_csv(data: bytes, name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        spreadsheet.sheet(data, COLUMNS)
    assert name in caught.value.what
    assert caught.value.fix


def test_accounts_of_an_organization_come_with_the_command_that_imports_them() -> None:
    with pytest.raises(Unreadable) as caught:
        spreadsheet.sheet(b'{"Accounts": []}', COLUMNS)
    assert "list-accounts --output json | event-bootstrap accounts import -" in caught.value.fix


@pytest.mark.parametrize("data", [b"\0" * 40, b"team,account_id\nred\0\0,1\n", "team,accöunt\n".encode() + b"\0"])
def test_zero_bytes_are_named(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        spreadsheet.sheet(data, COLUMNS)
    assert "zero bytes" in caught.value.what


@pytest.mark.parametrize("first", ["team,account_id\n[1],111122223333", "team,account_id\nname: x,111122223333"])
def test_a_csv_whose_cells_look_like_something_else_stays_one(first: str) -> None:
    assert len(spreadsheet.sheet(first.encode(), COLUMNS).rows) == 1
