"""EB-100 to EB-129: accounts.csv."""

from __future__ import annotations

from bootstrap.errors import Explanation

_AS_TEXT = (
    "Format the column account_id as text before you enter ids. In Excel: select the column, Format Cells, Text; "
    "open a CSV file with Data, From Text/CSV, and choose Text for the column. Then write the 12 digits again."
)

ENTRIES: dict[str, Explanation] = {
    "EB-100": Explanation(
        "The roster cannot be read",
        "There is no file with this name, or you may not read it.",
        "Name the file with --accounts, or run `event-bootstrap init` to write one to start from.",
    ),
    "EB-101": Explanation(
        "The roster is not a valid CSV file",
        "The file cannot be read as CSV, as a whole or after the named line: it is of another format (such as .xlsx, "
        "JSON or HTML), its encoding is not UTF-8, UTF-16 or GBK, a quotation mark is not closed, or the file is too "
        "large. Text in an old encoding, such as Shift-JIS or Windows-1252, can often be read as GBK, but makes names "
        "that nobody has.",
        "Save it from the spreadsheet as CSV UTF-8. In a quoted cell, write each quotation mark twice.",
        "Separators may be commas, semicolons or tabs; the row with the names of the columns decides.",
    ),
    "EB-102": Explanation(
        "The roster names no team",
        "There is no row below the header, or the file is empty. Lines that begin with # are skipped.",
        "Write one row for each team.",
    ),
    "EB-103": Explanation(
        "The roster has an unknown column",
        "The tool does not know this column, and would ignore its values.",
        "Correct the name, or delete the column.",
    ),
    "EB-104": Explanation(
        "The roster has a column twice",
        "Two columns have the same name, so it is not clear which one counts.",
        "Keep one of them.",
    ),
    "EB-105": Explanation(
        "The roster lacks a required column",
        "The first line that is neither empty nor a comment must name the columns; team and account_id are required.",
        "Add the header line.",
    ),
    "EB-106": Explanation(
        "A row has more cells than the header has columns",
        "The usual cause is a cell that contains the file's separator but is not in quotes, such as several mail "
        "addresses or a name. All cells after it have moved to the right.",
        "Put the cell in quotes, or empty the cells beyond the last column.",
    ),
    "EB-107": Explanation(
        "A team is in the roster twice",
        "Two rows have the same team name. Case is ignored.",
        "Give each team its own name, or delete one of the rows.",
    ),
    "EB-108": Explanation(
        "An account is in the roster twice",
        "Each team needs its own account; two rows would prepare the same account twice at the same time.",
        "Correct the id, or delete one of the rows.",
    ),
    "EB-109": Explanation(
        "The name of a team cannot be used",
        "The name becomes a tag on AWS resources. It may have at most 40 characters: letters of any script, digits, "
        "spaces and _ - .",
        "Choose another name.",
    ),
    "EB-110": Explanation(
        "An account id has lost digits",
        "Spreadsheets read the id as a number, and numbers lose their leading zeros.",
        _AS_TEXT,
        "The tool does not add the zeros itself: a digit could be missing at the end as well, and the id would be "
        "somebody else's account.",
    ),
    "EB-111": Explanation(
        "An account id was rounded",
        "The spreadsheet read the id as a large number and saved it as 1.23457E+11. The other digits are lost. With "
        "all 12 digits, as in 1.11122223333E+11, the id is accepted.",
        f"Look up the id where it came from. {_AS_TEXT}",
    ),
    "EB-112": Explanation(
        "An account id is not 12 digits",
        "An AWS account id has exactly 12 digits, and is not 000000000000. Groups of four with spaces or dashes "
        "between them are accepted.",
        "Write the 12 digits. The id is not the account's name, its alias or its mail address.",
    ),
    "EB-113": Explanation(
        "The account is on the keep-out list",
        "event.yaml names it under keep_out: accounts that the tool must never touch, such as the management account.",
        "Delete the row from the roster. If the account does belong to a team, remove it from keep_out.",
    ),
    "EB-114": Explanation(
        "Unknown region",
        "AWS has no region with this name in any partition.",
        "Write the code of a region, such as ap-northeast-1 for Tokyo, or leave the cell empty to use the event's "
        "region.",
    ),
    "EB-115": Explanation(
        "role_arn is not the ARN of a role",
        "It must have the form arn:aws:iam::<account id>:role/<role name>. An ARN with assumed-role in it belongs "
        "to a session, not to the role; a user cannot be assumed.",
        "Copy the ARN from the role's page in the IAM console, or leave the cell empty to use the event's role.",
    ),
    "EB-116": Explanation(
        "role_arn belongs to another account",
        "The role is in another account than the row's, perhaps another team's.",
        "Correct account_id or role_arn, whichever is wrong.",
    ),
    "EB-117": Explanation(
        "role_arn belongs to another partition",
        "Roles of aws, aws-cn and aws-us-gov begin with arn:aws, arn:aws-cn and arn:aws-us-gov; an account exists "
        "in one partition only.",
        "Correct region or role_arn, whichever is wrong.",
    ),
    "EB-118": Explanation(
        "profile is not a valid profile name",
        "The cell contains control characters or is too long.",
        "Write the name of a profile in your AWS config file, or leave the cell empty.",
    ),
    "EB-119": Explanation(
        "external_id has a form that AWS refuses",
        "An external id has 2 to 1224 letters, digits and + = , . @ : / _ -",
        "Copy it from the trust policy of the role.",
    ),
    "EB-120": Explanation(
        "An address in the roster is not a mail address",
        "One of the addresses of the row does not have the form name@example.com. The tool never shows addresses.",
        "Correct it. Write a semicolon between two addresses.",
    ),
    "EB-121": Explanation(
        "The row names a lab that the event does not have",
        "Only labs that event.yaml names can be prepared.",
        "Correct the name, add the lab to event.yaml, or leave the cell empty for all labs.",
    ),
    "EB-122": Explanation(
        "A cell contains a formula",
        "A spreadsheet program runs a cell that begins with = + - or @ as a formula when somebody opens the file.",
        "Write the value itself.",
        'For account ids ="012345678901" is accepted, because some people keep leading zeros that way.',
    ),
    "EB-123": Explanation(
        "A row that begins with # may be a team",
        "Rows that begin with # are comments and are skipped, but this one has an account id: a team called #1, or a "
        "comment whose open quotation mark takes in the rows below it.",
        "If it is a row, change what it begins with. If it is a comment, write # and a space before it, or delete it.",
        "`validate`, `plan` and `provision` say which rows they skipped.",
    ),
    "EB-124": Explanation(
        "A title stands above the header",
        "The first row that is neither empty nor a comment must name the columns. Here the names come later.",
        "Delete the rows above the header, or begin them with #.",
    ),
    "EB-125": Explanation(
        "A cell has a value that its column cannot have",
        "A spreadsheet changes some texts: 1-3 becomes a date, and a look-up that finds nothing becomes #N/A. Programs "
        "write nan or null for an empty cell. A cell that contains the separator without quotes moves all cells after "
        "it, so that a mail address becomes a profile.",
        "Write the value itself, in a column that is formatted as text, and put cells that contain the file's "
        "separator in quotes.",
    ),
}
