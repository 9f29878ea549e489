"""EB-845 to EB-847: the day of the event in a rehearsal."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-845": Explanation(
        "A page of the rehearsed day answered with an error",
        "`rehearse --through day` opens the pages as teams and staff do. A page answered with a status of 400 or more.",
        "Read the lines above it. If an event of yours causes it, correct what they name; otherwise report it, with "
        "the seed and the scenario.",
    ),
    "EB-846": Explanation(
        "A page of the rehearsed day has no such form",
        "A team or staff member of the rehearsal wanted to send a form that the page does not have at that moment: "
        "a button to take or answer a raised hand, for example.",
        "Report it, with the seed and the scenario.",
    ),
    "EB-847": Explanation(
        "The rehearsed day could not go on",
        "Something that the day needs did not happen: a raised hand was not saved, the doctor did not answer it, a "
        "team was not moved to the spare account, or a team's mistake was refused by the simulated AWS.",
        "Read what the line names. If an event of yours causes it, correct that; otherwise report it, with the seed "
        "and the scenario.",
    ),
}
