"""Repeatable random numbers, derived from names by a hash."""

from __future__ import annotations

import hashlib

_HEXADECIMAL = "0123456789abcdef"


def uniform(low: float, high: float, *names: object) -> float:
    """Return a number in [low, high): the same for the same names, on every machine."""
    digest = hashlib.sha256("\0".join(map(str, names)).encode()).digest()
    return low + (high - low) * int.from_bytes(digest[:7], "big") / 2**56


def token(length: int, *names: object, alphabet: str = _HEXADECIMAL) -> str:
    """Return an id of `length` characters."""
    digest = hashlib.sha512("\0".join(map(str, names)).encode())
    if alphabet == _HEXADECIMAL:
        return digest.hexdigest()[::-1][:length]
    number = int.from_bytes(digest.digest(), "big")
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)
