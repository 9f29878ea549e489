"""The command `venue`: what the host needs of an event, published and withdrawn."""

from __future__ import annotations

import sys
from pathlib import Path

from bootstrap.aws import own_account
from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice, journal_of, read
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.engine.clock import RealClock
from bootstrap.errors import FAILED, READY, BadInput, NothingToDo, Problem
from bootstrap.errors.message import counted, msg, some
from bootstrap.event import event as event_file
from bootstrap.journal import carried_rows, database, journal
from bootstrap.people.venue import gathered, manifest
from bootstrap.people.venue import place as places
from bootstrap.people.venue.place import BucketPlace
from bootstrap.people.venue.publishing import PublishedDifference, Publisher
from bootstrap.report import problems
from bootstrap.report.translations import shown

_NAMED = 8


def publish(choice: Choice, typed: str, kms_key: str | None) -> int:
    """Show what is new for the host, ask, and upload it; return the exit code. Writes to S3.

    Raises BadInput: EB-760, EB-764, EB-768, and as `read`; Refused (EB-763), or why AWS refuses every call.
    """
    place = places.parsed(typed)
    inputs = read(choice)
    event = inputs.event.name
    contents = gathered.files(inputs, choice.event_path) | _rows(choice, event)
    session = own_session(event, inputs.event.region, write=True)
    publisher = Publisher(session, place, kms_key)
    difference = publisher.compare(event, contents)
    if difference.same:
        raise NothingToDo(msg("nothing to publish: {place} has it all", place=str(place)))
    if not confirming.agreed(msg("Publish this?"), _about(difference, place, session.account_id), choice.yes):
        return FAILED
    publisher.publish(difference, contents)
    recorded = journal_of(choice)
    recorded.act("venue publish", event, msg("published for the host: {place}", place=str(place)))
    tell_troubles(recorded.close())
    _say(msg("published: {place}; a host takes it with: {command}", place=str(place),
             command=f"event-bootstrap serve --from {place} --journal ..."))  # fmt: skip
    return READY


def withdraw(event_path: Path, typed: str, confirm: str | None) -> int:
    """Delete what is published at the place; return the exit code. Writes to S3.

    Raises BadInput: EB-760, EB-764 for another event's files, EB-510 and EB-680 as `confirming.deletion`.
    """
    place = places.parsed(typed)
    event = event_file.read(event_path)
    confirming.deletion(event.name, confirm)
    publisher = Publisher(own_session(event.name, event.region, write=True), place)
    published = publisher.published()
    if published and published.event != event.name:
        what = msg("the files of another event are there: {event}", event=published.event)
        raise BadInput([Problem("EB-764", what, str(place), fix=msg("Name the prefix of this event"))])
    keys = publisher.everything()
    if not keys:
        raise NothingToDo(msg("nothing to do: nothing is published at {place}", place=str(place)))
    there = counted("{count} object at {place}", "{count} objects at {place}", len(keys), place=str(place))
    _say(there)
    confirming.typed(msg("Type {event} to delete what is listed", event=event.name), event.name, confirm)
    publisher.withdraw(keys)
    _say(msg("deleted: {what}", what=there))
    return READY


def own_session(event: str, region: str, write: bool) -> AccountSession:
    """Return a session in the account of this machine's credentials; `region`: if the machine names none.

    Raises Refused.
    """
    sessions = Sessions(Access(event, "", write=write), RealClock(), Limiter())
    return own_account.opened(sessions, own_account.region_here(region))


def _rows(choice: Choice, event: str) -> dict[str, bytes]:
    """Return the journal's rows as a file, if only this machine can read them."""
    where = choice.journal_path
    if database.file_of(where) is None:
        note = msg("note: the journal is on a server; the host reads codes, holds and runs there")
        problems.print_to(sys.stderr, shown(note))
        return {}
    if not journal.exists(where):
        note = msg("note: there is no journal yet, so the host gets no codes: run event-bootstrap handouts first")
        problems.print_to(sys.stderr, shown(note))
        return {}
    return {manifest.ROWS: carried_rows.read(where, event).encode()}


def _about(found: PublishedDifference, place: BucketPlace, account_id: str) -> list[str]:
    size = f"{found.bytes_to_send / 1e6:.1f} MB"
    lines: list[str] = [
        msg("to {place} in account {account}: {count} files, {new} of them to upload ({size}), encrypted",
            place=str(place), account=account_id, count=len(found.wanted.files), new=len(found.upload),
            size=size),
    ]  # fmt: skip
    if found.changed:
        lines.append(msg("new or changed: {paths}", paths=some(found.changed, _NAMED)))
    if found.gone:
        lines.append(msg("no longer there for the host: {paths}", paths=some(found.gone, _NAMED)))
    return lines


def _say(text: str) -> None:
    problems.print_to(sys.stdout, shown(text))
