"""A number and what it rests on, or the state in its place -> its French text, the same through every door.

A sentence writes « 42 % (18 sur 43) », a table « 41,9 % » beside its base; both write « 3 sur 12 » on a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bilan.words.numbers import Quantity, SayingThresholds, is_small
from socle.words.french import count, number, out_of, percentage, quantity, unit_symbol
from socle.words.states import HIDDEN, NO_THRESHOLD, NOT_ASKED, NOT_COMPUTABLE, TO_CHECK, UNREADABLE

TOO_FEW = "non diffusé\u202f: trop peu de porteurs"
_QUALIFIED = {"environ": "environ {}", "plus_de": "plus de {}"}
_ROUNDING = 1e-9
_UNCOUNTED = {
    UNREADABLE: "non calculable\u202f: réponses illisibles",
    TO_CHECK: "non calculable\u202f: réponses à vérifier",
    NO_THRESHOLD: "pas de seuil connu pour cette année",
}


def value_text(
    figure: Quantity,
    rules: SayingThresholds,
    campagne: str,
    relation: str,
    *,
    returns: int | None = None,
    table: bool = False,
) -> str:
    """Return what stands for a figure of that year: its number as a sentence or a `table` writes it, or its state.

    `relation` is the table that the indicator counts, `returns` how many returns left it blank (None: none was asked).
    """
    if not figure.said:
        return _state_text(figure.state, campagne, relation, returns)
    return _in_table(figure, rules) if table else share(figure, rules)


def plain(figure: Quantity) -> str:
    """Return the number as a sentence writes it: « 485 », « au moins 485 », « 42 % », « plus de 99 % », « 410 € »."""
    if figure.value is None:
        raise ValueError("a number that is not said has no text in a sentence")
    return _at_least(figure, quantity(figure.value, figure.unit, short=True))


def ratio_text(figure: Quantity) -> str:
    """Return « 18 sur 43 » or « au moins 8 sur 19 »; ValueError when the sums are not told."""
    if figure.numerator is None or figure.denominator is None:
        raise ValueError("the sums of this share are not told")
    return _at_least(figure, out_of(figure.numerator, figure.denominator))


def share(figure: Quantity, rules: SayingThresholds) -> str:
    """Return a share as its base allows: « 3 sur 12 », « 42 % (18 sur 43) » or « 42 % »; other units as `plain`."""
    if figure.unit != "pct" or figure.denominator is None or figure.numerator is None:
        return plain(figure)
    if is_small(figure, rules):
        return ratio_text(figure)
    if figure.denominator < rules.base_pourcentage_seul:
        return f"{plain(figure)} ({ratio_text(replace(figure, at_least=False))})"
    return plain(figure)


def quoted_text(value: float, unit: str, qualifier: str | None) -> str:
    """Return a published number as its source qualifies it: « environ 448 € », « plus de 60 % »."""
    return _QUALIFIED.get(qualifier or "", "{}").format(plain(Quantity(value, unit)))


def change_text(row: Mapping[str, Any], side: str, rules: SayingThresholds) -> str:
    """Return one side (« _avant », or empty) of a figure that changes from a build to another, as a table writes it."""
    if row[f"statut{side}"] is None:
        return "absent"
    value, numerator, denominator = (row[f"{name}{side}"] for name in ("valeur", "numerateur", "denominateur"))
    figure = Quantity(value, row["unite"], numerator, denominator, row[f"statut{side}"])
    return value_text(figure, rules, row["campagne"], row["relation"], table=True)


def signed(value: Quantity, other: Quantity) -> str:
    """Return how far one is from the other: « +5 points » for shares, « −0,3 », « +12 »; "" when one is not said."""
    if value.value is None or other.value is None or not value.said or not other.said:
        return ""
    if value.at_least or other.at_least:
        return ""
    far = Decimal(str(value.value)) - Decimal(str(other.value))
    if value.unit == "pct":
        text = number(abs(far * 100))
        return f"{_sign(far, text)}{text} {'point' if text in ('0', '1') else 'points'}"
    text = quantity(abs(far), value.unit)
    return f"{_sign(far, text.removesuffix(unit_symbol(value.unit)))}{text}"


def _in_table(figure: Quantity, rules: SayingThresholds) -> str:
    """A share that was published or rounded has no other decimals than its own."""
    if figure.unit != "pct":
        return _at_least(figure, quantity(figure.value, figure.unit))
    if is_small(figure, rules) and figure.numerator is not None:
        return ratio_text(figure)
    return _at_least(figure, percentage(figure.value, int(_is_exact(figure))))


def _at_least(figure: Quantity, text: str) -> str:
    return f"au moins {text}" if figure.at_least else text


def _is_exact(figure: Quantity) -> bool:
    if figure.value is None or figure.numerator is None or not figure.denominator:
        return False
    return abs(figure.value - figure.numerator / figure.denominator) < _ROUNDING


def _state_text(state: str, campagne: str, relation: str, returns: int | None) -> str:
    if state == HIDDEN:
        return TOO_FEW
    if state in _UNCOUNTED:
        return _UNCOUNTED[state]
    if state == NOT_ASKED:
        return f"non demandé en {campagne}"
    if state == NOT_COMPUTABLE:
        grain = "collectif" if relation in ("core.collectif", "core.bonus") else "action"
        return f"non calculable\u202f: la donnée n'existe pas par {grain}"
    return f"non renseigné ({count(returns, 'bilan')})" if returns else "non renseigné"


def _sign(far: Decimal, text: str) -> str:
    if not text.strip("0,"):
        return ""
    return "+" if far > 0 else "\u2212"
