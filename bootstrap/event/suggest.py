"""A misspelt word -> what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ " Did you mean `x`?" with the space before it, or nothing if no known word is near."""
    lower = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), lower, n=1, cutoff=0.6)
    return f" Did you mean `{lower[near[0]]}`?" if near else ""
