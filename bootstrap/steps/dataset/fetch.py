"""Downloads a dataset's zip from https:// or s3://. Downloads it again only if it changed."""

from __future__ import annotations

import hashlib
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import tenacity
from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.errors import BadInput, Problem, raw
from bootstrap.errors.message import msg
from bootstrap.steps.dataset.progress import Progress

LARGEST_ARCHIVE = 2 * 1024**3

_CHUNK = 1024 * 1024
_TIMEOUT_SECONDS = 30
_TRIES = 5
_NETWORK = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, OSError)

Open = Callable[[urllib.request.Request], Any]


def over_https(url: str, folder: Path, progress: Progress, connect: Open | None = None) -> Path:
    """Download the zip at `url` to `folder`; return its path. Without a network, use an earlier download.

    Raises BadInput (EB-185, EB-188).
    """
    target, tag = _target(url, folder, ".zip"), _target(url, folder, ".etag")
    request = urllib.request.Request(url, headers={"User-Agent": "event-bootstrap"})
    if target.is_file() and tag.is_file() and (known := tag.read_text(encoding="utf-8")):
        request.add_header("If-None-Match", known)
    try:
        with (connect or _connect)(request) as answer:
            if urllib.parse.urlsplit(answer.geturl()).scheme != "https":
                raise _failed(url, msg("it redirects to an address without https"))
            _store(_blocks(answer.read), target, url, progress)
            tag.write_text(answer.headers.get("ETag", ""), encoding="utf-8")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != http.client.NOT_MODIFIED:
            raise _failed(
                url, msg("the server answered {status} {reason}", status=error.code, reason=str(error.reason))
            ) from error
    except _NETWORK as error:
        if not target.is_file():
            raise _failed(url, msg("no answer: {error}", error=str(error))) from error
        progress(msg("the dataset's server does not answer; the last download is used"), 0, 0)
    return target


def from_s3(
    address: str,
    folder: Path,
    progress: Progress,
    hub: Callable[[], Any] | None,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Download the zip at s3://bucket/key; return its path. Retries transient errors after 0.5, 1, 2 and 4 seconds.

    API: HeadObject, GetObject, as the operator. Raises BadInput (EB-185, EB-189).
    """
    bucket, _, key = address.removeprefix("s3://").partition("/")
    if hub is None or not bucket or not key:
        raise BadInput(
            [Problem("EB-189", msg("{address} needs the operator's credentials, a bucket and a key", address=address))]
        )
    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(_TRIES),
        wait=tenacity.wait_exponential(0.5),
        retry=tenacity.retry_if_exception(aws_errors.transient),
        sleep=sleep,
        reraise=True,
    )
    try:
        return retrying(_object, hub(), bucket, key, address, folder, progress)
    except (ClientError, BotoCoreError, ConnectionError, TimeoutError) as error:
        where = "event.yaml: dataset.source"
        what = msg("{address}: {answer}", address=address, answer=raw(error))
        raise BadInput([Problem("EB-189", what, where)]) from error


def _object(client: Any, bucket: str, key: str, address: str, folder: Path, progress: Progress) -> Path:
    target, tag = _target(address, folder, ".zip"), _target(address, folder, ".etag")
    etag = str(client.head_object(Bucket=bucket, Key=key)["ETag"])
    if target.is_file() and tag.is_file() and tag.read_text(encoding="utf-8") == etag:
        return target
    with closing(client.get_object(Bucket=bucket, Key=key, IfMatch=etag)["Body"]) as body:
        _store(_blocks(body.read), target, address, progress)
    tag.write_text(etag, encoding="utf-8")
    return target


def _connect(request: urllib.request.Request) -> Any:
    return urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS)


def _target(address: str, folder: Path, suffix: str) -> Path:
    return folder / (hashlib.sha256(address.encode()).hexdigest()[:16] + suffix)


def _blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while block := read(_CHUNK):
        yield block


def _store(blocks: Iterator[bytes], target: Path, address: str, progress: Progress) -> None:
    """Write the whole file or nothing; its folder must exist."""
    part, done = target.with_suffix(".part"), 0
    try:
        with part.open("wb") as file:
            for block in blocks:
                done += len(block)
                if done > LARGEST_ARCHIVE:
                    what = msg("{address} has more than {size} GB", address=address, size=LARGEST_ARCHIVE >> 30)
                    raise BadInput([Problem("EB-185", what)])
                file.write(block)
                progress(msg("downloading pictures, MB"), done >> 20, 0)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _failed(url: str, why: str) -> BadInput:
    # A presigned URL has its secret in the query.
    what = msg("{address}: {why}", address=url.partition("?")[0], why=why)
    return BadInput([Problem("EB-188", what, "event.yaml: dataset.source")])
