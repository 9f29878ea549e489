"""EB-735 to EB-749: accounts on hold, and what runs and costs."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-735": Explanation(
        "The account is on hold",
        "Somebody put the account on hold with `event-bootstrap hold`. Until it is released, every command that would "
        "change something in it leaves it alone; the detail says who, why and since when. Nothing was written there; "
        "the other teams of this run continued. plan, doctor, status, quotas, console and sweep without --apply go on.",
        "Agree with that person, then run `event-bootstrap release TEAM` and the same command again. To move the "
        "team to a spare account meanwhile: `event-bootstrap swap TEAM ACCOUNT_ID --on-hold`.",
        "`event-bootstrap hold` lists all accounts on hold.",
    ),
    "EB-736": Explanation(
        "A hold needs teams and a reason",
        "The reason is shown wherever the team is named, so that whoever meets the account next knows why no command "
        "changes it.",
        'Write `event-bootstrap hold TEAM --reason "one line"`, or `event-bootstrap release TEAM`.',
    ),
    "EB-740": Explanation(
        "Nobody is named whose machines are to be stopped",
        "`spend --stop` stops notebooks and jobs and deletes endpoints of the teams that it names, and of no others.",
        "Name the teams: `event-bootstrap spend TEAM --stop`. For all of them, in the evening: `event-bootstrap sweep "
        "--apply --stop-only`.",
    ),
}
