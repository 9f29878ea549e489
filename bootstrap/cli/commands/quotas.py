"""The command `quotas`."""

from __future__ import annotations

from bootstrap import errors
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.outcomes import Result
from bootstrap.report import quota_table


def quotas(choice: Choice, request: bool) -> int:
    """Show the quotas of the chosen accounts; return the exit code. With `request` it first requests missing ones."""
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = real_place(inputs.event, request, choice.jobs)
    page = page_of(choice, place)
    ending = quota_table.QuotaEnding(request)
    summary = reported(choice, inputs, accounts, place, page, choice.journal_path, ending=ending)
    missing = summary.result is Result.PLANNED
    return errors.WAITING if missing else summary.exit_code
