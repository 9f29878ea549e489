"""The command `dataset preview`: one page of what teams will get."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions, access_of
from bootstrap.cli.commands.choice import FOLDER, unwritable
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.clock import RealClock
from bootstrap.errors import READY, BadInput
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
from bootstrap.report import dataset_page, documents
from bootstrap.report.progress import Unhurried
from bootstrap.report.translations import shown
from bootstrap.steps.dataset import preview as previewing
from bootstrap.steps.dataset.cache_folder import cache_folder


def preview(event_path: Path, page: Path | None, output: str) -> int:
    """Read the dataset, write the page and say the counts; return the exit code. AWS is only read.

    Raises BadInput with every problem of the dataset, after the page is written; EB-409 if it cannot be.
    """
    event = event_file.read(event_path)
    folder = event_path.resolve().parent / FOLDER
    path = page or folder / "reports" / "dataset.html"
    access = access_of(event, write=False)
    sessions = Sessions(access, RealClock(), Limiter())
    if event.dataset.source.startswith("s3:"):
        ask_for_codes(access, (), event.region)
    hub = partial(sessions.operator_client, "s3", event.region, None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = previewing.look(event.dataset, event.folder, cache_folder(folder), hub, Unhurried(sys.stderr))
        path.write_text(dataset_page.render(event, found), encoding="utf-8")
    except OSError as error:
        raise BadInput([unwritable(path.parent, error)]) from None
    if output == "json" and not found.problems:
        sys.stdout.write(documents.dumps(dataset_page.previewed(event, found, str(path))) + "\n")
        return READY
    stream = sys.stderr if output == "json" else sys.stdout
    lines = list(found.survey.lines()) if found.own else []
    if found.training:
        lines.append(_split(found))
    for line in [*lines, msg("page: {path}", path=str(path))]:
        stream.write(f"{shown(line)}\n")
    if found.problems:
        raise BadInput(found.problems)
    return READY


def _split(found: previewing.Preview) -> str:
    return msg(
        "{training:,} pictures for training, {validation:,} for validation, in {classes} classes",
        training=found.training,
        validation=found.validation,
        classes=len(found.classes),
    )
