"""Makes a team's mail addresses confirmed users of the workforce's pool, in the work team's group.

The order makes a crash harmless: create the user, store a password, set it, add the user to the group. A user is done
once it is in the group, confirmed, with a verified address. A password is never set twice.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.errors import code_of
from bootstrap.event.names import Names

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_DONE = frozenset({"CONFIRMED", "EXTERNAL_PROVIDER"})
_LENGTH = 16
_NAMES_A_CALL = 10
# People type it from paper, so characters that look alike are left out.
_LOWER, _UPPER, _DIGITS, _SYMBOLS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+="


def key_of(address: str) -> str:
    """Return a worker's id for names that everybody may read: a hash of the address."""
    return hashlib.sha256(address.lower().encode()).hexdigest()[:16]


def password(length: int = _LENGTH) -> str:
    """Return a random password with lower and upper case, a digit and a symbol, as any pool's policy may require."""
    kinds = (_LOWER, _UPPER, _DIGITS, _SYMBOLS)
    letters = [secrets.choice(kind) for kind in kinds]
    letters += [secrets.choice(_LOWER + _UPPER + _DIGITS) for _ in range(max(length, _LENGTH) - len(kinds))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool, and how it names its users. `by_address`: by their address; `alias`: the address is only an alias.

    `shortest`: characters of the shortest allowed password.
    """

    id: str
    by_address: bool = True
    alias: bool = False
    shortest: int = _LENGTH


def found_pool(session: AccountSession, pool: str) -> Pool:
    """Return how a pool that somebody else created names its users. API: DescribeUserPool."""
    shown = session.client("cognito-idp").describe_user_pool(UserPoolId=pool)["UserPool"]
    shortest = shown.get("Policies", {}).get("PasswordPolicy", {}).get("MinimumLength", _LENGTH)
    alias = "email" in shown.get("AliasAttributes", [])
    return Pool(pool, "email" in shown.get("UsernameAttributes", []), alias, shortest)


def done(user: Mapping[str, Any]) -> bool:
    """Return True if the user is confirmed and has a verified address."""
    return user["UserStatus"] in _DONE and _attribute(user, "email_verified").lower() == "true"


def address_of(user: Mapping[str, Any]) -> str:
    """Return the user's address in lower case. An old pool may have it only as the user's name."""
    return (_attribute(user, "email") or str(user["Username"])).lower()


def _attribute(user: Mapping[str, Any], name: str) -> str:
    found = user.get("Attributes") or user.get("UserAttributes") or []
    return next((str(each.get("Value", "")) for each in found if each["Name"] == name), "")


def added(session: AccountSession, names: Names, users: Mapping[str, str]) -> dict[str, str]:
    """Return those of the users (address -> name) whom the tool added: it stored a password for them.

    API: GetParameters, without values that are decrypted; none for no users.
    """
    keys = {names.worker_secret(key_of(address)): address for address in users}
    found: dict[str, str] = {}
    for start in range(0, len(keys), _NAMES_A_CALL):
        asked = list(keys)[start : start + _NAMES_A_CALL]
        for each in session.client("ssm").get_parameters(Names=asked)["Parameters"]:
            address = keys[each["Name"]]
            found[address] = users[address]
    return found


@dataclass(frozen=True, slots=True)
class People:
    """Adds workers to `pool` and `group`, one at a time."""

    names: Names
    pool: Pool
    group: str
    tags: Mapping[str, str] = field(default_factory=dict)

    def bring(self, session: AccountSession, address: str) -> None:
        """Create whatever is missing of one worker. Raises AWS's errors.

        Writes to AWS: AdminCreateUser, PutParameter, AdminSetUserPassword, AdminUpdateUserAttributes,
        AdminAddUserToGroup.
        """
        address = address.lower()
        cognito = session.client("cognito-idp")
        user = self._user(session, address)
        which = {"UserPoolId": self.pool.id, "Username": user["Username"]}
        if user["UserStatus"] not in _DONE:
            secret = self._secret(session, key_of(address))
            cognito.admin_set_user_password(**which, Password=secret, Permanent=True)
        if not _verified(user):
            # An address that the user already has is not sent again: Cognito might take it for a second user's.
            known = _attribute(user, "email").lower() == address
            cognito.admin_update_user_attributes(**which, UserAttributes=_attributes(address)[1 if known else 0 :])
        cognito.admin_add_user_to_group(**which, GroupName=self.group)

    def take_out(self, session: AccountSession, user: str) -> None:
        """Take a user out of the group; one that is gone is no error. User and password stay, for who comes back.

        Writes to AWS: AdminRemoveUserFromGroup.
        """
        which = {"UserPoolId": self.pool.id, "Username": user, "GroupName": self.group}
        try:
            session.client("cognito-idp").admin_remove_user_from_group(**which)
        except ClientError as error:
            if code_of(error) != "UserNotFoundException":
                raise

    def _user(self, session: AccountSession, address: str) -> Mapping[str, Any]:
        """The worker's user, created if missing. No mail is sent: Cognito sends only 50 per day and account."""
        cognito = session.client("cognito-idp")
        name = f"worker-{key_of(address)}" if self.pool.alias and not self.pool.by_address else address
        try:
            made: Mapping[str, Any] = cognito.admin_create_user(
                UserPoolId=self.pool.id,
                Username=name,
                UserAttributes=_attributes(address),
                MessageAction="SUPPRESS",
            )["User"]
            return made
        except ClientError as error:
            if code_of(error) == "UsernameExistsException":
                found: Mapping[str, Any] = cognito.admin_get_user(UserPoolId=self.pool.id, Username=name)
                return found
            if code_of(error) != "AliasExistsException":
                raise
            users = cognito.list_users(UserPoolId=self.pool.id, Filter=f'email = "{address}"')["Users"]
            if not users:
                # The user with this address is so new that the listing does not show it yet.
                raise
        holder: Mapping[str, Any] = users[0]
        return holder

    def _secret(self, session: AccountSession, key: str) -> str:
        """The stored password. A new one is stored before it is set, so that a crash never loses it."""
        ssm = session.client("ssm")
        name, secret = self.names.worker_secret(key), password(self.pool.shortest)
        try:
            ssm.put_parameter(
                Name=name,
                Value=secret,
                Type="SecureString",
                Description="Password of a labelling worker",
                Tags=[{"Key": tag, "Value": value} for tag, value in self.tags.items()],
            )
        except ClientError as error:
            if code_of(error) != "ParameterAlreadyExists":
                raise
            return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        return secret


def _verified(user: Mapping[str, Any]) -> bool:
    return _attribute(user, "email_verified").lower() == "true"


def _attributes(address: str) -> list[dict[str, str]]:
    """The attributes of a user. Cognito refuses sign-in by an address that is not verified."""
    return [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
