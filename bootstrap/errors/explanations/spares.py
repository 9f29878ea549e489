"""EB-589 to EB-599: spare accounts."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-589": Explanation(
        "The team was moved already, by another accounts.csv",
        "The journal knows a later move of the team than this accounts.csv shows: another operator works with a copy. "
        "A second move from here would leave the team in two accounts.",
        "Take that operator's accounts.csv, or exchange the two rows here as EB-597 says; then see where the team is: "
        "event-bootstrap journal TEAM.",
        "Who moved the team back by hand moves it on by hand, too.",
    ),
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
    "EB-593": Explanation(
        "The account is not in the roster",
        "A team moves only to a spare account that the roster names.",
        "Write a row for it, with spare = yes and a name such as spare-1, then the same command again.",
    ),
    "EB-594": Explanation(
        "The account is no free spare",
        "The row of this account belongs to a team, or is out of use: it was a team's before and has not been swept.",
        "Name an account whose row has spare = yes.",
        "An account that was swept and proven clean may be a spare again: write yes into its cell.",
    ),
    "EB-595": Explanation(
        "The roster was changed meanwhile",
        "accounts.csv is written only if it holds what was read when the command began. Nothing was written.",
        "Look at what changed, then give the same command again; the account is prepared already.",
    ),
    "EB-596": Explanation(
        "The roster cannot be written",
        "The folder of accounts.csv, or .event-bootstrap where the old file is kept, does not take a file.",
        "Make both writable, then give the same command again. The roster is as it was.",
    ),
    "EB-597": Explanation(
        "The roster cannot be changed safely",
        "The changed file was read again before it was written and did not say what it should, or its encoding does "
        "not lead back to the same bytes. Nothing was written.",
        "Exchange account_id, region, role_arn, profile and external_id of the two rows by hand, write out into the "
        "cell `spare` of the account's row and empty that of the team's; then `event-bootstrap provision` the team.",
    ),
    "EB-598": Explanation(
        "What is to move is no team",
        "`swap` moves one team, named in full, not a pattern, and not a spare account.",
        "Name one team of the roster.",
    ),
    "EB-599": Explanation(
        "The spare account is another team's already",
        "What stands in the account carries the name of a team that is neither the one to move nor the spare: somebody "
        "moved that team there with another copy of accounts.csv, or a move was begun and given up.",
        "Take another spare account. If nobody works there, sweep it and provision it again: that team's people "
        "may be in its work team already.",
        "Support desks should share one accounts.csv, as they share the journal.",
    ),
}
