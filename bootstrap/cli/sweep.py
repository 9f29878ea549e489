"""Removes what the event left behind, and proves that nothing is left."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.chosen("sweep")
@click.option("--apply", "apply_", is_flag=True, help="Remove it. Without this option nothing is written.")
@click.option("--stop-only", is_flag=True, help="The evening: only what costs money by the hour; nothing else goes.")
@click.option("--everywhere", is_flag=True, help="Also remove the machines that are found in other regions.")
@click.option("--confirm", metavar="EVENT", help="The event's name, for scripts; otherwise it is asked for.")
@options.take_over
def command(choice: Choice, apply_: bool, stop_only: bool, everywhere: bool, confirm: str | None) -> None:
    """Show what each TEAM's account still holds of the event; with --apply remove it. No TEAM: all.

    \b
    What stood in an account before the event stays: provisioning wrote it down. Running it again goes on.
    Examples:
      event-bootstrap sweep                        look only
      event-bootstrap sweep --apply --stop-only    the evening: notebooks, jobs and endpoints
      event-bootstrap sweep --apply                the next morning: everything, proven by a last listing
    Exit: 0 every account proven clean, 1 something is left or could not be looked at, 2 bad input, 130 interrupted.
    """
    from bootstrap.cli.commands import sweep
    from bootstrap.sweep.plan import Sweep

    wanted = replace(choice, sweep=Sweep(stop_only, everywhere))
    sys.exit(sweep.sweep(wanted, apply_, confirm, _ask))


def _ask(event: str, what: str) -> str:
    typed: str = click.prompt(f"Type {event} to {what}", err=True)
    return typed
