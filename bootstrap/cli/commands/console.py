"""The commands `console` and `credentials`: a way into one team's account, for a person or a program."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import refusals
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions, access_of
from bootstrap.cli.commands.choice import Choice, journal_of, only, read
from bootstrap.cli.commands.refused import troubled
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.clock import RealClock
from bootstrap.errors import READY, BadInput, Problem, Refused, Troubled
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.journal import operators
from bootstrap.people import one_time_page, team_roles
from bootstrap.people.team_roles import Role, RoleCredentials, SignInLink
from bootstrap.report import words
from bootstrap.report.translations import shown

# Set while the operator's own credentials are read, to notice that they come from this very command.
_ASKING = "EVENT_BOOTSTRAP_GIVES_CREDENTIALS"


@dataclass(slots=True)
class _Visit:
    """One team's account. `said` is written to the journal: what was given, or why not; "" if it was interrupted."""

    session: AccountSession
    event: Event
    role: Role
    said: str = ""


def console(choice: Choice, role: Role, open_page: Callable[[str], bool] | None, signing_out: bool = True) -> int:
    """Create a link into the console of the chosen team and open it, or without `open_page` print it.

    `signing_out`: the link ends what the browser is signed in to. Returns the exit code. Writes to the journal, not to
    AWS. Raises BadInput, and Troubled without a link or a browser (EB-565).
    """
    with _visit(choice, role) as visit:
        link = team_roles.sign_in_link(visit.session, visit.event, role, operators.here(), signing_out=signing_out)
        visit.said = _given(visit, link)
    if open_page is None:
        sys.stdout.write(f"{link.url}\n")
    elif not one_time_page.handed(link.url, open_page):
        fix = msg("Print the link with --print; it opens the account for anybody, so treat it as a password")
        raise Troubled([Problem("EB-565", msg("no browser can be opened here"), fix=fix)])
    _tell(visit, link)
    return READY


def credentials(choice: Choice, role: Role) -> int:
    """Print credentials of the chosen team, in the format of `credential_process`; return the exit code.

    Raises BadInput (EB-567) if the operator's own credentials come from this command.
    """
    if os.environ.get(_ASKING):
        own = "credential_process = env AWS_PROFILE=YOURS event-bootstrap credentials ..."
        fix = msg("Name your own profile before the command: {line}", line=own)
        what = msg("your own credentials come from this very command")
        raise BadInput([Problem("EB-567", what, "AWS_PROFILE", fix=fix)])
    os.environ[_ASKING] = "1"
    with _visit(choice, role) as visit:
        given = team_roles.credentials(visit.session, visit.event, role, operators.here())
        visit.said = _given(visit, given)
    sys.stdout.write(f"{json.dumps(_document(given))}\n")
    return READY


def _document(given: RoleCredentials) -> dict[str, object]:
    """docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html"""
    return {
        "Version": 1,
        "AccessKeyId": given.access_key_id,
        "SecretAccessKey": given.secret_access_key,
        "SessionToken": given.session_token,
        "Expiration": words.utc(given.ends),
    }


@contextmanager
def _visit(choice: Choice, role: Role) -> Iterator[_Visit]:
    """Open the account. The outcome is written to the journal before anything is handed out."""
    inputs = read(choice)
    account = only(choice, inputs)
    access = access_of(inputs.event, write=False)
    ask_for_codes(access, (account,), inputs.event.region)
    sessions = Sessions(access, RealClock(), Limiter())
    visit = _Visit(sessions.open(account), inputs.event, role)
    journal, outcome = journal_of(choice), "refused"
    act = partial(journal.act, choice.command, inputs.event.name, team=account.team, account_id=account.account_id)
    try:
        yield visit
        outcome = "given"
    except (Refused, BotoCoreError, ClientError) as error:
        settled = refusals.failure(error, account.region)
        visit.said = msg("as {role}: {code}", role=role, code=settled.code)
        raise troubled(account, settled) from None
    finally:
        act(visit.said or msg("as {role}: interrupted", role=role), outcome=outcome)
        tell_troubles(journal.close())


def _given(visit: _Visit, given: SignInLink | RoleCredentials) -> str:
    until = words.utc(given.ends)
    if given.chained:
        return msg("as {role}: until {until}, through a role", role=visit.role, until=until)
    return msg("as {role}: until {until}", role=visit.role, until=until)


def _tell(visit: _Visit, link: SignInLink) -> None:
    """Say on stderr what was opened and for how long; stdout holds the link alone."""
    account, now = visit.session.account, visit.session.now()
    opens, ends = words.moment(link.link_ends, now), words.moment(link.ends, now)
    said = [
        msg("{team}, account {account}, as {role}, in {region}", team=account.team, account=account.account_id,
            role=visit.role, region=account.region),
        msg("the link can be opened until {opens}; the session ends at {ends}: run the command again for a new one",
            opens=opens, ends=ends),
    ]  # fmt: skip
    if link.signs_out:
        said.append(
            msg("the link signs the browser out of AWS first; to keep another account open, use a private window")
        )
    else:
        said.append(msg("a browser that is signed in to another AWS account refuses the link: use a private window"))
    if link.chained:
        said.append(
            msg("the session is limited to one hour because your own credentials come from a role; for up to 12 hours "
                "see access.principals in event.yaml")
        )  # fmt: skip
    for line in said:
        sys.stderr.write(f"{shown(line)}\n")
