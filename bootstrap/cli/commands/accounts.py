"""The command `accounts`: take accounts of a source into the roster."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import FOLDER
from bootstrap.errors import READY, BadInput, NothingToDo, Problem
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
from bootstrap.event import stack_set
from bootstrap.event.event import Event
from bootstrap.event.roster import candidates, exchange, mapped, merge, naming, roster
from bootstrap.event.roster.candidates import AccountFound, AccountSource
from bootstrap.event.roster.merge import Merge, RowWishes
from bootstrap.reading import bounded
from bootstrap.reading.unreadable import Unreadable
from bootstrap.report import documents, problems, roster_changes
from bootstrap.report.progress import Unhurried
from bootstrap.report.roster_documents import StackSetDocument
from bootstrap.report.translations import shown

_LARGEST = 32 * bounded.MIB
_STDIN = "-"
_OF_STACK_SET = {"hub": "--hub"}
_OF_IMPORT = {"source": "FILE", "profile": "--profile", "table": "--csv", "mapping": "--map", "names": "--names",
              "name_tag": "--name-tag", "spare": "--spare", "dry_run": "--dry-run", "out": "--out"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of `accounts import`: the source of the accounts, and what is done with them."""

    source: str | None = None
    units: tuple[str, ...] = ()
    profile: str | None = None
    table: str | None = None
    mapping: tuple[str, ...] = ()
    out: Path | None = None
    dry_run: bool = False
    yes: bool = False
    output: str = "auto"


def take_in(event_path: Path, roster_path: Path, asked: ImportOptions, wishes: RowWishes) -> int:
    """Show what the source changes in the roster, ask once, and write it; return the exit code.

    Raises BadInput for everything that is wrong in the options, the source or the roster, Refused if AWS does not list
    the accounts, NothingToDo if the roster has them all or the person does not agree. API: as `organization.listed`.
    """
    pattern = naming.checked(wishes.pattern, wishes.spare)
    _refuse(asked, wishes)
    event = event_file.read(event_path)
    before = roster.content(roster_path) if roster_path.exists() else None
    source = _source(asked, wishes, event)
    for note in source.notes:
        problems.print_to(sys.stderr, shown(msg("note: {what}", what=note)))
    found = [_kept_out(each, event) for each in source.candidates]
    made = merge.merged(before, roster_path.name, event, found, replace(wishes, pattern=pattern))
    plain = asked.output != "json"
    if plain:
        roster_changes.show(made, sys.stdout)
    if not made.needed:
        if not plain:
            roster_changes.print_document(made, str(roster_path), None, False)
        raise NothingToDo(msg("nothing to do: {roster} has every account that the source offers",
                              roster=str(roster_path)))  # fmt: skip
    target = asked.out or roster_path
    if asked.dry_run:
        if not plain:
            roster_changes.print_document(made, str(target), None, False)
        raise NothingToDo(msg("nothing was written: --dry-run"))
    if not confirming.agreed(msg("Write {roster}?", roster=str(target)), (), asked.yes):
        raise NothingToDo(msg("nothing was changed"))
    kept = _write(target, roster_path, event_path, made)
    if plain:
        _say_written(target, roster_path, kept)
    else:
        roster_changes.print_document(made, str(target), kept, True)
    return READY


def refuse_strangers(action: str, typed: Sequence[str]) -> None:
    """Raise BadInput (EB-719) for typed parameters that are the other action's: they would change nothing."""
    others = {"import": _OF_STACK_SET, "stackset": _OF_IMPORT}[action]
    found = [others[each] for each in typed if each in others]
    if found:
        fix = msg("Leave it out; see {command}", command="event-bootstrap accounts --help")
        raise BadInput([Problem("EB-719", msg("{option} is not for `accounts {action}`", option=each, action=action),
                                fix=fix) for each in found])  # fmt: skip


def _refuse(asked: ImportOptions, wishes: RowWishes) -> None:
    """Raise BadInput (EB-719, EB-710, EB-718) for options that do not go together, before anything is read."""
    given = [each for each in (asked.source, asked.units, asked.table) if each]
    fix = msg("Name one source: --ou ou-..., - for the JSON of the AWS CLI on stdin, or --csv FILE with --map")
    what = ""
    if len(given) != 1:
        what = msg("several sources are named") if given else msg("no source is named")
    elif asked.mapping and not asked.table:
        what, fix = msg("--map is only for --csv"), msg("Name the file with --csv")
    elif wishes.tag and not asked.units:
        what, fix = msg("--name-tag needs --ou: other sources have no tags"), msg("Use --names, or --ou")
    elif asked.profile and not asked.units:
        what, fix = msg("--profile is only for --ou"), msg("Leave it out")
    if what:
        raise BadInput([Problem("EB-719", what, fix=fix)])
    if asked.units:
        from bootstrap.aws import organization

        organization.check_parents(asked.units)
    if asked.out is not None and asked.out.exists():
        raise BadInput([exchange.taken(asked.out)])


def _source(asked: ImportOptions, wishes: RowWishes, event: Event) -> AccountSource:
    if asked.units:
        return _listed(asked, wishes, event)
    if asked.table:
        wanted = mapped.mapping(asked.mapping)
        data, name = _content(asked.table)
        return mapped.from_table(data, name, wanted, event)
    data, name = _content(asked.source or _STDIN)
    found = candidates.from_json(data, name)
    return replace(found, candidates=tuple(naming.ordered(found.candidates)))


