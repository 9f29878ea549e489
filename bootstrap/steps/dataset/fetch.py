"""https:// or s3:// -> a zip on disk, downloaded again only when it changed there."""

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
from bootstrap.steps.dataset.progress import Progress

LARGEST_ARCHIVE = 2 * 1024**3

_CHUNK = 1024 * 1024
_TIMEOUT_SECONDS = 30
_TRIES = 5
_NETWORK = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, OSError)

Open = Callable[[urllib.request.Request], Any]


def over_https(url: str, folder: Path, progress: Progress, connect: Open | None = None) -> Path:
    """The zip behind `url`, in `folder`. Raises BadInput; with no network a copy of an earlier run serves."""
    target, tag = _target(url, folder, ".zip"), _target(url, folder, ".etag")
    request = urllib.request.Request(url, headers={"User-Agent": "event-bootstrap"})
    if target.is_file() and tag.is_file() and (known := tag.read_text(encoding="utf-8")):
        request.add_header("If-None-Match", known)
    try:
        with (connect or _connect)(request) as answer:
            if urllib.parse.urlsplit(answer.geturl()).scheme != "https":
                raise _failed(url, "it leads to an address without https")
            _store(_blocks(answer.read), target, url, progress)
            tag.write_text(answer.headers.get("ETag", ""), encoding="utf-8")
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != http.client.NOT_MODIFIED:
            raise _failed(url, f"the server answers {error.code} {error.reason}") from error
    except _NETWORK as error:
        if not target.is_file():
            raise _failed(url, f"no answer: {error}") from error
        progress("the dataset's server gives no answer; the last download is used", 0, 0)
    return target


def from_s3(
    address: str,
    folder: Path,
    progress: Progress,
    hub: Callable[[], Any] | None,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """The zip at s3://bucket/key; what may pass is tried again, after 0.5, 1, 2 and 4 seconds by `sleep`.

    API: HeadObject, GetObject, as the operator. Raises BadInput.
    """
    bucket, _, key = address.removeprefix("s3://").partition("/")
    if hub is None or not bucket or not key:
        raise BadInput([Problem("EB-189", f"{address} needs the operator's credentials, a bucket and a key")])
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
        raise BadInput([Problem("EB-189", f"{address}: {raw(error)}", where)]) from error


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
    """All of it or nothing, in a folder that is there."""
    part, done = target.with_suffix(".part"), 0
    try:
        with part.open("wb") as file:
            for block in blocks:
                done += len(block)
                if done > LARGEST_ARCHIVE:
                    raise BadInput([Problem("EB-185", f"{address} has more than {LARGEST_ARCHIVE >> 30} GB")])
                file.write(block)
                progress("downloading pictures, MB", done >> 20, 0)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _failed(url: str, why: str) -> BadInput:
    # A signed address carries its secret in the query.
    shown = url.partition("?")[0]
    return BadInput([Problem("EB-188", f"{shown}: {why}", "event.yaml: dataset.source")])
