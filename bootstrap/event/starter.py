"""What `event-bootstrap init` writes: the shipped accounts.csv and event.yaml, and the access role's template."""

from __future__ import annotations

from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.event import shipped

# The last is for the owners of the accounts: each deploys it once.
FILES = ("accounts.csv", "event.yaml", "access.yaml")


def write(folder: Path) -> tuple[Path, ...]:
    """Write the files into the folder, which is made if need be. Raises BadInput, and then writes nothing,
    if one of them is there already, if they cannot be written, or if the installation lacks them."""
    there = [each for each in FILES if (folder / each).exists() or (folder / each).is_symlink()]
    if there:
        fix = "Name another folder, or move the file away; nothing was written"
        raise BadInput([Problem("EB-148", "is there already", str(folder / each), fix=fix) for each in there])
    try:
        texts = {each: shipped.starter_file(each).read_bytes() for each in FILES}
    except FileNotFoundError as error:
        fix = "Install event-bootstrap again"
        raise BadInput([Problem("EB-150", f"the installation lacks {error.args[0]}", fix=fix)]) from None
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
        what = f"cannot be written to: {error.strerror}"
        raise BadInput([Problem("EB-149", what, str(folder), fix="Name a folder that you may write")]) from None
    return tuple(written)
