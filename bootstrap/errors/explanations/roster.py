"""EB-100 to EB-129: accounts.csv."""

from __future__ import annotations

from bootstrap.errors import Explanation

_AS_TEXT = (
    "Format the column account_id as text before ids go in. In Excel: select the column, Format Cells, Text; open a "
    "CSV file with Data, From Text/CSV, and choose Text for the column. Then write the 12 digits again."
)

ENTRIES: dict[str, Explanation] = {
    "EB-100": Explanation(
        "The roster cannot be read",
        "There is no file of this name, or it may not be read.",
        "Name the file with --accounts, or let `event-bootstrap init` write one to start from.",
    ),
    "EB-101": Explanation(
        "The roster cannot be understood",
        "The file, or its rest from the named line on, is no CSV: a workbook under another name, an encoding that is "
        "neither UTF-8, UTF-16 nor GBK, a quotation mark that is never closed, or far too much of it.",
        "Save it from the spreadsheet as CSV UTF-8. Quotation marks inside a quoted cell are doubled.",
        "Separators may be commas, semicolons or tabs; the first line decides.",
    ),
    "EB-102": Explanation(
        "The roster names no team",
        "There is no row below the header, or the file is empty. Lines that begin with # are skipped.",
        "Write one row for each team.",
    ),
    "EB-103": Explanation(
        "The roster has an unknown column",
        "A column that the tool does not know would be left out in silence, and with it what it was meant to say.",
        "Correct the name, or take the column out.",
    ),
    "EB-104": Explanation(
        "The roster has a column twice",
        "Two columns have the same name, and nothing says which of them counts.",
        "Keep one of them.",
    ),
    "EB-105": Explanation(
        "The roster lacks a required column",
        "The first line that is neither empty nor a comment names the columns; team and account_id must be there.",
        "Write the header line.",
    ),
    "EB-106": Explanation(
        "A row has more cells than the header has columns",
        "Most often several e-mail addresses, or a name, hold the separator of the file and are not in quotes, so "
        "that all cells after them have moved to the right.",
        "Put the cell in quotes, or empty what stands beyond the last column.",
    ),
    "EB-107": Explanation(
        "A team stands in the roster twice",
        "Teams are told apart by name, in upper and lower case alike.",
        "Give each team its own name, or take one of the rows out.",
    ),
    "EB-108": Explanation(
        "An account stands in the roster twice",
        "Each team has an account of its own; two rows would prepare the same account twice, at the same time.",
        "Correct the id, or take one of the rows out.",
    ),
    "EB-109": Explanation(
        "A team's name cannot be used",
        "The name is written on what the tool makes, as a tag. AWS takes letters of any script, digits, blanks and a "
        "few marks; a name has 40 characters at most.",
        "Choose another name.",
    ),
    "EB-110": Explanation(
        "An account id has lost digits",
        "Spreadsheets take the id for a number, and numbers have no zeros at the beginning.",
        _AS_TEXT,
        "The tool does not put the zeros back by itself: a digit may as well be missing at the end, and the id would "
        "be another person's account.",
    ),
    "EB-111": Explanation(
        "An account id was rounded",
        "The spreadsheet took the id for a large number and saved it as 1.23457E+11. The other digits are gone.",
        "Take the id from where it came. " + _AS_TEXT,
    ),
    "EB-112": Explanation(
        "An account id is not 12 digits",
        "An AWS account id has exactly 12 digits. Groups of four with blanks or dashes between them are understood.",
        "Write the 12 digits. The id is not the account's name, its alias or its e-mail address.",
    ),
    "EB-113": Explanation(
        "The account is on the keep-out list",
        "event.yaml names it under keep_out: accounts that must never be touched, such as the management account.",
        "Take the row out of the roster. If the account is a team's after all, take it out of keep_out.",
    ),
    "EB-114": Explanation(
        "Unknown region",
        "No partition of AWS has a region of this name.",
        "Write the code of a region, such as ap-northeast-1 for Tokyo, or leave the cell empty for the event's.",
    ),
    "EB-115": Explanation(
        "role_arn is no role's ARN",
        "It must have the form arn:aws:iam::<account id>:role/<role name>. An ARN with assumed-role in it is that of "
        "a session, not of the role; a user cannot be assumed.",
        "Copy the ARN from the role's page in the IAM console, or leave the cell empty for the event's usual role.",
    ),
    "EB-116": Explanation(
        "role_arn is a role of another account",
        "The role would lead into another account than the row's, which may be another team's.",
        "Correct account_id or role_arn, whichever is wrong.",
    ),
    "EB-117": Explanation(
        "role_arn is of another partition",
        "Roles of aws, aws-cn and aws-us-gov begin with arn:aws, arn:aws-cn and arn:aws-us-gov; accounts of one "
        "partition do not exist in another.",
        "Correct region or role_arn, whichever is wrong.",
    ),
    "EB-118": Explanation(
        "profile is no name of a profile",
        "The cell holds control characters or is far too long.",
        "Write the name of a profile of your AWS config file, or leave the cell empty.",
    ),
    "EB-119": Explanation(
        "external_id has a form that AWS refuses",
        "An external id has 2 to 1224 letters, digits and + = , . @ : / _ -",
        "Copy it from the trust policy of the role.",
    ),
    "EB-120": Explanation(
        "Not an e-mail address",
        "One of the addresses of the row has not the form name@example.com. Addresses are never shown.",
        "Correct it. Between two addresses stands a semicolon.",
    ),
    "EB-121": Explanation(
        "The row names a lab that the event does not have",
        "Only labs that event.yaml names can be prepared.",
        "Correct the name, add the lab to event.yaml, or leave the cell empty for all labs.",
    ),
    "EB-122": Explanation(
        "A cell holds a formula",
        "A cell that begins with = + - or @ is run by the spreadsheet of whoever opens the file next.",
        "Write the value itself.",
        'For account ids ="012345678901" is understood, as that is how some keep the zeros.',
    ),
}
