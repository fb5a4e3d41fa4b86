"""Canonical values + a format -> the table a person would export: headers of the format, cells as people type them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

import yaml

from clas_demo.world.model import Value
from clas_demo.world.tables import Record, Table
from socle.settings import PROJECT_ROOT

_DEFINITIONS = PROJECT_ROOT / "pipeline" / "definitions"
NARROW_SPACE, NO_BREAK_SPACE = "\u202f", "\u00a0"


@dataclass(frozen=True)
class Hand:
    """How one person types: its words for yes and no, its way with amounts, numbers, names of communes."""

    yes: str = "Oui"
    no: str = "Non"
    amount: str = "plain"
    """plain 1234,50 · euro 1 234,50 € with narrow spaces · dot 1234.50."""
    zero: str = "0"
    spaced_siret: bool = False
    commune: str = "code"
    """code 45285 · short St Jean de la Ruelle · upper SAINT-JEAN-DE-LA-RUELLE."""
    joiner: str = " ; "
    first_wording: bool = True
    """Takes the codebook's label of a choice, else the last wording that the format adds."""
    unit: bool = False
    """Writes « 12 enfants »."""


def draw_hand(rng: Random) -> Hand:
    """Return someone's habits."""
    yes, no = rng.choice((("Oui", "Non"), ("Oui", "Non"), ("oui", "non"), ("O", "N"), ("1", "0"), ("X", "Non")))
    return Hand(
        yes=yes,
        no=no,
        amount=rng.choice(("plain", "plain", "euro", "dot")),
        zero=rng.choice(("0", "0", "0", "0,00", "")),
        spaced_siret=rng.random() < 0.25,
        commune=rng.choice(("code", "code", "code", "short", "upper")),
        joiner=rng.choice((" ; ", " ; ", ";", "; ")),
        first_wording=rng.random() < 0.7,
        unit=rng.random() < 0.1,
    )


def make_table(
    format_id: str,
    records: Sequence[Record],
    hands: Sequence[Hand],
    ignored: Sequence[Sequence[str]],
    partie: str | None = None,
) -> Table:
    """Return the table of `records` (values only) in a format; `ignored` gives each record's cells of ignored columns.

    An optional column that no record answers is left out.
    """
    declared = declared_table(format_id, partie)
    answered = {name for record in records for name in record.values}
    columns = [
        c
        for c in declared["colonnes"]
        if "variable" not in c or c["variable"] in answered or not c.get("facultative", False)
    ]
    for record, hand, extra in zip(records, hands, ignored, strict=True):
        rest = iter(extra)
        record.cells = [
            write(_answer(record.values, c["variable"]), c, hand) if "variable" in c else next(rest) for c in columns
        ]
    return Table(
        [c["entete"] for c in columns],
        [c.get("variable") for c in columns],
        list(records),
        header_rows=declared.get("lignes_entete", 1),
        partie=partie,
        cle=declared.get("cle"),
    )


def _answer(values: Mapping[str, Value], name: str) -> Value:
    """The value of a column; a multiple choice is one cell in some forms, and a cell an option in others."""
    variable, _, code = name.partition("__")
    if name in values or _variables()[variable]["type"] != "choix_multiple":
        return values.get(name)
    ticked = values.get(variable)
    if code:
        return code in ticked if isinstance(ticked, tuple) else None
    return tuple(o for o in _variables()[variable]["modalites"] if values.get(f"{variable}__{o}")) or None


def declared_table(format_id: str, partie: str | None) -> Any:
    """Return the declaration of the main table of a format, or of one of its parts."""
    declared = load_format(format_id)
    return declared if partie is None else next(p for p in declared["parties"] if p["nom"] == partie)


def kind_of(variable: str) -> str:
    """Return the type of a variable, or of that whose column it is."""
    return str(_variables()[variable.split("__")[0]]["type"])


def write(value: Value, column: Mapping[str, Any], hand: Hand) -> str:
    """Return `value` as that person types it under that header; every writing here is one that the flow can read."""
    variable = _variables()[column["variable"].split("__")[0]]
    match value:
        case None:
            return ""
        case bool():
            blank = hand.yes == "X" and variable["type"] == "choix_multiple"
            return hand.yes if value else "" if blank else hand.no
        case tuple():
            joiner = hand.joiner.replace(";", column.get("separateur_choix", ";"))
            return joiner.join(_wording(code, variable, column, hand) for code in value)
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M")
        case date():
            return value.strftime("%d/%m/%Y")
        case Decimal():
            return _amount(value, hand)
        case float():
            return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
        case int():
            return f"{value} {variable['unite']}s" if hand.unit and variable.get("unite") == "enfant" else str(value)
    return _text(value, variable, column, hand)


def _text(value: str, variable: Mapping[str, Any], column: Mapping[str, Any], hand: Hand) -> str:
    match variable["type"]:
        case "choix":
            return _wording(value, variable, column, hand)
        case "siret" if hand.spaced_siret:
            return f"{value[:3]} {value[3:6]} {value[6:9]} {value[9:]}"
        case "commune" if hand.commune == "short":
            return _commune_names()[value].replace("Saint-", "St ").replace("-", " ")
        case "commune" if hand.commune == "upper":
            return _commune_names()[value].upper()
    return value


def _wording(code: str, variable: Mapping[str, Any], column: Mapping[str, Any], hand: Hand) -> str:
    added = [wording for wording, meant in column.get("valeurs", {}).items() if meant == code]
    return str(variable["modalites"][code] if hand.first_wording or not added else added[-1])


def _amount(value: Decimal, hand: Hand) -> str:
    if not value:
        return hand.zero
    match hand.amount:
        case "euro":
            return f"{value:,.2f}".replace(",", NARROW_SPACE).replace(".", ",") + f"{NO_BREAK_SPACE}€"
        case "dot":
            return f"{value:.2f}"
    return f"{value:.2f}".replace(".", ",")


@cache
def load_format(format_id: str) -> Any:
    """Return the declared format, as its YAML says it."""
    return yaml.safe_load((_DEFINITIONS / "formats" / f"{format_id}.yml").read_text(encoding="utf-8"))


@cache
def _variables() -> dict[str, Any]:
    declared = yaml.safe_load((_DEFINITIONS / "variables.yml").read_text(encoding="utf-8"))
    return {variable["id"]: variable for variable in declared["variables"]}


@cache
def _commune_names() -> dict[str, str]:
    with (_DEFINITIONS / "reference" / "communes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["nom"] for row in csv.DictReader(file)}
