"""Put each team of the roster into its wave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg, some
from bootstrap.event.event import Event
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.selection import meant
from bootstrap.event.suggest import did_you_mean
from bootstrap.event.wave_settings import Wave

_FILE = "event.yaml"


def playing(accounts: Sequence[TeamAccount]) -> list[TeamAccount]:
    """Return the accounts of teams that take part: no spare ones, and none that a team has left."""
    return [each for each in accounts if not (each.spare or each.out_of_use)]


def place(event: Event, accounts: Sequence[TeamAccount]) -> Event:
    """Return the event with each team in its wave; as it is without waves.

    Raises BadInput (EB-831) with all problems if a team is in no wave or in several, if a wave has too few teams, or
    one that does not take part in the wave's lab.
    """
    teams = playing(accounts)
    if not event.schedule.waves or not teams:
        return event
    problems: list[Problem] = []
    placed = _named(event.schedule.waves, teams, problems)
    free = [each.team for each in teams if each.team not in placed]
    for wave in event.schedule.waves:
        if wave.count is not None:
            taken, free = free[: wave.count], free[wave.count :]
            placed |= dict.fromkeys(taken, wave)
            if len(taken) < wave.count:
                problems.append(_too_few(wave, len(taken)))
    if rest := next((each for each in event.schedule.waves if each.rest), None):
        placed |= dict.fromkeys(free, rest)
    elif free:
        what = msg("leaves teams without a wave: {teams}", teams=some(tuple(free)))
        problems.append(_problem(None, "", what, msg("Add a wave with neither `teams` nor `count`: the rest")))
    problems += _without_the_lab(event.schedule.waves, teams, placed)
    if problems:
        raise BadInput(problems)
    return event.model_copy(update={"placed": {team: wave.name for team, wave in placed.items()}})


def dealt(event: Event, accounts: Sequence[TeamAccount]) -> Event:
    """Return the event with each team in a wave, for teams that no pattern knows: these are dealt to the waves in turn.

    A wave is passed over for a team that does not take part in its lab.
    """
    if not event.schedule.waves:
        return event
    placed: dict[str, Wave] = {}
    waves = list(event.schedule.waves)
    for number, each in enumerate(playing(accounts)):
        named = [wave for wave in waves if meant(each.team, each.account_id, wave.teams)]
        in_turn = waves[number % len(waves) :] + waves[: number % len(waves)]
        fits = [wave for wave in [*named, *in_turn] if wave.begins in each.labs]
        placed[each.team] = (fits or in_turn)[0]
    return event.model_copy(update={"placed": {team: wave.name for team, wave in placed.items()}})


def _named(waves: Sequence[Wave], teams: Sequence[TeamAccount], problems: list[Problem]) -> dict[str, Wave]:
    """Return the teams that patterns name."""
    placed: dict[str, Wave] = {}
    for wave in waves:
        for index, pattern in enumerate(wave.teams):
            found = [each.team for each in teams if meant(each.team, each.account_id, (pattern,))]
            place = f"schedule.waves.{wave.name}.teams[{index}]"
            if not found:
                said = msg("found `{found}`, which is the name of no team of the roster", found=pattern[:60])
                what = did_you_mean(said, pattern, [each.team for each in teams])
                problems.append(Problem("EB-831", what, f"{_FILE}: {place}", fix=msg("Correct or delete it")))
            if twice := [each for each in found if placed.get(each, wave) is not wave]:
                others = ", ".join(dict.fromkeys(placed[each].name for each in twice))
                what = msg("names teams that are in wave {waves} already: {teams}", waves=others, teams=some(twice))
                problems.append(Problem("EB-831", what, f"{_FILE}: {place}", fix=msg("Name each team in one wave")))
            placed |= {each: wave for each in found if each not in placed}
    return placed


def _too_few(wave: Wave, found: int) -> Problem:
    what = msg("asks for {count} teams, but only {found} are left for it", count=wave.count, found=found)
    return _problem(wave, "count", what, msg("Write a smaller number, or leave it out for the rest"))


def _without_the_lab(waves: Sequence[Wave], teams: Sequence[TeamAccount], placed: dict[str, Wave]) -> Iterator[Problem]:
    for wave in waves:
        if without := [each.team for each in teams if placed.get(each.team) is wave and wave.begins not in each.labs]:
            what = msg("has teams that do not take part in lab {lab}: {teams}", lab=wave.begins, teams=some(without))
            yield _problem(wave, "", what, msg("Put these teams into a wave that begins with a lab of theirs"))


def _problem(wave: Wave | None, key: str, what: str, fix: str) -> Problem:
    parts = ["schedule", "waves", *([wave.name] if wave else []), *([key] if key else [])]
    return Problem("EB-831", what, f"{_FILE}: {'.'.join(parts)}", fix=fix)
