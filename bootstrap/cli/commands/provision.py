"""The command `provision`."""

from __future__ import annotations

import sys

from bootstrap.cli.commands import check, outset, peak
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.place import Placed
from bootstrap.cli.commands.reported import page_of, reported
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.outcomes import WELL, Summary
from bootstrap.errors import FAILED
from bootstrap.event.inputs import Inputs
from bootstrap.event.peak import peaks
from bootstrap.report import at_once, problems
from bootstrap.report.translations import shown
from bootstrap.steps.smoke.peak import ID

SMOKE = "smoke"


def provision(choice: Choice) -> int:
    """Prepare the chosen accounts with the operator's own credentials; return the exit code.

    Writes to AWS, the first time only what a person agreed to: `outset`. AWS_ENDPOINT_URL and AWS_PROFILE are used as
    by every AWS tool.
    """
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = real_place(inputs.event, True, choice.jobs)
    smoked, peak_asked = SMOKE in choice.narrow.only, choice.peak
    if peak_asked:
        choice, accounts = peak.agreed(choice, inputs, accounts, place.clock.now())
    outset.agreed(choice, inputs, accounts, place.clock.now(), write=True)
    ask_for_codes(place.access, accounts, inputs.event.region)
    check.beforehand(inputs, accounts, place)
    page = page_of(choice, place)
    summary = reported(choice, inputs, accounts, place, page, choice.journal_path)
    if smoked:
        tell_at_once(choice, inputs, summary, peak_asked)
    return max(summary.exit_code, FAILED) if peak_asked and _missed(summary) else summary.exit_code


def tell_at_once(choice: Choice, inputs: Inputs, summary: Summary, tried: bool) -> None:
    """Print how many training jobs ran at once and how many the day needs; on stderr beside JSON."""
    stream = sys.stderr if choice.output == "json" else sys.stdout
    regions = {each.account_id: each.region for each in inputs.accounts}
    found = list(at_once.spans(summary, regions))
    for line in at_once.lines(found, peaks(inputs.event, inputs.accounts), tried):
        problems.print_to(stream, shown(line))


def _missed(summary: Summary) -> bool:
    """Return True if a job of --peak did not train with the others: that step decides no account's result."""
    ends = [each.steps[ID].state for each in summary.accounts if ID in each.steps]
    return any(each not in WELL for each in ends)


def provision_alone(choice: Choice, inputs: Inputs, placed: Placed = real_place) -> Summary:
    """Provision the accounts of `inputs`, which may differ from the roster, without suggesting a next command.

    Writes to AWS.
    """
    place = placed(inputs.event, True, choice.jobs)
    return reported(
        choice, inputs, inputs.accounts, place, page_of(choice, place), choice.journal_path, next_lines=False
    )
