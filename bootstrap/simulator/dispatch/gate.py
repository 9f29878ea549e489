"""Authentication and authorization: the checks that AWS makes before an operation runs."""

from __future__ import annotations

from fnmatch import fnmatchcase

from bootstrap.simulator.dispatch import parameters, registry
from bootstrap.simulator.in_process import regions
from bootstrap.simulator.scenarios.service_parts import Denial
from bootstrap.simulator.services import ec2
from bootstrap.simulator.wire import protocol, signature
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.wire.request import HttpRequest, Signed
from bootstrap.simulator.world import denials
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.keys import Principal
from bootstrap.simulator.world.world import World

# China has identity pools, but no user pools; and no Bedrock.
_ABSENT = {"aws-cn": ("cognito-idp", "bedrock")}
# Global services are exempt from region denials, as in AWS's example policies.
_GLOBAL = frozenset({"iam", "sts", "organizations"})
_PREFIXES = {"service-quotas": "servicequotas", "sagemaker-runtime": "sagemaker"}


def _json(service: str) -> bool:
    return protocol.protocol_of(service) in {"json", "rest-json"}


def identify(world: World, request: HttpRequest, signed: Signed, now: float) -> Principal:
    """Return the principal whose key signed the request. Raises Refusal."""
    principal = world.keys.find(signed.key, request.headers.get("x-amz-security-token"))
    if principal is None:
        raise _unknown(signed.service)
    if not signature.fits(request, principal.secret):
        raise _unsigned(signed.service)
    if principal.expires is not None and now >= principal.expires:
        raise _expired(signed.service)
    account = world.accounts[principal.account_id]
    access = world.scenario_of(account).access
    if not regions.known_region(signed.region) or not ec2.enabled(account, access, signed.region):
        raise _unknown(signed.service)
    if regions.partition_of(signed.region) != regions.partition_of(account.region):
        # Accounts and keys belong to one partition.
        raise _unknown(signed.service)
    return principal


def _unknown(service: str) -> Refusal:
    if service == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return Refusal("InvalidAccessKeyId", text, 403)
    text = "The security token included in the request is invalid."
    if _json(service):
        return Refusal("UnrecognizedClientException", text)
    return Refusal("InvalidClientTokenId", text, 403)


def _unsigned(service: str) -> Refusal:
    text = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method."
    )
    return Refusal("InvalidSignatureException" if _json(service) else "SignatureDoesNotMatch", text, 403)


def _expired(service: str) -> Refusal:
    if service == "s3":
        return Refusal("ExpiredToken", "The provided token has expired.")
    text = "The security token included in the request is expired"
    if _json(service):
        return Refusal("ExpiredTokenException", text)
    return Refusal("ExpiredToken", text, 403)


def admit(call: Call, principal: Principal) -> None:
    """Raise Refusal if the call is not simulated or the scenario denies it."""
    if call.service not in registry.SERVICES:
        raise Refusal("NotSimulated", f"the service {call.service} is not simulated")
    if call.operation not in parameters.tables(call.service):
        raise Refusal("NotSimulated", f"{call.service}:{call.operation} is not simulated")
    if call.service in _ABSENT.get(call.partition, ()):
        raise Refusal(
            "NotSimulated", f"there is no {call.service} in {call.region}: on AWS its host name does not resolve"
        )
    if principal.hub and not _of_the_hub(call):
        raise _denied(call, "permission")
    deny(call)


def _of_the_hub(call: Call) -> bool:
    """True for what the operator may do in the hub account: Organizations only if that account has a part in one."""
    if call.service == "organizations":
        return call.scenario.organization.standing != "member"
    return call.service in {"sts", "s3", "secretsmanager"}


def deny(call: Call) -> None:
    """Raise Refusal if the scenario denies the call, whether a client or another service makes it."""
    access = call.scenario.access
    if call.service not in _GLOBAL and any(fnmatchcase(call.region, glob) for glob in access.regions_denied):
        raise _denied(call, "organization")
    name = f"{call.service}:{call.operation}"
    by = denials.by_whom(call, name)
    if by:
        raise _denied(call, by)
    closed = next((code for glob, code in access.closed.items() if fnmatchcase(name, glob)), None)
    if closed:
        raise Refusal(closed, "This account has no access to this feature, which is closed to new customers.")


def _denied(call: Call, by: Denial) -> Refusal:
    action = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
    text = denials.words(call, by, action, "*")
    if _json(call.service):
        return Refusal("AccessDeniedException", text)
    return Refusal("AccessDenied", text, 403)
