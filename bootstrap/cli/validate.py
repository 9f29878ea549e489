"""Check accounts.csv, event.yaml, labs/ and the quiz."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, say

if TYPE_CHECKING:
    from bootstrap.event.inputs import Inputs
    from bootstrap.report.documents import PicturesDocument, ValidateDocument
    from bootstrap.steps.dataset.survey import Survey


@click.command(cls=Localized)
@options.files
def command(event_path: Path, roster_path: Path, output: str) -> None:
    """Check accounts.csv, event.yaml, labs/, the quiz, the templates and your own pictures in a folder or zip.

    It reads files only and does not call AWS. It opens each picture, but decodes none: `dataset preview` does that.

    \b
    Example:
      event-bootstrap validate --accounts teams.csv

    Exit codes: 0 no problems found, 2 problems found.
    """
    from bootstrap.cli.commands.choice import Choice, read
    from bootstrap.engine.run_kind import RunKind
    from bootstrap.errors.message import msg
    from bootstrap.event import lab_pages, quiz, shipped
    from bootstrap.report.progress import Unhurried
    from bootstrap.steps import templates

    inputs = read(Choice(RunKind.VALIDATE, event_path, roster_path, output))
    progress = Unhurried(sys.stderr)
    templates.check_roster(inputs.event, inputs.accounts, partial(progress, msg("templates checked")))
    lab_pages.check(inputs.event)
    _check_own_labs(inputs)
    questions = shipped.quiz_file(inputs.event.folder)
    if questions is not None:
        quiz.read(questions)
    _show(inputs, _surveyed(inputs) if inputs.event.dataset.own_files else None, output)


def _check_own_labs(inputs: Inputs) -> None:
    """Check the end states of labs that are not shipped: tests hold those, and botocore's models take time to load."""
    from bootstrap.event import shipped

    came_with, folders = shipped.lab_folders(), shipped.lab_folders(inputs.event.folder)
    own = [each for each in inputs.event.labs if each.end_states and folders[each.name] != came_with.get(each.name)]
    if own and inputs.accounts:
        from bootstrap.scoring.evidence import checking

        checking.check(inputs.event, inputs.accounts[0], own)


def _surveyed(inputs: Inputs) -> Survey | None:
    # Only own pictures need the library that reads them.
    from bootstrap.steps.dataset import sources

    return sources.check(inputs.event.dataset, inputs.event.folder)


def _counts(pictures: Survey) -> PicturesDocument:
    from bootstrap.report import dataset_page

    return dataset_page.document(pictures)


def _show(inputs: Inputs, pictures: Survey | None, output: str) -> None:
    from bootstrap.errors.message import counted, joined, msg

    event, accounts = inputs.event, inputs.accounts
    regions = sorted({each.region for each in accounts})
    elsewhere = [*_elsewhere(inputs), *filter(None, [event.spend.announced])]
    labs = [lab.name if lab.required else msg("{lab} (optional)", lab=lab.name) for lab in event.labs]
    if output == "json":
        document: ValidateDocument = {
            "type": "validate",
            "result": "ready",
            "event": event.name,
            "accounts": len(accounts),
            "regions": regions,
            "labs": [lab.name for lab in event.labs],
            "pictures": _counts(pictures) if pictures else None,
            "notes": [str(each) for each in (*inputs.notes, *elsewhere)],
        }
        click.echo(json.dumps(document))
        return
    spares, out = sum(each.spare for each in accounts), sum(each.out_of_use for each in accounts)
    counts = [counted("{count} account", "{count} accounts", len(accounts))]
    counts += [msg("{count} of them spare", count=spares)] if spares else []
    counts += [msg("{count} of them out of use", count=out)] if out else []
    say(msg("no problems found: {accounts}; regions: {regions}; labs: {labs}", accounts=joined(", ", counts),
            regions=", ".join(regions), labs=joined(", ", labs)))  # fmt: skip
    for note in elsewhere:
        say(msg("note: {what}", what=note), err=True)
    for line in pictures.lines(packed=False) if pictures else ():
        say(line)
    say(msg("next: event-bootstrap rehearse, then: event-bootstrap plan"), err=True)


def _elsewhere(inputs: Inputs) -> Iterator[str]:
    """Yield a note for each region other than the event's: changing `region` in event.yaml moves no such team."""
    from bootstrap.errors.message import counted, some

    own = inputs.event.region
    for region in sorted({each.region for each in inputs.accounts} - {own}):
        teams = [each.team for each in inputs.accounts if each.region == region]
        yield counted("{count} row of accounts.csv names {region}, not {own} as event.yaml does: {teams}",
                      "{count} rows of accounts.csv name {region}, not {own} as event.yaml does: {teams}",
                      len(teams), region=region, own=own, teams=some(tuple(teams)))  # fmt: skip
