"""Readers of what this tool has stored: parameters of an account, rows of the journal, spill files."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
import zlib
from pathlib import Path
from typing import Any

from bootstrap.event.names import Names
from bootstrap.journal import carried_rows, database, lease_rows, unsaved
from bootstrap.journal.journal import Journal
from bootstrap.steps import baseline
from bootstrap.steps.marker import MarkerStep
from bootstrap.sweep import saved_plan
from tests.steps.answers import AnsweringSession, account
from tests.steps.test_baseline import OURS, step
from tests.steps.test_marker import EVENT, there

NAMES = Names.of(EVENT, account())
_KINDS = {"model": {"names": ["one", "two"]}, "bucket": {"names": [], "gap": "AccessDenied"}}
_WHOLE = json.dumps(_KINDS, sort_keys=True).encode()
PARTS = base64.b64encode(gzip.compress(_WHOLE, mtime=0))
MANIFEST = json.dumps(OURS | {"sha256": hashlib.sha256(_WHOLE).hexdigest()}).encode()
MARKER = json.dumps(
    {"schema": 1, "made_by": "event-bootstrap", "event": NAMES.event, "account": NAMES.account_id,
     "region": NAMES.region, "made": "2026-12-01T00:00:00+00:00", "expires": "2026-12-12T00:00:00+00:00"}
).encode()  # fmt: skip


_RUN = {"id": "r", "command": "provision", "event": "cars", "actor": "ana on desk", "whole": True, "started": 1.0,
        "ended": 2.0, "outcome": "ready"}  # fmt: skip
_CODE = {"event": "cars", "team": "red", "salt": "00", "digest": "11", "made": 1.0, "made_by": "ana", "expires": 9.0}
CARRIED = "".join(
    json.dumps({"table": name, "row": row}) + "\n" for name, row in (("codes", _CODE), ("runs", _RUN))
).encode()


def carried(data: bytes, at: Path) -> object:
    carried_rows.take(str(at / "journal.sqlite"), "cars", data)
    return carried_rows.read(str(at / "journal.sqlite"), "cars")


def _session(**parameters: str) -> AnsweringSession:
    def get(params: dict[str, Any]) -> dict[str, Any]:
        return there(**{name: parameters[name] for name in params["Names"] if name in parameters})

    return AnsweringSession({"GetParameters": get, "DescribeStacks": {"Stacks": []}})


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def marker(data: bytes, at: Path) -> object:
    found = _session(**{NAMES.marker: _text(data), f"{NAMES.baseline}/0000": _text(MANIFEST)})
    return MarkerStep(EVENT, account(), NAMES).check(found)


def manifest(data: bytes, at: Path) -> object:
    parts = {f"{NAMES.baseline}/0000": _text(data)}
    digest = hashlib.sha256(_WHOLE).hexdigest()
    parts[f"{NAMES.baseline}/{digest[:12]}/0001"] = _text(PARTS)
    step().check(_session(**parts))
    return baseline.read(_session(**parts), NAMES)


def parts(data: bytes, at: Path) -> object:
    """Read mutated parts, once under the digest of what was written and once under their own."""
    try:
        own = gzip.decompress(base64.b64decode(data, validate=True))
    except (ValueError, OSError, EOFError, zlib.error):
        own = data
    for content in (_WHOLE, own):
        digest = hashlib.sha256(content).hexdigest()
        told = {f"{NAMES.baseline}/0000": json.dumps(OURS | {"sha256": digest})}
        told[f"{NAMES.baseline}/{digest[:12]}/0001"] = _text(data)
        baseline.read(_session(**told), NAMES)
    return None


_EVENT_ROW = {
    "run": "run-1", "seq": 1, "at": 1.5, "actor": "ana", "team": "red", "account_id": "111111111111", "step": "smoke",
    "state": "ready", "detail": "done", "settled": 1, "code": None, "cause": None,
    "facts": json.dumps({"_message": {"id": "{count} job", "args": {"count": 2}, "plural": "{count} jobs"}}),
}  # fmt: skip
_RUN_ROW = {
    "id": "run-1", "command": "provision", "event": "carday", "actor": "ana", "whole": 1, "scenario": None,
    "started": 1.0, "ended": 2.0, "outcome": "ready",
}  # fmt: skip
_RESULT_ROW = {
    "run": "run-1", "team": "red", "account_id": "111111111111", "result": "ready", "labs": "{}",
    "steps": '{"smoke": "ready"}', "at": 2.0,
}  # fmt: skip
_LEASE_ROW = {
    "account_id": "111111111111", "token": "t", "former": "", "actor": "ana", "command": "provision", "run": "run-1",
    "event": "carday", "machine": "m", "pid": 1, "since": 1.0, "until": 9e12,
}  # fmt: skip
ROWS = json.dumps({"runs": _RUN_ROW, "events": _EVENT_ROW, "results": _RESULT_ROW}).encode()
LEASES = json.dumps({"leases": _LEASE_ROW}).encode()
SPILL = b"".join(
    json.dumps([table, row]).encode() + b"\n" for table, row in (("runs", _RUN_ROW), ("events", _EVENT_ROW))
)


def _kept(data: bytes, at: Path, good: bytes) -> Path:
    """Write the rows that `data` has into a new journal: a wrong value where a right one stands."""
    path = at / "journal.sqlite"
    Journal(str(path), at).close()
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = {}
    with sqlite3.connect(path) as connection:
        for table, right in json.loads(good).items():
            wrong = found.get(table) if isinstance(found, dict) else None
            row = dict(right)
            if isinstance(wrong, dict):
                row |= {key: _cell(value) for key, value in wrong.items() if key in right}
            places = ", ".join("?" * len(row))
            query = f"insert or ignore into {table} ({', '.join(row)}) values ({places})"
            connection.execute(query, list(row.values()))
    connection.close()
    return path


def _cell(value: Any) -> Any:
    if isinstance(value, int) and abs(value) > 2**62:
        return "9" * 30
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return json.dumps(value) if isinstance(value, dict | list) else value


def rows(data: bytes, at: Path) -> object:
    with Journal(str(_kept(data, at, ROWS)), at) as opened:
        opened.last_outcomes("carday")
        opened.actions("carday")
        opened.accounts_of_runs("carday")
        opened.proved_clean("carday")
        opened.steps_done("carday")
        return opened.runs("carday")


def leases(data: bytes, at: Path) -> object:
    path = _kept(data, at, LEASES)
    me = lease_rows.Holder("mine", "bo", "repair", "run-2", "carday", "other", 2)
    engine = database.connect(path)
    with engine.begin() as connection:
        found = lease_rows.take(connection, ["111111111111"], me, 60.0)
    engine.dispose()
    with Journal(str(path), at) as opened:
        return found, opened.at_work("carday")


_PLAN_BODY: dict[str, Any] = {
    "schema": 1, "type": "sweep plan", "tool": "0", "event": "carday", "made": "2026-12-11T00:00:00+00:00",
    "stop_only": False, "everywhere": True,
    "accounts": [
        {"team": "red", "account_id": "111111111111", "region": "eu-west-1", "baseline": "x",
         "objects": [dict.fromkeys(("kind", "id", "region", "state", "deed", "why", "mark"), "x")],
         "keeps": [{"kind": "bucket", "id": "b", "why": "x"}]}
    ],
}  # fmt: skip
PLAN = json.dumps(_PLAN_BODY).encode()


def plan(data: bytes, at: Path) -> object:
    """Read a mutated plan, under the digest of what it says, so that it is taken for a plan."""
    try:
        body = json.loads(data)
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        data = json.dumps(body | {"sha256": hashlib.sha256(text.encode()).hexdigest()}).encode()
    except (ValueError, TypeError, RecursionError):
        pass
    (at / "plan.json").write_bytes(data)
    return saved_plan.read(at / "plan.json", "carday").sweep()


def spill(data: bytes, at: Path) -> object:
    file = at / "journal.sqlite.unsaved.ndjson.1"
    file.write_bytes(data)
    return [entries for _, entries in unsaved.take(at / "journal.sqlite.unsaved.ndjson")]
