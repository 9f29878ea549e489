"""The lines of --debug: one on stderr for each call to AWS."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from bootstrap.aws import call_log
from bootstrap.aws.call_log import LoggedCall
from bootstrap.errors import clean

_NONE = "-"


def begin() -> None:
    """Write each call from now on."""
    call_log.tell(_write)


def _write(call: LoggedCall) -> None:
    # A live view that has taken stderr shows the line above itself.
    sys.stderr.write(f"{line(call)}\n")
    sys.stderr.flush()


def line(call: LoggedCall) -> str:
    """Return "2026-05-01T08:00:00.123Z team-1 111122223333 eu-west-1 sts:AssumeRole 200 0.084s 7c1f...".

    A call with the operator's own credentials has `operator` for the account, and a repeated one ends with `try 2`. The
    error code follows the status.
    """
    at = datetime.fromtimestamp(call.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    account = "operator" if call.whose.own else call.whose.account_id
    status = f"{call.status or _NONE} {call.code}".rstrip()
    again = f"try {call.whose.attempt}" if call.whose.attempt > 1 else ""
    parts = [at, call.whose.team or _NONE, account, call.region or _NONE, f"{call.service}:{call.operation}", status,
             f"{call.seconds:.3f}s", call.request_id or _NONE, again]  # fmt: skip
    return clean(" ".join(each for each in parts if each))
