"""Checks signatures (version 4) as AWS does."""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache
from urllib.parse import quote

from bootstrap.simulator.wire.request import HttpRequest

_PARTS = re.compile(r"Credential=[^/,\s]+/([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})")


def fits(request: HttpRequest, secret: str) -> bool:
    """Return True if the request, as received, was signed with the secret."""
    found = _PARTS.search(request.headers.get("authorization", ""))
    if not found:
        return False
    scope, signed, given = found.groups()
    made = hashlib.sha256(_canonical(request, signed, s3="/s3/" in scope).encode()).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256", request.headers.get("x-amz-date", ""), scope, made))
    return hmac.compare_digest(hmac.new(_key(secret, scope), text.encode(), "sha256").hexdigest(), given)


def _canonical(request: HttpRequest, signed: str, s3: bool) -> str:
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed.split(";")]
    # S3 signs the path as sent; all other services encode it once more.
    path = request.path if s3 else quote(request.path, safe="/~")
    pairs = sorted(pair.partition("=")[::2] for pair in request.query.split("&") if pair)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    content = request.headers.get("x-amz-content-sha256") or hashlib.sha256(request.body).hexdigest()
    return "\n".join((request.method, path, query, "".join(headers), signed, content))


@lru_cache(maxsize=4096)
def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    return key
