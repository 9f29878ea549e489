"""The command `label`: the labelling page of one team; pictures and labels are in its bucket."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import refusals
from bootstrap.aws.sessions import AccountSession
from bootstrap.cli.commands.choice import Choice, only, read
from bootstrap.cli.commands.opened import opened
from bootstrap.cli.commands.refused import troubled
from bootstrap.errors import BadInput, Problem, Refused
from bootstrap.errors.message import counted, msg
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue.ballots import Ballots
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.labelling import rooms
from bootstrap.people.labelling.rooms import Room, RoomOptions, left
from bootstrap.people.web import serving
from bootstrap.people.web.address import Address
from bootstrap.people.web.label import label as pages

# API reference, CreateLabelingJob: LabelingJobName.
_JOB = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


def label(choice: Choice, wanted: RoomOptions, address: Address, say: Callable[[str], None]) -> None:
    """Serve the page of the chosen team until Ctrl-C (KeyboardInterrupt). Writes to AWS.

    Raises BadInput (EB-600 to EB-607, EB-789, and as `serve`), and Troubled if AWS refuses or another operator is
    working on the account.
    """
    if not _JOB.fullmatch(wanted.job):
        fix = msg("Use 1 to 63 letters, digits and hyphens, with no hyphen at either end")
        raise BadInput(
            [
                Problem(
                    "EB-606", msg("`{job}` is not a valid name for a labelling job", job=wanted.job), "--job", fix=fix
                )
            ]
        )
    inputs = read(choice)
    account = only(choice, inputs)
    _not_under_the_team_s_page(choice, inputs.event, account, wanted.job)
    listener, address = serving.listening(address)
    with listener, _opened(choice, inputs, account, say) as (session, journal):
        room = rooms.opened(session, inputs.event, wanted, say)
        with _told_in_journal(journal, inputs.event, account, room):
            table = pages.Table(inputs.event.name, account.team, room, address)
            token = secrets.token_urlsafe(24)
            serving.up(pages.build(table, token), listener, address, _told(table, token), say)


def _not_under_the_team_s_page(choice: Choice, event: Event, account: TeamAccount, job: str) -> None:
    """Raise BadInput (EB-789) if the team labels this job under its own page, by the same journal."""
    with closing(VenueDatabase(choice.journal_path)) as database:
        found = Ballots(database, event.name).ends(account.account_id).get(job, 1.0)
    if found is None:
        what, fix = (
            msg("the team labels on its own page: job {job}", job=job),
            msg("let the team go on there, or give another name with --job"),
        )
        raise BadInput([Problem("EB-789", what, account.where, fix=fix)])


@contextmanager
def _opened(
    choice: Choice, inputs: Inputs, account: TeamAccount, say: Callable[[str], None]
) -> Iterator[tuple[AccountSession, Journal]]:
    """Open the account with the write permit, for as long as nobody else takes it over."""
    try:
        with opened(choice, inputs, (account,)) as there:
            yield there.session(account, say), there.journal
    except (Refused, BotoCoreError, ClientError) as error:
        raise troubled(account, refusals.failure(error, account.region)) from None


@contextmanager
def _told_in_journal(journal: Journal, event: Event, account: TeamAccount, room: Room) -> Iterator[None]:
    """Record in the journal when the page was served, and how many pictures were left; no person's name."""

    def act(outcome: str) -> None:
        said = msg("job {job}: {left} of {all} pictures left", job=room.task.job, left=left(room.votes),
                   all=len(room.task.lines))  # fmt: skip
        journal.act("label", event.name, said, team=account.team, account_id=account.account_id, outcome=outcome)

    act("begun")
    try:
        yield
    finally:
        act("done")


def _told(table: pages.Table, token: str) -> list[str]:
    url, room, exposed = table.address.url, table.room, table.address.exposed
    secret = msg("Give the whole address to this team only. The token changes with each start.")
    pictures = counted("{count} picture", "{count} pictures", len(room.task.lines))
    people = counted("{count} person", "{count} people", room.task.workers)
    return [
        msg("labelling page of {team}: {address}", team=table.team,
            address=f"{url}/{f'?token={token}' if exposed else ''}"),
        *([secret] if exposed else []),
        msg("{pictures}, {left} left; each is labelled by {people}; classes: {classes}", pictures=pictures,
            left=left(room.votes), people=people, classes=", ".join(room.task.classes)),
        msg("updated after each label: {address}", address=room.files.address(room.files.output)),
        msg("Press Ctrl-C to stop. Run the same command again to continue."),
    ]  # fmt: skip
