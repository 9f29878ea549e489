"""The board of quotas."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.table import Table

from bootstrap.report.quota_table import ADVICE, HEADERS, Row
from bootstrap.report import readiness


def show(rows: Sequence[Row], requested: bool) -> None:
    """On stdout, and when to file what is missing."""
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
