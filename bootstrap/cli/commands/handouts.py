"""The command `handouts`: a card a team, and a code a team for the join page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap.cli.commands.choice import Choice, chosen, journal_of, read
from bootstrap.engine.clock import RealClock
from bootstrap.errors import READY, BadInput, NothingToDo, Problem
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.team_codes import Kept, TeamCodes
from bootstrap.people.handouts import codes_file, join_address
from bootstrap.people.handouts.codes_file import Line
from bootstrap.report import cards
from bootstrap.report.cards import Card

_FOLDER, _CARDS, _CODES = "handouts", "cards.html", "codes.csv"
# In letters as wide as they are high, which two lines of a card hold.
_WIDEST_CONTACT = 32


@dataclass(frozen=True, slots=True)
class HandoutOptions:
    """How the cards are to be. `new_codes`: void the teams' codes and make others."""

    address: str
    paper: str = "a4"
    language: str = "both"
    contact: str = ""
    with_codes: bool = False
    new_codes: bool = False


@dataclass(frozen=True, slots=True)
class _Handed:
    """What became of the codes: all that is known in plain text, the teams with a new one, those unknown here."""

    lines: dict[str, Line]
    new: tuple[str, ...]
    unknown: tuple[Kept, ...]


def make(choice: Choice, wanted: HandoutOptions) -> int:
    """Write the cards and the desk's list of codes; returns the exit code. Asks AWS nothing.

    Raises BadInput for what was typed (EB-580, EB-583, EB-584), for an event that is over (EB-581), and for files that
    cannot be written (EB-582) or would be lost (EB-588); Troubled (EB-523) if the journal's database does not answer.
    """
    base = join_address.base(wanted.address)
    inputs = read(choice)
    _refuse(choice, wanted)
    accounts = _teams(choice, inputs)
    folder = choice.folder / _FOLDER
    with journal_of(choice) as journal, codes_file.alone(folder / _CODES):
        handed = _hand_out(choice, wanted, inputs, accounts, base, folder / _CODES)
        portals = _portals(journal, inputs.event.name)
        code_of = {team: line.code for team, line in handed.lines.items()} if wanted.with_codes else {}
        made = [_card(each, base, portals, code_of) for each in accounts]
        schedule, contact = inputs.event.schedule, wanted.contact
        page = cards.render(inputs.event.name, made, schedule, wanted.paper, wanted.language, contact)
        codes_file.private(folder / _CARDS, page)
        _note(journal, inputs, accounts, handed, wanted)
    _tell(folder, accounts, handed, wanted, inputs)
    return READY


def passwords_again(choice: Choice) -> int:
    """Let the join page show the passwords of the named teams' workers once more; returns the exit code."""
    if not choice.teams:
        raise BadInput([_nameless("--passwords-again")])
    inputs = read(choice)
    accounts = _teams(choice, inputs)
    with journal_of(choice) as journal:
        kept = TeamCodes(choice.journal_path, inputs.event.name)
        try:
            shown = kept.show_again([each.account_id for each in accounts])
        finally:
            kept.close()
        for each in accounts:
            said = "labelling passwords may be shown again"
            journal.act("handouts", inputs.event.name, said, team=each.team, account_id=each.account_id)
    sys.stdout.write(f"{shown} password(s) that had been shown may be shown once more\n")
    return READY


def _refuse(choice: Choice, wanted: HandoutOptions) -> None:
    problems = []
    if wanted.new_codes and not choice.teams:
        problems.append(_nameless("--new-codes"))
    if cards.width(wanted.contact) > _WIDEST_CONTACT or not wanted.contact.isprintable():
        what = "is longer than a card has room for, or more than one line"
        problems.append(Problem("EB-584", what, "--contact", fix="Write whom to ask, in a few words"))
    if problems:
        raise BadInput(problems)


def _nameless(option: str) -> Problem:
    return Problem("EB-583", f"{option} was given without a team", fix=f"Name the teams: handouts {option} TEAM")


