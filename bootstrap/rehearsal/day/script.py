"""The acts of the rehearsed day, by the minute. Pure: the same teams give the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, cycle, islice

from bootstrap.event.roster.roster import TeamAccount

# Teams that meet the shared cause; an event with fewer has fewer.
_SHARING = 7
_MINUTE = 60.0


class DayAct(StrEnum):
    """An act: of a team in its account (MISTAKE, STOP) or on its page (HAND), the staff at the desk."""

    MISTAKE = "mistake"
    HAND = "hand"
    NOTICE = "notice"
    STOP = "stop"
    TAKE = "take"
    ANSWER = "answer"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class ScriptedCause:
    """Why a team needs help. `mistake`: what it does in its account, "" for nothing; `code`: what the doctor finds.

    `what` and `words`: as the team chooses and writes them on its page.
    """

    mistake: str
    code: str
    what: str
    words: str = ""


# The regional shortage that several teams meet, then one team each.
SHORTAGE = ScriptedCause("train", "EB-340", "training", "the job stays in Starting")
OTHERS: tuple[ScriptedCause, ...] = (
    ScriptedCause("delete-policy", "EB-532", "training", "AccessDenied <b>everywhere</b>"),
    ScriptedCause("stop-notebook", "EB-535", "notebook", "打不开 notebook，一直转圈"),
    ScriptedCause("delete-cors", "EB-534", "labelling", "no picture, only a grey box"),
    ScriptedCause("host-on-burstable", "EB-539", "endpoint"),
    ScriptedCause("", "", "other", "is our account all right?"),
)
# The cause whose team the staff move to a spare account, if there is one.
SWAPPED = OTHERS[0]


@dataclass(frozen=True, slots=True)
class Moment:
    """One act. `at`: seconds after the event opens. Acts of staff name the team whose hand they are about."""

    at: float
    act: DayAct
    team: str
    case: ScriptedCause


def of_day(teams: Sequence[TeamAccount], spare: bool) -> tuple[Moment, ...]:
    """Return the day's acts in their order. `spare`: there is a spare account, so that one team is moved to it.

    Seven teams, or all of fewer, raise a hand for the shortage; after that, for each other cause one. Where there are
    fewer teams than hands, a team raises its second one after the first was answered.
    """
    names = [each.team for each in teams]
    sharing = names[:_SHARING]
    found = []
    for place, team in enumerate(sharing):
        found.append(Moment((40 + place) * _MINUTE, DayAct.MISTAKE, team, SHORTAGE))
        found.append(Moment((70 + 2 * place) * _MINUTE, DayAct.HAND, team, SHORTAGE))
    found.append(Moment(88 * _MINUTE, DayAct.NOTICE, sharing[0], SHORTAGE))
    found += [Moment(95 * _MINUTE, DayAct.STOP, team, SHORTAGE) for team in sharing]
    for place, (team, case) in enumerate(zip(_others(names), OTHERS, strict=False)):
        begins = (110 + 25 * place) * _MINUTE
        if case.mistake:
            found.append(Moment(begins, DayAct.MISTAKE, team, case))
        found.append(Moment(begins + 10 * _MINUTE, DayAct.HAND, team, case))
        found.append(Moment(begins + 13 * _MINUTE, DayAct.TAKE, team, case))
        if spare and case is SWAPPED:
            found.append(Moment(begins + 15 * _MINUTE, DayAct.SWAP, team, case))
        found.append(Moment(begins + 19 * _MINUTE, DayAct.ANSWER, team, case))
    return tuple(sorted(found, key=lambda each: each.at))


def _others(names: Sequence[str]) -> Sequence[str]:
    """Return a team for each other cause: those that have not raised a hand yet, then from the first again."""
    return list(islice(chain(names[_SHARING:], cycle(names)), len(OTHERS)))
