"""Datasets that lie elsewhere: downloaded once, bounded, and their refusals named."""

from __future__ import annotations

import email.message
import http.client
import io
import urllib.error
import urllib.request
import urllib.response
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from bootstrap.errors import BadInput
from bootstrap.steps.dataset import fetch, sources
from bootstrap.steps.dataset.progress import silent
from bootstrap.steps.dataset.survey import Survey
from tests.steps.dataset.datasets import archive, dataset, files

URL = "https://example.com/cars.zip?signature=secret"


@dataclass
class Answer:
    data: bytes
    url: str = URL
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"v1"'})

    def __enter__(self) -> Answer:
        self.body = io.BytesIO(self.data)
        return self

    def read(self, size: int | None = None) -> bytes:
        return self.body.read(size)

    def __exit__(self, *_: object) -> None:
        pass

    def geturl(self) -> str:
        return self.url


@dataclass
class Server:
    """Answers, or raises, in turn; remembers what was asked."""

    answers: list[Any]
    asked: list[urllib.request.Request] = field(default_factory=list)

    def __call__(self, request: urllib.request.Request) -> Any:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def zipped(number: int) -> bytes:
    """A whole zip of one member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        written.writestr("a/1.jpg", bytes([number]))
    return buffer.getvalue()


ONE, TWO = zipped(1), zipped(2)


def status(code: int) -> urllib.error.HTTPError:
    return urllib.error.HTTPError(URL, code, "words", email.message.Message(), io.BytesIO())


def broken(data: bytes, error: Exception) -> Answer:
    """An answer whose connection breaks after `data`."""

    class Broken(Answer):
        def __enter__(self) -> Answer:
            self.parts: list[bytes | Exception] = [data, error]
            return self

        def read(self, size: int | None = None) -> bytes:
            part = self.parts.pop(0)
            if isinstance(part, Exception):
                raise part
            return part

    return Broken(data)


def length(data: bytes, promised: int, etag: str = '"v1"') -> Answer:
    return Answer(data, headers={"ETag": etag, "Content-Length": str(promised)})


def codes(caught: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [each.code for each in caught.value.problems]


def test_a_download_is_kept_and_asked_for_again_only_if_it_changed(tmp_path: Path) -> None:
    server = Server([Answer(ONE), status(304), Answer(TWO, headers={"ETag": '"v2"'})])
    found = [fetch.over_https(URL, tmp_path, silent, server).read_bytes() for _ in range(3)]
    assert found == [ONE, ONE, TWO]
    assert [each.get_header("If-none-match") for each in server.asked] == [None, '"v1"', '"v1"']


def test_without_network_the_last_download_serves_and_it_is_said(tmp_path: Path) -> None:
    told: list[str] = []
    server = Server([Answer(ONE), urllib.error.URLError("no route")])
    fetch.over_https(URL, tmp_path, silent, server)
    found = fetch.over_https(URL, tmp_path, lambda what, done, total: told.append(what), server)
    assert found.read_bytes() == ONE
    assert "last download" in told[0]


@pytest.mark.parametrize(
    "answer",
    [status(404), status(500), urllib.error.URLError("no route"), TimeoutError(), Answer(b"x", "http://plain.example")],
    ids=["not found", "server error", "no network", "timeout", "redirected away from https"],
)
def test_what_cannot_be_downloaded_is_named_without_the_addresss_secrets(tmp_path: Path, answer: Any) -> None:
    with pytest.raises(BadInput) as caught:
        fetch.over_https(URL, tmp_path, silent, Server([answer]))
    assert codes(caught) == ["EB-188"]
    assert "secret" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_download_without_end_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LARGEST_ARCHIVE", 10)
    with pytest.raises(BadInput) as caught:
        fetch.over_https(URL, tmp_path, silent, Server([Answer(bytes(11))]))
    assert codes(caught) == ["EB-185"]
    assert not list(tmp_path.iterdir())


CUT_OFF = [
    (length(ONE[:40], len(ONE)), "EB-196", "40 of"),
    (length(ONE, len(ONE) + 5), "EB-196", "was cut off"),
    (broken(ONE[:40], http.client.IncompleteRead(b"x", 10)), "EB-196", "broke off after 40 bytes"),
    (broken(ONE[:40], ConnectionResetError("reset")), "EB-196", "broke off after 40 bytes"),
    (Answer(ONE[:-1], headers={}), "EB-187", "its end is missing"),
    (Answer(b"<html>please sign in</html>"), "EB-187", "it is another kind of file"),
    (Answer(b""), "EB-187", "it is another kind of file"),
]


@pytest.mark.parametrize(
    ("first", "code", "words"),
    CUT_OFF,
    ids=["short", "shorter than said", "chunks", "reset", "no length", "a sign-in page", "nothing"],
)
def test_what_is_no_whole_archive_is_not_kept_and_the_next_run_downloads_again(
    tmp_path: Path, first: Answer, code: str, words: str
) -> None:
    server = Server([first, length(ONE, len(ONE)), status(304)])
    with pytest.raises(BadInput) as caught:
        fetch.over_https(URL, tmp_path, silent, server)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert words in problem.what
    assert "https://example.com/cars.zip" in problem.what
    assert "secret" not in problem.what
    assert not list(tmp_path.iterdir())
    for _ in range(2):
        assert fetch.over_https(URL, tmp_path, silent, server).read_bytes() == ONE
    assert [each.get_header("If-none-match") for each in server.asked] == [None, None, '"v1"']


def test_a_newer_version_that_broke_off_is_not_replaced_by_the_older_without_a_word(tmp_path: Path) -> None:
    server = Server([Answer(ONE), length(TWO[:40], len(TWO), '"v2"'), Answer(TWO)])
    fetch.over_https(URL, tmp_path, silent, server)
    with pytest.raises(BadInput):
        fetch.over_https(URL, tmp_path, silent, server)
    assert fetch.over_https(URL, tmp_path, silent, server).read_bytes() == TWO
    assert server.asked[-1].get_header("If-none-match") is None


@pytest.mark.parametrize("damage", ["by an older version", "cut", "overwritten", "note"])
def test_a_damaged_download_in_the_cache_is_fetched_again(tmp_path: Path, damage: str) -> None:
    path = fetch.over_https(URL, tmp_path, silent, Server([Answer(ONE)]))
    if damage == "by an older version":
        path.with_suffix(".whole").unlink()
        path.with_suffix(".etag").write_text('"v1"', encoding="utf-8")
        path.write_bytes(ONE[:40])
    elif damage == "cut":
        path.write_bytes(ONE[:40])
    elif damage == "overwritten":
        path.write_bytes(bytes(len(ONE)))
    else:
        path.with_suffix(".whole").write_text("{", encoding="utf-8")
    server = Server([Answer(ONE)])
    assert fetch.over_https(URL, tmp_path, silent, server).read_bytes() == ONE
    assert server.asked[0].get_header("If-none-match") is None


def test_an_archive_whose_pictures_turn_out_damaged_is_downloaded_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = archive(tmp_path / "a.zip", files({"audi": 12, "bmw": 12})).read_bytes()
    at = good.index(b"bmw/3.jpg") + 200
    bad = good[:at] + bytes(each ^ 0xFF for each in good[at : at + 4]) + good[at + 4 :]
    server = Server([Answer(bad), Answer(good)])
    monkeypatch.setattr(fetch, "_connect", server)
    given = dataset(URL)
    with pytest.raises(BadInput) as caught:
        list(sources.open_source(given, tmp_path, tmp_path).read(Survey()))
    assert codes(caught) == ["EB-181"]
    assert len(list(sources.open_source(given, tmp_path, tmp_path).read(Survey()))) == 24
    assert server.asked[1].get_header("If-none-match") is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://user:secret@example.com/cars.zip", "https://example.com/cars.zip"),
        ("https://example.com/cars.zip?X-Amz-Signature=secret&a=b", "https://example.com/cars.zip"),
        ("https://example.com/cars.zip#secret", "https://example.com/cars.zip"),
        ("https://[secret/x", "https://[secret/x"),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(address: str, words: str) -> None:
    assert fetch.shown(address) == words


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://example.com/汽车/cars 1.zip?名=1", "https://example.com/%E6%B1%BD%E8%BD%A6/cars%201.zip?%E5%90%8D=1"),
        ("https://例子.cn/a%20b.zip", "https://xn--fsqu00a.cn/a%20b.zip"),
        (URL, URL),
    ],
)
def test_an_address_in_any_script_can_be_asked(tmp_path: Path, address: str, asked: str) -> None:
    server = Server([Answer(ONE)])
    fetch.over_https(address, tmp_path, silent, server)
    assert server.asked[0].full_url == asked


@pytest.mark.parametrize("address", ["https://[::1.x/cars.zip", f"https://{'a' * 70}.example.com/x.zip"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadInput) as caught:
        fetch.over_https(address, tmp_path, silent, Server([]))
    assert codes(caught) == ["EB-188"]


class Web(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """The web as urllib sees it: what was sent, and a redirect from example.com to `target`."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target = target
        self.sent: list[str] = []

    def https_open(self, req: urllib.request.Request) -> Any:
        self.sent.append(req.full_url)
        headers, code = email.message.Message(), 200
        if req.full_url == URL:
            headers["Location"], code = self.target, 302
        answer = urllib.response.addinfourl(io.BytesIO(ONE if code == 200 else b""), headers, req.full_url, code)
        answer.msg = "words"  # type: ignore[attr-defined]
        return answer

    http_open = https_open


