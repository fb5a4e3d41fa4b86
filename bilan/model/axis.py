"""The longest of the numbers drawn -> an axis from zero to a round number, its marks written in French."""

from __future__ import annotations

import math
from dataclasses import dataclass

from socle.words.french import NARROW_SPACE, number

_ROUNDING = 0.02
"""Of a step: parts that make 100,01 % of a whole do not call for 125 %."""
_SUFFIXES = {"pct": f"{NARROW_SPACE}%", "eur": f"{NARROW_SPACE}€", "h": f"{NARROW_SPACE}h"}


@dataclass(frozen=True)
class Tick:
    """One mark of an axis: its place, in the unit of the numbers, and what is written there."""

    at: float
    text: str


@dataclass(frozen=True)
class Axis:
    """The axis of the numbers, which begins at zero."""

    title: str
    unit: str
    """Of the numbers: n, pct (a ratio 0 to 1), ratio, h, eur."""
    ticks: tuple[Tick, ...]

    @property
    def top(self) -> float:
        """Where it ends."""
        return self.ticks[-1].at


def axis_to(longest: float, unit: str, title: str) -> Axis:
    """Return the axis on which that number holds."""
    step = _share_step(longest) if unit == "pct" else _round_step(longest or 1.0, whole=unit == "n")
    least = 1 if unit != "pct" else 4 if longest > 0.5 else 2
    count = max(math.ceil(longest / step - _ROUNDING), least)
    places = [round(rank * step, 12) for rank in range(count + 1)]
    return Axis(title, unit, tuple(Tick(place, _written(place, unit, step)) for place in places))


def _share_step(longest: float) -> float:
    return 0.25 if longest > 0.5 else 0.1 if longest > 0.2 else 0.05


def _round_step(longest: float, whole: bool) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten that cuts the axis in five at most."""
    power = 10.0 ** math.floor(math.log10(longest / 5))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 5 >= longest * (1 - 1e-9))
    return max(1.0, math.ceil(step)) if whole else step


def _written(place: float, unit: str, step: float) -> str:
    """A whole number has no decimal; another has those that its step asks for."""
    scale = 100 if unit == "pct" else 1
    decimals = next(many for many in range(9) if math.isclose(round(step * scale, many), step * scale))
    shown = place * scale
    return number(shown, 0 if math.isclose(shown, round(shown)) else decimals) + _SUFFIXES.get(unit, "")
