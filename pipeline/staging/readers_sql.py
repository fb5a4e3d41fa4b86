"""A declared variable -> the DuckDB expressions that read its cell, and say what was expected of it.

Every expression goes from the text of one cell to a typed value, null when the text cannot be read as it stands. A
multiple choice answered in one joined cell is read as the list of its codes, `?` standing for a piece that is none.
"""

from __future__ import annotations

import re

from pipeline.codebook.model import Column, FormatColumn
from pipeline.sql.macros import fold
from socle.files.sqltext import literal, sql_map

UNKNOWN_PIECE = "?"
_EXPECTED = {
    "entier": "un nombre entier",
    "decimal": "un nombre",
    "montant": "un montant en euros",
    "taux": "un pourcentage ou une part",
    "oui_non": "« oui » ou « non »",
    "choix": "une des réponses proposées",
    "choix_multiple": "une ou plusieurs des réponses proposées",
    "date": "une date (jj/mm/aaaa)",
    "horodatage": "une date (jj/mm/aaaa)",
    "campagne": "une année scolaire (2019-2020)",
    "commune": "une commune (nom ou code Insee)",
    "departement": "un numéro de département",
    "siret": "un numéro Siret de 14 chiffres",
}
_READERS = {
    "entier": "lire_entier({cell}, {unit})",
    "decimal": "lire_decimal({cell}, {unit})::double",
    "montant": "lire_montant({cell}, {unit})",
    "taux": "lire_taux({cell})::double",
    "oui_non": "lire_oui_non({cell})",
    "choix_multiple": "lire_oui_non({cell})",
    "date": "lire_date({cell})",
    "horodatage": "lire_horodatage({cell})",
    "campagne": "lire_campagne({cell})",
    "departement": "lire_departement({cell})",
    "siret": "lire_siret({cell})",
}
# Unit -> how people write it; any other unit is written as it is, with or without an s.
_UNITS = {"€": "€|eur|euros?", "h": "h|heures?"}
# kind of anomaly -> condition on `valeur`, the text of a cell that was not read, and `type`, its variable's.
REASON = """case
    when type = 'siret' and regexp_full_match(nettoyer(valeur), '[0-9]([.,][0-9]+)? ?[eE] ?[+]?[0-9]+')
        then 'siret_scientifique'
    when type = 'siret' then 'siret_invalide'
    when type in ('entier', 'decimal', 'montant', 'taux') and regexp_matches(
        plier(valeur), 'environ|env[. ]|~|≈|a peu pres|plus de|moins de|entre |[+]/-|[0-9] ?(-|a|ou) ?[0-9]'
    ) then 'nombre_approximatif'
    when type in ('choix', 'choix_multiple') then 'valeur_hors_liste'
    when type = 'commune' and candidats is null then 'commune_inconnue'
    when type = 'commune' then 'commune_ambigue'
    else 'cellule_illisible'
end"""


def expected(kind: str) -> str:
    """Return what a cell of that type should have held, as an anomaly says it: « un nombre entier »."""
    return _EXPECTED.get(kind, "un texte")


def is_joined(column: Column, source: FormatColumn) -> bool:
    """Return whether one cell holds all the ticked options of a multiple choice."""
    return column.variable.type == "choix_multiple" and source.variable == column.variable.id


def reader_sql(column: Column, source: FormatColumn, cell: str) -> str:
    """Return the expression reading `cell`, a column of text."""
    variable = column.variable
    if is_joined(column, source):
        separator = literal(source.separateur_choix or ";")
        pieces = f"list_filter(string_split({cell}, {separator}), lambda p: not est_absent(p))"
        code = f"coalesce(map_extract_value({_codes(column, source)}, plier(p)), {literal(UNKNOWN_PIECE)})"
        return f"nullif(list_transform({pieces}, lambda p: {code}), [])"
    if variable.type == "choix":
        return f"map_extract_value({_codes(column, source)}, plier({cell}))"
    unit = fold(variable.unite or "")
    words = _UNITS.get(unit, re.escape(unit) + "s?" if unit else "")
    return _READERS.get(variable.type, "lire_texte({cell})").format(cell=cell, unit=literal(words))


def _codes(column: Column, source: FormatColumn) -> str:
    """Every wording that stands for a modality: its code, its label, and what this format adds."""
    declared = column.variable.modalites
    wordings = {code: code for code in declared} | {label: code for code, label in declared.items()}
    return sql_map({fold(w): literal(code) for w, code in (wordings | dict(source.valeurs)).items()})
