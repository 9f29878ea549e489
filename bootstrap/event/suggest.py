"""Suggest the known word that a misspelt word probably stands for."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from bootstrap.errors.message import Message, msg


def did_you_mean(what: Message, word: str, known: Iterable[str]) -> Message:
    """Return `what` with "Did you mean ...?" after it; `what` alone if no known word is near."""
    lower = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), lower, n=1, cutoff=0.6)
    return with_suggestion(what, lower[near[0]]) if near else what


def with_suggestion(what: Message, suggestion: str) -> Message:
    """Return `what` with "Did you mean `suggestion`?" after it."""
    return msg("{what}. Did you mean `{suggestion}`?", what=what, suggestion=suggestion)
