"""What is known of accounts outside a run: the journal's last outcomes, and quotas."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.table import Table

from bootstrap.quota_board import ADVICE, HEADERS, Row
from bootstrap.report import ndjson, problems, readiness
from bootstrap.results import RunPlan, Summary


def show(output: str, about: RunPlan, summary: Summary, now: float) -> None:
    """The readiness table with ages; one account alone step by step. `now` in epoch seconds."""
    if output == "json":
        problems.print_to(sys.stdout, ndjson.dumps(ndjson.header(about)))
        problems.print_to(sys.stdout, ndjson.dumps(ndjson.summary_line(summary)))
        return
    plain = output == "plain"
    if len(summary.accounts) == 1:
        console = readiness.console(sys.stdout, plain)
        console.print(readiness.detail(summary.accounts[0], now))
    readiness.write(sys.stdout, about, summary, plain=plain, now=now)


def quotas(rows: Sequence[Row], requested: bool) -> None:
    """The board of quotas on stdout, and when to file what is missing."""
    console = readiness.console(sys.stdout)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for header in HEADERS:
        table.add_column(header, overflow="fold", no_wrap=header != "quota")
    for row in rows:
        table.add_row(*row.cells)
    console.print(table)
    if all(row.status.startswith(("applied", "gone")) for row in rows):
        return
    console.print("\nwhen to file (H: AWS's documentation, M: second hand, L: experience, unverified)")
    for advice in ADVICE:
        console.print(f"  {advice.sure}  {advice.what}: {advice.when}", soft_wrap=True)
    if not requested and any(row.status.startswith("not requested") for row in rows):
        console.print("\nnext: event-bootstrap quotas --request")
