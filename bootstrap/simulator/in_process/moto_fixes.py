"""Corrections of moto's buckets, applied once, before the first bucket is made."""

from __future__ import annotations

from datetime import UTC
from functools import cache
from typing import Any

# Nobody can turn it off: without a setting of its own, or after DeleteBucketEncryption, a bucket has this one.
_ENCRYPTION = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}}


@cache
def apply() -> None:
    """Make buckets with suspended versioning keep their versions, and take creation dates from the simulated clock.

    A new bucket encrypts, blocks public access and ignores ACLs, as those of AWS do since 2023.
    """
    from moto.core import utils
    from moto.s3.models import FakeBucket, PublicAccessBlock

    begin = FakeBucket.__init__

    def begun(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self.creation_date = utils.utcnow().replace(tzinfo=UTC)
        self.public_access_block = PublicAccessBlock("true", "true", "true", "true")
        self.ownership_rule = "BucketOwnerEnforced"

    def encrypt(self: Any, how: dict[str, Any] | None) -> None:
        vars(self)["encryption"] = how

    FakeBucket.__init__ = begun
    FakeBucket.encryption = property(lambda self: vars(self).get("encryption") or _ENCRYPTION, encrypt)
    FakeBucket.is_versioned = property(lambda self: self.versioning_status in ("Enabled", "Suspended"))
