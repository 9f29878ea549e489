"""One command on many accounts: inputs, place, views and journal -> exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bootstrap.cli.commands import run as compose
from bootstrap import errors
from bootstrap.rehearsal import made_up_teams, simulated as rehearsal
from bootstrap.errors import BadInput, Problem
from bootstrap.cli.commands.choice import Choice, Inputs, chosen, opened_journal, read
from bootstrap.engine.outcomes import Result, Summary
from bootstrap.cli.commands.place import Place
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.engine.states import Outcome
from bootstrap.sweep.plan import Sweep
from bootstrap.engine.swept import SWEEP
from bootstrap.rehearsal.labs import playing as walk

# Until what was there before is there: a stack with a notebook takes some minutes.
_SETTLED = 3600.0


def on_aws(choice: Choice, write: bool) -> int:
    """Run the command's plan on AWS with the operator's own credentials; returns the exit code.

    AWS_ENDPOINT_URL and AWS_PROFILE count, as for every AWS tool. Writes to AWS only with `write`.
    """
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = compose.real_place(inputs.event, write, choice.jobs)
    page = _page(choice, place)
    return _shown(choice, inputs, accounts, place, page, choice.journal_path).exit_code


def provision_alone(choice: Choice, inputs: Inputs) -> Summary:
    """Provision what `inputs` holds, which need not be the roster's rows, without naming a next command."""
    place = compose.real_place(inputs.event, True, choice.jobs)
    return _shown(choice, inputs, inputs.accounts, place, _page(choice, place), choice.journal_path, next_lines=False)


def sweep(choice: Choice, apply: bool, confirm: str | None, ask: Callable[[str, str], str]) -> int:
    """Look; with `apply` ask once for the event's name and remove; returns the exit code. Writes to AWS with `apply`.

    `confirm` is the name, if it is known; else `ask(event, what)` is. Raises BadInput (EB-510) if it is another.
    """
    inputs = read(choice)
    choice, evening = _with_history(choice, inputs), choice.sweep is not None and choice.sweep.stop_only
    accounts = chosen(choice, inputs)
    looking = replace(choice, command="sweep --stop-only" if evening else "sweep")
    looked = compose.real_place(inputs.event, False, choice.jobs)
    page = _page(choice, looked)
    found = _shown(looking, inputs, accounts, looked, page, choice.journal_path, next_lines=not apply)
    if not apply or not _anything(found):
        return found.exit_code
    typed = confirm if confirm is not None else ask(inputs.event.name, "stop it" if evening else "remove it")
    if typed != inputs.event.name:
        raise BadInput([Problem("EB-510", f"{typed!r} is not the event's name: nothing was removed")])
    writing = replace(choice, command=f"{SWEEP} --stop-only" if evening else SWEEP)
    place = compose.real_place(inputs.event, True, choice.jobs)
    return _shown(writing, inputs, accounts, place, _page(choice, place), choice.journal_path).exit_code


def _with_history(choice: Choice, inputs: Inputs) -> Choice:
    """With what the journal knows of earlier sweeps: an account that was proved clean has no marker any more."""
    from bootstrap.journal import journal

    if choice.sweep is None or not journal.exists(choice.journal_path):
        return choice
    with opened_journal(choice) as kept:
        return replace(choice, sweep=replace(choice.sweep, before=kept.proved_clean(inputs.event.name)))


def _anything(found: Summary) -> bool:
    """Whether any account shows something to remove."""
    return any(each.state is Outcome.PLANNED for account in found.accounts for each in account.steps.values())


def _page(choice: Choice, place: Place) -> Path:
    return choice.folder / "reports" / f"{place.run}.html"


def rehearse(choice: Choice, scenario: str, seed: int, teams: int | None = None, through: str = "provision") -> int:
    """Run `provision` in a simulated AWS and virtual time, and `through` sweep or labs what follows; the exit code.

    For the whole roster, or with `teams` for so many: the roster's first, then made-up ones.
    """
    inputs = read(choice)
    if teams is not None:
        accounts = made_up_teams.of_size(teams, inputs.event, inputs.accounts, taken=(rehearsal.HUB_ACCOUNT,))
        inputs = replace(inputs, accounts=accounts)
    inputs = replace(inputs, accounts=tuple(each for each in inputs.accounts if not each.out_of_use))
    # Profiles are this machine's way into the real AWS; in the simulated one its operator needs none.
    inputs = replace(inputs, accounts=tuple(replace(each, profile=None) for each in inputs.accounts))
    played = walk.team_to_play(inputs) if through == "labs" else None
    folder = choice.folder / "rehearsal"
    _make(folder)
    journal = folder / "journal.sqlite"
    journal.unlink(missing_ok=True)
    with compose.in_rehearsal(inputs, scenario, seed) as (place, simulated):
        if through == "sweep":
            _participate(inputs, simulated, "before")
            _pass(place, simulated, _SETTLED)
        summary = _shown(choice, inputs, inputs.accounts, place, folder / "report.html", str(journal))
        if expected := simulated.expected():
            sys.stderr.write(f"{_held_against(summary, scenario, *expected)}\n")
        if through == "sweep":
            return _swept(choice, inputs, place, simulated, folder).exit_code
        if played:
            _pass(place, simulated, inputs.event.schedule.opens.timestamp() - place.clock.now())
            return walk.show(inputs, played, summary, place, simulated, folder / "labs", choice.output == "json")
        return summary.exit_code


