"""Profiles that need an MFA code: it is asked for once a device, beforehand, and serves every profile with it.

STS takes a code once, so several roles cannot be assumed with one. GetSessionToken takes it, and roles are then assumed
with the session that it gives, which counts as signed in with MFA (aws/aws-cli#2279, 1Password/shell-plugins#180) and
lasts for hours: the roles' credentials renew themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore import exceptions as boto
from botocore.credentials import AssumeRoleProvider, CredentialProvider, CredentialResolver, EnvProvider
from botocore.session import Session

from bootstrap.aws import own_configuration, profile_chain, signing
from bootstrap.aws.own_configuration import OwnConfiguration
from bootstrap.errors import raw, secret_values
from bootstrap.errors.message import answered, msg

# docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html: an IAM user's session may last 36 hours.
_SECONDS = 12 * 3600
_REFUSED = "EB-658"

Ask = Callable[[str], str]
# Makes a client of a botocore session, in a region: (session, region, service, keys ...).
MakeClient = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Device:
    """An MFA device. `profile`: the one that names it; `top`: the one that is used."""

    serial: str
    profile: str
    top: str


@dataclass(frozen=True, slots=True)
class _SignedIn:
    keys: Mapping[str, str]
    ends: datetime


_signed_in: dict[str, _SignedIn] = {}
_lock = threading.Lock()


def device(session: Any, profile: str | None) -> Device | None:
    """Return the device whose code the credentials of the profile need; None if they need none.

    `profile`: as botocore gets it; None: the one of AWS_PROFILE, unless the environment has keys.
    """
    if profile is None and EnvProvider().load() is not None:
        return None
    name = profile or session.get_config_variable("profile") or "default"
    config = session.full_config
    for each in profile_chain.links(config, name):
        found = config["profiles"].get(each, {})
        if "role_arn" in found and "mfa_serial" in found and "web_identity_token_file" not in found:
            return Device(str(found["mfa_serial"]), each, name)
    return None


def sign_in(profiles: Iterable[tuple[str | None, str]], ask: Ask | None, make: MakeClient) -> None:
    """Ask for the code of each device that the profiles need, one after the other, and sign in with it.

    `profiles`: (profile, region); `ask`: returns what is typed, and does not show it; None: there is nobody to ask,
    and calls with these profiles raise EB-657. Raises OwnConfiguration (EB-658) if AWS refuses a code. API:
    GetSessionToken.
    """
    for profile, region in dict.fromkeys(profiles):
        try:
            with own_configuration.reading(profile):
                session = Session(profile=profile)
                found = device(session, profile)
                if found and ask and not _valid(found):
                    _sign_in(session, found, ask, partial(make, session, _region(session, region)))
        except OwnConfiguration as wrong:
            # Whatever else is wrong with a profile is told of the accounts that it leads into.
            if wrong.code == _REFUSED:
                raise


def _valid(found: Device) -> bool:
    with _lock:
        return found.serial in _signed_in and _signed_in[found.serial].ends > datetime.now(UTC)


def _sign_in(session: Any, found: Device, ask: Ask, make: Callable[..., Any]) -> None:
    client = make("sts", **_source(session, found))
    code = ask(msg("MFA code of {device} (profile {profile})", device=found.serial, profile=found.profile)).strip()
    try:
        made = client.get_session_token(SerialNumber=found.serial, TokenCode=code, DurationSeconds=_SECONDS)
    except boto.ClientError as error:
        said = msg("AWS refused the MFA code of {device}; wait for a new code and run the same command again",
                   device=found.serial)  # fmt: skip
        raise OwnConfiguration(_REFUSED, answered(said, raw(error))) from None
    except boto.ParamValidationError:
        raise OwnConfiguration(_REFUSED, msg("an MFA code has six digits; run the same command again")) from None
    signing.remember(made)
    given = made["Credentials"]
    with _lock:
        _signed_in[found.serial] = _SignedIn(
            {
                "aws_access_key_id": given["AccessKeyId"],
                "aws_secret_access_key": given["SecretAccessKey"],
                "aws_session_token": given["SessionToken"],
            },
            given["Expiration"],
        )


def _source(session: Any, found: Device) -> dict[str, str]:
    """Return the keys that the device's profile assumes its role with."""
    config = session.full_config
    own = config["profiles"][found.profile]
    source = own.get("source_profile")
    if said := profile_chain.fault(config, found.profile):
        raise OwnConfiguration("EB-652", said)
    if source == found.profile:
        # A profile may be its own source: its keys are then beside its role.
        keys = {name: str(own[name]) for name in ("aws_access_key_id", "aws_secret_access_key") if name in own}
        secret_values.hold(*keys.values())
        return keys
    given = EnvProvider().load() if source is None else Session(profile=source).get_credentials()
    if given is None:
        raise OwnConfiguration("EB-664", msg("{where} gives no credentials", where=source or found.profile))
    signing.check(given)
    frozen = given.get_frozen_credentials()
    keys = {"aws_access_key_id": str(frozen.access_key), "aws_secret_access_key": str(frozen.secret_key)}
    return keys | ({"aws_session_token": frozen.token} if frozen.token else {})


def _region(session: Any, region: str) -> str:
    return session.get_config_variable("region") or region


def _unasked(found: Device) -> OwnConfiguration:
    said = msg("profile {profile} asks for the MFA code of {device}, and there is no terminal to enter it at; run the "
               "command in a terminal", profile=found.profile, device=found.serial)  # fmt: skip
    return OwnConfiguration("EB-657", said)


class _WithSession(CredentialProvider):
    """Gives the credentials of a profile's role, assumed with the session of its device."""

    METHOD = "assume-role"

    def __init__(self, session: Any, found: Device, make: Callable[..., Any]) -> None:
        super().__init__(session)
        self._found, self._make = found, make

    def load(self) -> Any:
        with _lock:
            kept = _signed_in.get(self._found.serial)
        if kept is None:
            raise _unasked(self._found)
        return AssumeRoleProvider(
            load_config=lambda: _changed(self.session.full_config, self._found, kept.keys),
            client_creator=self._make,
            cache={},
            profile_name=self._found.top,
        ).load()


def _changed(config: Mapping[str, Any], found: Device, keys: Mapping[str, str]) -> dict[str, Any]:
    """Return the configuration in which the device's profile has the session's keys as its source."""
    profile = {**config["profiles"][found.profile]}
    for each in ("mfa_serial", "credential_source", "aws_access_key_id", "aws_secret_access_key"):
        profile.pop(each, None)
    source = f"mfa {found.serial}"
    return {
        **config,
        "profiles": {**config["profiles"], found.profile: profile | {"source_profile": source}, source: keys},
    }


def use(session: Any, profile: str | None, region: str, make: MakeClient) -> None:
    """Let a botocore session take its credentials by way of its device's session, if it has a device."""
    found = device(session, profile)
    if found:
        provider = _WithSession(session, found, partial(make, session, _region(session, region)))
        session.register_component("credential_provider", CredentialResolver([provider]))
