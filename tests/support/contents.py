"""What a bilan or a synthèse says, as texts and numbers that a test can look for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bilan.model.exhibit import Exhibit

_NUMBER = re.compile(r"\d+(?:\u202f\d{3})*(?:,\d+)?")
# A school year, a date, a département's code or the rank of a quartier is no figure.
_NOT_FIGURES = re.compile(
    r"\d{4}-\d{4}|\d{2}/\d{2}/\d{4}|Version [0-9a-f]{8}|n° \d+|« ?11-16|\+ de 17|\(compte \d+\)|\bcompte \d+"
)


def texts(content: Any) -> Iterator[str]:
    """Every text of a dataclass of bilan, of the figures in it too."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for one in content.values():
            yield from texts(one)
    elif isinstance(content, list | tuple):
        for one in content:
            yield from texts(one)
    elif is_dataclass(content):
        for field in fields(content):
            yield from texts(getattr(content, field.name))


def figures(content: Any) -> Iterator[Exhibit]:
    """Every figure in it."""
    if isinstance(content, Exhibit):
        yield content
    elif isinstance(content, list | tuple):
        for one in content:
            yield from figures(one)
    elif is_dataclass(content):
        for field in fields(content):
            yield from figures(getattr(content, field.name))


def numbers(text: str) -> list[Decimal]:
    """The figures that a text says, as it writes them."""
    said = _NUMBER.findall(_NOT_FIGURES.sub(" ", text))
    return [Decimal(number.replace("\u202f", "").replace(",", ".")) for number in said]


def rounded(value: float | Decimal, decimals: int = 0) -> Decimal:
    """As a reader rounds it: half up."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def writings(value: float | Decimal) -> set[Decimal]:
    """The ways in which a value may be written: itself rounded, or as a percentage, with one decimal or none."""
    shares = (value, Decimal(str(value)) * 100)
    return {abs(rounded(one, decimals)).normalize() for one in shares for decimals in (0, 1)}
