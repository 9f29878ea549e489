"""Look at all end states of a lab in one account. What holds only until the team cleans up stays reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bootstrap.aws.sessions import AccountSession
from bootstrap.event.end_state import EndState, Where
from bootstrap.event.placeholders import Values
from bootstrap.scoring.evidence import judging, reading
from bootstrap.scoring.evidence.judging import Reached, Ruling
from bootstrap.scoring.evidence.reading import Evidence


@dataclass(slots=True)
class Progress:
    """Progress of a team in a lab so far. `kept`: rulings of end states that need not hold any longer."""

    session: AccountSession
    states: Sequence[EndState]
    kept: dict[str, Ruling] = field(default_factory=dict)

    def now(self, values: Values, service: Where = "open") -> list[Ruling]:
        """Return the ruling of each end state that counts, in their order. `service`: of the lab, open or closed to
        the account.

        API: the reads of the end states, each once.
        """
        return self._rulings(values, [each for each in self.states if each.only in (None, service)])

    def meanwhile(self, values: Values) -> None:
        """Look at the end states that hold for a while only, and keep those that are reached."""
        self._rulings(values, [each for each in self.states if each.until and each.id not in self.kept])

    def _rulings(self, values: Values, states: Sequence[EndState]) -> list[Ruling]:
        # The team has acted since the last look.
        self.session.forget_looks()
        seen: dict[str, Evidence] = {}
        reached = set(self.kept)
        found = []
        for state in states:
            ruling = self.kept.get(state.id) or self._ruling(state, values, seen, reached)
            if ruling.reached is Reached.PASSED:
                reached.add(state.id)
                if state.until:
                    self.kept[state.id] = ruling
            found.append(ruling)
        return found

    def _ruling(self, state: EndState, values: Values, seen: dict[str, Evidence], reached: set[str]) -> Ruling:
        key = state.model_dump_json(include={"read", "each"})
        if key not in seen:
            seen[key] = reading.look(self.session, state.read, values, state.each)
        return judging.judge(seen[key], judging.rule(state, values), reached)
