"""Faults of a profile and of the profiles that it names, as the files of the configuration have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bootstrap.errors.message import msg

# docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
_SOURCES = {"Environment", "Ec2InstanceMetadata", "EcsContainer"}
_OF_SESSION = ("sso_start_url", "sso_region")
_OF_PROFILE = ("sso_account_id", "sso_role_name")
# Each of these gives a profile credentials of its own.
_GIVES = ("aws_access_key_id", "role_arn", "sso_session", "sso_start_url", "credential_process", "login_session",
          "web_identity_token_file")  # fmt: skip

Config = Mapping[str, Any]


def links(config: Config, name: str) -> list[str]:
    """Return the profile and those that it gets credentials from, in their order; each once."""
    profiles, found = config.get("profiles", {}), [name]
    while (source := _source(profiles, found[-1])) and source not in found:
        found.append(source)
    return found


def _source(profiles: Config, name: str) -> str | None:
    profile = profiles.get(name, {})
    if "role_arn" not in profile or "web_identity_token_file" in profile:
        return None
    source = profile.get("source_profile")
    return None if source is None else str(source)


def fault(config: Config, name: str) -> str:
    """Return the first fault of the profile or one that it names; "" if there is none."""
    profiles = config.get("profiles", {})
    chain = links(config, name)
    for each in chain:
        if each not in profiles and each != name:
            return msg("profile {name} is named as source_profile, but is not there", name=each)
        if said := _of(profiles.get(each, {}), each, config):
            return said
    last = profiles.get(chain[-1], {})
    source = _source(profiles, chain[-1])
    if source in chain and not (source == chain[-1] and "aws_access_key_id" in last):
        return msg("the profiles {names} name each other as source_profile", names=", ".join(chain))
    if source is None and len(chain) > 1 and not any(key in last for key in _GIVES):
        return msg("profile {name} is a source_profile, but has no credentials", name=chain[-1])
    return ""


def _of(profile: Config, name: str, config: Config) -> str:
    if "role_arn" in profile and "web_identity_token_file" not in profile:
        both = [key for key in ("source_profile", "credential_source") if key in profile]
        if len(both) > 1:
            return msg("profile {name} has both source_profile and credential_source; remove one", name=name)
        if not both:
            return msg("profile {name} has a role_arn, but no source_profile or credential_source", name=name)
        if profile.get("credential_source", "Environment") not in _SOURCES:
            return msg("profile {name}: credential_source must be one of: {choices}", name=name,
                       choices=", ".join(sorted(_SOURCES)))  # fmt: skip
    if "services" in profile and profile["services"] not in config.get("services", {}):
        return msg("profile {name} names the services section {section}, which is not there", name=name,
                   section=profile["services"])  # fmt: skip
    if "web_identity_token_file" in profile and "role_arn" not in profile:
        return msg("profile {name} has a web_identity_token_file, but no role_arn", name=name)
    return _of_single_sign_on(profile, name, config.get("sso_sessions", {}))


def _of_single_sign_on(profile: Config, name: str, sessions: Config) -> str:
    if not any(key in profile for key in ("sso_session", *_OF_PROFILE, *_OF_SESSION)):
        return ""
    whole = dict(profile)
    if (session := profile.get("sso_session")) is not None:
        if session not in sessions:
            return msg("profile {name} names the sso-session {session}, which is not there", name=name, session=session)
        for key, value in sessions[session].items():
            if profile.get(key, value) != value:
                return msg("profile {name} and sso-session {session} have different values of {key}", name=name,
                           session=session, key=key)  # fmt: skip
        whole |= sessions[session]
    wanted = (*_OF_PROFILE, *_OF_SESSION)
    if missing := [key for key in wanted if key not in whole]:
        return msg("profile {name} uses single sign-on, but has no {missing}", name=name, missing=", ".join(missing))
    return ""
