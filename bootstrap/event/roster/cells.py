"""Read the cells of one row of the roster, and note what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from bootstrap.errors import Problem
from bootstrap.errors.message import joined, msg
from bootstrap.event import regions
from bootstrap.event.event import Event
from bootstrap.event.regions import partition_of
from bootstrap.event.roster import mistaken
from bootstrap.event.roster.mistaken import Mistake
from bootstrap.event.settings import is_mail_address
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading.spreadsheet import simple

LONGEST_TEAM = 40
_MOST_EMAILS = 50
# The name of a spare account begins with this, so that nobody takes it for a team in a list.
SPARE_NAME = "spare"
_SPARE = {"": (False, False), "no": (False, False), "yes": (True, False), "out": (False, True)}
_FORMULA = ("=", "+", "-", "@")
_ID = re.compile(r"[0-9]{12}")
_DIGITS = re.compile(r"[0-9]{1,12}")
_GROUPED_ID = re.compile(r"([0-9]{4})[ -]([0-9]{4})[ -]([0-9]{4})")
# Some people keep leading zeros with a formula that is only text: ="012345678901".
_TEXT_FORMULA = re.compile(r'="?([0-9 -]+)"?')
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?E\+?([0-9]+)", re.IGNORECASE)
# Numbers of a spreadsheet are exact up to 15 digits, so decimals that are zero have lost nothing.
_WHOLE = re.compile(r"([0-9]+)[.,]0+")
# An id begins with more zeros than this once in ten thousand times.
_FEWEST_DIGITS = 9
_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):role/(?:[\x21-\x7e]+/)?[\w+=,.@-]{1,64}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_AS_TEXT = msg("Format the column as text in the spreadsheet, then write the 12 digits again")


class Cells:
    """One row. Every method returns a value of the right type, even if it noted a problem."""

    def __init__(self, cells: Mapping[str, str], line: int, file: str, event: Event, problems: list[Problem]) -> None:
        self.line = line
        self.file = file
        self.problems = problems
        self._cells = cells
        self._event = event

    def team_key(self) -> str:
        return simple(self._cells.get("team", "")).casefold()

    def account_key(self) -> str:
        """Return the account id; "" if digits are lost, because different ids can look equal then."""
        plain = _plain_id(self._cells.get("account_id", ""))
        return plain.zfill(12) if _DIGITS.fullmatch(plain) else ""

    def shown(self, column: str) -> str:
        """Return the cell for a message, at most 60 characters."""
        return simple(self._cells.get(column, ""))[:60]

    def team(self, no_team: bool = False) -> str:
        """`no_team`: this is the row of a spare account."""
        if "team" not in self._cells:
            return ""
        team = self._cells["team"]
        bad = joined(", ", (_character(each) for each in sorted(set(team)) if not fits_a_tag(each)))
        if not team:
            self._note("EB-109", "team", msg("is empty"), msg("Write the team's name"))
        elif mistake := mistaken.in_team(team):
            self._mistaken("team", mistake)
        elif simple(team).startswith(_FORMULA):
            self._formula("team")
        elif bad:
            fix = msg("Use only letters of any script, digits, spaces and _ - . because the name becomes a tag on AWS")
            self._note("EB-109", "team", msg("contains {characters}", characters=bad), fix)
        elif len(team) > LONGEST_TEAM:
            fix = msg("Write a name of at most {most} characters", most=LONGEST_TEAM)
            self._note("EB-109", "team", msg("has {length} characters", length=len(team)), fix)
        elif not any(each.isalnum() for each in team):
            self._note("EB-109", "team", msg("has neither letter nor digit"), msg("Write the team's name"))
        elif no_team and not team.casefold().startswith(SPARE_NAME):
            fix = msg("Begin the name with {name}, such as {name}-1, or empty the cell `spare`", name=SPARE_NAME)
            what = msg("found `{found}` in the row of a spare account", found=self.shown("team"))
            self._note("EB-591", "team", what, fix)
        return team

    def spare(self) -> tuple[bool, bool]:
        """Return (spare account that a team can move to, account out of use that is only to be swept)."""
        found = self._plain("spare").casefold()
        if found not in _SPARE:
            fix = msg("Write yes for a spare account, out for one that is only to be swept, or leave the cell empty")
            self._note("EB-590", "spare", msg("found `{found}`", found=self.shown("spare")), fix)
        return _SPARE.get(found, (False, False))

    def account_id(self) -> str:
        if "account_id" not in self._cells:
            return ""
        found = simple(self._cells["account_id"])
        plain = _plain_id(found)
        if odd := [each for each in self._cells["account_id"] if unicodedata.category(each) == "No"]:
            what = msg("contains `{character}`, which looks like a digit and is none", character=odd[0])
            self._note("EB-112", "account_id", what, msg("Write the 12 digits of the account id, nothing else"))
        elif mistake := mistaken.failed_formula(found):
            self._mistaken("account_id", mistake)
        elif _ID.fullmatch(plain):
            if not plain.strip("0"):
                what = msg("found `{account}`, which stands for an account that is not known yet", account=plain)
                self._note("EB-112", "account_id", what, msg("Write the 12 digits of the account id, nothing else"))
            elif plain in self._event.keep_out:
                what = msg("`{account}` is on the keep-out list of the event", account=plain)
                self._note("EB-113", "account_id", what, msg("Delete the row; the tool must not touch that account"))
            elif any(f"::{plain}:" in each for each in self._event.access.principals):
                what = msg(
                    "`{account}` is an account of access.principals, which all teams' roles trust", account=plain
                )
                fix = msg("Name only principals of the operators' own account under access.principals")
                self._note("EB-568", "account_id", what, fix)
        elif found.startswith(_FORMULA):
            self._formula("account_id")
        elif _SCIENTIFIC.fullmatch(found):
            what = msg("found `{found}`: the spreadsheet rounded the number, and digits may be lost", found=found[:60])
            self._note("EB-111", "account_id", what, _AS_TEXT)
        elif mistaken.is_total(self._cells.get("team", "")):
            what = msg("found `{found}` in what looks like a row of totals", found=found[:60])
            self._note("EB-112", "account_id", what, msg("Delete the row"))
        elif re.fullmatch(r"[0-9]+", plain) and _FEWEST_DIGITS <= len(plain) < 12:
            self._lost_zeros(found, plain)
        else:
            what = msg("found `{found}`, which is not 12 digits", found=found[:60]) if found else msg("is empty")
            self._note("EB-112", "account_id", what, msg("Write the 12 digits of the account id, nothing else"))
        return plain

    def _lost_zeros(self, found: str, digits: str) -> None:
        what = msg("found `{found}`, which has {length} digits, not 12", found=found, length=len(digits))
        fix = msg(
            "If leading zeros were lost, the account is `{account}`; check it, and write it. {as_text}",
            account=digits.zfill(12),
            as_text=_AS_TEXT,
        )
        self._note("EB-110", "account_id", what, fix)

    def region(self) -> str:
        """Return the row's region, or the event's if the cell is empty; "" if there is no such region."""
        found = self._plain("region").casefold()
        if found and found not in regions.known():
            fix = msg("Write a region such as ap-northeast-1, or leave the cell empty")
            self._note("EB-114", "region", regions.unknown(found), fix)
            return ""
        return found or self._event.region

    def role_arn(self, account_id: str, region: str) -> str | None:
        found = self._plain("role_arn")
        if not found:
            return None
        partition = partition_of(region or self._event.region)
        arn = f"arn:{partition}:iam::{account_id or '<account id>'}:role/<role name>"
        want = msg("Write {arn}, or leave the cell empty", arn=arn)
        match = _ROLE.fullmatch(found)
        if match is None:
            what = msg("found `{found}`, which is not the ARN of a role", found=found[:100])
            self._note("EB-115", "role_arn", what, want)
            return found
        if _ID.fullmatch(account_id) and match[2] != account_id:
            what = msg(
                "is a role of account {theirs}, but the row's account is {ours}", theirs=match[2], ours=account_id
            )
            self._note("EB-116", "role_arn", what, want)
        if region and match[1] != partition:
            what = msg(
                "is of partition {theirs}, but region {region} is of partition {ours}",
                theirs=match[1],
                region=region,
                ours=partition,
            )
            self._note("EB-117", "role_arn", what, want)
        return found

    def profile(self) -> str | None:
        found = self._plain("profile")
        if mistake := mistaken.in_free_text(found, self._labs):
            self._mistaken("profile", mistake)
        elif len(found) > 100 or any(_no_text(each) for each in found):
            fix = msg("Write the name of a profile in your AWS config file")
            self._note("EB-118", "profile", msg("is not a valid profile name"), fix)
        return found or None

    def external_id(self) -> str | None:
        found = self._plain("external_id")
        if mistake := mistaken.in_free_text(found, self._labs):
            self._mistaken("external_id", mistake)
        elif found and not _EXTERNAL_ID.fullmatch(found):
            fix = msg("Write 2 to 1224 letters, digits and + = , . @ : / _ -, as in the role's trust policy")
            what = msg("has a form that AWS does not accept (the text is not shown)")
            self._note("EB-119", "external_id", what, fix)
        return found or None

    def emails(self, no_team: bool = False) -> tuple[str, ...]:
        """`no_team`: this is the row of a spare account."""
        found = re.split(r"[;,、\r\n]+", self._plain("emails"))
        addresses = [_bare_address(each) for each in found if each.strip()]
        if addresses and no_team:
            fix = msg("Empty the cell; when a team moves to the account, its people move too")
            what = msg("contains addresses in the row of a spare account (they are not shown)")
            self._note("EB-592", "emails", what, fix)
        for number, each in enumerate(addresses, 1):
            if not is_mail_address(each):
                count = len(addresses)
                what = msg(
                    "address {number} of {all} is not a mail address (it is not shown)", number=number, all=count
                )
                fix = msg("Write addresses such as name@example.com, with ; between two of them")
                self._note("EB-120", "emails", what, fix)
        if len(addresses) > _MOST_EMAILS:
            what = msg("contains {found} addresses", found=len(addresses))
            self._note("EB-120", "emails", what, msg("Write at most {most} addresses", most=_MOST_EMAILS))
        once: dict[str, str] = {}
        for each in addresses:
            once.setdefault(each.casefold(), each)
        return tuple(once.values())

    def labs(self) -> tuple[str, ...]:
        known = self._labs
        found = [each for each in re.split(r"[;,、|\s]+", self._plain("labs").casefold()) if each]
        for each in found:
            if each not in known:
                what = msg("found `{found}`, which is not a lab of the event", found=each[:60])
                labs = ", ".join(known)
                fix = msg("Write some of {labs}, with ; between them; an empty cell means all labs", labs=labs)
                self._note("EB-121", "labs", did_you_mean(what, each, known), fix)
        return tuple(each for each in known if each in found or not found)

    def _plain(self, column: str) -> str:
        found = simple(self._cells.get(column, ""))
        if found.startswith(_FORMULA):
            self._formula(column)
            return ""
        return found

    def _formula(self, column: str) -> None:
        first = simple(self._cells[column])[:1]
        what = msg("begins with `{first}`, so a spreadsheet would run it as a formula", first=first)
        self._note("EB-122", column, what, msg("Write the value itself"))

    @property
    def _labs(self) -> list[str]:
        return [each.name for each in self._event.labs]

    def _mistaken(self, column: str, mistake: Mistake) -> None:
        self._note("EB-125", column, mistake.what, mistake.fix, mistake.cause)

    def _note(self, code: str, column: str, what: str, fix: str, cause: str = "") -> None:
        self.problems.append(Problem(code, what, f"{self.file}:{self.line} {column}", cause, fix))


def _plain_id(cell: str) -> str:
    """Return the 12 digits of every unambiguous form of an account id; else the cell as it is."""
    found = simple(cell)
    formula = _TEXT_FORMULA.fullmatch(found)
    text = formula[1] if formula else found
    if whole := _WHOLE.fullmatch(text):
        return whole[1]
    scientific = _SCIENTIFIC.fullmatch(text)
    # With all 12 digits nothing was rounded: 1.11122223333E+11.
    if scientific and len(scientific[2] or "") == int(scientific[3][:3]) == 11:
        return scientific[1] + scientific[2]
    grouped = _GROUPED_ID.fullmatch(text)
    return "".join(grouped.groups()) if grouped else text


def _bare_address(text: str) -> str:
    """Return the address of `Name <address>` or `mailto:address`, which is what mail programs copy."""
    named = re.fullmatch(r"[^<>]*<([^<>]+)>", text.strip())
    return (named[1] if named else text).strip().removeprefix("mailto:")


def _no_text(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def fits_a_tag(character: str) -> bool:
    """Return True for a character that AWS accepts in a tag."""
    return character in "_.:=+-@" or unicodedata.category(character)[0] in "LN" or character == " "


def _character(character: str) -> str:
    number = f"U+{ord(character):04X}"
    return msg("the character {character}", character=number) if _no_text(character) else f"`{character}`"
