"""One run with its views, HTML page, journal and certificate."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bootstrap import report
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.run import visit_accounts
from bootstrap.engine.outcomes import Summary
from bootstrap.errors import BadInput, Problem
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.journal import Journal
from bootstrap.report.certificate import CertificateReport
from bootstrap.report.progress import Unhurried


def reported(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    place: Place,
    page: Path,
    journal_path: str,
    next_lines: bool = True,
) -> Summary:
    make_folder(page.parent)
    regions = {each.account_id: each.region for each in accounts}
    certificate = CertificateReport(page.with_name(f"{page.stem}-certificate"), regions)
    also = [certificate] if _certified(choice, place) else []
    reporter = report.choose(choice.output, html=page, footer=None if next_lines else lambda _: (), also=also)
    journal = Journal(journal_path, choice.folder)
    try:
        ran = visit_accounts(choice, inputs, accounts, place, reporter, journal, Unhurried(sys.stderr))
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
    said = [f"{each.code} {each.what} {each.fix}" for each in unwritten]
    for line in [*(f"a view of the run broke and was left out: {each}" for each in broken), *said]:
        sys.stderr.write(f"{line}\n")


def _certified(choice: Choice, place: Place) -> bool:
    """A plan proves nothing, nor does the evening's sweep, after which most things are still there."""
    return choice.sweep is not None and not choice.sweep.stop_only and place.access.write


def page_of(choice: Choice, place: Place) -> Path:
    return choice.folder / "reports" / f"{place.run}.html"


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fix = "Make room for the folder beside event.yaml, or work in a folder that you may write"
        raise BadInput([Problem("EB-409", f"cannot be written to: {error.strerror}", str(folder), fix=fix)]) from None


def _short(path: Path) -> str:
    """Relative to where the person stands, if that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
