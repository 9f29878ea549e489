"""Files of an event's folder that the host needs, and no more: no mail address, no external id, no profile, no code.

The journal's rows go with it as a file (`bootstrap.journal.carried_rows`), if the host cannot read the journal itself.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people.venue import manifest
from bootstrap.reading import bounded, yaml_file
from bootstrap.reading.unreadable import Unreadable

_COLUMNS = ("team", "account_id", "region", "labs", "spare")
_FOLDERS = ("labs", "templates/cloudformation")
_PRICES = "prices.yaml"
# Pictures that the tool draws.
DRAWN = "builtin:cars"
# Slides of whoever teaches. Solutions go along: a lab is refused if a file that its lab.yaml names is missing.
_NOT_SHOWN = frozenset({"teacher", "__pycache__"})


def files(inputs: Inputs, event_path: Path) -> dict[str, bytes]:
    """Return path -> content of the event's files for the host. AWS is not called.

    Raises BadInput (EB-768) for a file that cannot be read or is too large.
    """
    found = {
        manifest.EVENT: _event(event_path).encode(),
        manifest.ROSTER: _roster(inputs.accounts).encode(),
    }
    folder = inputs.event.folder
    for path in sorted(_own_files(folder)):
        found[path.relative_to(folder).as_posix()] = _content(path)
    return found


def _event(path: Path) -> str:
    """Return event.yaml without mail addresses. So many steps are planned with it as with the organiser's own."""
    values: dict[str, Any] = dict(yaml_file.read(path, path.name).values)
    if notices := values.get("notices"):
        values["notices"] = [f"notices-{number}@example.invalid" for number, _ in enumerate(notices, 1)]
    dataset = values.get("dataset") or {}
    if isinstance(dataset, dict) and "://" not in (source := str(dataset.get("source", DRAWN))):
        # The organiser's own pictures stay where they are: the host packs none. It can draw those of the tool.
        named = {"source": DRAWN} if source == DRAWN else {}
        values["dataset"] = {key: value for key, value in dataset.items() if key != "source"} | named
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False)


def _roster(accounts: Sequence[TeamAccount]) -> str:
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for each in accounts:
        spare = "yes" if each.spare else "out" if each.out_of_use else ""
        rows.writerow((each.team, each.account_id, each.region, ";".join(each.labs), spare))
    return made.getvalue()


def _own_files(folder: Path) -> Iterator[Path]:
    """Yield the event's own files; what came with the program is in the host's image. Links are not followed."""
    if _regular(folder / _PRICES):
        yield folder / _PRICES
    for name in _FOLDERS:
        root = folder / name
        for at, folders, names in os.walk(root):
            folders[:] = [each for each in folders if each not in _NOT_SHOWN and not each.startswith(".")]
            paths = [Path(at, each) for each in names if not each.startswith(".")]
            yield from (each for each in paths if _regular(each))


def _regular(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _content(path: Path) -> bytes:
    try:
        return bounded.file(path, manifest.LARGEST_FILE)
    except OSError as error:
        what = msg("cannot be read: {error}", error=error.strerror or str(error))
        raise BadInput([Problem("EB-768", what, str(path), fix=msg("Make it readable, or remove it"))]) from None
    except Unreadable as error:
        fix = msg("Use a smaller file: the host loads all of them when it starts")
        raise BadInput([Problem("EB-768", error.what, str(path), fix=fix)]) from None
