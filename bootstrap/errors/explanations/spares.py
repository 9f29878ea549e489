"""EB-589 to EB-599: spare accounts."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-589": Explanation(
        "The team was already moved with another accounts.csv",
        "The journal has a later move of this team than this accounts.csv shows: another operator works with a "
        "copy. A second move from here would leave the team in two accounts.",
        "Use that operator's accounts.csv, or exchange the two rows here as EB-597 says. `event-bootstrap journal "
        "TEAM` shows where the team is.",
        "If you move a team back by hand, also make its next move by hand.",
    ),
    "EB-590": Explanation(
        "The value in the column `spare` is not known",
        "The cell says whether this is a spare account: yes, out (a team has left the account; it is only to be "
        "swept) or empty.",
        "Write yes or out, or empty the cell.",
    ),
    "EB-591": Explanation(
        "The name of a spare account must begin with spare",
        "The name in the column team appears in every list and tag. The name of an account without a team begins "
        "with spare, so that nobody takes it for a team.",
        "Call it spare-1, spare-2 and so on. If it is a team's account, empty the cell `spare`.",
    ),
    "EB-592": Explanation(
        "A spare account has people",
        "People belong to a team. They get access to a spare account when the team moves to it.",
        "Empty the cell emails of the row.",
    ),
    "EB-593": Explanation(
        "The account is not in the roster",
        "A team can move only to a spare account that the roster names.",
        "Add a row for it with spare = yes and a name such as spare-1, then run the same command again.",
    ),
    "EB-594": Explanation(
        "The account is not a free spare account",
        "The row of this account belongs to a team, or the account is out of use: a team has left it, and it has "
        "not been swept.",
        "Name an account whose row has spare = yes.",
        "Once the account was swept and found clean, you may write yes into the cell again.",
    ),
    "EB-595": Explanation(
        "The roster was changed in the meantime",
        "accounts.csv is written only if it still has the content that was read when the command began. Nothing was "
        "written.",
        "Check what was changed, then run the same command again. After `swap`, the account is already prepared.",
    ),
    "EB-596": Explanation(
        "The roster cannot be written",
        "The folder of accounts.csv is not writable, or .event-bootstrap, where the old file is kept, is not.",
        "Make both writable, then run the same command again. The roster is unchanged.",
    ),
    "EB-597": Explanation(
        "The roster cannot be changed safely",
        "The tool reads the new content back before it writes the file. The content did not match the planned move, "
        "or the file's encoding would have changed other bytes. Nothing was written.",
        "By hand, exchange account_id, region, role_arn, profile and external_id of the two rows, write out into "
        "the cell `spare` of the old account's row and empty that of the team's row. Then run `event-bootstrap "
        "provision TEAM`.",
    ),
    "EB-598": Explanation(
        "The name to move is not a team",
        "`swap` moves one team. It takes the team's full name, not a pattern and not a spare account.",
        "Name one team of the roster.",
    ),
    "EB-599": Explanation(
        "The spare account is already used by another team",
        "Resources in the account have the name of a third team: somebody moved that team there with another copy "
        "of accounts.csv, or a move was started and not finished.",
        "Use another spare account. If nobody works in this one, sweep and provision it again, because that team's "
        "people may be in its work team.",
        "Support desks should share one accounts.csv, as they share the journal.",
    ),
}
