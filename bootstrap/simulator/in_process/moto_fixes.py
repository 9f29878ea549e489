"""Corrections of moto's buckets, applied once, before the first bucket is made."""

from __future__ import annotations

from datetime import UTC
from functools import cache
from typing import Any


@cache
def apply() -> None:
    """Make buckets with suspended versioning keep their versions, and take creation dates from the simulated clock."""
    from moto.core import utils
    from moto.s3.models import FakeBucket

    begin = FakeBucket.__init__

    def begun(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        self.creation_date = utils.utcnow().replace(tzinfo=UTC)

    FakeBucket.__init__ = begun
    FakeBucket.is_versioned = property(lambda self: self.versioning_status in ("Enabled", "Suspended"))
