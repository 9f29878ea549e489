"""EB-590 to EB-599: spare accounts."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-590": Explanation(
        "The cell `spare` is not understood",
        "It says whether the row is a spare account: yes, out (it was a team's, and is only to be swept) or nothing.",
        "Write yes or out, or empty the cell.",
    ),
    "EB-591": Explanation(
        "A spare account is named like a team",
        "The name in the column team stands in every list and tag. That of an account without a team begins with "
        "spare, so that nobody takes it for a team's.",
        "Call it spare-1, spare-2 and so on; or empty the cell `spare` if it is a team's account.",
    ),
    "EB-592": Explanation(
        "A spare account has people",
        "People belong to a team. They are brought into a spare account when a team moves to it.",
        "Empty the cell emails of the row.",
    ),
}
