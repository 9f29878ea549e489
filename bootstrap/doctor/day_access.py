"""Access of the operator's present credentials on the event's day: its end, and hours that a console stays open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import own_configuration, own_credentials, refusals
from bootstrap.aws.own_credentials import OwnCredentials, Renewal, Way
from bootstrap.errors import Refused
from bootstrap.errors.message import Message, msg
from bootstrap.errors.message import marked as _
from bootstrap.event.event import Event
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.settings import Schedule

if TYPE_CHECKING:
    from bootstrap.aws.sessions import Sessions

_WAYS = {
    Way.VARIABLES: _("the environment's variables"),
    Way.FILE: _("keys in a file"),
    Way.ROLE: _("a role that your profile assumes"),
    Way.WEB_IDENTITY: _("a web identity"),
    Way.SINGLE_SIGN_ON: _("single sign-on"),
    Way.LOGIN: _("aws login"),
    Way.PROCESS: _("the program of credential_process"),
    Way.CONTAINER: _("the container's role"),
    Way.INSTANCE: _("the instance's role"),
    Way.OTHER: _("another source"),
}
_RENEWED = {
    Renewal.NOT_NEEDED: _("not needed: an IAM user's keys do not end by themselves"),
    Renewal.BY_THEMSELVES: _("by themselves; nobody has to do anything"),
    Renewal.WHILE_SIGNED_IN: _("while you are signed in; your organisation sets how long that is, usually 8 hours"),
    Renewal.BY_A_PROGRAM: _("by the program of credential_process, as long as it gives new ones"),
    Renewal.BY_A_CODE: _("for 12 hours after the MFA code; then somebody must enter another one"),
    Renewal.NOBODY: _("not renewed: somebody must get new ones and start the command again"),
}


def source(way: Way) -> str:
    """Return where credentials come from, as a message."""
    return Message(_WAYS[way])


class Lasting(StrEnum):
    """Verdict on whether the credentials last until the event ends."""

    ALL_DAY = "all-day"
    WHILE_SIGNED_IN = "while-signed-in"  # as long as a person or a program renews them
    ENDS_BEFORE = "ends-before"  # before the event ends
    UNKNOWN = "unknown"
    NOTHING = "nothing"  # there are no credentials


@dataclass(frozen=True, slots=True)
class DayAccess:
    """One profile's credentials against the event's hours. `now`: epoch seconds.

    `named`: event.yaml has `access.principals`, so that an IAM user named there enters the roles directly. `code` and
    `why`: what keeps the profile from having credentials.
    """

    profile: str | None
    schedule: Schedule
    now: float
    named: bool
    credentials: OwnCredentials | None = None
    code: str = ""
    why: str = ""

    @property
    def lasting(self) -> Lasting:
        if self.credentials is None:
            return Lasting.NOTHING
        if self.credentials.renewal in {Renewal.NOT_NEEDED, Renewal.BY_THEMSELVES}:
            return Lasting.ALL_DAY
        if self.credentials.renewal in {Renewal.WHILE_SIGNED_IN, Renewal.BY_A_PROGRAM, Renewal.BY_A_CODE}:
            return Lasting.WHILE_SIGNED_IN
        if self.credentials.ends is None:
            return Lasting.UNKNOWN
        closes = self.schedule.closes.timestamp()
        return Lasting.ALL_DAY if self.credentials.ends >= closes else Lasting.ENDS_BEFORE

    @property
    def console_hours(self) -> int:
        """Hours that a team's console session lasts at most: AWS gives a role that a role assumed one hour."""
        return 12 if self.credentials is not None and self.credentials.long_term and self.named else 1

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return the table as pairs of messages: a name, and what is so."""
        if self.credentials is None:
            return ((msg("your credentials"), msg("{code} {what}", code=self.code, what=self.why)),)
        way = source(self.credentials.way)
        where = way if self.profile is None else msg("{way} (profile {profile})", way=way, profile=self.profile)
        return (
            (msg("your credentials"), where),
            (msg("they end"), self._ends()),
            (msg("renewed"), Message(_RENEWED[self.credentials.renewal])),
            (msg("the event"), self._hours()),
            (msg("a team's console"), self._console()),
            (msg("to do"), self.advice()),
        )

    def advice(self) -> str:
        """Return what somebody should do so that access lasts the day."""
        found = {
            Lasting.NOTHING: msg("sign in, then run the same command again"),
            Lasting.ALL_DAY: msg("nothing; after the event delete keys that were made for it"),
            Lasting.WHILE_SIGNED_IN: msg(
                "sign in again shortly before the event, or run this on a host that has a role"
            ),
            Lasting.UNKNOWN: msg("get credentials that say when they end, or use a profile that renews them"),
            Lasting.ENDS_BEFORE: msg("get new credentials before these end, or use a profile that renews them"),
        }
        return found[self.lasting]

    def _ends(self) -> str:
        assert self.credentials is not None
        if self.credentials.long_term:
            return msg("never: they are an IAM user's keys")
        if self.credentials.ends is None:
            return msg("not known: they do not say")
        minutes = max(0, int((self.credentials.ends - self.now) // 60))
        until = {"time": self._moment(self.credentials.ends), "minutes": minutes}
        if self.lasting is Lasting.ENDS_BEFORE:
            return msg("{time}, in {minutes} min: before the event ends", **until)
        return msg("{time}, in {minutes} min", **until)

    def _hours(self) -> str:
        opens, closes = (self._moment(each.timestamp()) for each in (self.schedule.opens, self.schedule.closes))
        return msg("{opens} to {closes}", opens=opens, closes=closes)

    def _console(self) -> str:
        if self.console_hours > 1:
            return msg("open for up to 12 hours, if access.principals names you; links are made at each click")
        return msg("open for one hour, then one more click: the link comes from a role; links are made at each click")

    def _moment(self, at: float) -> str:
        """Return a time in the event's own time zone."""
        return datetime.fromtimestamp(at, self.schedule.opens.tzinfo).strftime("%Y-%m-%d %H:%M")


def of(sessions: Sessions, event: Event, accounts: Iterable[TeamAccount], now: float) -> tuple[DayAccess, ...]:
    """Return what each profile that the roster needs gives; the operator's own has the name None.

    May sign in, and so takes seconds where a network does not answer; makes no other call to AWS.
    """
    profiles = dict.fromkeys(each.profile for each in accounts) or {None: None}
    return tuple(_of(sessions, event, profile, now) for profile in profiles)


def _of(sessions: Sessions, event: Event, profile: str | None, now: float) -> DayAccess:
    named, code, why, found = bool(event.access.principals), "", "", None
    try:
        found = own_credentials.of(sessions, profile, event.region)
        if found is None:
            raise own_configuration.no_credentials()
    except Refused as wrong:
        code, why = wrong.code, wrong.detail
    except (BotoCoreError, ClientError) as error:
        settled = refusals.failure(error, event.region)
        code, why = str(settled.code), settled.detail
    return DayAccess(profile, event.schedule, now, named, found, code, why)
