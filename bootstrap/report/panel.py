"""An overview -> the lines of a terminal of any size: what needs a person first, then what goes on, then the rest."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, chop_cells, set_cell_size

from bootstrap.engine import time_left
from bootstrap.engine.outcomes import Cause, Phase, Result
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import counted, msg
from bootstrap.journal.standing import Going, Stale, Word
from bootstrap.report import overview as model
from bootstrap.report import words
from bootstrap.report.full_screen import Line
from bootstrap.report.overview import Overview, RunningStep, TeamState
from bootstrap.report.readiness import FAILED
from bootstrap.report.translations import shown
from bootstrap.report.words import clock_time, duration, explanation, few, glyph, style, word

# Shares of the lines below the head that causes and running steps get where everything wants more than there is.
_NEEDS, _STEPS = 0.45, 0.25
_WIDEST_NAME, _LEAST_TITLE = 20, 20
# Columns from which a row says more.
_WIDE = 100
_EMPTY: Line = (("", ""),)
_STALE = {
    Stale.JOURNAL: msg("the journal cannot be read"),
    Stale.FILES: msg("event.yaml or accounts.csv cannot be read"),
}


def lines(found: Overview, width: int, height: int, *, simple: bool = False, said: Sequence[str] = ()) -> list[Line]:
    """Return at most `height` lines, to be cut to `width`. `said`: lines of others, the last at the bottom."""
    head = [*_head(found, width, simple), *(_run(each, found.now) for each in found.runs[: max(1, height // 6)])]
    foot = _dim(said)[-max(1, height // 8) :]
    room = max(0, height - len(head) - len(foot))
    needs = [_need(each, width, simple) for each in found.needs]
    needs += [_wait(each, width, simple) for each in _only_waits(found)]
    running = steps(found, simple)
    teams = [each for each in found.teams if each.going]
    rest = _rest(found, simple)
    wanted = (sum(map(len, needs)), len(running), len(teams), len(rest))
    for_needs, for_steps, for_teams, for_rest = _shared(room, wanted, len(needs))
    parts = [
        _causes(needs, for_needs),
        _folded(running, for_steps),
        [*_teams(teams, for_teams, found, width, simple), *rest[:for_rest]],
    ]
    gaps = sum(map(bool, parts)) <= room - sum(map(len, parts))
    body = [line for part in parts if part for line in ([_EMPTY, *part] if gaps else part)]
    return [*head, *body[:room], *foot]


def _dim(texts: Sequence[str]) -> list[Line]:
    return [((each, "dim"),) for each in texts]


def _shared(room: int, wanted: tuple[int, int, int, int], causes: int) -> tuple[int, int, int, int]:
    """Return the lines for causes, steps, teams and the rest. What one does not want, the others get."""
    needs, steps, teams, rest = wanted
    for_needs = min(needs, max(min(causes, 2), int(room * _NEEDS)))
    for_steps = min(steps, max(2, int(room * _STEPS)))
    for_rest = min(rest, max(1, room // 8))
    for_teams = min(teams, max(0, room - for_needs - for_steps - for_rest))
    left = room - for_needs - for_steps - for_rest - for_teams
    found = []
    for given, wish in ((for_needs, needs), (for_steps, steps), (for_rest, rest)):
        more = max(0, min(left, wish - given))
        left -= more
        found.append(given + more)
    return found[0], found[1], for_teams, found[2]


def _head(found: Overview, width: int, simple: bool) -> list[Line]:
    accounts = shown(words.accounts(len(found.teams)))
    told: list[str] = [accounts]
    if found.began is not None:
        time = duration(found.now - found.began)
        told.append(msg("{time} virtual", time=time) if found.scenario else time)
    else:
        told.append(clock_time(found.now))
    if found.calls is not None:
        told.append(words.calls(found.calls))
    if found.scenario:
        told.append(msg("scenario {scenario}", scenario=found.scenario))
    stale = f"  {shown(_STALE[found.stale])}" if found.stale else ""
    title = (f"{found.command} {found.event}", "bold")
    head: list[Line] = [(title, *((f"  {shown(each)}", "") for each in told), (stale, "bold red"))]
    if any(each.going for each in found.teams) or found.began is not None:
        steps = msg("{number}/{total} steps", number=found.ended, total=found.steps)
        left = words.left(found.left, found.now)
        size = min(40, max(10, width // 4))
        bar: Line = (*_bar(found.ended, found.steps, size, "green"), (f" {shown(steps)}", ""))
        still: Line = ((shown(left) if left else "", "bold"),)
        fits = sum(cell_len(text) for text, _ in (*bar, *still)) + 2 <= width
        head += [(*bar, ("  ", ""), *still)] if fits else [bar, still]
    counts = [(f"{glyph(each, simple)} {words.tallied({each: number})}  ", style(each))
              for each, number in found.counts.items()]  # fmt: skip
    return [*head, tuple(counts)]


def _bar(ended: int, total: int, size: int, colour: str) -> Line:
    """Return a bar that is full only at the end, and not empty once anything has ended."""
    full = size * ended // max(1, total)
    full = max(full, 1) if ended else 0
    return ("[", "dim"), ("#" * full, colour), ("-" * (size - full), "dim"), ("]", "dim")


def _run(run: Going, now: float) -> Line:
    told, note = words.going(run, now)
    return (shown(told), ""), (shown(note) if note else "", style(Result.FAILED if run.died else Result.WAITING))


def _need(cause: Cause, width: int, simple: bool) -> list[Line]:
    """Return the cause with its teams, and what fixes it."""
    number = words.teams(len(cause.teams))
    teams = msg("{teams}: {names}", teams=number, names=few(cause.teams, 6 if width >= _WIDE else 2))
    if not cause.required:
        teams = msg("{teams}, optional", teams=number)
    found = [_headline(cause, shown(teams), width, simple)]
    if cause.required and (known := explanation(cause.code)):
        found += [((f"    {part}", ""),) for part in _wrapped(shown(msg("fix: {fix}", fix=known.fix)), width - 4)]
    if cause.required and cause.again:
        found.append(((shown(msg("      {command}    once fixed", command=f"{FAILED} --again")), ""),))
    return found


def _headline(cause: Cause, teams: str, width: int, simple: bool) -> Line:
    """Return a cause in one line. Where there is no room for all of its title, the teams are still told."""
    mark, title = f"{glyph(cause.state, simple)} {cause.code or word(cause.state)}", _title(cause)
    room = max(_LEAST_TITLE, width - cell_len(mark) - cell_len(teams) - 3)
    if cell_len(title) > room:
        title = f"{set_cell_size(title, room - 3).rstrip()}..."
    bold = "bold" if cause.required and cause.state in (Outcome.FAILED, Outcome.BLOCKED) else ""
    return (mark, style(cause.state)), (f" {title}", bold), (f"  {teams}", "")


def _title(cause: Cause) -> str:
    """Return the title of the cause's code; without one what was found, and how many other things."""
    if known := explanation(cause.code):
        return known.title
    more = len(cause.said) - 1
    return shown(msg("{first}, and {number} more", first=cause.detail, number=more) if more > 0 else cause.detail)


