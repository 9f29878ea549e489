"""EB-640 to EB-649: the finished state of a lab."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-640": Explanation(
        "The lab cannot be finished for a team",
        "`lab finish` needs the name of a lab of event.yaml, and knows what is in a bucket at the end of the shipped "
        "labs only: ground-truth, notebook and tuning.",
        "Use one of the names that the message gives. For a lab of your own, upload its result with the AWS CLI: "
        "`event-bootstrap credentials TEAM` gives you the rights.",
    ),
    "EB-641": Explanation(
        "`lab finish` does not know for which teams",
        "No team is named, or one that does not have the lab: the column `labs` of accounts.csv says which labs a team "
        "has. It writes into no account that nobody has named.",
        "Name the teams that have fallen behind, by name or pattern.",
    ),
}