def through(web: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    build = urllib.request.build_opener
    monkeypatch.setattr(urllib.request, "build_opener", lambda *handlers: build(web, *handlers))
    return web


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("http://example.com/cars.zip", "without https"),
        ("ftp://example.com/cars.zip", "without https"),
        ("//example.com:80/cars.zip", ""),
        ("https://169.254.169.254/latest", "private address 169.254.169.254"),
        ("https://127.0.0.1:8443/cars.zip", "private address 127.0.0.1"),
        ("https://[::1]/cars.zip", "private address ::1"),
        ("https://10.1.2.3/cars.zip", "private address 10.1.2.3"),
        ("https://localhost/cars.zip", "private address localhost"),
        ("https://cdn.example.net/cars.zip", ""),
    ],
)
def test_a_redirect_is_refused_before_anything_is_sent_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, words: str
) -> None:
    web = through(Web(target), monkeypatch)
    if not words:
        assert fetch.over_https(URL, tmp_path, silent).read_bytes() == ONE
        assert len(web.sent) == 2
        return
    with pytest.raises(BadInput) as caught:
        fetch.over_https(URL, tmp_path, silent)
    assert codes(caught) == ["EB-188"]
    assert words in caught.value.problems[0].what
    assert web.sent == [URL]


def test_a_disk_that_is_full_is_not_taken_for_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", lambda self, mode: Full())
    with pytest.raises(BadInput) as caught:
        fetch.over_https(URL, tmp_path, silent, Server([Answer(ONE)]))
    assert codes(caught) == ["EB-191"]


