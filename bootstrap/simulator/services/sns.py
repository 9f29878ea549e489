"""SNS by e-mail: a subscription is pending until its link is clicked. moto would confirm it at once."""

from __future__ import annotations

import json
from typing import Any

from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

_WAITING = "PendingConfirmation"
# Of an ARN; one of a subscription has another.
_ELEMENTS = 6
_PROTOCOLS = frozenset({"http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"})
_USUAL_SUBJECT = "AWS Notification Message"


def _mails(call: Call) -> dict[str, dict[str, Any]]:
    """Return the subscriptions by "TOPIC ADDRESS"."""
    return call.shelf("sns")


def _topic(call: Call) -> str:
    topic = str(call.params["TopicArn"])
    try:
        call.aws("sns").get_topic_attributes(TopicArn=topic)
    except call.aws("sns").exceptions.NotFoundException as error:
        raise Refusal("NotFound", "Topic does not exist", 404) from error
    return topic


def subscribe(call: Call) -> dict[str, Any]:
    """Subscribe an e-mail address; an existing subscription is returned unchanged."""
    topic, protocol = _topic(call), call.params["Protocol"]
    address = call.params.get("Endpoint", "")
    if protocol not in _PROTOCOLS:
        text = f"Invalid parameter: Amazon SNS does not support this protocol string: {protocol}"
        raise Refusal("InvalidParameter", text)
    if protocol != "email":
        raise Refusal("NotSimulated", f"sns:Subscribe for {protocol} is not simulated")
    if "@" not in address:
        raise Refusal("InvalidParameter", "Invalid parameter: Email address")
    mails, key = _mails(call), f"{topic} {address}"
    if key not in mails:
        mails[key] = {
            "topic": topic,
            "address": address,
            "arn": f"{topic}:{_uuid(call, 'subscription')}",
            "confirmed": False,
        }
        seconds = call.scenario.mail.confirm_seconds
        if seconds is not None:
            call.later(call.now + call.draw(f"mail:{key}", seconds), lambda later: _click(later, key))
    one = mails[key]
    shown = one["confirmed"] or call.params.get("ReturnSubscriptionArn", False)
    return {"SubscriptionArn": one["arn"] if shown else "pending confirmation"}


def _uuid(call: Call, what: str) -> str:
    text = call.token(what, 32)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _click(call: Call, key: str) -> None:
    if key in _mails(call):
        _mails(call)[key]["confirmed"] = True


def confirm(call: Call, address: str | None) -> int:
    """Click the confirmation links sent to `address` (None: to everybody); return the number of links."""
    waiting = [one for one in _mails(call).values() if not one["confirmed"] and address in {None, one["address"]}]
    for one in waiting:
        one["confirmed"] = True
    return len(waiting)


def _shown(call: Call, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "SubscriptionArn": one["arn"] if one["confirmed"] else _WAITING,
        "Owner": call.account_id,
        "Protocol": "email",
        "Endpoint": one["address"],
        "TopicArn": one["topic"],
    }


