"""Team codes: made at random, written in groups, read as people type them, and stored only as a digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# Crockford's base 32, without I, L, O and U, so that no two characters look alike on paper.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", "- ._\t\u2010\u2011\u2013\u2014\u3000")
_GROUPS, _GROUP = 4, 4
_SALT_BYTES = 16


def new() -> str:
    """Return a new code: 80 random bits in four groups, like K7QF-3MXD-92TW-HB5N."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP))
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def salt() -> str:
    """Return a new random salt, in hexadecimal."""
    return secrets.token_hex(_SALT_BYTES)


def digest(salted: str, team: str, typed: str) -> str:
    """Return the digest of a code as typed: any case, any separators, O for 0, I and L for 1, full-width letters.

    A fast hash is enough: 80 random bits cannot be guessed at any speed, and a slow hash like scrypt would let guesses
    keep the server busy. With the salt, equal codes have different digests.
    """
    narrow = "".join(chr(ord(each) - 0xFEE0) if "\uff01" <= each <= "\uff5e" else each for each in typed)
    plain = narrow.upper().translate(_READ_AS)
    return hmac.new(bytes.fromhex(salted), f"{team}\n{plain}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Return True for equal digests, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
