"""DeleteObjects, which answers 200 whatever became of the single keys."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.sax.saxutils import escape

from bootstrap.simulator.call import Call, Refusal

_SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
Key = dict[str, str]


def delete_objects(call: Call, bucket: str, body: bytes) -> bytes:
    """As many keys of an account as the scenario says are refused once, each inside the answer. Raises Refusal."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        text = "The XML you provided was not well-formed or did not validate against our published schema"
        raise Refusal("MalformedXML", text) from error
    quiet = any(one.tag.removeprefix(_SPACE) == "Quiet" and one.text == "true" for one in root)
    wanted = [_key(one) for one in root.iter() if one.tag.removeprefix(_SPACE) == "Object"]
    refused = [one for one in wanted if _spoiled(call, one)]
    call.params.update(Bucket=bucket, Delete={"Objects": [one for one in wanted if one not in refused]})
    answer = call.moto() if len(refused) < len(wanted) else {}
    said = {"Code": "InternalError", "Message": "We encountered an internal error. Please try again."}
    errors = [*answer.get("Errors", ()), *({**one, **said} for one in refused)]
    deleted = [] if quiet else answer.get("Deleted", ())
    parts = [_element("Deleted", one) for one in deleted] + [_element("Error", one) for one in errors]
    return f'<DeleteResult xmlns="{_SPACE[1:-1]}">{"".join(parts)}</DeleteResult>'.encode()


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
