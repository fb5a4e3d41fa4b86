"""Numbers, dates and lists -> French text (U+202F between thousands, decimal comma, Paris time)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

NARROW_SPACE = "\u202f"
NOT_GIVEN = "non renseigné"
_PARIS = ZoneInfo("Europe/Paris")
_DECIMALS = {"pct": 1, "ratio": 1, "h": 1}
_SYMBOLS = {"pct": "%", "h": "h", "eur": "€"}
"""By unit of an indicator."""
_NO_DIFFERENCE = 1e-9
_UNITS = ((10**9, "Go"), (10**6, "Mo"), (10**3, "ko"))


def number(value: float | Decimal | None, decimals: int = 0) -> str:
    """Return 1234.5 as « 1 234,5 »; None is « non renseigné »."""
    if value is None:
        return NOT_GIVEN
    from babel.numbers import format_decimal

    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    # Half is rounded up, as readers do by hand; the default rounds it to even. Adding 0 makes of -0 a zero.
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0
    return format_decimal(rounded, format=pattern, locale="fr_FR")


def percentage(ratio: float | Decimal | None, decimals: int = 0) -> str:
    """Return 0.84 as « 84 % »; None is « non renseigné ».

    What is not all, nor nothing, is not rounded to it: 0.998 is « plus de 99 % », or « 99,8 % » with one decimal.
    """
    if ratio is None:
        return NOT_GIVEN
    text = number(Decimal(str(ratio)) * 100, decimals)
    if text == number(100, decimals) and abs(float(ratio) - 1) > _NO_DIFFERENCE:
        text = f"plus de {number(100 - _step(decimals) if ratio < 1 else 100, decimals)}"
    elif text == number(0, decimals) and ratio > _NO_DIFFERENCE:
        text = f"moins de {number(_step(decimals), decimals)}"
    return f"{text}{NARROW_SPACE}%"


def _step(decimals: int) -> Decimal:
    return Decimal(1).scaleb(-decimals)


def quantity(value: float | Decimal | None, unit: str, short: bool = False) -> str:
    """Return an indicator's value in its unit: n, pct (a ratio 0 to 1), ratio, h, eur.

    With one decimal where the unit has one; `short`, a percentage has none, and a useless one is left out.
    """
    if value is None:
        return NOT_GIVEN
    if unit == "pct":
        return percentage(value, 0 if short else _DECIMALS[unit])
    text = number(value, _DECIMALS.get(unit, 0))
    return (text.removesuffix(",0") if short else text) + unit_symbol(unit)


def unit_symbol(unit: str) -> str:
    """Return what follows a number of that unit, its narrow space with it; empty for a count and a ratio."""
    return f"{NARROW_SPACE}{_SYMBOLS[unit]}" if unit in _SYMBOLS else ""


def out_of(part: float | Decimal, whole: float | Decimal) -> str:
    """Return « 18 sur 43 »."""
    return f"{number(part)} sur {number(whole)}"


def size(octets: int | None) -> str:
    """Return a number of bytes as « 1,4 Go », « 12 Mo » or « 40 ko »; None is « non renseigné »."""
    if octets is None:
        return NOT_GIVEN
    unit, name = next(((unit, name) for unit, name in _UNITS if octets >= unit), _UNITS[-1])
    decimals = 1 if 0 < octets < 10 * unit and name != "ko" else 0
    return f"{octets / unit:.{decimals}f}".replace(".", ",") + f"{NARROW_SPACE}{name}"


def count(value: int, singular: str, plural: str | None = None) -> str:
    """Return « 1 action », « 41 actions »: in French zero and one are singular."""
    return f"{number(value)} {singular if abs(value) < 2 else plural or singular + 's'}"


def listing(items: Sequence[str]) -> str:
    """Return « a, b et c »."""
    return " et ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def line_ranges(lines: Sequence[int]) -> str:
    """Return the line numbers [2, 3, 4, 8] as « 2 à 4 et 8 »."""
    ranges: list[list[int]] = []
    for line in sorted(set(lines)):
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    return listing([str(a) if a == b else f"{a} à {b}" for a, b in ranges])


def moment(value: datetime) -> str:
    """Return a UTC time as « 23/11/2026 à 14 h 05 » in Paris."""
    local = value.astimezone(_PARIS)
    return f"{local:%d/%m/%Y} à {local:%H} h {local:%M}"


def hour(value: datetime) -> str:
    """Return a UTC time as « 14 h 05 » in Paris."""
    return f"{value.astimezone(_PARIS):%H h %M}"


def day(value: date) -> str:
    """Return a day as « 23/11/2026 »."""
    return f"{value:%d/%m/%Y}"


def today() -> date:
    """Return the present day in Paris."""
    return datetime.now(_PARIS).date()
