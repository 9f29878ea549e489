"""The command `spend`: show what runs and costs in the teams' accounts now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import confirming, options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.named("spend")
@options.jobs
@options.detailed
@click.option("--watch", is_flag=True, help="Keep running; look again every spend.every_seconds, until Ctrl-C.")
@click.option("--stop", is_flag=True, help="Stop what runs in the named accounts; asks for the event's name first.")
@options.confirm
@options.take_over
@options.output
def command(choice: Choice, watch: bool, stop: bool, confirm: str | None) -> None:
    """Show what is billed by the hour in each TEAM's account now, what that costs an hour and has cost today, and who
    is over spend.limit of event.yaml. Without TEAM: all accounts, also spare ones.

    It counts what AWS lists as running, by the prices of prices.yaml; a cost that has no price there is shown as ?.
    AWS's own bill comes a day later. It writes to AWS only with --stop, or with --watch if event.yaml sets spend.stop.

    \b
    Examples:
      event-bootstrap spend
      event-bootstrap spend team-7                each notebook, job and endpoint
      event-bootstrap spend --watch               tells of a team over its limit within two minutes
      event-bootstrap spend team-7 --stop         stop notebooks and jobs, delete endpoints

    Exit codes: 0 every account was read, 1 an account could not be read, or something still runs after --stop, 2 bad
    input, 130 interrupted; with --detailed-exitcode 3 if a team is over its limit.
    """
    if stop:
        confirming.unattended(confirm)
    from bootstrap.cli.commands import spend

    if stop and watch:
        from bootstrap.errors.message import msg
        from bootstrap.report.translations import shown

        raise click.UsageError(shown(msg("--stop and --watch are two commands: run one after the other")))
    if stop:
        sys.exit(spend.stop(choice, confirm))
    if watch:
        spend.follow(choice)
    sys.exit(spend.show(choice))