def _swept(choice: Choice, inputs: Inputs, place: Place, simulated: rehearsal.Simulated, folder: Path) -> Summary:
    """The event's day, played by simulated participants, and the sweep after it."""
    opens, closes = inputs.event.schedule.opens, inputs.event.schedule.closes
    for part, moment in (("opens", opens), ("noon", opens + (closes - opens) / 2), ("closes", closes)):
        _pass(place, simulated, moment.timestamp() - place.clock.now())
        _participate(inputs, simulated, part)
    swept = replace(choice, command=SWEEP, sweep=Sweep(everywhere=True))
    after = replace(place, run=f"{place.run}-sweep", outlook=None)
    return _shown(swept, inputs, inputs.accounts, after, folder / "sweep.html", str(folder / "journal.sqlite"))


def _pass(place: Place, simulated: rehearsal.Simulated, seconds: float) -> None:
    place.clock.sleep(max(0.0, seconds))
    simulated.move(place.clock.now())


def _participate(inputs: Inputs, simulated: rehearsal.Simulated, part: str) -> None:
    sys.stderr.write(f"simulated participants at work: {part}\n")
    for account in inputs.accounts:
        simulated.participate(part, account.account_id)


def _held_against(summary: Summary, scenario: str, result: str, codes: Sequence[str]) -> str:
    found = sorted({each.code for each in summary.causes if each.code})
    if (str(summary.result), found) == (result, sorted(codes)):
        return f"it ended as the scenario {scenario} says: {_ending(result, found)}"
    expected = _ending(result, codes)
    return f"it ended {_ending(str(summary.result), found)}; the scenario {scenario} expects: {expected}"


def _ending(result: str, codes: Sequence[str]) -> str:
    return f"{result}, {', '.join(sorted(codes))}" if codes else result


def quotas(choice: Choice, request: bool) -> int:
    """Show the chosen accounts' quotas, with `request` after asking for what is missing; returns the exit code."""
    from bootstrap.report import quota_table as quota_board
    from bootstrap.report import quotas as board

    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = compose.real_place(inputs.event, request, choice.jobs)
    page = _page(choice, place)
    summary = _shown(choice, inputs, accounts, place, page, choice.journal_path)
    if choice.output != "json":
        found = [(each.team, seen.facts) for each in summary.accounts for seen in each.steps.values()]
        board.show(quota_board.table(found), request)
    missing = summary.result is Result.PLANNED
    return errors.WAITING if missing else summary.exit_code


def _shown(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    place: Place,
    page: Path,
    journal_path: str,
    next_lines: bool = True,
) -> Summary:
    from bootstrap import report
    from bootstrap.journal.journal import Journal
    from bootstrap.report.certificate import CertificateReport
    from bootstrap.report.progress import Unhurried

    _make(page.parent)
    regions = {each.account_id: each.region for each in accounts}
    certificate = CertificateReport(page.with_name(f"{page.stem}-certificate"), regions)
    also = [certificate] if _certified(choice, place) else []
    reporter = report.choose(choice.output, html=page, footer=None if next_lines else lambda _: (), also=also)
    journal = Journal(journal_path, choice.folder)
    try:
        ran = compose.run(choice, inputs, accounts, place, reporter, journal, Unhurried(sys.stderr))
    finally:
        unwritten = journal.close()
    tell_troubles(unwritten, reporter.troubles)
    stream = sys.stderr if choice.output == "json" else sys.stdout
    stream.write(f"report: {_short(page)}\n")
    if certificate.written:
        stream.write(f"certificate: {_short(certificate.folder / 'event.html')}\n")
    return ran.summary


def tell_troubles(unwritten: Sequence[Problem], broken: Sequence[str] = ()) -> None:
    """On stderr: what the journal could not write, and which views of a run broke."""
    said = [f"{each.code} {each.what} {each.mend}" for each in unwritten]
    for line in [*(f"a view of the run broke and was left out: {each}" for each in broken), *said]:
        sys.stderr.write(f"{line}\n")


def _certified(choice: Choice, place: Place) -> bool:
    """A plan proves nothing, nor does the evening's sweep, after which most things are still there."""
    return choice.sweep is not None and not choice.sweep.stop_only and place.access.write


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "Make room for the folder beside event.yaml, or work in a folder that you may write"
        raise BadInput([Problem("EB-409", f"cannot be written to: {error.strerror}", str(folder), mend=mend)]) from None


def _short(path: Path) -> str:
    """Relative to where the person stands, if that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
