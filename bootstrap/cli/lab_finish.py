"""Finish a lab for teams that have fallen behind: a part of the command `lab`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, loading, say

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command("finish", cls=Localized, short_help="Write a lab's finished state into the buckets of teams")
@click.argument("lab")
@options.named("lab finish")
@click.option("--again", is_flag=True, help="Also replace what a team has made under the same keys; asks first.")
@options.take_over
@options.yes
def command(choice: Choice, lab: str, again: bool) -> None:
    """Write what a team has at the end of LAB into the bucket of each TEAM that has fallen behind, so that it can go on
    with the next one.

    \b
    ground-truth  the manifest, and the true labels in Ground Truth's form, marked as the organisers'
    notebook      both RecordIO files, and a trained model: that of the account's smoke job
    tuning        nothing: no file takes the place of a tuning job; it says how the team starts one

    It first shows what it will write, and asks once. What a team has made stays; --again replaces it, after a question
    that a script answers with --yes. A second time it writes nothing.

    \b
    Examples:
      event-bootstrap lab finish ground-truth team-7
      event-bootstrap lab finish notebook team-7 team-9 --yes

    Exit codes: 0 the teams can go on, 1 something could not be written, 2 bad input, 3 another operator is working
    there, 130 interrupted.
    """
    loading()
    from bootstrap.cli.commands import lab_finish

    sys.exit(lab_finish.finish(choice, lab, again, say))
