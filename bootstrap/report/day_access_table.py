"""The table of what the operator's credentials give on the event's day, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len

from bootstrap.doctor.day_access import DayAccess
from bootstrap.report.translations import shown


def lines(found: Iterable[DayAccess]) -> Iterator[str]:
    """Yield a line a row, names and values in two columns."""
    for each in found:
        rows = [(shown(name), shown(said)) for name, said in each.rows()]
        widest = max(cell_len(name) for name, _ in rows)
        yield from (f"{name}{' ' * (widest - cell_len(name) + 2)}{said}" for name, said in rows)
