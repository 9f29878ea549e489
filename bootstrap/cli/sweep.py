"""Delete what the event left in the accounts, and prove that nothing is left."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import confirming, options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.chosen("sweep")
@options.detailed
@click.option("--apply", "apply_", is_flag=True, help="Delete what is listed. Without this option nothing is changed.")
@click.option("--stop-only", is_flag=True, help="Only stop what is billed by the hour; delete nothing else.")
@click.option("--everywhere", is_flag=True, help="Also delete instances that are found in other regions.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Save the plan to this file."
)
@click.option(
    "--plan",
    "saved",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --apply: remove what the plan in this file lists, and nothing else.",
)
@options.confirm
@options.take_over
def command(
    choice: Choice,
    apply_: bool,
    stop_only: bool,
    everywhere: bool,
    out: Path | None,
    saved: Path | None,
    confirm: str | None,
) -> None:
    """Show what the event left in each TEAM's account; with --apply, delete what was shown. Without TEAM: all accounts.

    What was in an account before the event is kept: provision recorded it. What came after the plan was shown is left,
    too: run it again to see it. If you run it again, it continues.

    \b
    Examples:
      event-bootstrap sweep                        only look
      event-bootstrap sweep --apply --stop-only    evening: stop notebooks, jobs and endpoints
      event-bootstrap sweep --apply                next morning: delete everything, and prove it
      event-bootstrap sweep --out plan.json        to have the plan looked at, then
      event-bootstrap sweep --apply --plan plan.json

    Exit codes: 0 everything could be looked at, with --apply: every account is proven clean; 1 something is left that
    it does not delete, or could not be checked, 2 bad input, 130 interrupted; without --apply, but with
    --detailed-exitcode, 3 if there is something to delete.
    """
    if apply_:
        confirming.unattended(confirm)
    from bootstrap.cli.commands import sweep
    from bootstrap.sweep.plan import Sweep

    wanted = replace(choice, sweep=Sweep(stop_only, everywhere))
    if saved is None:
        sys.exit(sweep.sweep(wanted, apply_, confirm, out))
    if not apply_ or stop_only or everywhere or out:
        from bootstrap.errors.message import msg
        from bootstrap.report.translations import shown

        raise click.UsageError(
            shown(msg("--plan needs --apply, and takes --stop-only and --everywhere from the file; it has no --out"))
        )
    sys.exit(sweep.sweep_planned(wanted, saved, confirm))
