"""A tap that looks behind the tool's back before each removal: what should have gone first?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from botocore import xform_name

from bootstrap.aws.guard import Moment
from bootstrap.aws.kinds import KINDS, Kind
from bootstrap.engine.clock import Clock
from bootstrap.sweep.depends import known
from tests.left_behind import Names

Seen = Mapping[str, Names]
_OWN = {
    "alarm": ("delete_alarms",),
    "bucket": ("delete_bucket", "delete_objects"),
    "event bus": ("delete_event_bus",),
    "pipeline": ("delete_pipeline",),
    "policy": ("delete_policy",),
    "role": ("delete_role",),
    "rule": ("delete_rule",),
    "stack": ("delete_stack",),
    "user pool": ("delete_user_pool",),
}
_BY_NAME = {kind.name: kind for kind in KINDS}
REMOVES: dict[tuple[str, str], Kind] = {
    (kind.service, method): kind for kind in KINDS for method in _OWN.get(kind.name, (kind.delete,)) if method
}


@dataclass
class Order:
    """`look` gives what came after the baseline in an account's regions, its own first. `clock`: that of the run.

    What cannot go holds back only what needs it, where listings tell: it was asked to go, or waits for such a thing,
    or for a kind whose listing is refused.
    """

    look: Callable[[str], Iterator[Seen]]
    clock: Clock | None = None
    breaches: dict[str, list[str]] = field(default_factory=dict)
    removals: int = 0
    _seen: dict[str, tuple[float, Seen]] = field(default_factory=dict)
    _asked: set[tuple[str, str]] = field(default_factory=set)
    _unlisted: set[tuple[str, str, str]] = field(default_factory=set)

    def __call__(self, moment: Moment, account: str, service: str, operation: str) -> None:
        method = xform_name(operation)
        # A refused call has no "after".
        (self._unlisted.add if moment == "before" else self._unlisted.discard)((account, service, method))
        kind = REMOVES.get((service, method))
        if moment == "after" or kind is None or self.clock is None:
            return
        self.removals += 1
        self._asked.add((account, kind.name))
        early = self._too_early(account, kind, self._home(account, self.clock.now()))
        if early and all(self._too_early(account, kind, each) or kind.name not in each for each in self.look(account)):
            self.breaches.setdefault(account, []).append(f"{operation} while there was {', '.join(early)}")

    def _home(self, account: str, now: float) -> Seen:
        """One look serves a visit: what gates a removal has gone before the visit's first removal."""
        at, seen = self._seen.get(account, (-1.0, {}))
        if at != now:
            seen = next(self.look(account))
            self._seen[account] = (now, seen)
        return seen

    def _too_early(self, account: str, kind: Kind, seen: Seen) -> list[str]:
        there = [name for name in kind.after if seen.get(name)]
        return [
            f"{name} {min(seen[name])}"
            for name in there
            if not (known(kind.name, name) and ((account, name) in self._asked or self._waits(account, name, seen)))
        ]

    def _waits(self, account: str, name: str, seen: Seen) -> bool:
        before = (_BY_NAME[each] for each in _BY_NAME[name].after)
        return any(seen.get(kind.name) or (account, kind.service, kind.operation) in self._unlisted for kind in before)
