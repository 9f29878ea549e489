"""EB-830 to EB-844: waves of teams, and how many training jobs AWS runs at once."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-830": Explanation(
        "A wave of the schedule cannot be used",
        "Each wave has a name of its own and begins with a lab of the event. It has either patterns (`teams`) or a "
        "number (`count`); one wave at most has neither: the rest of the teams.",
        "Correct schedule.waves in event.yaml, or delete it: without waves all teams begin with the first lab.",
    ),
    "EB-831": Explanation(
        "Waves and roster do not agree",
        "Every team that takes part is in exactly one wave, and takes part in the lab with which its wave begins. "
        "Spare accounts and accounts out of use are in none.",
        "Correct schedule.waves in event.yaml, or the roster. A wave with neither `teams` nor `count` takes every team "
        "that no other wave has.",
    ),
}
