"""Create what is missing in every account."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.steps("provision")
@click.option("--again", is_flag=True, help="Request refused quotas again and create failed stacks again; with "
              "--step smoke, also run the smoke training job again where it passed.")  # fmt: skip
@click.option("--during-event", is_flag=True, help="Also change resources that a team may be working in, while the "
              "event is on.")  # fmt: skip
@click.option("--peak", is_flag=True, help="With --step smoke --again: run as many training jobs at once as the day "
              "needs at its peak, and stop them once all train. Says the cost first.")  # fmt: skip
@click.option("--every", type=click.IntRange(1), default=1, metavar="N", help="Select a sample: the first of the "
              "chosen teams and every N-th after it.")  # fmt: skip
@click.option("--stagger", type=click.FloatRange(0, 3600), default=0.0, metavar="SECONDS",
              help="Seconds to wait between starting one account and the next.")  # fmt: skip
@options.take_over
@options.yes
def command(choice: Choice, again: bool, during_event: bool) -> None:
    """Create what is missing in each TEAM's account, until it is ready or the error is named. Without TEAM: all.

    TEAM is a team's name or a pattern. The first time it says what it will make and what that costs an hour, and asks
    once; without a terminal, or with --yes, it goes on. If you run it again, it continues where it stopped and creates
    nothing twice.

    \b
    Examples:
      event-bootstrap provision
      event-bootstrap provision team-7 'blue*' --from stack:roles
      event-bootstrap provision --failed

    \b
    On the morning of the event: whether jobs start today, then how many at once:
      event-bootstrap provision --step smoke --again --every 10 --stagger 30
      event-bootstrap provision --step smoke --again --peak

    Exit codes: 0 ready, 1 an account failed, 2 bad input, 3 something still waits, 130 interrupted.
    """
    from bootstrap.cli.commands import provision
    from bootstrap.steps.wishes import Wishes

    if choice.peak:
        _refuse_beside_peak(choice, again)
    smoke_again = again and "smoke" in choice.narrow.only
    wishes = Wishes(ask_again=again, retry=again, smoke_again=smoke_again, during_event=during_event)
    sys.exit(provision.provision(replace(choice, wishes=wishes)))


def _refuse_beside_peak(choice: Choice, again: bool) -> None:
    if not again or choice.narrow.only != ("smoke",) or choice.narrow.start or choice.stagger:
        fix = msg("Run event-bootstrap provision --step smoke --again --peak, without --stagger")
        what = msg("needs --step smoke --again alone: jobs start in all accounts at once")
        raise BadInput([Problem("EB-832", what, "--peak", fix=fix)])
