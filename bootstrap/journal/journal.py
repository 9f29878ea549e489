"""Records runs, events and actions in a database.

The journal is a record, not the source of truth: that is AWS. It is named by a path (a SQLite file) or a URL.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bootstrap.engine.outcomes import AccountResult, CleanEvent, PlannedAccount, RunPlan, Summary
from bootstrap.engine.states import stored_cause
from bootstrap.errors import Problem, clean
from bootstrap.errors.message import Message, as_json
from bootstrap.journal import database, database_secret, operators
from bootstrap.journal import unsaved as aside
from bootstrap.journal.forgetting import Forgetting
from bootstrap.journal.kept_events import told
from bootstrap.journal.lease_rows import Holder
from bootstrap.journal.leases import Leases
from bootstrap.journal.past import BEGUN, DONE, Past
from bootstrap.journal.writer import JournalRow, Writer, result_row


def exists(where: str | Path) -> bool:
    """Return True if there is a journal to read; always True for a database server."""
    if database_secret.bare(str(where)) or ("://" in str(where) and not str(where).startswith("sqlite")):
        return True
    return Path(str(where).removeprefix("sqlite:///")).exists()


class Journal(Past):
    """A journal, opened on a path or URL. Raises BadInput (EB-395) if that cannot be written.

    `begin`, `record`, `end` and `act` never block, never raise and may be called from any thread: the journal's own
    thread writes, and `close` returns what could not be written. `beside`: folder of a server's spill file; that of a
    SQLite file is beside the file.
    """

    def __init__(self, where: str | Path, beside: Path | None = None) -> None:
        self._where = str(where)
        self._engine = database.connect(where)
        self._spill = database.unsaved(where, beside)
        self._writer: Writer | None = None
        self._starting = threading.Lock()
        if self._spill and aside.files(self._spill):
            self._start()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin(self, plan: RunPlan, actor: str) -> None:
        """Record that a run begins. Its accounts count as not ready until their results are recorded."""
        self._put(lambda: _begin_rows(plan, clean(actor)))

    def record(self, event: CleanEvent, finished: AccountResult | None = None) -> None:
        """Record an event. `finished`: the result of the event's account, if this was the account's last event."""
        self._put(lambda: _event_rows(event, finished))

    def end(self, summary: Summary) -> None:
        """Record the end of a run and the results of its accounts."""
        self._put(lambda: _end_rows(summary))

    def act(
        self,
        command: str,
        event: str,
        detail: str,
        *,
        team: str = "",
        account_id: str = "",
        outcome: str = DONE,
        actor: str | None = None,
        at: float | None = None,
    ) -> None:
        """Record an action of a person that is not a run: a link made, a card printed, an account swapped.

        `detail`: one line, best a message; `outcome`: one word; `actor`: who, if not the person at this machine; `at`:
        epoch seconds, if not now.
        """
        who = operators.here() if actor is None else actor
        values = {"id": uuid.uuid4().hex, "at": time.time() if at is None else at}
        said = {"actor": who, "command": command, "event": event, "team": team, "account_id": account_id}
        self._put(lambda: _action_rows(values, {**said, "detail": detail, "outcome": outcome}))

    def leases(
        self,
        me: Holder,
        accounts: Collection[str],
        over: bool,
        taken_over: Callable[[str, Holder], None],
        on_hold: bool = False,
    ) -> Leases:
        """Take leases on the accounts, renewed until they are closed; with `over` also accounts that others hold, with
        `on_hold` also those on hold."""
        return Leases(self._engine, me, accounts, over, taken_over, on_hold=on_hold)

    def forgetting(self, event: str) -> Forgetting:
        """Return what the event's entries say about people, to be removed. Raises BadInput (EB-698)."""
        self.flush()
        return Forgetting(self._engine, self._where, event)

    def flush(self, timeout: float = 2.0) -> bool:
        """Return True once everything so far is committed; False if that takes longer than `timeout` seconds."""
        return self._writer is None or bool(self._writer.flush(timeout))

    def close(self, timeout: float = 2.0) -> tuple[Problem, ...]:
        """Write what is left, within about `timeout` seconds. Returns a problem if that fails."""
        problems: tuple[Problem, ...] = ()
        if self._writer is not None:
            problems, self._writer = self._writer.close(timeout), None
        self._engine.dispose()
        return problems

    def _put(self, rows: Any) -> None:
        with self._starting:
            (self._writer or self._start()).put(rows)

    def _start(self) -> Writer:
        self._writer = Writer(self._engine, self._spill)
        self._writer.take_in()
        return self._writer


def _begin_rows(plan: RunPlan, actor: str) -> Iterable[JournalRow]:
    run = {"id": plan.run, "command": plan.command, "event": plan.event, "actor": actor, "whole": plan.whole}
    yield JournalRow("runs", {**run, "scenario": plan.scenario, "started": plan.began})
    for account in plan.accounts:
        key = {"run": plan.run, "team": account.team, "account_id": account.account_id}
        steps = dict.fromkeys(_counted(account), BEGUN)
        yield JournalRow("results", {**key, "result": BEGUN, "labs": {}, "steps": steps, "at": plan.began})


def _event_rows(event: CleanEvent, finished: AccountResult | None) -> Iterable[JournalRow]:
    names = ("run", "seq", "at", "actor", "team", "account_id", "step", "detail", "settled", "code")
    values = {name: getattr(event, name) for name in names}
    values |= {"cause": stored_cause(event), "state": event.state.value}
    yield JournalRow("events", {**values, "facts": {**event.facts, **told(event.detail)}})
    if finished:
        yield result_row(event.run, finished, event.at)


def _end_rows(summary: Summary) -> Iterable[JournalRow]:
    for account in summary.accounts:
        row = result_row(summary.run, account, summary.ended)
        yield _cut_short(row, account) if summary.interrupted and not account.finished else row
    outcome = "interrupted" if summary.interrupted else summary.result.value
    yield JournalRow("runs", {"id": summary.run, "ended": summary.ended, "outcome": outcome}, ("id",))


def _cut_short(row: JournalRow, account: AccountResult) -> JournalRow:
    """Return the row of an account that an interrupted run had not finished: steps without an end are only begun."""
    steps = {step: state if account.steps[step].settled else BEGUN for step, state in row.values["steps"].items()}
    return replace(row, values={**row.values, "result": "interrupted", "steps": steps})


def _action_rows(values: dict[str, Any], said: dict[str, str]) -> Iterable[JournalRow]:
    safe = {name: clean(text) for name, text in said.items()}
    yield JournalRow("actions", {**values, **safe})
    if isinstance(safe["detail"], Message):
        yield JournalRow("action_messages", {"action": values["id"], "message": as_json(safe["detail"])})


def _counted(account: PlannedAccount) -> list[str]:
    counted = account.counted
    return [step.id for step in account.steps if step.id in counted]
