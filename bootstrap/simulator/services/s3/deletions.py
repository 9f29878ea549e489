"""DeleteObjects, which answers 200 even if keys are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from bootstrap.simulator.services.s3 import bucket_policy, fillers, preconditions
from bootstrap.simulator.wire import s3_body
from bootstrap.simulator.world import denials
from bootstrap.simulator.world.call import Call

_SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
# API reference of DeleteObjects.
_MOST = 1000
Key = dict[str, str]


def delete_objects(call: Call, owner: str, bucket: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """Delete objects. As many of an account's keys as the scenario says are refused once. Raises Refusal."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise s3_body.malformed() from error
    quiet = any(one.tag.removeprefix(_SPACE) == "Quiet" and one.text == "true" for one in root)
    wanted = [_key(one) for one in root.iter() if one.tag.removeprefix(_SPACE) == "Object"]
    if not 0 < len(wanted) <= _MOST or any("Key" not in one for one in wanted):
        raise s3_body.malformed()
    if denial := _denied(call, wanted):
        return _answer([], denial)
    errors = list(_impossible(call, owner, bucket, wanted))
    named = [(one["Key"], one.get("VersionId")) for one in errors]
    possible = [one for one in wanted if (one["Key"], one.get("VersionId")) not in named]
    refused = [one for one in possible if _spoiled(call, one)]
    allowed = [one for one in possible if one not in refused] if refused else possible
    gone, left = _unfilled(call, owner, bucket, allowed)
    call.params.update(Bucket=bucket, Delete={"Objects": left})
    if headers.get("x-amz-bypass-governance-retention", "").lower() == "true":
        call.params["BypassGovernanceRetention"] = True
    answer = call.moto() if left else {}
    said = {"Code": "InternalError", "Message": "We encountered an internal error. Please try again."}
    errors += [*_locked(answer, left), *({**one, **said} for one in refused)]
    deleted: list[dict[str, Any]] = [] if quiet else [*gone, *answer.get("Deleted", ())]
    return _answer(deleted, errors)


def _denied(call: Call, wanted: list[Key]) -> list[dict[str, Any]]:
    """Return an error for each key if the permission for the keys is denied: the call itself is answered 200."""
    by = denials.by_whom(call, "s3:DeleteObjectVersion")
    if not by:
        return []
    said = {"Code": "AccessDenied", "Message": denials.words(call, by, "s3:DeleteObjectVersion", "*")}
    return [{**one, **said} for one in wanted]


def _impossible(call: Call, owner: str, bucket: str, wanted: list[Key]) -> Iterator[dict[str, Any]]:
    """Yield an error for each key that the bucket's policy denies, and for each version that is not there."""
    policy = bucket_policy.in_force(call, call.world.accounts[owner], bucket)
    for one in wanted:
        key, version = one["Key"], one.get("VersionId", "")
        action = "s3:DeleteObjectVersion" if version else "s3:DeleteObject"
        refusal = bucket_policy.denial(call, policy, action, bucket, key) if policy else None
        if refusal:
            yield {**one, "Code": refusal.code, "Message": refusal.message}
        elif version and not preconditions.has_version(call, owner, bucket, key, version):
            yield {**one, "Code": "NoSuchVersion", "Message": "The specified version does not exist."}


def _answer(deleted: list[dict[str, Any]], errors: list[dict[str, Any]]) -> bytes:
    parts = [_element("Deleted", one) for one in deleted] + [_element("Error", one) for one in errors]
    return f'<DeleteResult xmlns="{_SPACE[1:-1]}">{"".join(parts)}</DeleteResult>'.encode()


def _unfilled(call: Call, owner: str, bucket: str, wanted: list[Key]) -> tuple[list[Key], list[Key]]:
    """Delete the filler among the wanted versions; return it, and the rest."""
    filler = fillers.of(call, owner, bucket)
    if not filler:
        return [], wanted
    gone: list[Key] = []
    left: list[Key] = []
    for one in wanted:
        (gone if filler.delete(one.get("VersionId", "")) else left).append(one)
    return gone, left


def _locked(answer: dict[str, Any], wanted: list[Key]) -> Iterator[dict[str, Any]]:
    """Yield moto's errors with the version, which moto leaves out."""
    gone = {(one["Key"], one.get("VersionId")) for one in answer.get("Deleted", ())}
    stayed = [one for one in wanted if (one["Key"], one.get("VersionId")) not in gone]
    for error in answer.get("Errors", ()):
        version = next((one for one in stayed if one["Key"] == error["Key"]), None)
        if version:
            stayed.remove(version)
        yield {**error, **(version or {})}


def _key(one: ElementTree.Element) -> Key:
    return {child.tag.removeprefix(_SPACE): child.text or "" for child in one}


def _spoiled(call: Call, one: Key) -> bool:
    left = call.scenario.buckets.delete_errors
    if not left or call.account.count(f"delete:{one['Key']}:{one.get('VersionId')}") > 1:
        return False
    return call.account.count("delete-errors") <= left


def _element(name: str, content: dict[str, object]) -> str:
    inside = "".join(f"<{key}>{escape(_text(value))}</{key}>" for key, value in content.items())
    return f"<{name}>{inside}</{name}>"


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
