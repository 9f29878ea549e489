"""Give a team the finished state of a lab from the staff's page, as `event-bootstrap lab finish` does.

For staff's pages: `offers(inputs, team)` are the labs that can be given, each with its exact command. `site.finish` is
None on a server that may not write to accounts: then the page shows the command. Else `site.finish(team, lab, person)`
runs it (a minute at most; in a thread) and returns a `GivenState`. It is logged in the journal, and the team's page
says what was given, by a notice of its own.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.journal.venue.notices import Notices
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.finishing.labs import FINISHES
from bootstrap.report.translations import shown


@dataclass(frozen=True, slots=True)
class LabOffer:
    """A lab whose finished state a team can be given. `command`: what does it on a machine that may write."""

    lab: str
    command: str


@dataclass(frozen=True, slots=True)
class GivenState:
    """Outcome. `lines`: what `lab finish` said; `exit_code`: 0 if the team can go on."""

    lines: tuple[str, ...]
    exit_code: int


# (team, lab, person) -> what came of it. Raises Troubled, as the command does.
Finish = Callable[[str, str, str], GivenState]


def offers(inputs: Inputs, team: str) -> tuple[LabOffer, ...]:
    """Return the team's labs that have a finished state to be copied."""
    labs = {lab for each in inputs.accounts if each.team == team for lab in each.labs}
    names = [each.name for each in inputs.event.labs if each.name in labs]
    known = [name for name in names if name in FINISHES and FINISHES[name].pieces is not None]
    return tuple(LabOffer(name, f"event-bootstrap lab finish {name} {shlex.quote(team)}") for name in known)


def tell_team(store: VenueDatabase, event_name: str, team: str, lab: str, person: str, at: float) -> None:
    """Tell the team on its page what it was given. Raises Troubled (EB-523)."""
    said = msg("The staff put the finished state of the lab {lab} into your bucket. Go on with the next lab.", lab=lab)
    Notices(store, event_name).write(shown(said, "en"), shown(said, "zh"), (team,), person, at, f"finish {lab}"[:64])
