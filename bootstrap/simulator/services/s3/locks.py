"""Object lock, where moto answers too little: reading a retention, and the bypass in buckets without object lock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call


def _held(call: Call, owner: str, bucket: str) -> Any:
    from moto.s3.models import s3_backends

    return s3_backends[owner][call.partition].buckets[bucket]


def check_bypass(call: Call, owner: str, bucket: str, headers: Mapping[str, str]) -> None:
    """Raise Refusal for the bypass of governance mode in a bucket that has no object lock."""
    if headers.get("x-amz-bypass-governance-retention") and not _held(call, owner, bucket).object_lock_enabled:
        text = "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets."
        raise Refusal("InvalidArgument", text)


def retention(call: Call, owner: str, bucket: str, key: str, version: str) -> bytes:
    """Answer GetObjectRetention. Raises Refusal for a version without one."""
    found = [
        each
        for each in _held(call, owner, bucket).keys.getlist(key, [])
        if version in ("", "null") or str(each.version_id) == version
    ]
    if not found:
        raise Refusal("NoSuchVersion", "The specified version does not exist.", 404)
    mode, until = getattr(found[-1], "lock_mode", None), getattr(found[-1], "lock_until", None)
    if not mode:
        text = "The specified object does not have a ObjectLock configuration"
        raise Refusal("NoSuchObjectLockConfiguration", text, 404)
    inside = f"<Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate>"
    return f'<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inside}</Retention>'.encode()
