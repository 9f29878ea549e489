"""The AWS configuration files with a profile for each team's simulated account."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from bootstrap.event.event import Event
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.rehearsal.simulated import OPERATOR_KEYS, owner_keys

OPERATOR = "simulated-operator"
# Each of these would make a program call the real AWS, or use credentials that the simulator does not know.
UNSET = (
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)


def write(folder: Path, event: Event, accounts: Sequence[TeamAccount]) -> dict[str, str]:
    """Write `config` and `credentials` into the folder; return the variables that name them. Raises OSError.

    Each team has a profile of its name; the profiles that the roster names are written as well. The operator is a
    profile too: keys in the environment would overrule an AWS_PROFILE that a person sets there. Each account's
    owner is the profile TEAM-owner, with keys of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config, credentials = folder / "config", folder / "credentials"
    operators = {OPERATOR} | {each.profile for each in accounts if each.profile and each.role_arn}
    roles = _roles(event, accounts)
    # A variable for the region would override the region of every profile.
    here = {"region": event.region}
    first = {**dict.fromkeys(sorted(operators), here), "default": roles.pop("default", here)}
    owned = {f"{each.team}-owner": each for each in accounts}
    regions = {name: {"region": each.region} for name, each in owned.items()}
    config.write_text(_ini("profile ", first | regions | roles), encoding="utf-8")
    theirs = {name: _keys(*owner_keys(each.account_id)) for name, each in owned.items()}
    known = theirs | dict.fromkeys(sorted(operators), _keys(*OPERATOR_KEYS))
    credentials.write_text(_ini("", known), encoding="utf-8")
    return {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": str(credentials),
        "AWS_PROFILE": OPERATOR,
    }


def _keys(key: str, secret: str) -> dict[str, str]:
    return {"aws_access_key_id": key, "aws_secret_access_key": secret}


def _roles(event: Event, accounts: Sequence[TeamAccount]) -> dict[str, dict[str, str]]:
    # The AWS CLI caches credentials in ~/.aws/cli/cache by the request's parameters: a session name of this start alone
    # keeps it from using those of an earlier simulator, or of the real AWS.
    name = f"simulate-{secrets.token_hex(4)}"
    found: dict[str, dict[str, str]] = {}
    for each in accounts:
        lines = {
            "role_arn": each.role_arn or f"arn:{each.partition}:iam::{each.account_id}:role/{event.access.role_name}",
            "source_profile": OPERATOR,
            "role_session_name": name,
            "region": each.region,
        }
        if each.external_id:
            lines["external_id"] = each.external_id
        found[each.team] = lines
        if each.profile and not each.role_arn:
            found.setdefault(each.profile, lines)
    return found


def _ini(prefix: str, sections: Mapping[str, Mapping[str, str]]) -> str:
    """Return the sections as AWS's files have them: a name with spaces is quoted; no name has a quote in it."""
    made = []
    for name, values in sections.items():
        quoted = f'"{name}"' if prefix and " " in name else name
        title = name if name == "default" else f"{prefix}{quoted}"
        made.append("\n".join([f"[{title}]", *(f"{key} = {value}" for key, value in values.items()), ""]))
    return "\n".join(made)
