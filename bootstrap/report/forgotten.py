"""The report of `journal forget`: what it would remove, and the proof that it is gone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bootstrap.errors.message import counted, msg, some
from bootstrap.report import documents, problems
from bootstrap.report.journal_documents import ForgetDocument, ForgetProofDocument
from bootstrap.report.translations import shown


@dataclass(frozen=True, slots=True)
class AboutPeople:
    """Everything about people in an event's journal and folder.

    `rows`: number of journal entries by table; `names`, `addresses`: how many there are. `folders` are deleted whole;
    in `rewritten` files it is replaced; `own` files, which this tool has not written, stay as they are. `not_clean`:
    teams whose accounts no sweep has proved clean.
    """

    event: str
    rows: Mapping[str, int]
    names: int
    addresses: int
    folders: tuple[str, ...]
    rewritten: tuple[str, ...]
    own: tuple[str, ...]
    not_clean: tuple[str, ...]

    @property
    def anything(self) -> bool:
        return bool(any(self.rows.values()) or self.folders or self.rewritten or self.own)


@dataclass(frozen=True, slots=True)
class Left:
    """A place where removed values are still found, and how often. `database`: it is a SQLite file of its own."""

    where: str
    count: int
    database: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """The search for each removed value, in files and journal entries.

    `values`: how many were searched for; `files`, `size` (bytes) and `entries`: in how much; `left`: where one is still
    found. `unread`: files that cannot be searched; `unseen`: other places that cannot be.
    """

    values: int
    files: int
    size: int
    entries: int
    left: tuple[Left, ...]
    unread: tuple[str, ...]
    unseen: tuple[str, ...]
    not_clean: tuple[str, ...]


def show_wanted(output: str, wanted: AboutPeople, apply: bool) -> None:
    """Write what is about people; in JSON only if it is not removed, since the proof then says it again."""
    if output == "json":
        if not apply:
            problems.print_to(sys.stdout, documents.dumps(_document(wanted, None)))
        return
    _print([*_wanted(wanted), *([] if apply else [_next(wanted)])])


def show_proof(output: str, wanted: AboutPeople, proof: Proof) -> None:
    """Write what was removed, what was searched, and where something is left."""
    if output == "json":
        problems.print_to(sys.stdout, documents.dumps(_document(wanted, proof)))
    else:
        _print(_proof(proof))


def _print(lines: Iterable[str]) -> None:
    for each in lines:
        problems.print_to(sys.stdout, shown(each))


def _wanted(wanted: AboutPeople) -> Iterator[str]:
    if not wanted.anything:
        yield msg("nothing is about people in the journal of {event} and beside it", event=wanted.event)
        return
    yield msg("about people in {event}:", event=wanted.event)
    for table, rows in wanted.rows.items():
        if rows:
            yield counted("  journal, {table}: {count:,} entry", "  journal, {table}: {count:,} entries", rows,
                          table=table)  # fmt: skip
    yield counted("  {count} name of a person: a number takes its place",
                  "  {count} names of people: a number takes the place of each", wanted.names)  # fmt: skip
    yield counted("  {count} mail address", "  {count} mail addresses", wanted.addresses)
    for folder in wanted.folders:
        yield msg("  delete {path}", path=folder)
    for path in wanted.rewritten:
        yield msg("  replace in {path}", path=path)
    for path in wanted.own:
        yield msg("  stays in {path}: not a file of this tool", path=path)
    yield msg("kept: names of teams, accounts, times, commands, outcomes: they say what was done, not by whom")
    yield from _in_aws(wanted.not_clean)


def _in_aws(not_clean: tuple[str, ...]) -> Iterator[str]:
    if not_clean:
        yield msg("in AWS: addresses, uploads and votes may be in accounts that no sweep proved clean: {teams}",
                  teams=some(not_clean))  # fmt: skip


def _next(wanted: AboutPeople) -> str:
    if not wanted.anything:
        return msg("nothing to do")
    return msg("nothing was changed; to remove this: {command}", command="event-bootstrap journal forget --apply")


def _proof(proof: Proof) -> Iterator[str]:
    yield msg("removed, and searched for {values:,} values: {files:,} files ({size:,} bytes), {entries:,} entries",
              values=proof.values, files=proof.files, size=proof.size, entries=proof.entries)  # fmt: skip
    if not proof.values:
        yield msg("no name, address or code is known any more, so none could be searched for: this run proves nothing")
    elif not proof.left:
        yield msg("none of them was found")
    for each in proof.left:
        yield counted("still there: {where}: {count} time", "still there: {where}: {count} times", each.count,
                      where=each.where)  # fmt: skip
    if any(not each.database for each in proof.left):
        yield msg("remove it there by hand now: a second run no longer knows what to search for")
    if any(each.database for each in proof.left):
        yield msg(
            "what is left in an old copy of the journal: delete that file, or forget there, too, with --journal FILE"
        )
    if proof.unread:
        yield msg("not searched, since packed or not readable: {files}", files=some(proof.unread))
    for place in proof.unseen:
        yield msg("cannot be searched: {place}", place=place)
    yield msg("cannot be searched: printed cards, mails, terminals; CloudTrail keeps the names of sessions for 90 days")
    yield from _in_aws(proof.not_clean)


def _document(wanted: AboutPeople, proof: Proof | None) -> ForgetDocument:
    return {
        "type": "people",
        "event": wanted.event,
        "applied": proof is not None,
        "entries": dict(wanted.rows),
        "names": wanted.names,
        "addresses": wanted.addresses,
        "deleted": list(wanted.folders),
        "replaced": list(wanted.rewritten),
        "not_ours": list(wanted.own),
        "not_clean": list(wanted.not_clean),
        "proof": None if proof is None else _proved(proof),
    }


def _proved(proof: Proof) -> ForgetProofDocument:
    return {
        "values": proof.values,
        "files": proof.files,
        "bytes": proof.size,
        "entries": proof.entries,
        "left": [{"where": each.where, "count": each.count} for each in proof.left],
        "not_searched": [*proof.unread, *proof.unseen],
    }
