"""EB-710 to EB-724: taking accounts into the roster from an organization or another platform."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-710": Explanation(
        "The organization has no such organizational unit",
        "The id is mistyped, the unit was deleted, or it belongs to another organization than the account that asks.",
        "Look the id up in the console of AWS Organizations, or with `aws organizations list-roots` and `aws "
        "organizations list-organizational-units-for-parent`. A unit's id begins with ou-, a root's with r-.",
    ),
    "EB-711": Explanation(
        "This account may not list the organization's accounts",
        "AWS Organizations answers only the management account and accounts that it made a delegated administrator of "
        "a service; or your identity there lacks the permission.",
        "Use a profile of the management account: --profile NAME. Its identity needs "
        "organizations:DescribeOrganization, organizations:ListAccountsForParent and "
        "organizations:ListOrganizationalUnitsForParent, with --name-tag also organizations:ListTagsForResource. "
        "Or let somebody there run `aws organizations list-accounts-for-parent`, and pipe what it prints into "
        "`event-bootstrap accounts import -`.",
    ),
    "EB-712": Explanation(
        "Your account belongs to no organization",
        "AWS Organizations lists the accounts of the organization that your own account belongs to; it belongs to "
        "none.",
        "Use a profile of the organization's management account: --profile NAME. If there is no organization, import a "
        "CSV file (--csv), or write accounts.csv by hand.",
    ),
    "EB-713": Explanation(
        "The source of the import cannot be read",
        "`accounts import -` reads JSON: what `aws organizations list-accounts-for-parent` or `list-accounts` prints, "
        "also page after page, or Innovation Sandbox's list of accounts. The text is something else, is cut off, or "
        "names no account.",
        "Run the command of the AWS CLI alone and look at what it prints; add --output json. For a table use --csv.",
    ),
    "EB-714": Explanation(
        "An entry of the source is no account",
        "Each account needs its id of 12 digits, under `Id` as AWS Organizations writes it, or under `awsAccountId`.",
        "Leave out the query, or let it keep the ids: a list of account objects is read as well.",
    ),
    "EB-715": Explanation(
        "The mapping does not fit the CSV file",
        "--map says which column of the file is which column of the roster. It names a column that the file or the "
        "roster does not have, or none for account_id.",
        'Give each one as --map COLUMN="NAME", such as --map account_id="Account ID" --map team=Name. COLUMN is one of '
        "team, account_id, region, role_arn, profile, external_id, emails, labs and state; NAME is in the header of "
        "the file. Columns with equal names need no --map.",
    ),
    "EB-716": Explanation(
        "The pattern of the names cannot be used",
        "--names makes a name for each new team. The pattern gives all of them the same name, has unknown braces, or "
        "does not begin with spare for spare accounts.",
        "Use {n} (1, 2, 3), {n:02} (01, 02, 03), {name} (the account's name) and {id} (its 12 digits), such as "
        "team-{n:02}.",
    ),
    "EB-717": Explanation(
        "The roster cannot be changed safely",
        "After the change the file would not read as it should, for instance because its encoding is ambiguous. So "
        "nothing was written.",
        "Save accounts.csv as CSV UTF-8 and run the same command again, or write the rows by hand; --dry-run shows "
        "them.",
    ),
    "EB-718": Explanation(
        "The file to write exists already",
        "--out writes a new file and never replaces one.",
        "Name another file, or move the old one away.",
    ),
    "EB-719": Explanation(
        "The options of the import do not go together",
        "An import has one source: an organization (--ou), JSON of the AWS CLI (- or a file), or a CSV file (--csv). "
        "--map belongs to --csv; --profile and --name-tag belong to --ou.",
        "Name one source, and leave out the options of the others.",
    ),
}
