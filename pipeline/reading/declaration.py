"""campagne.yml as people write it -> the texts that its schema expects, where what they mean is plain.

Read as it is written: to YAML, 01 is one, 045 is thirty-seven and « non » a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_QUOTES = "«»“”„‘’\"' \u00a0\u202f"
_BOOLEANS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "oui", "vrai", "yes", "on", "o", "y", "1"), True),
    **dict.fromkeys(("false", "non", "faux", "no", "off", "n", "0"), False),
}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_DASH = re.compile(r"\s*[/\u2010-\u2015\u2212-]\s*")


def meant(content: Any) -> Any:
    """Return the content of a campagne.yml read verbatim, its values in the form that the schema expects.

    What is not plain stays as it is written, for the schema to say.
    """
    if not isinstance(content, dict):
        return content
    readers = {
        "campagne": _year,
        "fictif": _boolean,
        "departements": _codes,
        "fichiers_de": _code,
        "dates": _days,
        "par_departement": _by_departement,
    }
    return {key: readers.get(key, _as_it_is)(value) for key, value in content.items()}


def iso_day(text: Any) -> Any:
    """Return 15/06/2020 as 2020-06-15; anything else as it is."""
    found = _DAY.fullmatch(_bare(text)) if isinstance(text, str) else None
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text


def _as_it_is(value: Any) -> Any:
    return value


def _bare(text: str) -> str:
    return text.strip(_QUOTES)


def _year(value: Any) -> Any:
    return _DASH.sub("-", _bare(value)) if isinstance(value, str) else value


def _boolean(value: Any) -> Any:
    return _BOOLEANS.get(_bare(value).lower(), value) if isinstance(value, str) else value


def _codes(value: Any) -> Any:
    """« 45 » alone is a list of one; « 1 » is the Ain, whose code is 01."""
    codes = [value] if isinstance(value, str) else value
    return [_code(code) for code in codes] if isinstance(codes, list) else codes


def _code(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    code = _bare(value).upper()
    return f"0{code}" if re.fullmatch("[1-9]", code) else code


def _by_departement(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        _code(code): {key: _days(said) if key == "dates" else said for key, said in own.items()}
        if isinstance(own, dict)
        else own
        for code, own in value.items()
    }


def _days(value: Any) -> Any:
    return {key: iso_day(day) for key, day in value.items()} if isinstance(value, dict) else value
