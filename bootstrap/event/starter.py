"""The files that `event-bootstrap init` writes: accounts.csv, event.yaml and the template of the access role."""

from __future__ import annotations

from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import shipped

# access.yaml is for the owners of the accounts: each deploys it once.
FILES = ("accounts.csv", "event.yaml", "access.yaml")


def write(folder: Path) -> tuple[Path, ...]:
    """Write the files into the folder, and create the folder if needed. Returns their paths.

    Raises BadInput and writes nothing if a file exists already, cannot be written, or is missing from the
    installation.
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
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
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
