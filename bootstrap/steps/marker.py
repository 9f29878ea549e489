"""Which event the account was prepared for; written once, before anything else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.errors import code_of
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY, Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.tags import tags

SCHEMA = 1


def manifest_name(names: Names) -> str:
    """The parameter that says that the baseline is complete; marker and manifest are read by one call."""
    return f"{names.baseline}/0000"


def look(session: AccountSession, names: Names) -> Mapping[str, str]:
    """Marker and baseline manifest as they stand: parameter name -> value, absent ones left out. API: GetParameters."""
    wanted = [names.marker, manifest_name(names)]

    def fetch() -> dict[str, str]:
        answer: Any = session.client("ssm").get_parameters(Names=wanted)
        return {each["Name"]: each["Value"] for each in answer["Parameters"]}

    return session.read(f"marker:{names.event}", fetch)


def write_once(session: AccountSession, name: str, value: str, tags: list[dict[str, str]]) -> None:
    """Write a standard parameter (4 KB) unless it is there; one that is there stays. Writes to AWS: PutParameter."""
    try:
        session.client("ssm").put_parameter(
            Name=name, Value=value, Type="String", Tier="Standard", Overwrite=False, Tags=tags
        )
    except Exception as error:
        # A write whose answer was lost is repeated, by the seam or by the next run.
        if not aws_errors.already_exists(error):
            raise


def tag_list(event: Event, account: TeamAccount) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags(event, account).items()]


def made_at(session: AccountSession) -> str:
    return datetime.fromtimestamp(session.now(), UTC).isoformat(timespec="seconds")


def canonical(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def parsed(text: str) -> dict[str, Any] | None:
    """The JSON object in `text`; None if it holds anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


@dataclass(frozen=True)
class MarkerStep:
    """| the parameter                          | verdict | code   |
    |----------------------------------------|---------|--------|
    | is not there                           | todo    |        |
    | names this event, account and region   | ready   |        |
    | cannot be read, or of a newer version  | blocked | EB-220 |
    | is no marker of this tool              | blocked | EB-221 |
    | names another event                    | blocked | EB-222 |
    | names another event that has expired   | todo    |        |
    | names another account or region        | blocked | EB-223 |
    """

    event: Event
    account: TeamAccount
    names: Names
    id: str = "marker"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        text = look(session, self.names).get(self.names.marker)
        if text is None:
            return State.todo(f"mark the account as prepared for event {self.names.event}")
        found = parsed(text)
        if found is None or ("made_by" in found and found.get("schema") != SCHEMA):
            return self._blocked("EB-220", "cannot be read by this version; look at it, and remove it if it is rubbish")
        if found.get("made_by") != MADE_BY:
            return self._blocked("EB-221", "was not written by this tool; look at it, and remove it if nobody needs it")
        if found.get("event") != self.names.event:
            if _expired(found, session.now()):
                return State.todo(f"mark the account as prepared for event {self.names.event}: {_whose(found)}")
            return self._blocked("EB-222", f"says: {_whose(found)}; use another account, or sweep that event first")
        if (found.get("account"), found.get("region")) != (self.names.account_id, self.names.region):
            return self._blocked("EB-223", f"was made for {found.get('account')} in {found.get('region')}; remove it")
        return State.ready(f"marked for {self.names.event} on {found.get('made')}", made=found.get("made"))

    def apply(self, session: AccountSession) -> Applied:
        """Writes to AWS: PutParameter; before it DeleteParameter where an expired event's marker stands."""
        found = parsed(look(session, self.names).get(self.names.marker, ""))
        if found and found.get("event") != self.names.event and _expired(found, session.now()):
            # AWS takes no tags together with Overwrite. What is there by now is another run's, and stays.
            remove(session, self.names.marker)
        write_once(session, self.names.marker, self.content(session), tag_list(self.event, self.account))
        return Applied(f"marked for {self.names.event}")

    def content(self, session: AccountSession) -> str:
        schedule = self.event.schedule
        moments = {"opens": schedule.opens, "closes": schedule.closes, "expires": schedule.expires}
        return canonical(
            {
                "schema": SCHEMA,
                "made_by": MADE_BY,
                "version": _version(),
                "event": self.names.event,
                "account": self.names.account_id,
                "region": self.names.region,
                "team": self.account.team,
                "made": made_at(session),
                "schedule": {name: when.astimezone(UTC).isoformat() for name, when in moments.items()},
            }
        )

    def _blocked(self, code: str, words: str) -> State:
        return State.blocked(f"parameter {self.names.marker} {words}", code)


def remove(session: AccountSession, name: str) -> None:
    """Writes to AWS: DeleteParameter. One that is not there any more is as wanted."""
    try:
        session.client("ssm").delete_parameter(Name=name)
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise


def _expires(found: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(found["schedule"]["expires"])
    except (KeyError, TypeError, ValueError):
        return None


def _expired(found: Mapping[str, Any], now: float) -> bool:
    """False for a marker that does not say when its event ends."""
    expires = _expires(found)
    return found.get("made_by") == MADE_BY and expires is not None and expires.timestamp() <= now


def _whose(found: Mapping[str, Any]) -> str:
    expires = _expires(found)
    until = f", which expires on {expires:%Y-%m-%d}" if expires else ""
    return f"the account is event {str(found.get('event'))[:40]}'s{until}"


def _version() -> str:
    try:
        return version(MADE_BY)
    except PackageNotFoundError:
        return "0"


def build(event: Event, account: TeamAccount) -> MarkerStep:
    return MarkerStep(event, account, Names(event.name, account.account_id, account.region))
