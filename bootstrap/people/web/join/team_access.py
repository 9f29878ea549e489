"""What a team's page gives of its account: console links and workers' passwords. Only reads from AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from bootstrap.aws import refusals
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.states import Verdict
from bootstrap.errors import Refused, code_of, raw
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people import page_roles, team_roles
from bootstrap.people.labelling import agreement
from bootstrap.people.labelling.agreement import TeamAgreement
from bootstrap.people.page_roles import PageAct
from bootstrap.people.team_roles import SignInLink
from bootstrap.steps import access
from bootstrap.steps.workforce.people import key_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Password:
    """A worker's password. `portal`: host of the work team's labelling portal."""

    portal: str
    secret: str = field(repr=False)


class TeamAccess:
    """Reads from AWS with the operator's credentials, without the permission to write.

    Every method may block. It raises Refused, with a code for staff and a detail without secrets.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._sources: dict[tuple[str, str | None], tuple[str, ...]] = {}
        self._readers: dict[TeamAccount, AccountSession] = {}

    @property
    def sessions(self) -> Sessions:
        """The sessions in the teams' accounts, which have no permission to write."""
        return self._sessions

    def sign_in_sources(self, account: TeamAccount) -> tuple[str, ...]:
        """Return the targets of a form that is answered with a sign-in link, for a Content-Security-Policy.

        AWS does not document which hosts it redirects to before the console opens. Makes no call to AWS.
        """
        key = (account.region, account.profile)
        if key not in self._sources:
            self._sources[key] = ("https:", *self._unencrypted(account))
        return self._sources[key]

    def _unencrypted(self, account: TeamAccount) -> tuple[str, ...]:
        """Return the host of AWS_ENDPOINT_URL, if it is a simulated AWS on this machine."""
        try:
            link = urlsplit(self._sessions.federation(account.region, account.profile).url)
        except Exception:
            # The click on the form shows the reason.
            return ()
        return (f"{link.scheme}://{link.netloc}",) if link.scheme != "https" else ()

    def link(self, event: Event, account: TeamAccount) -> SignInLink:
        session = self._sessions.open(account)
        role, person = page_roles.console()
        return _plainly(account, lambda: team_roles.sign_in_link(session, event, role, person))

    def password(self, event: Event, account: TeamAccount, address: str) -> Password:
        """Return the password of the worker with that mail address. API: GetParameter, DescribeWorkteam."""
        session = page_roles.entered(self._sessions, event, account, PageAct.PASSWORD)
        return _plainly(account, lambda: self._password(session, event, account, address))

    def labels(self, event: Event, account: TeamAccount) -> TeamAgreement | None:
        """Return how the team's latest labels agree with the truth; None if it has none. API: as `agreement.found`."""
        bucket = Names.of(event, account).bucket
        return _plainly(account, lambda: agreement.found(self._reader(event, account), bucket))

    def picture(self, event: Event, account: TeamAccount, address: str) -> bytes | None:
        """Return a labelled picture of the team's bucket; None if it is gone. API: GetObject."""
        bucket = Names.of(event, account).bucket
        return _plainly(account, lambda: agreement.picture(self._reader(event, account), bucket, address))

    def _reader(self, event: Event, account: TeamAccount) -> AccountSession:
        """Return the session that reads the team's labels; it renews its credentials by itself."""
        if (found := self._readers.get(account)) is None:
            found = self._readers[account] = page_roles.entered(self._sessions, event, account, PageAct.LABELS)
        return found

    def _password(self, session: AccountSession, event: Event, account: TeamAccount, address: str) -> Password:
        names = Names.of(event, account)
        found = access.build(account, names).check(session)
        if found.verdict is not Verdict.READY:
            raise Refused(found.code or "EB-585", found.detail)
        name = names.worker_secret(key_of(address))
        try:
            kept = session.client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]
        except Exception as error:
            if code_of(error) != "ParameterNotFound":
                raise
            raise Refused("EB-586", msg("no password is kept for this worker")) from None
        finally:
            # A session keeps for some seconds what it has read; a password must not be kept.
            session.forget_looks()
        team = session.client("sagemaker").describe_workteam(WorkteamName=names.workteam)["Workteam"]
        return Password(str(team.get("SubDomain", "")), str(kept["Value"]))


def _plainly(account: TeamAccount, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Refused:
        raise
    except Exception as error:
        cause = refusals.told_apart(error, account)
        raise Refused(refusals.CAUSES[cause].code if cause else "EB-585", raw(error)) from None
