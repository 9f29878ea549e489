"""The place in a bucket where an event's files for the host are: s3://BUCKET/PREFIX."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg

_PLACE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([A-Za-z0-9][A-Za-z0-9._/-]{0,199})")


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """`prefix` has no slash at its end."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    @property
    def manifest(self) -> str:
        """Key of the list of files; whoever reads it finds every file that it names."""
        return f"{self.prefix}/manifest.json"

    @property
    def contents(self) -> str:
        """Prefix of the files' keys: each is called by its SHA-256, so that none is ever changed."""
        return f"{self.prefix}/files/"

    def key(self, sha256: str) -> str:
        return f"{self.contents}{sha256}"


def parsed(text: str, option: str = "") -> BucketPlace:
    """Return the place that a person typed. Raises BadInput (EB-760)."""
    match = _PLACE.fullmatch(text.rstrip("/"))
    if match is None or "//" in match[2]:
        what = msg("found `{found}`, which is no place in a bucket", found=text[:80])
        raise BadInput([Problem("EB-760", what, option, fix=msg("Write s3://BUCKET/PREFIX"))])
    return BucketPlace(match[1], match[2])
