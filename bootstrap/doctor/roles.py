"""Compare a template's roles with the same roles in IAM: their policies, the policies' content, and the trust policy.

A document that names another resource of its stack is not compared: only CloudFormation knows the value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from bootstrap.doctor.finding import Changed, Trace
from bootstrap.errors.message import msg

_ROLE = "AWS::IAM::Role"
_SUB = re.compile(r"\$\{(!?)([^}]+)\}")
_ACCOUNT = re.compile(r"\d{12}")


class _Unknown(Exception):
    """A value that only CloudFormation knows."""


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Reads !Ref, !Sub and the like in their long form. Parsed in Python, the roles of an account take 50 ms of CPU."""


def _long(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = None
    return {name if name == "Ref" else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _long)


@dataclass(frozen=True, slots=True)
class RolePolicies:
    """Policies by name. None: a document, or the list of managed policies, that the template does not determine."""

    policies: Mapping[str, Any]
    trust: Any
    managed: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """`content`: a document's content differs, which is expected if the stack has another version of its template."""

    what: str
    trace: Trace
    content: bool = False


def of_template(body: str, known: Mapping[str, str]) -> dict[str, RolePolicies]:
    """Return the roles by name, without those that have a condition or no fixed name. `known`: pseudo parameters."""
    found = {}
    for each in yaml.load(body, _Loader)["Resources"].values():
        properties = each.get("Properties", {})
        name = _filled(properties.get("RoleName"), known)
        if each["Type"] == _ROLE and isinstance(name, str) and "Condition" not in each:
            found[name] = _role(properties, known)
    return found


def _role(properties: Mapping[str, Any], known: Mapping[str, str]) -> RolePolicies:
    trust = _filled(properties["AssumeRolePolicyDocument"], known)
    inline, managed = properties.get("Policies", []), _filled(properties.get("ManagedPolicyArns", []), known)
    if managed is None or not (isinstance(inline, list) and all(isinstance(_name(each), str) for each in inline)):
        return RolePolicies({}, trust, None)
    return RolePolicies(
        {_name(each): _filled(each["PolicyDocument"], known) for each in inline}, trust, frozenset(managed)
    )


def _name(policy: Mapping[str, Any]) -> Any:
    return policy.get("PolicyName")


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    try:
        return _resolved(value, known)
    except _Unknown:
        return None


def _resolved(value: Any, known: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_resolved(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(key, item)] = value.items()
        if key == "Ref":
            return _named(item, known)
        if key == "Fn::Sub" and isinstance(item, str):
            return _SUB.sub(lambda found: f"${{{found[2]}}}" if found[1] else _named(found[2], known), item)
        if key.startswith("Fn::"):
            raise _Unknown
    return {key: _resolved(each, known) for key, each in value.items()}


def _named(name: str, known: Mapping[str, str]) -> str:
    if name not in known:
        raise _Unknown
    return known[name]


def differences(
    name: str, wanted: RolePolicies, there: Mapping[str, Any] | None, partition: str
) -> Iterator[Difference]:
    """Yield what differs. `there`: the role as GetAccountAuthorizationDetails shows it; None if it does not exist."""
    if there is None:
        yield Difference(msg("role {role} was deleted", role=name), Trace(Changed.ROLE, name))
        return
    policies = {each["PolicyName"]: each["PolicyDocument"] for each in there["RolePolicyList"]}
    if missing := sorted(set(wanted.policies) - set(policies)):
        words = msg("role {role} lacks these policies: {policies}", role=name, policies=", ".join(missing))
        yield Difference(words, Trace(Changed.ROLE_POLICY, name, missing[0]))
    attached = [each for each in there["AttachedManagedPolicies"] if each["PolicyArn"] not in (wanted.managed or ())]
    others = [*(each["PolicyName"] for each in attached), *sorted(set(policies) - set(wanted.policies))]
    if others and wanted.managed is not None:
        words = msg("role {role} has additional policies: {policies}", role=name, policies=", ".join(others))
        yield Difference(words, Trace(Changed.ROLE_MORE_POLICIES, name))
    for each, document in wanted.policies.items():
        if document is not None and each in policies and not same(document, policies[each], partition):
            words = msg("role {role}: policy {policy} differs from the template", role=name, policy=each)
            yield Difference(words, Trace(Changed.ROLE_POLICY_TEXT, name, each), content=True)
    if wanted.trust is not None and not same(wanted.trust, there["AssumeRolePolicyDocument"], partition):
        words = msg("role {role}: its trust policy differs from the template", role=name)
        yield Difference(words, Trace(Changed.ROLE_TRUST, name), content=True)


def untold(found: Mapping[str, RolePolicies]) -> bool:
    """True if there is a document that cannot be compared."""
    return any(None in (*role.policies.values(), role.trust, role.managed) for role in found.values())


def same(one: Any, other: Any, partition: str) -> bool:
    """True if two policy documents are equivalent. Order does not count; one value equals a list of that value.

    IAM shows an account's id as the ARN of its root.
    """
    return _canonical(one, partition) == _canonical(other, partition)


def _canonical(value: Any, partition: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return sorted({_text(each, partition) for each in values})


def _text(value: Any, partition: str) -> str:
    if isinstance(value, dict):
        items = {key: _canonical(each, partition) for key, each in value.items()}
        if "AWS" in items:
            root = f"arn:{partition}:iam::{{}}:root".format
            items["AWS"] = sorted(root(each) if _ACCOUNT.fullmatch(each) else each for each in items["AWS"])
        return json.dumps(items, sort_keys=True)
    return str(value).lower() if isinstance(value, bool) else str(value)
