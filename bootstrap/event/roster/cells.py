"""The cells of one row of the roster -> values, noting what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from bootstrap.errors import Problem
from bootstrap.event import regions
from bootstrap.event.event import Event
from bootstrap.event.names import partition_of
from bootstrap.event.roster.spreadsheet import simple
from bootstrap.event.settings import is_mail_address
from bootstrap.event.suggest import did_you_mean

_LONGEST_TEAM = 40
_MOST_EMAILS = 50
# How the name of a row without a team begins, so that every list names it for what it is.
SPARE_NAME = "spare"
_SPARE = {"": (False, False), "no": (False, False), "yes": (True, False), "out": (False, True)}
_FORMULA = ("=", "+", "-", "@")
_ID = re.compile(r"[0-9]{12}")
_DIGITS = re.compile(r"[0-9]{1,12}")
_GROUPED_ID = re.compile(r"([0-9]{4})[ -]([0-9]{4})[ -]([0-9]{4})")
# A spreadsheet user's own way to keep zeros: a formula that is nothing but text.
_TEXT_FORMULA = re.compile(r'="?([0-9 -]+)"?')
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):role/(?:[\x21-\x7e]+/)?[\w+=,.@-]{1,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_AS_TEXT = "Format the column as text in the spreadsheet, then write the 12 digits again"


class Cells:
    """One row. Every reader answers with a value of the right kind, even where it noted a problem."""

    def __init__(self, cells: Mapping[str, str], line: int, file: str, event: Event, problems: list[Problem]) -> None:
        self.line = line
        self.file = file
        self.problems = problems
        self._cells = cells
        self._event = event

    def team_key(self) -> str:
        return simple(self._cells.get("team", "")).casefold()

    def account_key(self) -> str:
        """The account id, or empty where digits are lost for good and two rows may only look alike."""
        plain = _plain_id(self._cells.get("account_id", ""))
        return plain.zfill(12) if _DIGITS.fullmatch(plain) else ""

    def shown(self, column: str) -> str:
        return f"`{simple(self._cells.get(column, ''))[:60]}`"

    def team(self, no_team: bool = False) -> str:
        """`no_team`: the row is a spare's."""
        if "team" not in self._cells:
            return ""
        team = self._cells["team"]
        bad = ", ".join(_character(each) for each in sorted(set(team)) if not _fits_a_tag(each))
        if not team:
            self._note("EB-109", "team", "is empty", "Write the team's name")
        elif simple(team).startswith(_FORMULA):
            self._formula("team")
        elif bad:
            fix = "Use letters of any script, digits, blanks and _ - . only; AWS takes no others in a tag"
            self._note("EB-109", "team", f"holds {bad}", fix)
        elif len(team) > _LONGEST_TEAM:
            fix = f"Write a name of at most {_LONGEST_TEAM} characters"
            self._note("EB-109", "team", f"has {len(team)} characters", fix)
        elif not any(each.isalnum() for each in team):
            self._note("EB-109", "team", "has neither letter nor digit", "Write the team's name")
        elif no_team and not team.casefold().startswith(SPARE_NAME):
            fix = f"Begin the name with {SPARE_NAME}, such as {SPARE_NAME}-1, or empty the cell `spare`"
            self._note("EB-591", "team", f"found {self.shown('team')} in the row of a spare account", fix)
        return team

    def spare(self) -> tuple[bool, bool]:
        """Whether the row is a spare account that a team can move to, and whether it is one that is out of use."""
        found = self._plain("spare").casefold()
        if found not in _SPARE:
            fix = "Write yes for a spare account, out for one that is only to be swept, or leave the cell empty"
            self._note("EB-590", "spare", f"found {self.shown('spare')}", fix)
        return _SPARE.get(found, (False, False))

    def account_id(self) -> str:
        if "account_id" not in self._cells:
            return ""
        found = simple(self._cells["account_id"])
        plain = _plain_id(found)
        if _ID.fullmatch(plain):
            if plain in self._event.keep_out:
                what = f"`{plain}` is on the keep-out list of the event"
                self._note("EB-113", "account_id", what, "Take the row out; nothing may touch that account")
            elif any(f"::{plain}:" in each for each in self._event.access.principals):
                what = f"`{plain}` is an account of access.principals, whom all teams' roles trust"
                self._note("EB-568", "account_id", what, "Name only principals of the operators' own account there")
        elif found.startswith(_FORMULA):
            self._formula("account_id")
        elif _SCIENTIFIC.fullmatch(found):
            what = f"found `{found[:60]}`: the spreadsheet rounded the number, and digits are lost"
            self._note("EB-111", "account_id", what, _AS_TEXT)
        elif re.fullmatch(r"[0-9]+(\.0+)?", found) and len(found.split(".")[0]) < 12:
            self._lost_zeros(found)
        else:
            what = f"found `{found[:60]}`, which is not 12 digits" if found else "is empty"
            self._note("EB-112", "account_id", what, "Write the 12 digits of the account id, nothing else")
        return plain

    def _lost_zeros(self, found: str) -> None:
        digits = found.split(".", maxsplit=1)[0]
        what = f"found `{found}`, which has {len(digits)} digits, not 12"
        meant = f"The account is `{digits.zfill(12)}` if zeros at the beginning were lost; check it, and write it. "
        self._note("EB-110", "account_id", what, meant + _AS_TEXT)

    def region(self) -> str:
        """The row's region or the event's; empty if there is none of that name."""
        found = self._plain("region").casefold()
        if found and found not in regions.known():
            what = f"found `{found[:60]}`, which is no region of AWS.{regions.suggestion(found)}"
            self._note("EB-114", "region", what, "Write a region such as ap-northeast-1, or leave the cell empty")
            return ""
        return found or self._event.region

    def role_arn(self, account_id: str, region: str) -> str | None:
        found = self._plain("role_arn")
        if not found:
            return None
        partition = partition_of(region or self._event.region)
        want = f"Write arn:{partition}:iam::{account_id or '<account id>'}:role/<role name>, or leave the cell empty"
        match = _ROLE.fullmatch(found)
        if match is None:
            self._note("EB-115", "role_arn", f"found `{found[:100]}`, which is no role's ARN", want)
            return found
        if _ID.fullmatch(account_id) and match[2] != account_id:
            what = f"is a role of account {match[2]}, and the row's account is {account_id}"
            self._note("EB-116", "role_arn", what, want)
        if region and match[1] != partition:
            what = f"is of partition {match[1]}, and region {region} is of partition {partition}"
            self._note("EB-117", "role_arn", what, want)
        return found

    def profile(self) -> str | None:
        found = self._plain("profile")
        if len(found) > 100 or any(_no_text(each) for each in found):
            self._note("EB-118", "profile", "is no name of a profile", "Write a name that is in your AWS config file")
        return found or None

    def external_id(self) -> str | None:
        found = self._plain("external_id")
        if found and not _EXTERNAL_ID.fullmatch(found):
            fix = "Write 2 to 1224 letters, digits and + = , . @ : / _ -, as in the role's trust policy"
            self._note("EB-119", "external_id", "is not of the form that AWS takes (it is not shown)", fix)
        return found or None

    def emails(self, no_team: bool = False) -> tuple[str, ...]:
        """`no_team`: the row is a spare's."""
        found = re.split(r"[;,、\r\n]+", self._plain("emails"))
        addresses = [_bare_address(each) for each in found if each.strip()]
        if addresses and no_team:
            fix = "Empty the cell; the team's people come with the team"
            self._note("EB-592", "emails", "holds addresses in the row of a spare account (they are not shown)", fix)
        for number, each in enumerate(addresses, 1):
            if not is_mail_address(each):
                what = f"address {number} of {len(addresses)} is not an e-mail address (it is not shown)"
                self._note("EB-120", "emails", what, "Write name, @ and domain, with ; between two addresses")
        if len(addresses) > _MOST_EMAILS:
            self._note("EB-120", "emails", f"holds {len(addresses)} addresses", f"Write at most {_MOST_EMAILS}")
        once: dict[str, str] = {}
        for each in addresses:
            once.setdefault(each.casefold(), each)
        return tuple(once.values())

    def labs(self) -> tuple[str, ...]:
        known = [each.name for each in self._event.labs]
        found = [each for each in re.split(r"[;,、|\s]+", self._plain("labs").casefold()) if each]
        for each in found:
            if each not in known:
                what = f"found `{each[:60]}`, which is no lab of the event.{did_you_mean(each, known)}"
                fix = f"Write some of {', '.join(known)}, with ; between them; an empty cell means all"
                self._note("EB-121", "labs", what, fix)
        return tuple(each for each in known if each in found or not found)

    def _plain(self, column: str) -> str:
        found = simple(self._cells.get(column, ""))
        if found.startswith(_FORMULA):
            self._formula(column)
            return ""
        return found

    def _formula(self, column: str) -> None:
        first = simple(self._cells[column])[:1]
        what = f"begins with `{first}`, which makes it a formula in a spreadsheet"
        self._note("EB-122", column, what, "Write the value itself")

    def _note(self, code: str, column: str, what: str, fix: str) -> None:
        self.problems.append(Problem(code, what, f"{self.file}:{self.line} {column}", fix=fix))


def _plain_id(cell: str) -> str:
    """The 12 digits, from the writings that leave no doubt; else what was found."""
    found = simple(cell)
    formula = _TEXT_FORMULA.fullmatch(found)
    text = formula[1] if formula else found
    grouped = _GROUPED_ID.fullmatch(text)
    return "".join(grouped.groups()) if grouped else text


def _bare_address(text: str) -> str:
    """`Name <address>` and `mailto:address`, as mail programs copy them -> address."""
    named = re.fullmatch(r"[^<>]*<([^<>]+)>", text.strip())
    return (named[1] if named else text).strip().removeprefix("mailto:")


def _no_text(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def _fits_a_tag(character: str) -> bool:
    return character in "_.:=+-@" or unicodedata.category(character)[0] in "LN" or character == " "


def _character(character: str) -> str:
    return f"the character U+{ord(character):04X}" if _no_text(character) else f"`{character}`"
