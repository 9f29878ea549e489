"""A tap that ends runs in the middle, as the end of the process would."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bootstrap.aws.guard import Moment
from bootstrap.aws.operations import only_reads


class Died(Exception):
    """Stands for the end of the process: after it this account's run sends nothing more."""


@dataclass(frozen=True)
class Death:
    """Before the n-th call is sent, or after its answer arrived; with `writes` only writes are counted."""

    moment: Moment
    call: int
    writes: bool


@dataclass
class Deaths:
    """Ends each account's run at a call of its own."""

    at: dict[str, Death]
    seen: Counter[str] = field(default_factory=Counter)
    dead: set[str] = field(default_factory=set)

    def __call__(self, moment: Moment, account: str, service: str, operation: str) -> None:
        if account in self.dead:
            raise Died
        death = self.at.get(account)
        if death is None or (death.writes and only_reads(service, operation)):
            return
        if moment == "before":
            self.seen[account] += 1
        if (moment, self.seen[account]) == (death.moment, death.call):
            self.dead.add(account)
            raise Died
