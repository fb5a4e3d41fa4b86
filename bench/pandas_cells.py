"""A column of text -> its values, as the product reads it, the way pandas does it fastest: each distinct text once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.codebook.model import Codebook, Column, FormatColumn
from pipeline.sql.macros import fold

Read = Callable[[str], object]
DTYPES: dict[str, Any] = {
    "entier": "Int64",
    "decimal": "Float64",
    "montant": "Float64",
    "oui_non": "boolean",
    "choix_multiple": "boolean",
    "date": "datetime64[us]",
    "horodatage": "datetime64[us]",
}
UNKNOWN = "?"
_NUMBER = r"([+-]? ?(?:[0-9]{{1,3}}(?: [0-9]{{3}})+|[0-9]+)(?:[.,][0-9]+)?) ?(?:{unit})?"
_UNITS = {"€": "€|eur|euros?", "h": "h|heures?"}
_DATES = ("%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_THOUSAND = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}([^0-9]|$)")


def clean(text: str) -> str | None:
    """Return the text without invisible characters, its spaces single; None when nothing is left."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split()) or None


class Cells:
    """Reads the columns of a file by what the codebook says of them."""

    def __init__(self, codebook: Codebook, communes: frozenset[str]) -> None:
        self._absent = {fold(word) for word in codebook.absent_words}
        self._answers = dict.fromkeys(map(fold, codebook.yes_words), True) | dict.fromkeys(
            map(fold, codebook.no_words), False
        )
        self._communes = communes

    def is_absent(self, text: str) -> bool:
        """Return whether the text stands for no answer."""
        return fold(text) in self._absent or not fold(text)

    def read(self, texts: pd.Series[str], column: Column, source: FormatColumn) -> tuple[pd.Series, pd.Series[bool]]:
        """Return the values, null where nothing was read, and where something was written that could not be read."""
        reader = self._reader(column, source)
        distinct = texts.dropna().unique()
        values = {text: None if self.is_absent(text) else reader(text) for text in distinct}
        faults = {text: values[text] is None and not self.is_absent(text) for text in distinct}
        read = texts.map(values).astype(DTYPES.get(column.variable.type, "str"))
        return read, texts.map(faults).fillna(False).astype(bool)

    def read_joined(
        self, texts: pd.Series[str], columns: tuple[Column, ...], source: FormatColumn
    ) -> tuple[dict[str, pd.Series], pd.Series[bool]]:
        """Return the values of each option of a cell that holds all those ticked, and where a piece is unknown."""
        codes, separator = _codes(columns[0], source), source.separateur_choix or ";"
        ticked = {
            text: [codes.get(fold(piece), UNKNOWN) for piece in text.split(separator) if not self.is_absent(piece)]
            for text in texts.dropna().unique()
        }
        options = {}
        for column in columns:
            held = {
                text: column.modalite in found if set(found) - {UNKNOWN} else None for text, found in ticked.items()
            }
            options[column.id] = texts.map(held).astype("boolean")
        faults = {text: UNKNOWN in found for text, found in ticked.items()}
        return options, texts.map(faults).fillna(False).astype(bool)

    def _reader(self, column: Column, source: FormatColumn) -> Read:
        kind = column.variable.type
        unit = fold(column.variable.unite or "")
        number = re.compile(_NUMBER.format(unit=_UNITS.get(unit, re.escape(unit) + "s?" if unit else "")))
        match kind:
            case "entier":
                return lambda text: _whole(_number(text, number))
            case "decimal":
                return lambda text: _number(text, number)
            case "montant":
                return lambda text: None if _THOUSAND.match(clean(text) or "") else _cents(_number(text, number))
            case "oui_non" | "choix_multiple":
                return lambda text: self._answers.get(fold(text))
            case "choix":
                codes = _codes(column, source)
                return lambda text: codes.get(fold(text))
            case "date" | "horodatage":
                return _moment
            case "siret":
                return _siret
            case "commune":
                return lambda text: text if text in self._communes else None
            case _:
                return clean


def _codes(column: Column, source: FormatColumn) -> Mapping[str, str]:
    declared = column.variable.modalites
    wordings = {code: code for code in declared} | {label: code for code, label in declared.items()}
    return {fold(wording): code for wording, code in (wordings | dict(source.valeurs)).items()}


def _number(text: str, pattern: re.Pattern[str]) -> float | None:
    found = pattern.fullmatch(fold(text))
    return float(found[1].replace(" ", "").replace(",", ".")) if found else None


def _whole(value: float | None) -> int | None:
    return int(value) if value is not None and value.is_integer() else None


def _cents(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _moment(text: str) -> datetime | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form)  # as written, without a zone
        except ValueError:
            continue
    return None


def _siret(text: str) -> str | None:
    digits = re.sub("[ .-]", "", text)
    if not re.fullmatch("[0-9]{14}", digits):
        return None
    doubled = [int(digit) * (2 - rank % 2) for rank, digit in enumerate(digits)]
    return digits if sum(value // 10 + value % 10 for value in doubled) % 10 == 0 else None
