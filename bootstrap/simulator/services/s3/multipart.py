"""Refusals about multipart uploads: those of another key, and parts that cannot be put together."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, unquote

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_OF_UPLOADS = ("AbortMultipartUpload", "CompleteMultipartUpload", "ListParts", "UploadPart", "UploadPartCopy")
_SMALLEST = 5 * 1024 * 1024
_PART = re.compile(rb"<Part>.*?</Part>", re.DOTALL)
_NUMBER = re.compile(rb"<PartNumber>(\d+)</PartNumber>")
_ETAG = re.compile(rb"<ETag>(?:&quot;|\")?([^<&\"]*)(?:&quot;|\")?</ETag>")


def check(call: Call, held: Any, key: str, query: str, body: bytes) -> None:
    """Raise Refusal for an upload of another key, or parts that cannot be put together."""
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    upload = held.multiparts.get(asked.get("uploadId"))
    if call.operation not in _OF_UPLOADS or upload is None:
        return
    if upload.key_name != unquote(key):
        text = (
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted "
            "or completed."
        )
        raise Refusal("NoSuchUpload", text, 404, UploadId=asked["uploadId"])
    if call.operation == "CompleteMultipartUpload":
        _check_parts(upload, body)


def _check_parts(upload: Any, body: bytes) -> None:
    said = _PART.findall(body)
    numbers = [int(each[1]) for part in said if (each := _NUMBER.search(part))]
    etags = [each[1].decode() if (each := _ETAG.search(part)) else "" for part in said]
    if not numbers:
        raise Refusal("InvalidRequest", "You must specify at least one part")
    if numbers != sorted(set(numbers)):
        text = "The list of parts was not in ascending order. Parts must be ordered by part number."
        raise Refusal("InvalidPartOrder", text, UploadId=upload.id)
    for number, etag in zip(numbers, etags, strict=False):
        part = upload.parts.get(number)
        if part is None or part.etag.strip('"') != etag:
            # Two blanks after the first sentence, as recorded.
            text = (
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
                "specified entity tag may not match the part's entity tag."
            )
            raise Refusal("InvalidPart", text, UploadId=upload.id, PartNumber=str(number), ETag=etag)
    for number in numbers[:-1]:
        size = upload.parts[number].contentsize
        if size < _SMALLEST:
            text = "Your proposed upload is smaller than the minimum allowed size"
            least = str(_SMALLEST)
            raise Refusal("EntityTooSmall", text, PartNumber=str(number), ProposedSize=str(size), MinSizeAllowed=least)
