"""« nb_enfants/2019-2020/45 », as a person writes it -> the one figure it names, or a refusal naming the nearest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from socle.words.french import listing
from socle.words.nearest import near
from socle.words.refusal import Refusal
from warehouse.open import Warehouse

_SEPARATORS = re.compile(r"[/@\s]+")
_CAMPAGNE = re.compile(r"\d{4}-\d{4}")
_CODES = {"departement": re.compile(r"\d{2,3}|2[AB]", re.IGNORECASE), "epci": re.compile(r"\d{9}")}
_FRANCE = ("france", "fr")
# A région has two figures as a département does: it is always named with its word.
_REGION = re.compile(r"r[ée]gion-?(\d{2})", re.IGNORECASE)
NEAREST_SHOWN = 3


class UnknownFigure(Refusal):
    """What is asked for does not exist; the sentence names what does."""

    def __init__(self, sentence: str) -> None:
        super().__init__("chiffre_inconnu", raison=sentence)

    def __str__(self) -> str:
        return str(self.values["raison"])


@dataclass(frozen=True)
class FigureName:
    """The key of a figure in marts.indicateur_valeur, its origin apart."""

    indicateur: str
    campagne: str
    niveau: str
    """departement, epci, region or france."""
    code: str
    territoire: str
    """Its name; the code where it has none."""

    def __str__(self) -> str:
        place = {"france": "france", "region": f"region-{self.code}"}.get(self.niveau, self.code)
        return f"{self.indicateur}/{self.campagne}/{place}"


def resolve(warehouse: Warehouse, text: str, campagne: str | None = None, code: str | None = None) -> FigureName:
    """Return the figure named by the parts of `text`, in any order; raise UnknownFigure when it names none.

    Left out, the campagne is the last one and the territory the only département of its data.
    """
    wanted: list[str] = []
    for part in filter(None, _SEPARATORS.split(text)):
        if _CAMPAGNE.fullmatch(part):
            campagne = campagne or part
        elif _niveau(part):
            code = code or part
        else:
            wanted.append(part)
    indicateur = _indicator(warehouse, " ".join(wanted))
    campagne = campagne or _last_campagne(warehouse)
    code = (code or _only_departement(warehouse, campagne)).upper()
    niveau = _niveau(code)
    if niveau is None:
        raise UnknownFigure(
            f"«\u202f{code}\u202f» n'est pas un territoire. Indiquez un département (45), une région (region-24) ou "
            "«\u202ffrance\u202f»."
        )
    if niveau == "france":
        code = "FR"
    elif region := _REGION.fullmatch(code):
        code = region[1]
    return FigureName(indicateur, campagne, niveau, code, _territory(warehouse, niveau, code))


def _niveau(part: str) -> str | None:
    if part.lower() in _FRANCE:
        return "france"
    if _REGION.fullmatch(part):
        return "region"
    return next((niveau for niveau, pattern in _CODES.items() if pattern.fullmatch(part)), None)


def _indicator(warehouse: Warehouse, wanted: str) -> str:
    catalogue = {
        row["indicateur"]: row
        for row in warehouse.records("select indicateur, serie_de, libelle from marts.indicateur order by rang")
    }
    if wanted in catalogue:
        return wanted
    series = [name for name, row in catalogue.items() if row["serie_de"] == wanted]
    if series:
        raise UnknownFigure(f"«\u202f{wanted}\u202f» a plusieurs séries\u202f: choisissez {listing(series)}.")
    if not wanted:
        raise UnknownFigure(f"Indiquez un indicateur, par exemple {listing(list(catalogue)[:NEAREST_SHOWN])}.")
    called = {name: (name, str(row["libelle"])) for name, row in catalogue.items()}
    shown = near(wanted, called, NEAREST_SHOWN) or list(catalogue)[:NEAREST_SHOWN]
    raise UnknownFigure(
        f"Aucun indicateur ne s'appelle «\u202f{wanted}\u202f». Les plus proches\u202f: {listing(shown)}."
    )


def _last_campagne(warehouse: Warehouse) -> str:
    return str(warehouse.records("select max(campagne) as campagne from core.campagne")[0]["campagne"])


def _only_departement(warehouse: Warehouse, campagne: str) -> str:
    found = warehouse.records("select unnest(departements) as code from core.campagne where campagne = ?", [campagne])
    codes = [str(row["code"]) for row in found]
    if len(codes) == 1:
        return codes[0]
    if codes:
        raise UnknownFigure(f"Plusieurs départements ont des données en {campagne}\u202f: indiquez {listing(codes)}.")
    known = [row["campagne"] for row in warehouse.records("select campagne from core.campagne order by 1")]
    raise UnknownFigure(
        f"L'année scolaire {campagne} n'est pas dans les données. Années présentes\u202f: {listing(known)}."
    )


def _territory(warehouse: Warehouse, niveau: str, code: str) -> str:
    if niveau == "france":
        return "France"
    plural = "" if niveau == "epci" else "s"
    found = warehouse.records(f"select nom from reference.{niveau}{plural} where code = ?", [code])
    return str(found[0]["nom"]) if found else code
