"""The codes that letters carry: made, written in groups, read back however they are typed, hashed, verified."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from stdnum.iso7064 import mod_37_36

if TYPE_CHECKING:
    from argon2 import PasswordHasher

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: neither I, L, O nor U, so that nothing is mistaken for something else."""
DRAWN = 15
"""Characters drawn at random, of five bits each: 75 bits. One more, computed, tells a slip from a wrong code."""
GROUP = 4
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = str.maketrans(dict.fromkeys("-_.'\u2010\u2011\u2012\u2013\u2014\u2212", ""))


def new_code() -> str:
    """Return a new code, « 7K3M-9QXT-2WPH-4RDC »."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
    whole = drawn + mod_37_36.calc_check_digit(drawn, ALPHABET)
    return "-".join(whole[start : start + GROUP] for start in range(0, len(whole), GROUP))


def read_code(typed: str) -> str | None:
    """Return the sixteen characters typed, whatever the case, spaces and dashes; None when they hold a slip."""
    folded = "".join(unicodedata.normalize("NFKC", typed).upper().translate(_IGNORED).split())
    code = folded.translate(_LOOK_ALIKE)
    if len(code) != DRAWN + 1 or not set(code) <= set(ALPHABET):
        return None
    return code if mod_37_36.calc_check_digit(code[:-1], ALPHABET) == code[-1] else None


def hash_code(code: str) -> str:
    """Return the argon2id hash of a code, as `read_code` gives it."""
    return _hasher().hash(_normal(code))


def matches(hashed: str | None, code: str) -> bool:
    """Return whether the code is the one hashed; None, for nobody, takes the same time to say no."""
    from argon2.exceptions import VerifyMismatchError

    nobody = _nobody()  # made by the first call whoever it is for
    try:
        _hasher().verify(hashed or nobody, code)
    except VerifyMismatchError:
        return False
    return hashed is not None


def _normal(code: str) -> str:
    normal = read_code(code)
    if normal is None:
        raise ValueError("not a code")
    return normal


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    # OWASP's smallest setting: a code has 75 random bits, and nineteen mebibytes a try is all that a visitor may cost.
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobody() -> str:
    return hash_code(new_code())