@dataclass
class Bucket:
    data: bytes
    etag: str = '"v1"'
    gets: int = 0
    refusal: str = ""
    promised: int = 0
    passing: list[Exception] = field(default_factory=list)

    def head_object(self, **asked: str) -> dict[str, Any]:
        if self.passing:
            raise self.passing.pop(0)
        if self.refusal:
            raise ClientError({"Error": {"Code": self.refusal, "Message": "no"}}, "HeadObject")
        return {"ETag": self.etag}

    def get_object(self, **asked: str) -> dict[str, Any]:
        assert (asked["Bucket"], asked["Key"], asked["IfMatch"]) == ("my-bucket", "a/cars.zip", self.etag)
        self.gets += 1
        return {"Body": io.BytesIO(self.data), "ContentLength": self.promised or len(self.data)}


def test_a_zip_in_s3_is_read_with_the_operators_client_and_once_a_version(tmp_path: Path) -> None:
    data = archive(tmp_path / "a.zip", files({"audi": 10, "bmw": 10})).read_bytes()
    bucket = Bucket(data)
    given = dataset("s3://my-bucket/a/cars.zip")
    for _ in range(2):
        source = sources.open_source(given, tmp_path, tmp_path, lambda: bucket)
        assert len(list(source.read(Survey()))) == 20
    assert bucket.gets == 1
    bucket.etag = '"v2"'
    sources.open_source(given, tmp_path, tmp_path, lambda: bucket)
    assert bucket.gets == 2


def test_a_zip_of_s3_that_broke_off_is_not_kept(tmp_path: Path) -> None:
    bucket = Bucket(ONE[:40], promised=len(ONE))
    with pytest.raises(BadInput) as caught:
        fetch.from_s3("s3://my-bucket/a/cars.zip", tmp_path, silent, lambda: bucket)
    assert codes(caught) == ["EB-196"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("refusal", ["403", "404", "NoSuchBucket"])
def test_a_zip_that_s3_does_not_give_is_named(tmp_path: Path, refusal: str) -> None:
    with pytest.raises(BadInput) as caught:
        fetch.from_s3("s3://my-bucket/a/cars.zip", tmp_path, silent, lambda: Bucket(b"", refusal=refusal))
    assert codes(caught) == ["EB-189"]
    assert refusal in str(caught.value)


def busy(code: str = "SlowDown") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "slow down"}}, "HeadObject")


def test_what_may_pass_is_tried_again_with_growing_pauses(tmp_path: Path) -> None:
    pauses: list[float] = []
    bucket = Bucket(ONE, passing=[busy(), EndpointConnectionError(endpoint_url="https://x"), busy("InternalError")])
    found = fetch.from_s3("s3://my-bucket/a/cars.zip", tmp_path, silent, lambda: bucket, pauses.append)
    assert found.read_bytes() == ONE
    assert pauses == [0.5, 1, 2]


@pytest.mark.parametrize("error", [busy(), ConnectionResetError("cut")])
def test_what_does_not_pass_is_named_after_five_tries(tmp_path: Path, error: Exception) -> None:
    bucket, pauses = Bucket(b"", passing=[error] * 9), list[float]()
    with pytest.raises(BadInput) as caught:
        fetch.from_s3("s3://my-bucket/a/cars.zip", tmp_path, silent, lambda: bucket, pauses.append)
    assert codes(caught) == ["EB-189"]
    assert (len(bucket.passing), len(pauses)) == (4, 4)


def test_a_refusal_is_not_tried_again(tmp_path: Path) -> None:
    pauses: list[float] = []
    with pytest.raises(BadInput):
        fetch.from_s3("s3://b/k", tmp_path, silent, lambda: Bucket(b"", refusal="403"), pauses.append)
    assert pauses == []


def test_a_zip_in_s3_needs_the_operators_credentials(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        fetch.from_s3("s3://my-bucket/a/cars.zip", tmp_path, silent, None)
    assert codes(caught) == ["EB-189"]
