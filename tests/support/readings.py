"""A number as people write it -> every value that somebody may read in it, by the marks of each country."""

from __future__ import annotations

import re
from decimal import Decimal

SPACES = "\u00a0\u202f\u2009\u2007\u200a\u2002\u3000"
# (mark between thousands, decimal mark)
CONVENTIONS = [
    (thousands, decimal) for thousands in (" ", ".", ",", "'", "") for decimal in ",." if thousands != decimal
]


def readings(text: str) -> set[Decimal]:
    """The values that a number written without a unit may have; none when it is no number."""
    plain = text
    for space in SPACES:
        plain = plain.replace(space, " ")
    plain = plain.strip().replace("’", "'").replace("−", "-")
    found = re.fullmatch(r"'?([+-]?) ?(.*)", plain)
    if not found:
        return set()
    values = {value for pair in CONVENTIONS if (value := _value(found[2], *pair)) is not None}
    return {-value if found[1] == "-" else value for value in values}


def _value(digits: str, thousands: str, decimal: str) -> Decimal | None:
    mark, point = re.escape(thousands), re.escape(decimal)
    whole = rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+" if thousands else "[0-9]+"
    if not re.fullmatch(rf"{whole}(?:{point}[0-9]+)?", digits):
        return None
    return Decimal((digits.replace(thousands, "") if thousands else digits).replace(decimal, "."))
