"""Downloads a dataset's zip from https:// or s3://. Keeps whole, readable archives only; asks again if one changed."""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import IO, Any

import tenacity
from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.errors import BadInput, Problem, clean
from bootstrap.errors.message import answered, msg
from bootstrap.steps.dataset import zip_files
from bootstrap.steps.dataset.progress import Progress, notice

LARGEST_ARCHIVE = 2 * 1024**3

_CHUNK = 1024 * 1024
_TIMEOUT_SECONDS = 30
_TRIES = 5
_NETWORK = (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, OSError)
_WHERE = "event.yaml: dataset.source"

Open = Callable[[urllib.request.Request], Any]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A download in the cache: the archive, and a note of its ETag and size, written after the archive was checked.

    The note's name ends in .whole: versions before it kept archives that had broken off, with a note in .etag.
    """

    archive: Path
    note: Path

    @staticmethod
    def of(address: str, folder: Path) -> _Kept:
        name = hashlib.sha256(address.encode()).hexdigest()[:16]
        return _Kept(folder / f"{name}.zip", folder / f"{name}.whole")

    def etag(self) -> str | None:
        """The ETag, "" if the server gave none; None if nothing is kept, or not as it was."""
        try:
            known = json.loads(self.note.read_text(encoding="utf-8"))
            if self.archive.stat().st_size == int(known["size"]):
                zip_files.check(self.archive, "")
                return str(known["etag"])
        except (OSError, ValueError, KeyError, TypeError, BadInput):
            pass
        return None

    def store(self, blocks: Iterator[bytes], address: str, expected: int | None, etag: str, progress: Progress) -> None:
        """Write the whole archive or nothing. Raises BadInput (EB-185, EB-187, EB-196)."""
        self.note.unlink(missing_ok=True)
        # Another process may be downloading the same.
        part = self.archive.with_suffix(f".{secrets.token_hex(4)}.part")
        try:
            size = _written(part, blocks, address, progress)
            if expected is not None and size != expected:
                raise _cut_off(address, size, expected)
            zip_files.check(part, shown(address))
            part.replace(self.archive)
        finally:
            part.unlink(missing_ok=True)
        self.note.write_text(json.dumps({"etag": etag, "size": size}), encoding="utf-8")


def over_https(url: str, folder: Path, progress: Progress, connect: Open | None = None) -> Path:
    """Download the zip at `url` to `folder`; return its path. Without a network, use an earlier download.

    Raises BadInput (EB-185, EB-187, EB-188, EB-196).
    """
    kept = _Kept.of(url, folder)
    request = urllib.request.Request(_encoded(url), headers={"User-Agent": "event-bootstrap"})
    known = kept.etag()
    if known:
        request.add_header("If-None-Match", known)
    try:
        with (connect or _connect)(request) as answer:
            if urllib.parse.urlsplit(answer.geturl()).scheme != "https":
                raise _failed(url, msg("it redirects to an address without https"))
            blocks, etag = _unbroken(_blocks(answer.read), url), str(answer.headers.get("ETag") or "")
            kept.store(blocks, url, _length(answer.headers), etag, progress)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != http.client.NOT_MODIFIED or known is None:
            reason = clean(str(error.reason))
            raise _failed(
                url, msg("the server answered {status} {reason}", status=error.code, reason=reason)
            ) from error
    except _NETWORK as error:
        why = _reason(error)
        if known is None:
            raise _failed(url, why) from error
        notice(progress, msg("{address}: {why}; the last download is used", address=shown(url), why=why))
    return kept.archive


def forget(address: str, folder: Path) -> None:
    """Let the next run download the archive again: what is kept of it turned out to be damaged."""
    _Kept.of(address, folder).note.unlink(missing_ok=True)


def shown(address: str) -> str:
    """Return an address for people: without user, password, query and fragment, which may hold secrets."""
    scheme, _, rest = re.split(r"[?#]", address, maxsplit=1)[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def from_s3(
    address: str,
    folder: Path,
    progress: Progress,
    hub: Callable[[], Any] | None,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Download the zip at s3://bucket/key; return its path. Retries transient errors after 0.5, 1, 2 and 4 seconds.

    API: HeadObject, GetObject, as the operator. Raises BadInput (EB-185, EB-187, EB-189, EB-196).
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
        return retrying(_object, hub(), bucket, key, address, _Kept.of(address, folder), progress)
    except (ClientError, BotoCoreError, ConnectionError, TimeoutError) as error:
        code, why = refusals.of_every_call(error, "") or ("EB-189", "")
        told = answered(why, aws_errors.told(error)) if why else aws_errors.told(error)
        raise BadInput([Problem(code, msg("{address}: {answer}", address=address, answer=told), _WHERE)]) from error


def _object(client: Any, bucket: str, key: str, address: str, kept: _Kept, progress: Progress) -> Path:
    etag = str(client.head_object(Bucket=bucket, Key=key)["ETag"])
    if kept.etag() == etag:
        return kept.archive
    answer = client.get_object(Bucket=bucket, Key=key, IfMatch=etag)
    with closing(answer["Body"]) as body:
        kept.store(_blocks(body.read), address, answer.get("ContentLength"), etag, progress)
    return kept.archive


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to https, and from a public host not to a private address; refuses before it asks."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, words: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        target = urllib.parse.urlsplit(newurl)
        if target.scheme != "https":
            raise _failed(req.full_url, msg("it redirects to an address without https"))
        host = target.hostname or ""
        if _private(host) and not _private(urllib.parse.urlsplit(req.full_url).hostname or ""):
            raise _failed(req.full_url, msg("it redirects to the private address {host}", host=host))
        return super().redirect_request(req, fp, code, words, headers, newurl)


def _private(host: str) -> bool:
    """Return True for an IP address that is not a public one, and for this machine's name. No name is looked up."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host.casefold() == "localhost" or host.casefold().endswith(".localhost")


