"""What real files hold (DOMAIN §5): cells that trap a parser, and what each must give in every family of exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tests.support.exports import siret
from tests.support.families import YEARS
from tests.support.workbooks import tables_of


@dataclass(frozen=True)
class Trap:
    """One cell: the variables that may hold it, the first one that a format asks being used; its value, its anomaly."""

    name: str
    text: str
    variables: tuple[str, ...]
    value: object
    rule: str | None = None


_SIRET = siret(1)
NUMBERLESS = "le questionnaire par structure ne demande aucun nombre"
CELLS = (
    Trap("virgule décimale", "12,5", ("heures_encadrement",), 12.5),
    Trap("espace fine dans un nombre", "1\u202f234,5", ("charges__61",), Decimal("1234.50")),
    Trap("espace insécable dans un nombre", "1\u00a0234", ("charges__62",), Decimal(1234)),
    Trap("1 234,50 €", "1 234,50 €", ("charges__60",), Decimal("1234.50")),
    Trap("NC", "NC", ("nb_nouveaux", "commune"), None),
    Trap("sans objet", "sans objet", ("nb_handicap", "type_structure"), None),
    Trap("environ 12", "environ 12", ("nb_familles",), None, "nombre_approximatif"),
    Trap("12 enfants", "12 enfants", ("nb_enfants",), 12),
    Trap("Oui", "Oui", ("qpv", "porte_reaap"), True),
    Trap("Non", "Non", ("outil_liaison", "porte_reaap"), False),
    Trap("O", "O", ("axe__parents", "porte_reaap"), True),
    Trap("N", "N", ("axe__ecole", "porte_reaap"), False),
    Trap("1", "1", ("axe__enfants", "porte_reaap"), True),
    Trap("0", "0", ("axe__territoire", "porte_reaap"), False),
    Trap("X", "X", ("socle_enfants__vie_collective", "porte_reaap"), True),
    Trap("coché", "coché", ("socle_parents__convivialite", "porte_reaap"), True),
    Trap("SIRET 4,52E+13", "4,52E+13", ("siret",), None, "siret_scientifique"),
    Trap("SIRET avec espaces", f"{_SIRET[:3]} {_SIRET[3:6]} {_SIRET[6:9]} {_SIRET[9:]}", ("siret",), _SIRET),
    Trap("code sans son zéro", "1004", ("commune",), "01004", "code_complete"),
    Trap("commune par son nom", "St Jean de la Ruelle", ("commune",), "45285"),
    Trap("date 03/09/2019", "03/09/2019", ("date_validation",), datetime(2019, 9, 3)),
    Trap("date 2019-09-03", "2019-09-03", ("date_validation",), datetime(2019, 9, 3)),
    Trap("date en numéro de tableur", "60000", ("date_validation",), None, "date_en_numero"),
    Trap("choix joints", "Reaap{0}PEDT", ("partenaires",), True),
    Trap("choix joints", "CEL ou PEL{0}PEDT", ("articulation_projet_educatif",), True),
    Trap("une colonne par choix", "X", ("partenaires__pedt", "articulation_projet_educatif__pedt", "locaux__structure"),
         True),
)  # fmt: skip
LAYOUTS = (
    "CSV « ; » en cp1252",
    "CSV en UTF-8 avec BOM",
    "CSV en UTF-16",
    "titres au-dessus",
    "intitulés sur deux lignes",
    "cellules fusionnées",
    "plusieurs feuilles",
    "totaux en bas",
    "lignes vides",
)
ELSEWHERE = {
    "réponses en double": "tests/integration/intake/test_format_faults.py",
    "enregistré par LibreOffice": "tests/integration/intake/test_libreoffice.py",
}
"""Traps that have a test of their own for every family."""
IMPOSSIBLE = {
    **{("questionnaire-2014", name): NUMBERLESS for name in (
        "virgule décimale", "espace fine dans un nombre", "espace insécable dans un nombre", "1 234,50 €", "environ 12",
        "12 enfants")},
    ("questionnaire-2014", "une colonne par choix"): "ses choix multiples sont joints dans une cellule",
    ("dossier-2020", "choix joints"): "une fiche a une case à cocher par choix",
    ("dossier-2020", "intitulés sur deux lignes"): "une fiche n'a pas de ligne d'intitulés",
}  # fmt: skip
"""(family, trap) that cannot be -> why."""


def asked(family: str) -> dict[str, str | None]:
    """The variables that a family asks of a return, each with the separator of its joined answers."""
    tables = [fmt for fmt in tables_of(family).values() if fmt.nature != "collectif"]
    return {c.variable: c.separateur_choix for fmt in tables for c in fmt.colonnes if c.variable}


def rows_of(family: str) -> list[tuple[str, str, Trap]]:
    """(variable, text, trap) of every cell trap that the family can hold; a variable may come several times."""
    known = asked(family)
    return [
        (variable, trap.text.format(known[variable]), trap)
        for trap in CELLS
        for variable in [v for v in trap.variables if v in known][:1]
    ]


def packed(rows: Sequence[tuple[str, str, Trap]]) -> list[dict[str, tuple[str, Trap]]]:
    """The traps in as few returns as hold them, one a variable in each."""
    returns: list[dict[str, tuple[str, Trap]]] = []
    for variable, text, trap in rows:
        free = next((held for held in returns if variable not in held), None)
        if free is None:
            returns.append(free := {})
        free[variable] = (text, trap)
    return returns


FAMILIES = tuple(YEARS)
