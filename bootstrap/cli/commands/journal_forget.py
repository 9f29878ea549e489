"""The command `journal forget`: removes what is about people from the journal and the folder, and proves it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice, opened_journal, unwritable
from bootstrap.errors import BadInput
from bootstrap.errors.message import msg
from bootstrap.event import inputs as input_files
from bootstrap.event.inputs import Inputs
from bootstrap.journal.byte_search import Values
from bootstrap.people.handouts import codes_file
from bootstrap.report import forgotten
from bootstrap.report.forgotten import AboutPeople, Left, Proof
from bootstrap.report.progress import Unhurried

if TYPE_CHECKING:
    from bootstrap.journal.forgetting import Forgetting

NOTHING_LEFT, LEFT = 0, 1
# What the tool makes again, or nobody needs any more: cards and codes, rosters before a swap, simulated accounts.
_WHOLE = ("handouts", "rosters", "rehearsal", "simulate")
_PACKED = frozenset({".zip", ".gz", ".tar", ".tgz", ".7z", ".xz", ".bz2", ".zst", ".png", ".jpg", ".jpeg", ".pdf"})
_DATABASE = b"SQLite format 3\0"
_LARGEST_TEXT = 64 * 1024 * 1024


@dataclass(slots=True)
class _Found:
    """Files by what becomes of them. `own`: the organiser's, which are not ours to change; `knowing`: event, roster."""

    folders: list[Path] = field(default_factory=list)
    rewritten: list[Path] = field(default_factory=list)
    own: list[Path] = field(default_factory=list)
    knowing: frozenset[Path] = frozenset()


def forget(choice: Choice, apply: bool, confirm: str | None) -> int:
    """Show what is about people; with `apply` remove it, search for it, and show the proof. Return the exit code.

    Writes no AWS account. Raises BadInput: EB-408 without a journal, EB-510 and EB-680 for the confirmation, EB-698
    while runs go on, EB-702 if somebody else keeps the journal's file open; Troubled: EB-523.
    """
    inputs = input_files.read(choice.event_path, choice.roster_path, Unhurried(sys.stderr))
    name = inputs.event.name
    if apply:
        confirming.deletion(name, confirm)
    with opened_journal(choice) as journal:
        forgetting = journal.forgetting(name)
        instead = _instead(inputs, choice, forgetting)
        values = Values(instead)
        files = _files(choice, values)
        wanted = AboutPeople(
            name, forgetting.about.rows, len(forgetting.about.names), len(_addresses(inputs)),
            tuple(map(str, files.folders)), tuple(map(str, files.rewritten)), tuple(map(str, files.own)),
            _not_clean(inputs, journal.proved_clean(name)),
        )  # fmt: skip
        forgotten.show_wanted(choice.output, wanted, apply)
        if not apply:
            return LEFT if wanted.anything else NOTHING_LEFT
        question = msg("Type {event} to remove what is listed", event=name)
        confirming.typed(question, name, confirm)
        forgetting.ready()
        # The journal comes last: interrupted, the same command finds in it again what it searches the files for.
        _change(files, values)
        forgetting.apply(values)
        proof = _proof(choice, instead, forgetting, wanted.not_clean)
    forgotten.show_proof(choice.output, wanted, proof)
    return LEFT if proof.left else NOTHING_LEFT


def _addresses(inputs: Inputs) -> list[str]:
    found = [address for each in inputs.accounts for address in each.emails]
    return list(dict.fromkeys(each for each in (*found, *inputs.event.notices) if not each.endswith(_REMOVED)))


_REMOVED = "@removed.invalid"


def _instead(inputs: Inputs, choice: Choice, forgetting: Forgetting) -> dict[str, str]:
    """Return each text about people with what replaces it. An address stays one, so that the roster can be read."""
    addresses = {each: f"person-{number}{_REMOVED}" for number, each in enumerate(_addresses(inputs), 1)}
    # codes.csv also keeps the digests' secrets in plain text.
    kept = choice.folder / "handouts" / "codes.csv"
    codes = {each.code: "removed" for each in codes_file.read(kept).values()} if kept.exists() else {}
    gone = dict.fromkeys(forgetting.about.gone, "removed")
    return {**gone, **codes, **forgetting.about.names, **addresses}


def _files(choice: Choice, values: Values) -> _Found:
    ours = frozenset({choice.event_path.resolve(), choice.roster_path.resolve()})
    found = _Found([path for each in _WHOLE if (path := choice.folder / each).exists()], knowing=ours)
    for path in _walked(choice):
        if any(path.is_relative_to(each) for each in found.folders) or _is_database(path):
            continue
        try:
            if not values.in_file(path)[0]:
                continue
        except OSError:
            continue
        mine = path.is_relative_to(choice.folder) or path.resolve() in ours
        (found.rewritten if mine else found.own).append(path)
    return found


def _walked(choice: Choice) -> Iterator[Path]:
    for folder, folders, names in os.walk(choice.folder.parent):
        folders[:] = sorted(each for each in folders if each not in {".git", ".venv", "node_modules"})
        yield from (Path(folder) / each for each in sorted(names))


def _is_database(path: Path) -> bool:
    if path.name.endswith(("-wal", "-shm")):
        return True
    try:
        with path.open("rb") as file:
            return file.read(len(_DATABASE)) == _DATABASE
    except OSError:
        return False


def _change(files: _Found, values: Values) -> None:
    for folder in files.folders:
        try:
            shutil.rmtree(folder)
        except OSError as error:
            raise BadInput([unwritable(folder, error)]) from None
    # The roster, which knows the addresses, comes after what may repeat them.
    for path in sorted(files.rewritten, key=lambda each: each.resolve() in files.knowing):
        try:
            if path.stat().st_size > _LARGEST_TEXT or path.suffix in _PACKED:
                continue
            data = path.read_bytes()
            part = path.with_name(f".{path.name}.part")
            part.touch(mode=path.stat().st_mode & 0o777)
            part.write_bytes(values.without(data))
            part.replace(path)
        except OSError as error:
            raise BadInput([unwritable(path, error)]) from None


def _proof(choice: Choice, instead: dict[str, str], forgetting: Forgetting, not_clean: tuple[str, ...]) -> Proof:
    """Search everything again: each file of the folder by bytes, and each entry of the journal."""
    # A name in entries of another event stays there, and so in the pages of the database.
    searched = {each: new for each, new in instead.items() if each not in forgetting.about.others}
    values = Values(searched)
    say = Unhurried(sys.stderr)
    left: list[Left] = []
    unread: list[str] = []
    number = size = 0
    paths = list(dict.fromkeys([*_walked(choice), *forgetting.files()]))
    for path in paths:
        try:
            found, read = values.in_file(path)
        except OSError:
            unread.append(str(path))
            continue
        number, size = number + 1, size + read
        say(msg("files searched"), number, len(paths))
        if found:
            left.append(Left(str(path), found, _is_database(path)))
        if path.suffix in _PACKED and not found:
            unread.append(str(path))
    entries, in_entries = forgetting.entries(values)
    if in_entries:
        left.append(Left(msg("entries of the journal"), in_entries))
    return Proof(len(searched), number, size, entries, tuple(left), tuple(unread),
                 tuple(forgetting.unseen()), not_clean)  # fmt: skip


def _not_clean(inputs: Inputs, clean: dict[str, str]) -> tuple[str, ...]:
    return tuple(each.team for each in inputs.accounts if each.account_id not in clean)
