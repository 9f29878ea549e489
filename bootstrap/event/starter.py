"""The files that `event-bootstrap init` writes: accounts.csv, event.yaml, the access role's template, JSON Schemas."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import shipped

# access.yaml is for the owners of the accounts: each deploys it once.
FILES = ("accounts.csv", "event.yaml", "access.yaml")
# Next to the journal. A path instead of a URL, so that an editor needs no network.
SCHEMAS = Path(".event-bootstrap", "schemas")
# The YAML support of editors reads this comment.
_CHECKED_BY = f"# yaml-language-server: $schema={SCHEMAS.as_posix()}/event.schema.json\n"


def roster() -> bytes:
    """Return the content of the accounts.csv that `init` writes."""
    return shipped.starter_file("accounts.csv").read_bytes()


def write(folder: Path, schemas: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Write the files into the folder, and create the folder if needed. Returns their paths.

    `schemas` are copied to SCHEMAS in the folder, replacing those of another version. Raises BadInput and writes
    nothing if one of FILES exists already, cannot be written, or is missing from the installation.
    """
    there = [each for each in FILES if (folder / each).exists() or (folder / each).is_symlink()]
    if there:
        fix = msg("Name another folder, or move the file away; nothing was written")
        raise BadInput(
            [Problem("EB-148", msg("the file exists already"), str(folder / each), fix=fix) for each in there]
        )
    try:
        texts = {each: shipped.starter_file(each).read_bytes() for each in FILES}
    except FileNotFoundError as error:
        what = msg("the installation has no {file}", file=error.args[0])
        raise BadInput([Problem("EB-150", what, fix=msg("Install event-bootstrap again"))]) from None
    texts["event.yaml"] = _CHECKED_BY.encode() + texts["event.yaml"]
    written = []
    try:
        (folder / SCHEMAS).mkdir(parents=True, exist_ok=True)
        for schema in schemas:
            shutil.copyfile(schema, folder / SCHEMAS / schema.name)
        for name, text in texts.items():
            with (folder / name).open("xb") as file:
                written.append(folder / name)
                file.write(text)
    except OSError as error:
        for each in written:
            each.unlink(missing_ok=True)
        what = msg("the folder cannot be written: {error}", error=error.strerror)
        fix = msg("Name a folder that you may write to")
        raise BadInput([Problem("EB-149", what, str(folder), fix=fix)]) from None
    return tuple(written)
