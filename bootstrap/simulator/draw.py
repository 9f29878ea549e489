"""Numbers that look random and depend on nothing but their names."""

from __future__ import annotations

import hashlib


def uniform(low: float, high: float, *names: object) -> float:
    """A number in [low, high): the same for the same names, on every machine."""
    digest = hashlib.sha256("\0".join(map(str, names)).encode()).digest()
    return low + (high - low) * int.from_bytes(digest[:7], "big") / 2**56


def token(length: int, *names: object, alphabet: str = "0123456789abcdef") -> str:
    """An id of `length` characters."""
    number = int.from_bytes(hashlib.sha512("\0".join(map(str, names)).encode()).digest(), "big")
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)