def list_by_topic(call: Call) -> dict[str, Any]:
    """Answer ListSubscriptionsByTopic."""
    topic = _topic(call)
    found = [_shown(call, one) for one in _mails(call).values() if one["topic"] == topic]
    return _page(call, found)


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListSubscriptions."""
    return _page(call, [_shown(call, one) for one in _mails(call).values()])


def _page(call: Call, found: list[dict[str, Any]]) -> dict[str, Any]:
    start = paging.start(call.params.get("NextToken"), "InvalidParameter", "Invalid parameter: NextToken")
    page: dict[str, Any] = {"Subscriptions": found[start : start + 100]}
    if len(found) > start + 100:
        page["NextToken"] = str(start + 100)
    return page


def unsubscribe(call: Call) -> dict[str, Any]:
    """Unsubscribe. A pending subscription has no ARN, so it cannot be ended; it expires."""
    arn = call.params["SubscriptionArn"]
    if len(arn.split(":")) < _ELEMENTS + 1:
        raise Refusal("InvalidParameter", "Invalid parameter: SubscriptionId")
    for key, one in list(_mails(call).items()):
        if one["arn"] == arn:
            del _mails(call)[key]
    return {}


def create_topic(call: Call) -> dict[str, Any]:
    """Answer CreateTopic: a topic that stands is returned, unless its tags are others."""
    tags = {each["Key"]: each["Value"] for each in call.params.get("Tags", ())}
    client, topic = call.aws("sns"), call.arn("sns", call.params["Name"])
    try:
        stood = client.list_tags_for_resource(ResourceArn=topic)["Tags"]
    except client.exceptions.ResourceNotFoundException:
        return _made(call)
    if tags and tags != {each["Key"]: each["Value"] for each in stood}:
        text = "Invalid parameter: Tags Reason: Topic already exists with different tags"
        raise Refusal("InvalidParameter", text)
    return _made(call)


def _made(call: Call) -> dict[str, Any]:
    try:
        return call.moto()
    except Refusal as refusal:
        if refusal.message.startswith("Topic names must be made up"):
            raise Refusal("InvalidParameter", "Invalid parameter: Topic Name") from None
        raise


def delete_topic(call: Call) -> dict[str, Any]:
    """Delete the topic and its subscriptions."""
    topic = call.params["TopicArn"]
    call.aws("sns").delete_topic(TopicArn=topic)
    for key, one in list(_mails(call).items()):
        if one["topic"] == topic:
            del _mails(call)[key]
    return {}


def publish(call: Call) -> dict[str, Any]:
    """Publish to a topic; per-protocol messages are not simulated."""
    for key in ("PhoneNumber", "TargetArn", "MessageStructure"):
        if key in call.params:
            raise Refusal("NotSimulated", f"sns:Publish with {key} is not simulated")
    if "TopicArn" not in call.params:
        raise Refusal("InvalidParameter", "Invalid parameter: TopicArn or TargetArn Reason: no value for required")
    topic, message, subject = _topic(call), call.params["Message"], call.params.get("Subject")
    if not message:
        raise Refusal("InvalidParameter", "Invalid parameter: Empty message")
    if len(message.encode()) > 262_144:
        raise Refusal("InvalidParameter", "Invalid parameter: Message too long")
    if subject is not None and not (subject.isascii() and subject.isprintable() and 0 < len(subject) <= 100):
        raise Refusal("InvalidParameter", "Invalid parameter: Subject")
    return {"MessageId": deliver(call, topic, message, subject or _USUAL_SUBJECT)}


def deliver(call: Call, topic: str, message: str, subject: str = _USUAL_SUBJECT) -> str:
    """Send a mail to each confirmed subscriber; return the message id."""
    for one in _mails(call).values():
        if one["topic"] == topic and one["confirmed"]:
            mail = {"address": one["address"], "topic": topic, "subject": subject, "message": message}
            _mailbox(call).append({**mail, "at": call.now})
    return _uuid(call, "message")


def lets_in(call: Call, topic: str, service: str) -> bool:
    """Return True if the topic's policy lets the service publish. Statements with a Condition are ignored."""
    client = call.aws("sns")
    try:
        policy = json.loads(client.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])
    except client.exceptions.NotFoundException:
        return False
    meant = [one["Effect"] for one in _listed(policy["Statement"]) if _speaks_of(one, topic, service)]
    return "Allow" in meant and "Deny" not in meant


def _speaks_of(statement: dict[str, Any], topic: str, service: str) -> bool:
    principal = statement.get("Principal")
    everybody = principal in ("*", {"AWS": "*"})
    named = isinstance(principal, dict) and service in _listed(principal.get("Service", []))
    acts = {"sns:publish", "sns:*", "*"} & {str(one).lower() for one in _listed(statement.get("Action", []))}
    stands = {topic, "*"} & set(_listed(statement.get("Resource", [])))
    return bool((everybody or named) and acts and stands and not statement.get("Condition"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _mailbox(call: Call) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call.shelf("sns.mails").setdefault("all", [])
    return found


def view(call: Call) -> list[dict[str, Any]]:
    """View for the control address: the subscriptions."""
    return list(_mails(call).values())


def view_topics(call: Call) -> list[str]:
    """View for the control address: the topics."""
    from moto.sns.models import sns_backends

    return sorted(sns_backends[call.account_id][call.region].topics)


def _with_arn(name: str, operation: CallHandler) -> CallHandler:
    """Return the operation with the check that SNS makes of the ARN in parameter `name` before all else."""

    def checked(call: Call) -> dict[str, Any]:
        if name in call.params:
            _check_arn(call, name)
        return operation(call)

    return checked


def _check_arn(call: Call, name: str) -> None:
    arn = call.params[name]
    elements = arn.split(":")
    if not arn:
        raise Refusal("InvalidParameter", f"Invalid parameter: {name} Reason: no value for required parameter")
    if len(elements) < _ELEMENTS:
        text = f"Invalid parameter: {name} Reason: An ARN must have at least {_ELEMENTS} elements, not {len(elements)}"
        raise Refusal("InvalidParameter", text)
    if name == "TopicArn" and elements[:4] != ["arn", call.partition, "sns", call.region]:
        raise Refusal("InvalidParameter", f"Invalid parameter: {name}")


def _moto(call: Call) -> dict[str, Any]:
    return call.moto()


_OWN: dict[str, CallHandler] = {
    "CreateTopic": create_topic,
    "Publish": publish,
    "Subscribe": subscribe,
    "Unsubscribe": unsubscribe,
    "ListSubscriptionsByTopic": list_by_topic,
    "ListSubscriptions": list_all,
    "DeleteTopic": delete_topic,
}
# Operation -> its parameter that is an ARN.
_ARNS = {
    **dict.fromkeys(
        ("DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "Publish", "SetTopicAttributes", "Subscribe"),
        "TopicArn",
    ),
    **dict.fromkeys(("GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"), "SubscriptionArn"),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), "ResourceArn"),
}
OPERATIONS = _OWN | {each: _with_arn(name, _OWN.get(each, _moto)) for each, name in _ARNS.items()}
VIEWS = {"topics": view_topics, "subscriptions": view, "mails": _mailbox}
