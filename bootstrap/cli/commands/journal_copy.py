"""The command `journal copy`: the journal in another database, and the proof that both are the same."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bootstrap.cli.commands.choice import FOLDER
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.report import journal_copied
from bootstrap.report.progress import Unhurried
from bootstrap.report.translations import shown

COPIED = 0


def copy(source: str, target: str, move: bool, while_running: bool, output: str) -> int:
    """Copy the journal and show what was copied; return the exit code.

    Raises BadInput (EB-408) if there is no journal at `source`, (EB-695) if both are the same; and as `copying.copy`.
    """
    if move and while_running:
        raise click.UsageError(shown(msg("--move cannot be used with --while-running: wait for the end of the runs")))
    # SQL takes 0.1 s of CPU to load; a help text needs none.
    from bootstrap.journal import copying, database, journal

    for each in (source, target):
        # Refused before anything is made.
        database.checked(each)
    if not journal.exists(source):
        fix = msg("name its file, or the URL of its database")
        raise BadInput([Problem("EB-408", msg("there is no journal"), database.in_public(source), fix=fix)])
    if copying.same_place(source, target):
        fix = msg("name another file or database to copy to")
        what = msg("the journal cannot be copied to itself")
        raise BadInput([Problem("EB-695", what, database.in_public(target), fix=fix)])
    progress = Unhurried(sys.stderr)
    done = copying.copy(source, target, move, while_running, progress, Path.cwd() / FOLDER)
    journal_copied.show(output, done, database.in_public(source), database.in_public(target))
    return COPIED
