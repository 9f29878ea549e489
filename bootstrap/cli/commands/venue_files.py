"""Read the event's files from a bucket for `serve --from`, in place of files of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bootstrap.aws import own_account
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.venue import own_session
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.journal import carried_rows
from bootstrap.journal.carried_rows import NotCarried
from bootstrap.people.venue import manifest
from bootstrap.people.venue import place as places
from bootstrap.people.venue.host_files import HostFiles

# Seconds between two looks: a look costs one GetObject of some kilobytes.
_EVERY = 15.0


@dataclass(frozen=True, slots=True)
class Taken:
    """Files to serve. `trouble`: what keeps the place's files from being read; None for those of this machine."""

    choice: Choice
    trouble: Callable[[], str] | None = None


@contextmanager
def taken(choice: Choice, source: str | None, say: Callable[[str], None]) -> Iterator[Taken]:
    """Return the choice with the files of the place `source`, which are kept new until the block ends; None: as it is.

    `say` is told when they change, and when they cannot be read. Raises BadInput (EB-760, EB-762, EB-764, EB-769 for a
    host without a journal of its own), Refused (EB-761, EB-763), or why AWS refuses every call.
    """
    if source is None:
        yield Taken(choice)
        return
    place = places.parsed(source, "--from")
    if choice.journal is None:
        fix = msg("Give --journal: a PostgreSQL database, or a file that outlives the server")
        raise BadInput([Problem("EB-769", msg("a server with --from needs --journal"), "--journal", fix=fix)])
    session = own_session("venue", own_account.region_here(), write=False)
    with HostFiles(session, place, _taking(choice.journal)) as files:
        files.load()
        files.refresh(_EVERY, say)
        there = replace(choice, event_path=files.event_path, roster_path=files.roster_path)
        yield Taken(there, lambda: files.trouble)


def _taking(journal: str) -> Callable[[str, bytes], None]:
    def take(event: str, data: bytes) -> None:
        try:
            carried_rows.take(journal, event, data)
        except NotCarried:
            what = msg("has rows that this version cannot take")
            fix = msg("Publish again with the version that the host has")
            raise BadInput([Problem("EB-762", what, manifest.ROWS, fix=fix)]) from None

    return take