def _content(path: str) -> tuple[bytes, str]:
    """Return the source's bytes, and its name for messages. Raises BadInput (EB-713)."""
    name = "stdin" if path == _STDIN else Path(path).name or path
    what: str
    try:
        if path == _STDIN:
            # A program that was started without stdin has none.
            data = bounded.stream(getattr(sys.stdin, "buffer", io.BytesIO()), _LARGEST)
            _answers_from_the_terminal()
            return data, name
        return bounded.file(Path(path), _LARGEST), name
    except OSError as error:
        what = msg("cannot be read: {error}", error=error.strerror or str(error))
    except Unreadable as error:
        what = error.what
    raise BadInput([Problem("EB-713", what, name, fix=msg("Name a file that you may read"))])


def _answers_from_the_terminal() -> None:
    """Let a person who piped the source in answer the question at the terminal all the same, if there is one."""
    if sys.stderr is not None and sys.stderr.isatty():
        with suppress(OSError):
            sys.stdin = Path("/dev/tty").open(encoding="utf-8")  # noqa: SIM115 - until the command ends


def _listed(asked: ImportOptions, wishes: RowWishes, event: Event) -> AccountSource:
    """Return what the organization lists. API: as `organization.listed`."""
    # botocore takes 0.3 s to load; the other sources need none of it.
    from bootstrap.aws import organization
    from bootstrap.aws.rates import Limiter
    from bootstrap.aws.sessions import Sessions
    from bootstrap.cli.commands.run import real_place
    from bootstrap.cli.commands.signed_in import ask_for_codes

    place = real_place(event, write=False, jobs=1)
    session = organization.session(Sessions(place.access, place.clock, Limiter()), event.region, asked.profile)
    ask_for_codes(place.access, (session.account,), event.region)
    progress = Unhurried(sys.stderr)
    found = organization.listed(
        session, asked.units, bool(wishes.tag), lambda count: progress(msg("accounts listed"), count, count)
    )
    own = msg("it is your own account, from which the tool works")
    accounts = [
        replace(each, kept_out=own) if each.account_id == found.own and not each.kept_out else each
        for each in found.accounts
    ]
    return AccountSource(tuple(naming.ordered(accounts)))


def _kept_out(account: AccountFound, event: Event) -> AccountFound:
    """Return the account with the reason why the event's file keeps it out, if it does."""
    if account.kept_out:
        return account
    if account.account_id in event.keep_out:
        return replace(account, kept_out=msg("it is on the keep-out list of event.yaml"))
    if any(f"::{account.account_id}:" in each for each in event.access.principals):
        return replace(account, kept_out=msg("access.principals in event.yaml names it: it is the operators' own"))
    return account


def _write(target: Path, roster_path: Path, event_path: Path, made: Merge) -> str | None:
    """Write the file in one step; return the path of the roster as it was before, None if there was none."""
    if target != roster_path or made.before is None:
        exchange.write_new(target, made.after)
        return None
    name = f"{roster_path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{roster_path.suffix}"
    kept = event_path.resolve().parent / FOLDER / "rosters" / name
    exchange.write(roster_path, made.before, made.after, kept)
    return str(kept)


def _say_written(target: Path, roster_path: Path, kept: str | None) -> None:
    said: Sequence[str] = [msg("wrote {path}", path=str(target))]
    if kept:
        said = [msg("roster: {path} (the version before: {kept})", path=str(target), kept=kept)]
    for each in said:
        problems.print_to(sys.stdout, shown(each))
    other = "" if target == roster_path else f" --accounts {target}"
    command = f"event-bootstrap validate{other}"
    problems.print_to(sys.stderr, shown(msg("next: {command}", command=command)))


def print_stack_set(event_path: Path, roster_path: Path, units: Sequence[str], hub: str | None, output: str) -> None:
    """Print the commands that deploy access.yaml to the units' accounts, and take it away again. Calls nothing.

    Without units they name the accounts of the roster. Raises BadInput for mistakes in the files, and EB-710.
    """
    event = event_file.read(event_path)
    accounts: list[str] = []
    if units:
        from bootstrap.aws import organization

        organization.check_parents(units)
    else:
        accounts = [each.account_id for each in roster.read(roster_path, event)]
    make, end = stack_set.deploying(event, units, accounts, hub), stack_set.removing(event, units, accounts)
    if output == "json":
        document: StackSetDocument = {
            "type": "stack set",
            "deploy": [{"command": each.command, "input": dict(each.input)} for each in make],
            "remove": [{"command": each.command, "input": dict(each.input)} for each in end],
        }
        problems.print_to(sys.stdout, documents.dumps(document))
        return
    where = msg("Run these in the organization's management account. That account itself gets no stack.")
    if not units:
        where = msg("Run these in the account that administers the StackSet; the roles that StackSets needs must be "
                    "there: {page}", page="docs/accounts.md")  # fmt: skip
    _comment(where)
    if hub is None:
        _comment(msg("{word} stands for the IAM user or role that runs the tool: name it with --hub",
                     word=stack_set.NO_HUB))  # fmt: skip
    _comment(msg("Whoever can assume the role is in effect an administrator of these accounts."))
    for each in make:
        problems.print_to(sys.stdout, stack_set.as_command(each, event.region))
    problems.print_to(sys.stdout, "")
    _comment(msg("After the sweep, to take it away again:"))
    for each in end:
        if each.after:
            listing = stack_set.listing(event.region)
            _comment(msg("only once the deletion has ended: {command} must list nothing", command=listing))
        problems.print_to(sys.stdout, stack_set.as_command(each, event.region))


def _comment(text: str) -> None:
    problems.print_to(sys.stdout, f"# {shown(text)}")
