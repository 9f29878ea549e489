"""The commands `console` and `credentials`: one team's account, entered by a person or a program."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions, access_of
from bootstrap.cli.commands.choice import Choice, journal_of, only, read
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.engine.clock import RealClock
from bootstrap.errors import READY, BadInput, Problem, Refused, Troubled, catalogue
from bootstrap.event.event import Event
from bootstrap.journal import operators
from bootstrap.people import team_roles
from bootstrap.people.team_roles import Role, RoleCredentials, SignInLink
from bootstrap.report import words

# Set while credentials are got, so that a program among those that give them, which asks for them again, is noticed.
_ASKING = "EVENT_BOOTSTRAP_GIVES_CREDENTIALS"


@dataclass(slots=True)
class _Visit:
    """One team's account; `said` goes to the journal: what was given, and until when."""

    session: AccountSession
    event: Event
    said: str = ""


def console(choice: Choice, role: Role, open_page: Callable[[str], bool] | None) -> int:
    """Make a link into the console of the choice's one team and open it, or without `open_page` print it.

    Returns the exit code. Raises BadInput, or Troubled when there is no link or no browser (EB-565).
    """
    with _visit(choice, role) as visit:
        link = team_roles.sign_in_link(visit.session, visit.event, role, operators.here())
        visit.said = _until(link)
    if open_page is None:
        sys.stdout.write(f"{link.url}\n")
    elif not open_page(link.url):
        fix = "With --print the link is printed; whoever has it gets in, so hand it on as a password"
        raise Troubled([Problem("EB-565", "no browser can be opened here", fix=fix)])
    _tell(visit, role, link)
    return READY


def credentials(choice: Choice, role: Role) -> int:
    """Print credentials of the choice's one team, as `credential_process` of the AWS CLI wants them; the exit code."""
    if os.environ.get(_ASKING):
        fix = (
            "Put your own profile in front: credential_process = env AWS_PROFILE=YOURS event-bootstrap credentials ..."
        )
        raise BadInput([Problem("EB-567", "your own credentials come from this very command", "AWS_PROFILE", fix=fix)])
    os.environ[_ASKING] = "1"
    with _visit(choice, role) as visit:
        given = team_roles.credentials(visit.session, visit.event, role, operators.here())
        visit.said = _until(given)
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
    """Opens the account; whatever becomes of it stands in the journal before anything is given."""
    inputs = read(choice)
    account = only(choice, inputs)
    sessions = Sessions(access_of(inputs.event, write=False), RealClock(), Limiter())
    visit = _Visit(sessions.open(account), inputs.event)
    journal, outcome = journal_of(choice), "refused"
    act = partial(journal.act, choice.command, inputs.event.name, team=account.team, account_id=account.account_id)
    try:
        yield visit
        outcome = "given"
    except (Refused, BotoCoreError, ClientError) as error:
        settled = aws_errors.failure(error)
        visit.said = code = str(settled.code)
        place, fix = f"{account.team} {account.account_id}", catalogue()[code].fix
        raise Troubled([Problem(code, settled.detail, place, fix=fix)]) from None
    finally:
        act(f"as {role}: {visit.said or 'interrupted'}", outcome=outcome)
        tell_troubles(journal.close())


def _until(given: SignInLink | RoleCredentials) -> str:
    return f"until {words.utc(given.ends)}{', by way of a role' if given.chained else ''}"


def _tell(visit: _Visit, role: Role, link: SignInLink) -> None:
    """On stderr: stdout may go to somebody who wants the link alone."""
    account, now = visit.session.account, visit.session.now()
    said = [
        f"{account.team}, account {account.account_id}, as {role}, in {account.region}",
        f"the link opens until {words.moment(link.link_ends, now)}; "
        f"the session ends at {words.moment(link.ends, now)}: run the command again then",
    ]
    if link.chained:
        said.append(
            "it is one hour long because it came by way of a role; for up to 12 see access.principals in event.yaml"
        )
    sys.stderr.write("\n".join([*said, ""]))
