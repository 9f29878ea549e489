"""The command `staff`: a code for each person on the staff, and each judge. AWS is not called."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bootstrap.cli.commands.choice import Choice, journal_of
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.engine.clock import RealClock
from bootstrap.errors import READY, BadInput, Problem
from bootstrap.errors.message import Message, msg
from bootstrap.event import event as event_file
from bootstrap.event.event import Event
from bootstrap.journal import operators
from bootstrap.journal.venue.people_codes import PersonRole, VenuePeople, VenuePerson
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.handouts import codes_file
from bootstrap.people.handouts.codes_file import PersonLine
from bootstrap.report import problems
from bootstrap.report.translations import shown

_FILE = Path("handouts", "staff.csv")
_LONGEST_NAME = 40
ROLES: Mapping[PersonRole, Message] = {PersonRole.STAFF: msg("staff"), PersonRole.JUDGE: msg("judge")}


@dataclass(frozen=True, slots=True)
class _Opened:
    """The event, and its people in the journal."""

    event: Event
    people: VenuePeople


@contextmanager
def _opened(choice: Choice) -> Iterator[_Opened]:
    event = event_file.read(choice.event_path)
    # It makes the tables.
    tell_troubles(journal_of(choice).close())
    with closing(VenueDatabase(choice.journal_path)) as database:
        yield _Opened(event, VenuePeople(database, event.name))


def add(choice: Choice, names: Sequence[str], judge: bool = False) -> int:
    """Make a code for each new person, and write the codes to staff.csv; return the exit code.

    Raises BadInput: EB-815 for a name that cannot be used, EB-816 for one that has a code, EB-581 for an event that is
    over, EB-582 and EB-588 for the file.
    """
    found = [_plain(each) for each in names]
    with _opened(choice) as opened:
        there = {each.name.casefold() for each in opened.people.all()}
        taken = [each for each in found if each.casefold() in there]
        if taken:
            fix = msg("Choose another name, or make a new code: {command}",
                      command="event-bootstrap staff new-code NAME")  # fmt: skip
            raise BadInput([Problem("EB-816", msg("{name} has a code already", name=each), fix=fix) for each in taken])
        return _give(choice, opened, found, PersonRole.JUDGE if judge else PersonRole.STAFF)


def new_code(choice: Choice, names: Sequence[str]) -> int:
    """Replace the codes of people; return the exit code. Raises BadInput: EB-817 for unknown names, and as `add`."""
    with _opened(choice) as opened:
        return _give(choice, opened, [each.name for each in _known(opened.people, names)], None)


def remove(choice: Choice, names: Sequence[str]) -> int:
    """Remove people and their codes; return the exit code. Raises BadInput (EB-817) for unknown names."""
    path = choice.folder / _FILE
    with _opened(choice) as opened, codes_file.alone(path):
        gone = _known(opened.people, names)
        lines = codes_file.lines(path, PersonLine)
        opened.people.remove([each.name for each in gone])
        if lines:
            left = {name: line for name, line in lines.items() if name not in {each.name for each in gone}}
            codes_file.keep(path, PersonLine, left)
        _note(
            choice,
            opened.event,
            {each.name: msg("code of {person} removed", person=operators.on_duty(each.name)) for each in gone},
        )
    for each in gone:
        problems.print_to(sys.stdout, shown(msg("removed: {person}; who is signed in with that code is out within "
                                                "seconds", person=each.name)))  # fmt: skip
    return READY


def show(choice: Choice) -> None:
    """Write who has a code on stdout."""
    with _opened(choice) as opened:
        people = opened.people.all()
    now = RealClock().now()
    for line in [_line(each, now) for each in people] or [msg("nobody has a code: {command}",
                                                              command="event-bootstrap staff add NAME")]:  # fmt: skip
        problems.print_to(sys.stdout, shown(line))


def _line(person: VenuePerson, now: float) -> str:
    until = codes_file.iso(person.expires)
    values = {"person": person.name, "role": ROLES[person.role], "made": codes_file.iso(person.made),
              "actor": person.made_by, "until": until}  # fmt: skip
    if person.expires <= now:
        return msg("{person}: {role}; code of {made} by {actor}, expired {until}", **values)
    return msg("{person}: {role}; code of {made} by {actor}, valid until {until}", **values)


def _give(choice: Choice, opened: _Opened, names: Sequence[str], role: PersonRole | None) -> int:
    now, expires, path = RealClock().now(), opened.event.schedule.expires, choice.folder / _FILE
    if expires.timestamp() <= now:
        fix = msg("Correct schedule.expires in event.yaml if the event is still to come")
        raise BadInput([Problem("EB-581", msg("the event is over: a code would be expired already"), "event.yaml",
                                fix=fix)])  # fmt: skip
    with codes_file.alone(path):
        lines = codes_file.lines(path, PersonLine)
        # Before any code is made: nobody would know a code that cannot be written to the file.
        codes_file.keep(path, PersonLine, lines)
        made = opened.people.give(names, role, expires, now, operators.here())
        roles = {each.name: each.role for each in opened.people.all()}
        until = expires.isoformat(timespec="minutes")
        fresh = {name: PersonLine(name, roles[name].value, code, until) for name, code in made.items()}
        codes_file.keep(path, PersonLine, {**lines, **fresh})
    _note(choice, opened.event, {name: _said(name, roles[name], role is None) for name in made})
    for line in (
        msg("codes: {path} ({count} new; give each person their own)", path=path, count=len(made)),
        msg("the codes expire at the end of the event (schedule.expires): {until}", until=until),
        msg("people sign in at /staff of the address that `event-bootstrap serve` prints"),
    ):
        problems.print_to(sys.stdout, shown(line))
    return READY


def _said(name: str, role: PersonRole, again: bool) -> str:
    if again:
        return msg("new code for {person}, {role}", person=operators.on_duty(name), role=ROLES[role])
    return msg("code made for {person}, {role}", person=operators.on_duty(name), role=ROLES[role])


def _note(choice: Choice, event: Event, said: Mapping[str, str]) -> None:
    journal = journal_of(choice)
    try:
        for each in said.values():
            journal.act("staff", event.name, each)
    finally:
        tell_troubles(journal.close())


def _plain(typed: str) -> str:
    """Return the name as it is kept. Raises BadInput (EB-815)."""
    name = " ".join(typed.split())
    if name and name.isprintable() and len(name) <= _LONGEST_NAME and name[0].isalnum() and "@" not in name:
        return name
    fix = msg("Write what others shall read on the pages: at most {most} characters, beginning with a letter or a "
              "digit, and no mail address", most=_LONGEST_NAME)  # fmt: skip
    raise BadInput([Problem("EB-815", msg("{name} is not a name for the pages", name=repr(name[:60])), fix=fix)])


def _known(people: VenuePeople, names: Collection[str]) -> list[VenuePerson]:
    there = {each.name.casefold(): each for each in people.all()}
    wanted = [" ".join(each.split()) for each in names]
    unknown = [each for each in wanted if each.casefold() not in there]
    if unknown:
        fix = msg("See who has a code: {command}", command="event-bootstrap staff list")
        raise BadInput([Problem("EB-817", msg("{name} has no code", name=each), fix=fix) for each in unknown])
    return list({each.name: each for each in (there[name.casefold()] for name in wanted)}.values())
