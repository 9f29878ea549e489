"""Datasets that lie elsewhere: downloaded once, bounded, and their refusals named."""

from __future__ import annotations

import email.message
import io
import urllib.error
import urllib.request
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
        self.read = io.BytesIO(self.data).read
        return self

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


@dataclass
class Bucket:
    data: bytes
    etag: str = '"v1"'
    gets: int = 0
    refusal: str = ""
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
        return {"Body": io.BytesIO(self.data)}


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
