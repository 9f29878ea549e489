"""Resources of every account: AWS's own roles, the access role, rules that a service manages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_LINKED = {"AWSServiceRoleForSupport": "support", "AWSServiceRoleForTrustedAdvisor": "trustedadvisor"}
_RESERVED = "AWSReservedSSO_AdministratorAccess_0123456789abcdef"
_OURS_ALONE = ("/aws-service-role/", "/aws-reserved/")
_MANAGER = "sagemaker.amazonaws.com"
# As the shipped access.yaml tags its role.
_ACCESS_TAGS = [{"Key": "made-by", "Value": "event-bootstrap"}, {"Key": "access-version", "Value": "2"}]
# moto's datetimes are UTC without a time zone.
_MADE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_PATTERN = json.dumps({"source": ["aws.sagemaker"], "detail-type": ["SageMaker AI Resource Sync"]})


def create(call: Call) -> None:
    """Create the service's preexisting resources, before the account's first call to it."""
    if call.service == "iam":
        _once(call, "iam", _roles)
    elif call.service == "events" and call.region == call.account.region:
        _once(call, "events", _rules)


def _once(call: Call, service: str, put: Any) -> None:
    done = call.account.shelf("standing")
    if service not in done:
        done[service] = True
        put(call)


def _roles(call: Call) -> None:
    from moto.iam.models import iam_backends

    backend = iam_backends[call.account_id][call.partition]
    for name, path, principal in _wanted(call):
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        tags = _ACCESS_TAGS if name == call.account.role_name else []
        backend.create_role(name, document, path, None, "", tags, "3600").create_date = _MADE


def _wanted(call: Call) -> Iterator[tuple[str, str, dict[str, str]]]:
    for name, service in _LINKED.items():
        host = f"{service}.amazonaws.com"
        yield name, f"/aws-service-role/{host}/", {"Service": host}
    provider = call.arn("iam", "saml-provider/AWSSSO_DO_NOT_DELETE", region="")
    yield _RESERVED, "/aws-reserved/sso.amazonaws.com/", {"Federated": provider}
    if call.account.role_name and not call.account.hub and not call.account.bare:
        yield call.account.role_name, "/", {"AWS": f"arn:{call.partition}:iam::{call.world.hub_id}:root"}


def _rules(call: Call) -> None:
    from moto.events.models import events_backends

    backend = events_backends[call.account_id][call.region]
    for name in call.scenario.existing.managed_rules:
        backend.put_rule(name, event_pattern=_PATTERN, state="ENABLED", managed_by=_MANAGER)
        backend.put_targets(name, "default", [{"Id": "1", "Arn": call.arn("sagemaker", "managed")}])


def modifiable(call: Call, role: str) -> None:
    """Raise Refusal for a role that only AWS may change."""
    from moto.iam.models import iam_backends

    roles = iam_backends[call.account_id][call.partition].roles.values()
    if any(one.name == role and one.path.startswith(_OURS_ALONE) for one in roles):
        text = f"Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS"
        raise Refusal("UnmodifiableEntity", text)
