"""EB-775 to EB-784: access that lasts the day."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-775": Explanation(
        "The account was prepared by a version that made fewer roles",
        "The stack `roles` stands, but it is of an earlier template. The roles that doctor (support-read) and the "
        "labelling page (support-labelling) use do not exist yet; everything else works as before.",
        "Run `event-bootstrap provision TEAM --step stack:roles`. It changes the stack `roles` only; during the event "
        "add --during-event.",
    ),
}
