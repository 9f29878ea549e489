"""The command `handouts`: a card for each team, and a code for its join page."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap.cli.commands.choice import Choice, chosen, journal_of, read
from bootstrap.engine.clock import RealClock
from bootstrap.errors import READY, BadInput, NothingToDo, Problem
from bootstrap.errors.message import counted, msg
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.team_codes import Kept, TeamCodes
from bootstrap.people.handouts import codes_file, join_address
from bootstrap.people.handouts.codes_file import Line
from bootstrap.report import cards, problems
from bootstrap.report.cards import Card
from bootstrap.report.translations import LANGUAGES, shown

_FOLDER, _CARDS, _CODES = "handouts", "cards.html", "codes.csv"
# Two lines of a card, in full-width characters.
_WIDEST_CONTACT = 32


@dataclass(frozen=True, slots=True)
class HandoutOptions:
    """Options of the cards. `new_codes`: replace the teams' codes; the old ones stop working."""

    address: str
    paper: str = "a4"
    language: str = "both"
    contact: str = ""
    with_codes: bool = False
    new_codes: bool = False


@dataclass(frozen=True, slots=True)
class _Handed:
    """Result for the codes. `lines`: those known in plain text; `new`: teams with a new code; `unknown`: codes whose
    plain text is on another machine."""

    lines: dict[str, Line]
    new: tuple[str, ...]
    unknown: tuple[Kept, ...]


def make(choice: Choice, wanted: HandoutOptions) -> int:
    """Write the cards and the support desk's list of codes; return the exit code. AWS is not called.

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
        made = [_card(inputs.event, each, base, portals, code_of) for each in accounts]
        schedule, ask = inputs.event.schedule, _ask(inputs.event, wanted.contact)
        page = cards.render(inputs.event.name, made, schedule, wanted.paper, wanted.language, ask)
        codes_file.private(folder / _CARDS, page)
        _note(journal, inputs, accounts, handed, wanted)
    _tell(folder, accounts, handed, wanted, inputs)
    return READY


def passwords_again(choice: Choice) -> int:
    """Let the join page show the labelling passwords of the named teams once more; return the exit code.

    Raises BadInput (EB-583) if no team is named.
    """
    if not choice.teams:
        raise BadInput([_nameless("--passwords-again")])
    inputs = read(choice)
    accounts = _teams(choice, inputs)
    with journal_of(choice) as journal:
        kept = TeamCodes(choice.journal_path, inputs.event.name)
        try:
            number = kept.show_again([each.account_id for each in accounts])
        finally:
            kept.close()
        for each in accounts:
            said = msg("labelling passwords may be shown again")
            journal.act("handouts", inputs.event.name, said, team=each.team, account_id=each.account_id)
    again = counted("{count} password that was shown can be shown once more",
                    "{count} passwords that were shown can be shown once more", number)  # fmt: skip
    problems.print_to(sys.stdout, shown(again))
    return READY


def _ask(event: Event, contact: str) -> dict[str, str]:
    """Return whom teams ask, by language: as typed, or venue.ask of event.yaml."""
    if contact:
        return dict.fromkeys(LANGUAGES, contact)
    return {each: event.venue.ask.said(each) for each in LANGUAGES}


def _refuse(choice: Choice, wanted: HandoutOptions) -> None:
    found = []
    if wanted.new_codes and not choice.teams:
        found.append(_nameless("--new-codes"))
    if cards.width(wanted.contact) > _WIDEST_CONTACT or not wanted.contact.isprintable():
        what = msg("is too long for a card, or has more than one line")
        found.append(Problem("EB-584", what, "--contact", fix=msg("Write whom to ask, in a few words")))
    if found:
        raise BadInput(found)


def _nameless(option: str) -> Problem:
    fix = msg("Name the teams: {command}", command=f"event-bootstrap handouts {option} TEAM")
    return Problem("EB-583", msg("{option} needs the name of a team", option=option), fix=fix)


def _teams(choice: Choice, inputs: Inputs) -> tuple[TeamAccount, ...]:
    """Return the chosen accounts that belong to a team: no spare ones, none out of use."""
    found = tuple(each for each in chosen(choice, inputs) if not (each.spare or each.out_of_use))
    if not found:
        raise NothingToDo(msg("nothing to do: the named accounts belong to no team"))
    return found


def _hand_out(
    choice: Choice, wanted: HandoutOptions, inputs: Inputs, accounts: Sequence[TeamAccount], base: str, path: Path
) -> _Handed:
    expires, now = inputs.event.schedule.expires, RealClock().now()
    if expires.timestamp() <= now:
        fix = msg("Correct schedule.expires in event.yaml if the event is still to come")
        what = msg("the event is over: a code would be expired already")
        raise BadInput([Problem("EB-581", what, "event.yaml", fix=fix)])
    teams = [each.team for each in accounts]
    lines = codes_file.read(path)
    # Before any code is created: nobody would know a code that cannot be written to the file.
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
    """Return by account id the host of its labelling portal, as provision last saw it (SubDomain of the work team)."""
    # Only the step that looks at the work team knows it.
    found = [each for each in journal.last_outcomes(event) if each.facts.get("portal")]
    return {each.account_id: str(each.facts["portal"]) for each in found}


def _card(event: Event, account: TeamAccount, base: str, portals: dict[str, str], code_of: dict[str, str]) -> Card:
    join, portal = join_address.of(base, account.team), portals.get(account.account_id, "")
    wave = event.wave_of(account.team)
    labs = event.labs_of([wave.begins] if wave else ())
    begins = {"en": labs[0].title, "zh": labs[0].title_zh or labs[0].title} if labs else {}
    code = code_of.get(account.team, "")
    return Card(account.team, account.account_id, account.region, join, portal, code, begins)


def _note(
    journal: Journal, inputs: Inputs, accounts: Sequence[TeamAccount], handed: _Handed, wanted: HandoutOptions
) -> None:
    for each in accounts:
        coded, new = wanted.with_codes and each.team in handed.lines, each.team in handed.new
        journal.act("handouts", inputs.event.name, _noted(coded, new), team=each.team, account_id=each.account_id)


def _noted(coded: bool, new: bool) -> str:
    """Return what the journal says of one card: whether the code is on it, and whether the code is new."""
    if coded:
        return msg("card written with its code, new code") if new else msg("card written with its code")
    return msg("card written, new code") if new else msg("card written")


def _tell(
    folder: Path, accounts: Sequence[TeamAccount], handed: _Handed, wanted: HandoutOptions, inputs: Inputs
) -> None:
    until = inputs.event.schedule.expires.isoformat(timespec="minutes")
    for line in (
        msg("cards: {path} ({count}; print at 100 % on {paper})", path=folder / _CARDS, count=len(accounts),
            paper=wanted.paper),
        msg("codes: {path} ({count} new; for the support desk only)", path=folder / _CODES, count=len(handed.new)),
        msg("the codes expire at the end of the event (schedule.expires): {until}", until=until),
    ):  # fmt: skip
        problems.print_to(sys.stdout, shown(line))
    if wanted.with_codes:
        careful = msg("the codes are on the cards: anybody who finds or photographs a card can act in that account")
        problems.print_to(sys.stderr, shown(careful))
    for each in handed.unknown:
        elsewhere = msg("{team}: its code is not in this {file}. It was created on {date} by {person} and stays valid. "
                        "If it is lost: {command}", team=each.team, file=_CODES, date=codes_file.iso(each.made),
                        person=each.made_by,
                        command=f"event-bootstrap handouts --new-codes {shlex.quote(each.team)}")  # fmt: skip
        problems.print_to(sys.stderr, shown(elsewhere))
