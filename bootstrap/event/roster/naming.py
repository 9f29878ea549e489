"""Names for teams whose accounts come from elsewhere: valid in the roster, and each only once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.roster import mistaken
from bootstrap.event.roster.candidates import AccountFound
from bootstrap.event.roster.cells import LONGEST_TEAM, SPARE_NAME, fits_a_tag
from bootstrap.event.settings import is_mail_address
from bootstrap.reading.spreadsheet import simple, tidy

_PLACE = re.compile(r"\{(n|name|id)(?::0?([1-9]))?\}")
_FORMULA = "=+-@"
USUAL = "team-{n:02}"
USUAL_SPARE = SPARE_NAME + "-{n}"


def checked(pattern: str | None, spare: bool) -> str | None:
    """Return the pattern of --names. Raises BadInput (EB-716) if it names nobody, or a spare account like a team."""
    if pattern is None:
        return USUAL_SPARE if spare else None
    fix = msg("Write {places} where the names differ: --names {example}", places="{n}, {n:02}, {name}, {id}",
              example=USUAL)  # fmt: skip
    what: str = ""
    if not _PLACE.search(pattern):
        what = msg("`{pattern}` would give all accounts the same name", pattern=pattern[:60])
    elif "{" in (rest := _PLACE.sub("", pattern)) or "}" in rest:
        what = msg("`{pattern}` has braces around something else", pattern=pattern[:60])
    elif spare and not pattern.casefold().startswith(SPARE_NAME):
        what = msg("the names of spare accounts begin with {name}", name=SPARE_NAME)
    if what:
        raise BadInput([Problem("EB-716", what, "--names", fix=fix)])
    return pattern


class TeamNames:
    """Gives one name after the other. `taken`: names that the roster has already."""

    def __init__(self, taken: Iterable[str], pattern: str | None, tag: str | None) -> None:
        self._taken = {_key(each) for each in taken}
        self._pattern, self._tag = pattern, tag
        self._number = 0

    def of(self, account: AccountFound) -> str:
        """Return the account's name: by the pattern, else by its tag, else by what its source calls it."""
        called = account.tags.get(self._tag, "") if self._tag else ""
        name = valid(called or account.name)
        if self._pattern is not None:
            return self._numbered(self._pattern, account, name)
        return self._once(name) if name else self._numbered(USUAL, account, name)

    def _numbered(self, pattern: str, account: AccountFound, name: str) -> str:
        counted = any(place[1] == "n" for place in _PLACE.finditer(pattern))
        made = ""
        # Of so many different names one is free; they are not different if they were cut to the longest that fits.
        for _ in range(len(self._taken) + 1 if counted else 1):
            self._number += 1
            made = valid(_PLACE.sub(lambda place: _filled(place, self._number, account, name), pattern))
            if made and _key(made) not in self._taken:
                break
        return self._once(made or account.account_id)

    def _once(self, name: str) -> str:
        made, count = name, 1
        while _key(made) in self._taken:
            count += 1
            made = f"{name[: LONGEST_TEAM - 1 - len(str(count))].rstrip()}-{count}"
        self._taken.add(_key(made))
        return made


def _filled(place: re.Match[str], number: int, account: AccountFound, name: str) -> str:
    if place[1] == "n":
        return str(number).zfill(int(place[2] or 0))
    return account.account_id if place[1] == "id" else name


def _key(name: str) -> str:
    return simple(name).casefold()


def valid(name: str) -> str:
    """Return a name that the roster accepts, near to this one; "" if nothing of it can stay.

    Mail addresses are left out: a name becomes a tag, and stands on cards and screens.
    """
    words = [each for each in tidy(name).split() if not is_mail_address(each.strip("<>()[],;"))]
    spaced = " ".join("".join(each if fits_a_tag(each) else " " for each in word) for word in words)
    made = " ".join(spaced.split()).lstrip(_FORMULA + " ")[:LONGEST_TEAM].rstrip()
    if mistaken.in_team(made):
        # A spreadsheet makes a date or a number of such a name, as soon as somebody saves the roster.
        made = f"team {made}"[:LONGEST_TEAM].rstrip()
    return made if any(each.isalnum() for each in made) and not mistaken.in_team(made) else ""


def ordered(accounts: Sequence[AccountFound]) -> list[AccountFound]:
    """Return accounts by name, with numbers in names in order: AWS lists them in none."""
    return sorted(accounts, key=lambda each: (_natural(each.name), each.account_id))


def _natural(name: str) -> list[tuple[int, int, str]]:
    parts = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(0, int(each), "") if each.isascii() and each.isdigit() else (1, 0, each) for each in parts]