def _connect(request: urllib.request.Request) -> Any:
    return urllib.request.build_opener(_HttpsOnly).open(request, timeout=_TIMEOUT_SECONDS)


def _encoded(url: str) -> str:
    """Return the address as HTTP sends it: only ASCII, as for a path in Chinese. Raises BadInput (EB-188)."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.netloc.encode("idna").decode("ascii")
    except ValueError as error:
        raise _failed(url, msg("this is not an address")) from error
    path, query = (urllib.parse.quote(each, safe="/%:@!$&'()*+,;=~?") for each in (parts.path, parts.query))
    return urllib.parse.urlunsplit((parts.scheme, host, path, query, ""))


def _length(headers: Any) -> int | None:
    """Return how many bytes the server promised; None if it did not, as with a chunked body."""
    said = str(headers.get("Content-Length") or "")
    return int(said) if said.isascii() and said.isdigit() else None


def _blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while block := read(_CHUNK):
        yield block


def _unbroken(blocks: Iterator[bytes], address: str) -> Iterator[bytes]:
    """Yield the blocks. Raises BadInput (EB-196) if the connection breaks: an earlier download is then out of date."""
    done = 0
    try:
        for block in blocks:
            done += len(block)
            yield block
    except (http.client.HTTPException, OSError) as error:
        raise _cut_off(address, done, None) from error


def _written(path: Path, blocks: Iterator[bytes], address: str, progress: Progress) -> int:
    done = 0
    with path.open("wb") as file:
        for block in blocks:
            done += len(block)
            if done > LARGEST_ARCHIVE:
                what = msg("{address} has more than {size} GB", address=shown(address), size=LARGEST_ARCHIVE >> 30)
                raise BadInput([Problem("EB-185", what, _WHERE)])
            try:
                file.write(block)
            except OSError as error:
                why = msg("{folder} cannot be written: {reason}", folder=str(path.parent), reason=str(error.strerror))
                raise BadInput([Problem("EB-191", why, str(path.parent))]) from error
            progress(msg("downloading pictures, MB"), done >> 20, 0)
    return done


def _reason(error: Exception) -> str:
    """Why there was no answer, in words that hold neither the address nor what a proxy wrote."""
    inner = getattr(error, "reason", error)
    if isinstance(inner, TimeoutError):
        return msg("no answer within {seconds} seconds", seconds=_TIMEOUT_SECONDS)
    known = getattr(inner, "verify_message", "") or getattr(inner, "strerror", "") or type(inner).__name__
    return msg("no answer: {error}", error=clean(str(known)))


def _cut_off(address: str, size: int, expected: int | None) -> BadInput:
    if expected is None:
        what = msg("{address}: the download broke off after {size:,} bytes", address=shown(address), size=size)
    else:
        what = msg(
            "{address}: the download was cut off: {size:,} of {expected:,} bytes came",
            address=shown(address),
            size=size,
            expected=expected,
        )
    return BadInput([Problem("EB-196", what, _WHERE)])


def _failed(url: str, why: str) -> BadInput:
    return BadInput([Problem("EB-188", msg("{address}: {why}", address=shown(url), why=why), _WHERE)])
