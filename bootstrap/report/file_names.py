"""Teams -> file names that are valid on every system."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

# Characters. A Chinese character has three bytes in UTF-8, and a file name at most 255 bytes.
_LONGEST = 50
# Windows reserves these for devices, with any ending.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def file_names(teams: Sequence[tuple[str, str]], taken: Iterable[str] = ()) -> list[str]:
    """Return a name without ending for each (team, account id), in their order; none of `taken`.

    Letters of every script stay. Names that differ only in case are the same file on some systems: such names, and
    names that would be equal, end in the account id.
    """
    used = {each.casefold() for each in taken} | _DEVICES
    slugs = [_slug(team) for team, _ in teams]
    often = Counter(each.casefold() for each in slugs)
    found = []
    for slug, (_, account_id) in zip(slugs, teams, strict=True):
        plain = bool(slug) and often[slug.casefold()] == 1 and slug.casefold() not in used
        name = slug if plain else f"{slug}-{account_id}".lstrip("-")
        number = 2
        while name.casefold() in used:
            name, number = f"{slug}-{account_id}-{number}".lstrip("-"), number + 1
        used.add(name.casefold())
        found.append(name)
    return found


def _slug(team: str) -> str:
    """第一队/a..b -> 第一队-a-b"""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", team))[:_LONGEST].strip("-")
