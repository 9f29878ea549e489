"""The command `quotas`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from bootstrap import errors
from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice, chosen, read, unwritable
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.outcomes import Result
from bootstrap.errors import BadInput, NothingToDo
from bootstrap.errors.message import counted, msg
from bootstrap.event import private_file
from bootstrap.report import increase_letter, problems, quota_table
from bootstrap.report.increase_letter import AccountQuotas
from bootstrap.report.translations import shown


def quotas(choice: Choice, request: bool) -> int:
    """Show the quotas of the chosen accounts; return the exit code. With `request` it first requests missing ones."""
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    if request:
        _agree(choice, counted("Request every missing quota in {count} account?",
                               "Request every missing quota in {count} accounts?", len(accounts)))  # fmt: skip
    place = real_place(inputs.event, request, choice.jobs)
    page = page_of(choice, place)
    ending = quota_table.QuotaEnding(request)
    summary = reported(choice, inputs, accounts, place, page, choice.journal_path, ending=ending)
    # What could not be requested yet.
    missing = request and summary.result is Result.PLANNED
    return errors.WAITING if missing else summary.exit_code


def cases(choice: Choice) -> int:
    """Have AWS open support cases for requests that hang in the chosen accounts; return the exit code.

    Writes to AWS: CreateSupportCase.
    """
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    _agree(choice, counted("Open a support case for each request that hangs in {count} account?",
                           "Open a support case for each request that hangs in {count} accounts?",
                           len(accounts)))  # fmt: skip
    place = real_place(inputs.event, True, choice.jobs)
    page = page_of(choice, place)
    return reported(choice, inputs, accounts, place, page, choice.journal_path).exit_code


def _agree(choice: Choice, question: str) -> None:
    """Ask once before anything is requested. Raises NothingToDo."""
    if not confirming.agreed(question, (), choice.yes):
        raise NothingToDo(msg("nothing was changed"))


def letter(choice: Choice, out: Path) -> int:
    """Write the text for a person at AWS about quotas that are not applied yet; return the exit code. Only reads AWS.

    Raises BadInput (EB-409) if it cannot be written.
    """
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = real_place(inputs.event, False, choice.jobs)
    summary = reported(choice, inputs, accounts, place, page_of(choice, place), choice.journal_path, next_lines=False)
    regions = {each.account_id: each.region for each in accounts}
    found = [AccountQuotas.of(each, regions[each.account_id]) for each in summary.accounts]
    needing = {each.account_id for rows in increase_letter.missing(found).values() for each, _ in rows}
    if not needing:
        problems.print_to(sys.stderr, shown(msg("no letter is needed: no account lacks a quota that its labs need")))
        return summary.exit_code
    opens = inputs.event.schedule.opens
    text = increase_letter.letter(inputs.event, found, datetime.fromtimestamp(place.clock.now(), opens.tzinfo))
    try:
        private_file.write(out, text)
    except OSError as error:
        raise BadInput([unwritable(out, error)]) from None
    said = counted("letter about {count} account: {path}", "letter about {count} accounts: {path}",
                   len(needing), path=out)  # fmt: skip
    problems.print_to(sys.stderr, shown(said))
    return choice.pending
