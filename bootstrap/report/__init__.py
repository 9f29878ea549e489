"""Events -> live terminal, plain lines, NDJSON, HTML."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from bootstrap.engine.outcomes import Summary
from bootstrap.report.reporter import Ending, Reporter, Reporters

__all__ = ["Ending", "Reporter", "Reporters", "choose"]


def choose(
    output: str,
    *,
    html: Path | None = None,
    also: Sequence[Reporter] = (),
    calls: Callable[[], int] | None = None,
    footer: Callable[[Summary], Sequence[str]] | None = None,
    ending: Ending | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> Reporters:
    """Return the views for `--output auto|tty|plain|json`, the HTML page at `html` if that is given, and `also`.

    `calls()` returns the number of API calls so far, for the live view. `footer(summary)` returns lines that follow the
    readiness table instead of the usual next commands. `ending` writes the end of the run in place of the readiness
    table, and tells all: single changes are then not written. Results go to stdout; the live view and heartbeats to
    stderr.
    """
    out, err = stdout or sys.stdout, stderr or sys.stderr
    views: list[Reporter] = [_main(_resolve(output, err), out, err, calls, footer, ending)]
    if html is not None:
        from bootstrap.report.html import HtmlReport

        views.append(HtmlReport(html))
    return Reporters([*views, *also])


def _resolve(output: str, err: TextIO) -> str:
    if output != "auto":
        return output
    return "tty" if err.isatty() and os.environ.get("TERM") != "dumb" else "plain"


def _main(
    output: str,
    out: TextIO,
    err: TextIO,
    calls: Callable[[], int] | None,
    footer: Callable[[Summary], Sequence[str]] | None,
    ending: Ending | None,
) -> Reporter:
    if output == "json":
        from bootstrap.report.ndjson import NdjsonReport

        return NdjsonReport(out)
    if output == "plain":
        from bootstrap.report.plain import PlainReport

        return PlainReport(out, err, footer, ending)
    from bootstrap.report.tty import LiveReport

    return LiveReport(out, err, calls, footer, ending)