def _wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most `width` cells, broken between words where there are spaces."""
    found = [""]
    for token in text.split():
        for part in chop_cells(token, max(2, width)):
            line = f"{found[-1]} {part}" if found[-1] else part
            found[-1:] = [line] if cell_len(line) <= width else [found[-1], part]
    return found


def _wait(cause: Cause, width: int, simple: bool) -> list[Line]:
    teams = msg("{teams}: {names}", teams=words.teams(len(cause.teams)), names=few(cause.teams))
    return [_headline(cause, shown(teams), width, simple)]


def _only_waits(found: Overview) -> list[Cause]:
    """Return the causes that wait, but for those of steps that are shown as going on."""
    going = {each.step for each in found.going}
    return [each for each in found.waits if not set(each.steps) <= going]


def _causes(needs: Sequence[Sequence[Line]], room: int) -> list[Line]:
    """Return a line for each cause, and their fixes as far as there is room, the first ones first."""
    if len(needs) > room:
        hidden = len(needs) - max(0, room - 1)
        more: Line = ((shown(counted("... {count} more cause", "... {count} more causes", hidden)), "dim"),)
        return [*(each[0] for each in needs[: max(0, room - 1)]), more][:room]
    shares = [1] * len(needs)
    for depth in range(2, 1 + max(map(len, needs), default=1)):
        for place, each in enumerate(needs):
            if len(each) >= depth and sum(shares) < room:
                shares[place] = depth
    return [line for each, share in zip(needs, shares, strict=True) for line in each[:share]]


def steps(found: Overview, simple: bool) -> list[Line]:
    """Return a line for each step that goes on."""
    return [_step(each, found, simple) for each in found.going]


def _step(step: RunningStep, found: Overview, simple: bool) -> Line:
    """Return a step that goes on: in how many teams, how long the longest, and how long still."""
    state = Phase.WORKING if step.working else Phase.WAITING
    width = max(cell_len(each.step) for each in found.going)
    number = shown(words.teams(len(step.teams)))
    number = f"{' ' * (9 - cell_len(number))}{number}"
    since = shown(msg("longest {time}", time=duration(found.now - step.since)))
    left = words.left_here(step.left, found.now)
    return (
        (f"{glyph(state, simple)} {set_cell_size(step.step, width)}", style(state)),
        (f"  {number}  {since}", ""),
        (f"  {shown(left)}" if left else "", "bold"),
        (f"  {few(step.teams, 4)}", "dim"),
    )


def _folded(rows: Sequence[Line], room: int) -> list[Line]:
    if len(rows) <= room or not room:
        return list(rows[:room])
    hidden = len(rows) - room + 1
    return [*rows[: room - 1], ((shown(counted("... {count} more step", "... {count} more steps", hidden)), "dim"),)]


def _teams(teams: Sequence[TeamState], room: int, found: Overview, width: int, simple: bool) -> list[Line]:
    """Return a row for each team at work; if they are too many, one for those that are at the same steps."""
    if not room or not teams:
        return []
    ordered = sorted(teams, key=lambda each: (each.broken, each.word is not Phase.WORKING))
    rows: list[tuple[TeamState, ...]] = [(each,) for each in ordered]
    if len(rows) > room:
        rows = list(model.groups(ordered))
    hidden = 0
    if len(rows) > room:
        hidden = sum(map(len, rows[room - 1 :]))
        rows = rows[: room - 1]
    names = [_name(each) for each in rows]
    widest = min(_WIDEST_NAME, max(map(cell_len, names), default=0))
    told = [
        _row(each, set_cell_size(name, widest), found.now, width, simple)
        for each, name in zip(rows, names, strict=True)
    ]
    if hidden:
        more = shown(counted("... {count} more team at work", "... {count} more teams at work", hidden))
        told.append(((more, "dim"),))
    return told


def _name(teams: Sequence[TeamState]) -> str:
    return teams[0].team if len(teams) == 1 else shown(words.teams(len(teams)))


def _row(teams: Sequence[TeamState], name: str, now: float, width: int, simple: bool) -> Line:
    first = teams[0]
    ended, total = sum(each.ended for each in teams), sum(each.steps for each in teams)
    left = words.left_here(time_left.together(each.left for each in teams), now)
    size = 20 if width >= _WIDE else 10
    steps = f"{ended // len(teams):>2}/{total // len(teams)}"
    said = ", ".join(f"{step} {duration(now - began)}" for step, began in first.running.items())
    if len(teams) > 1:
        names = few([each.team for each in teams], 4 if width >= _WIDE else 2)
        said = f"{names}: {', '.join(first.running)}" if first.running else names
    notes = "".join(f"  {shown(each)}" for each in first.notes)
    return (
        (f"{glyph(first.word, simple)} {name} ", style(first.word)),
        *_bar(ended, total, size, "red" if first.broken else "green"),
        (f" {steps}", ""),
        (f"  {shown(left)}" if left else "", "bold"),
        (f"  {said}{notes}", ""),
    )


def _rest(found: Overview, simple: bool) -> list[Line]:
    """Return one line for all teams in each state in which no run is at work, with their names; then what there is to
    say about single teams."""
    rows: dict[Word, list[TeamState]] = {}
    for each in found.teams:
        if not each.going:
            rows.setdefault(each.word, []).append(each)
    told: list[Line] = [
        ((f"{glyph(state, simple)} {words.tallied({state: len(teams)})}", style(state)),
         (f": {', '.join(each.team for each in teams)}", "dim"))
        for state, teams in rows.items()
    ]  # fmt: skip
    noted = [(each, note) for each in found.teams if not each.going for note in each.notes]
    return [*((((f"  {each.team}: ", "bold"), (shown(note), "yellow"))) for each, note in noted), *told]