def _teams(choice: Choice, inputs: Inputs) -> tuple[TeamAccount, ...]:
    """Without the rows that are no team's."""
    found = tuple(each for each in chosen(choice, inputs) if not (each.spare or each.out_of_use))
    if not found:
        raise NothingToDo("nothing to do: only accounts of no team were named")
    return found


def _hand_out(
    choice: Choice, wanted: HandoutOptions, inputs: Inputs, accounts: Sequence[TeamAccount], base: str, path: Path
) -> _Handed:
    expires, now = inputs.event.schedule.expires, RealClock().now()
    if expires.timestamp() <= now:
        fix = "Correct schedule.expires in event.yaml, if the event is still to come"
        raise BadInput([Problem("EB-581", "the event is over: a code would have expired", "event.yaml", fix=fix)])
    teams = [each.team for each in accounts]
    lines = codes_file.read(path)
    # Before any code is made: one that cannot be written down is known to nobody.
    codes_file.write(path, lines)
    kept_codes = TeamCodes(choice.journal_path, inputs.event.name)
    try:
        made, kept = kept_codes.hand_out(teams, expires, now, operators.here(), wanted.new_codes)
    finally:
        kept_codes.close()
    known = {each.team for each in kept if each.team in lines and each.opened_by(lines[each.team].code)}
    said = {team: lines[team].code for team in known} | made
    until = expires.isoformat(timespec="minutes")
    void = set(teams) - set(said)
    fresh = {team: Line(team, code, join_address.of(base, team), until) for team, code in said.items()}
    lines = {team: line for team, line in {**lines, **fresh}.items() if team not in void}
    codes_file.write(path, lines)
    return _Handed(lines, tuple(made), tuple(each for each in kept if each.team not in known))


def _portals(journal: Journal, event: str) -> dict[str, str]:
    """Account id -> the host at which its work team labels, as provision last saw it (SubDomain of the work team)."""
    found = {each.account_id: each.facts.get("portal") for each in journal.last_outcomes(event)}
    return {account_id: str(portal) for account_id, portal in found.items() if portal}


def _card(account: TeamAccount, base: str, portals: dict[str, str], code_of: dict[str, str]) -> Card:
    join, portal = join_address.of(base, account.team), portals.get(account.account_id, "")
    return Card(account.team, account.account_id, account.region, join, portal, code_of.get(account.team, ""))


def _note(
    journal: Journal, inputs: Inputs, accounts: Sequence[TeamAccount], handed: _Handed, wanted: HandoutOptions
) -> None:
    for each in accounts:
        said = "card made" + (" with its code" if wanted.with_codes and each.team in handed.lines else "")
        said += ", new code" if each.team in handed.new else ""
        journal.act("handouts", inputs.event.name, said, team=each.team, account_id=each.account_id)


def _tell(
    folder: Path, accounts: Sequence[TeamAccount], handed: _Handed, wanted: HandoutOptions, inputs: Inputs
) -> None:
    sys.stdout.write(f"cards: {folder / _CARDS} ({len(accounts)}; print at 100 %, on {wanted.paper})\n")
    sys.stdout.write(f"codes: {folder / _CODES} ({len(handed.new)} new; for the support desk only)\n")
    until = inputs.event.schedule.expires.isoformat(timespec="minutes")
    sys.stdout.write(f"codes end with the event, at schedule.expires: {until}\n")
    if wanted.with_codes:
        sys.stderr.write("with codes: whoever finds or photographs a card can act in that team's account\n")
    for each in handed.unknown:
        made = f"made {codes_file.iso(each.made)} by {each.made_by}"
        sys.stderr.write(f"{each.team}: its code is not in this {_CODES}: {made}; it stays valid. ")
        sys.stderr.write(f"If it is lost: event-bootstrap handouts --new-codes {each.team!r}\n")
