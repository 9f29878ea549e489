"""AssumeRole, GetSessionToken and GetCallerIdentity, with the refusals that moto does not have."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bootstrap.simulator.in_process import acting
from bootstrap.simulator.services.iam import iam, session_policy, trust
from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import draw, weather
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.keys import Principal

_HOUR = 3600
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BECAUSE = {
    "no-trust": " because no resource-based policy allows the sts:AssumeRole action",
    "no-permission": " because no identity-based policy allows the sts:AssumeRole action",
    "organization": " with an explicit deny in a service control policy",
}


def get_caller_identity(call: Call) -> dict[str, Any]:
    """Answer GetCallerIdentity."""
    user = "AIDA" + draw.token(17, call.caller, alphabet=_ALPHABET)
    return {"UserId": user, "Account": call.account_id, "Arn": call.caller}


def assume_role(call: Call) -> dict[str, Any]:
    """Return credentials of the role, which expire on the simulated clock."""
    arn, name = call.params["RoleArn"], call.params["RoleSessionName"]
    _check_code(call)
    policy = session_policy.read(call.params["Policy"]) if "Policy" in call.params else None
    account = _target(call, arn)
    with account.lock:
        fault = weather.over(call, account)
        longest = _entered(call, account, arn)
    seconds = call.params.get("DurationSeconds", _HOUR)
    chained = ":assumed-role/" in call.caller
    _check_duration(chained, longest, seconds)
    role = arn.rpartition("/")[2]
    assumed = f"arn:{call.partition}:sts::{account.account_id}:assumed-role/{role}/{name}"
    role_id = "AROA" + draw.token(17, arn, alphabet=_ALPHABET)
    holder = Principal(account.account_id, assumed, "", chained=chained, longest=longest, policy=policy)
    answer = {
        "Credentials": _credentials(call, account, holder, seconds),
        "AssumedRoleUser": {"AssumedRoleId": f"{role_id}:{name}", "Arn": assumed},
    }
    if fault:
        raise weather.Struck(fault, account, answer)
    return answer


def get_session_token(call: Call) -> dict[str, Any]:
    """Return temporary credentials of the IAM user that calls, signed in with MFA if a code is given."""
    if ":assumed-role/" in call.caller:
        raise Refusal("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)
    _check_code(call)
    holder = Principal(call.account_id, call.caller, "", call.account.hub)
    return {"Credentials": _credentials(call, call.account, holder, call.params.get("DurationSeconds", 12 * _HOUR))}


def _check_code(call: Call) -> None:
    """Refuse a code that came before: AWS takes each code of a device once. Any device is known here."""
    serial, code = call.params.get("SerialNumber"), call.params.get("TokenCode")
    if serial is None:
        return
    if code is None:
        text = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
        raise Refusal("AccessDenied", text, 403)
    used = call.account.shelf("mfa")
    if used.get(serial) == code:
        text = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
        raise Refusal("AccessDenied", text, 403)
    used[serial] = code


def _target(call: Call, arn: str) -> AccountState:
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or not all((parts[1], parts[2], parts[5])):
        raise Refusal("ValidationError", f"{arn} is invalid")
    account = call.world.accounts.get(parts[4]) if parts[2] == "iam" else None
    if account is None or account.hub or parts[1] != call.partition:
        # AWS does not tell an untrusted caller whether a role exists.
        raise _denied(call, arn, "")
    return account


def _entered(call: Call, account: AccountState, arn: str) -> int:
    """Return the role's MaxSessionDuration. Raises Refusal if the caller may not assume it."""
    refusal = call.world.scenario_of(account).access.assume
    if refusal != "allowed":
        raise _denied(call, arn, _BECAUSE[refusal])
    usual = f"arn:{call.partition}:iam::{account.account_id}:role/{account.role_name}"
    if arn == usual and not account.bare:
        if "Policy" in call.params:
            raise Refusal("NotSimulated", "sts:AssumeRole with Policy is not simulated for the access role")
        return _through_the_access_role(call, account, arn)
    # The role's creation may be due.
    call.world.advance(account, call.now)
    acting.act_for(call.account_id, call.now)
    there = replace(call, account_id=account.account_id, account=account)
    role = iam.in_use(there, arn)
    if role is None:
        raise _denied(call, arn, "")
    if not trust.admits(there, role):
        raise _denied(call, arn, _BECAUSE["no-trust"])
    return int(role.max_session_duration or _HOUR)


def _through_the_access_role(call: Call, account: AccountState, arn: str) -> int:
    if not call.account.hub and call.account is not account:
        # The trust policy names only the hub's account, so a role in one team's account cannot enter another's.
        raise _denied(call, arn, _BECAUSE["no-trust"])
    if "shut" in account.shelf("standing"):
        raise _denied(call, arn, _BECAUSE["no-trust"])
    if account.external_id is not None and call.params.get("ExternalId") != account.external_id:
        raise _denied(call, arn, "")
    return _HOUR


def _denied(call: Call, arn: str, because: str) -> Refusal:
    text = f"User: {call.caller} is not authorized to perform: sts:AssumeRole on resource: {arn}{because}"
    return Refusal("AccessDenied", text, 403)


def _check_duration(chained: bool, longest: int, seconds: int) -> None:
    if chained and seconds > _HOUR:
        text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        raise Refusal("ValidationError", text)
    if seconds > longest:
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise Refusal("ValidationError", text)


def _credentials(call: Call, account: AccountState, holder: Principal, seconds: int) -> dict[str, Any]:
    seed, count = call.world.seed, account.count("credentials")
    key = "ASIA" + draw.token(16, seed, account.account_id, "key", count, alphabet=_ALPHABET)
    token = draw.token(64, seed, account.account_id, "token", count)
    secret = draw.token(40, seed, account.account_id, "secret", count)
    expires = call.now + seconds
    lasts = call.world.scenario_of(account, call.now).access.session_seconds
    dies = expires if lasts is None else min(expires, call.now + lasts)
    call.world.keys.add(key, replace(holder, secret=secret, token=token, expires=dies))
    return {
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "SessionToken": token,
        "Expiration": protocol.moment(expires),
    }


OPERATIONS = {
    "AssumeRole": assume_role,
    "GetCallerIdentity": get_caller_identity,
    "GetSessionToken": get_session_token,
}
