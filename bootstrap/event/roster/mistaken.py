"""Recognise in a cell what a spreadsheet made of it, and what belongs into another column."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bootstrap.errors.message import msg
from bootstrap.event import regions
from bootstrap.event.settings import is_mail_address
from bootstrap.reading.spreadsheet import simple


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell with an error: what was found, the likely cause, and the fix; for people."""

    what: str
    cause: str
    fix: str


_AS_TEXT = msg("Format the column as text in the spreadsheet, then write the value again")
_SLID = msg("A cell further left is missing, or contains the file's separator and is not in quotes")
# Excel's error values in English, German, French, Spanish, Italian and Portuguese, and LibreOffice's `Err:502`.
_FAILED = re.compile(
    r"#(?:N/?[ADV]|NUL[LO]!|LEER!|DIV/0!|[¡¿]?[A-ZÄÖÜÉÑÇÀ-Ü_]{2,20}[!?]|ERROR!?|GETTING_DATA|#{2,})|Err(?:or)?:[0-9]{3}"
)
_NOTHING = frozenset(
    {"nan", "null", "none", "nil", "n/a", "na", "n.a.", "nat", "<na>", "undefined", "(blank)", "(leer)", "(vide)",
     "(空白)", "(空)", "空", "无", "keine", "-", "--"}
)  # fmt: skip
_TRUTH = frozenset(
    {"true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "vero", "verdadeiro"}
)  # fmt: skip
_MONTHS = (
    "jan|feb|mar|mär|mrz|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|janv|févr|mars|avr|juin|juil|août|déc|"
    "ene|abr|ago|dic|january|february|march|april|june|july|august|september|october|november|december"
)
_DATE = re.compile(
    rf"[0-9]{{1,2}}[-. ]{{1,2}}(?:{_MONTHS})\.?(?:[-. ]{{1,2}}[0-9]{{2,4}})?|(?:{_MONTHS})\.?[- ][0-9]{{1,4}}"
    r"|[0-9]{4}[-./年][0-9]{1,2}(?:[-./月][0-9]{1,2}日?)?(?:[T ][0-9:.]+)?|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}"
    r"|[0-9]{1,2}[./][0-9]{1,2}\.?|[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{4}年[0-9]{1,2}月"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]m)?",
    re.IGNORECASE,
)
# Short whole numbers are names that people give; a date's serial number has five digits.
_NUMBER = re.compile(r"[0-9]+[.,][0-9]+(?:E[+-]?[0-9]+)?|[0-9]+E[+-]?[0-9]+|[0-9]{5,}", re.IGNORECASE)
_TOTAL = frozenset(
    {"total", "totals", "grand total", "sum", "subtotal", "gesamt", "summe", "gesamtergebnis", "合计", "总计", "小计",
     "總計", "合計", "somme", "totale", "total général", "suma"}
)  # fmt: skip


def failed_formula(cell: str) -> Mistake | None:
    """Recognise the value that a spreadsheet shows where a formula failed."""
    found = simple(cell)
    if not _FAILED.fullmatch(found):
        return None
    what = msg("found `{found}`, which a spreadsheet writes where a formula failed", found=found[:40])
    cause = msg("A look-up or another formula of the spreadsheet found nothing, or lost its source")
    return Mistake(what, cause, msg("Correct the formula, or write the value itself"))


def in_team(cell: str) -> Mistake | None:
    """Recognise what no person names a team: a date, a number with decimals, a truth value, an empty value."""
    found = simple(cell)
    if failed := failed_formula(cell):
        return failed
    if nothing := _nothing(found):
        return nothing
    fix = msg("Write the team's name. {as_text}", as_text=_AS_TEXT)
    cause = msg("A spreadsheet changes names that look like a date, a number or true and false")
    if found.casefold() in _TRUTH:
        return Mistake(msg("found `{found}`, a truth value and no name", found=found), cause, fix)
    if _DATE.fullmatch(found):
        return Mistake(msg("found `{found}`, a date or time and no name", found=found[:40]), cause, fix)
    if _NUMBER.fullmatch(found):
        return Mistake(msg("found `{found}`, a number and no name", found=found[:40]), cause, fix)
    return None


def is_total(cell: str) -> bool:
    """True for the first cell of a row of totals."""
    return simple(cell).casefold().rstrip(":") in _TOTAL


def in_free_text(cell: str, labs: Collection[str]) -> Mistake | None:
    """Recognise in `profile` or `external_id` an empty value of a program, and a value of another column.

    `labs`: the event's labs. The cell itself is not repeated where it may be an address.
    """
    found = simple(cell)
    if not found:
        return None
    if failed := failed_formula(cell):
        return failed
    if nothing := _nothing(found):
        return nothing
    if "@" in found and is_mail_address(found.strip("<>;, ")):
        what = msg("found a mail address (it is not shown)")
        return Mistake(what, _SLID, msg("Put a cell with several addresses in quotes"))
    other = ""
    if found.casefold().startswith("arn:"):
        other = "role_arn"
    elif found.casefold() in regions.known():
        other = "region"
    elif all(each in labs for each in re.split(r"[;, ]+", found.casefold())):
        other = "labs"
    elif found.casefold() in _TRUTH | {"yes", "no", "out"}:
        other = "spare"
    if not other:
        return None
    fix = msg("Put each value into its own column, and a cell that contains the file's separator in quotes")
    what = msg("found `{found}`, which belongs into the column {column}", found=found[:60], column=other)
    return Mistake(what, _SLID, fix)


def _nothing(found: str) -> Mistake | None:
    if found.casefold() not in _NOTHING:
        return None
    what = msg("found `{found}`, which a program writes for an empty cell", found=found)
    return Mistake(what, msg("The file was exported by a program that does not leave empty cells empty"),
                   msg("Empty the cell, or write the value"))  # fmt: skip
