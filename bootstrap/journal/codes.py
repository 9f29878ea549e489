"""A team's code: made, written in groups, read as people type it, and kept only as a digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# Crockford's base 32: no I, L, O or U, so that nothing on paper looks like something else.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", "- ._\t\u2010\u2011\u2013\u2014\u3000")
_GROUPS, _GROUP = 4, 4
_SALT_BYTES = 16


def new() -> str:
    """80 random bits in four groups: K7QF-3MXD-92TW-HB5N."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP))
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def salt() -> str:
    return secrets.token_hex(_SALT_BYTES)


def digest(salted: str, team: str, typed: str) -> str:
    """Of a code as typed: any case, with or without separators, O for 0, I and L for 1, wide letters for narrow.

    A fast hash suffices, and does not let guesses keep the server busy as scrypt would: slow hashes make up for what
    people choose, and to try 80 random bits is hopeless at any speed. The salt keeps two digests from being compared.
    """
    narrow = "".join(chr(ord(each) - 0xFEE0) if "\uff01" <= each <= "\uff5e" else each for each in typed)
    plain = narrow.upper().translate(_READ_AS)
    return hmac.new(bytes.fromhex(salted), f"{team}\n{plain}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """In a time that says nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
