"""Run a plan with its views, HTML page, journal and certificate."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bootstrap import report
from bootstrap.cli import streams
from bootstrap.cli.commands.choice import Choice, unwritable
from bootstrap.cli.commands.drive import undisturbed
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.run import visit_accounts
from bootstrap.engine.outcomes import Result, Summary
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import joined, msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.journal import Journal
from bootstrap.people.webhook.sending import Webhook, of_environment
from bootstrap.report import problems
from bootstrap.report.certificate import CertificateReport
from bootstrap.report.progress import Unhurried
from bootstrap.report.translations import shown

_FAILED = frozenset({Result.FAILED, Result.LEFT, Result.UNKNOWN})


def reported(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    place: Place,
    page: Path,
    journal_path: str,
    next_lines: bool = True,
    ending: report.Ending | None = None,
) -> Summary:
    """Visit the accounts; show, record and report it. Return the summary. Writes to AWS if `place` allows it.

    `next_lines`: end with the commands that a person would run next. `ending`: as in `report.choose`. Raises BadInput:
    EB-409 if the page's folder cannot be written to, EB-395 if the journal cannot be opened. A run that only reads
    goes on without either.
    """
    # A rehearsal tells nobody.
    real = place.shared and place.access.write
    webhook = Webhook(of_environment() if real else None, inputs.event.name)
    journal = _kept(page, journal_path, choice, place)
    regions = {each.account_id: each.region for each in accounts}
    certificate = CertificateReport(page.with_name(f"{page.stem}-certificate"), regions)
    also = [certificate] if _certified(choice, place) else []
    html, footer = page if journal else None, None if next_lines else lambda _: ()
    reporter = report.choose(choice.output, html=html, footer=footer, ending=ending, also=also)
    unwritten: Sequence[Problem] = ()
    try:
        with streams.running():
            ran = visit_accounts(choice, inputs, accounts, place, reporter, journal, Unhurried(sys.stderr))
    finally:
        if journal:
            with undisturbed():
                unwritten = journal.close()
    tell_troubles(unwritten, reporter.troubles)
    _tell_failures(webhook, choice, ran.summary)
    if reporter.unseen:
        streams.lose()
    stream = sys.stderr if choice.output == "json" else sys.stdout
    written = [msg("report: {path}", path=_short(page))] if journal else []
    if certificate.written:
        written.append(msg("certificate: {path}", path=_short(certificate.folder / "event.html")))
    for line in written:
        stream.write(f"{shown(line)}\n")
    return ran.summary


def _kept(page: Path, journal_path: str, choice: Choice, place: Place) -> Journal | None:
    """Return the journal, with a folder for the page; None if neither can be written and the run only reads."""
    try:
        make_folder(page.parent)
        return Journal(journal_path, choice.folder)
    except BadInput as refused:
        if place.access.write:
            raise
        for each in refused.problems:
            why = joined(": ", filter(None, (each.where, each.what, each.cause)))
            said = msg("note: this run is not recorded, and there is no report: {why}", why=why)
            problems.print_to(sys.stderr, shown(said))
        return None


def tell_troubles(unwritten: Sequence[Problem], broken: Sequence[str] = ()) -> None:
    """Print on stderr which views of a run failed, and what the journal could not write."""
    said = [msg("{code} {what} {fix}", code=each.code, what=each.what, fix=each.fix) for each in unwritten]
    for line in [*(msg("a view of the run failed and was left out: {error}", error=each) for each in broken), *said]:
        sys.stderr.write(f"{shown(line)}\n")


def _tell_failures(webhook: Webhook, choice: Choice, summary: Summary) -> None:
    """Tell the webhook of accounts that failed, by number and code. Waits some seconds for it at most."""
    failed = sum(each.result in _FAILED for each in summary.accounts)
    if failed:
        codes = ", ".join(sorted({each.code for each in summary.causes if each.code and each.required}))
        said = msg("{command}: {number} of {total} accounts failed ({codes})",
                   command=choice.command, number=failed, total=len(summary.accounts), codes=codes)  # fmt: skip
        webhook.tell(said)
        webhook.close()


def _certified(choice: Choice, place: Place) -> bool:
    """Return True for a sweep that deletes: a plan proves nothing, nor does --stop-only, which keeps most things."""
    return choice.sweep is not None and not choice.sweep.stop_only and place.access.write


def page_of(choice: Choice, place: Place) -> Path:
    """Return the path of the run's HTML page."""
    return choice.folder / "reports" / f"{place.run}.html"


def make_folder(folder: Path) -> None:
    """Create the folder if there is none. Raises BadInput (EB-409) if it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput([unwritable(folder, error)]) from None


def _short(path: Path) -> str:
    """Return the path relative to the current folder, if it is inside it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
