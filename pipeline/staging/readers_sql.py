"""A declared variable -> the DuckDB expressions that read its cell, and say what was expected of it.

Every expression goes from the text of one cell to a typed value, null when the text cannot be read as it stands. A
multiple choice answered in one joined cell is read as the list of its codes, `?` standing for a piece that is none.
"""

from __future__ import annotations

import re

from pipeline.codebook.model import Column, FormatColumn, Variable
from pipeline.sql.macros import fold
from socle.files.sqltext import literal, sql_map

UNKNOWN_PIECE = "?"
_EXPECTED = {
    "entier": "un nombre entier",
    "decimal": "un nombre",
    "montant": "un montant en euros",
    "taux": "un nombre, ou un pourcentage pour une part",
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
_DURATION = "une durée en heures (1,5 ou 1 h 30)"
_NUMBERS = ("entier", "decimal", "montant", "taux")
_READERS = {
    "entier": "lire_entier({cell}, {unit})",
    "decimal": "lire_decimal({cell}, {unit})::double",
    "duree": "lire_duree({cell}, {unit})",
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
_TEXT = "lire_texte({cell})"
# How people write that they tick none of the options, where that is one of them.
_NONE = ("non", "aucun", "aucune")
# Unit -> how people write it; any other unit is written as it is, with or without an s.
_UNITS = {"€": "€|eur|euros?", "h": "h|heures?"}
# kind of anomaly -> condition on `valeur`, the text of a cell that was not read, and `type`, its variable's.
REASON = """case
    when est_erreur(valeur) then 'valeur_en_erreur'
    when est_abime(valeur) then 'texte_abime'
    when type = 'siret' and regexp_full_match(nettoyer(valeur), '[0-9]([.,][0-9]+)? ?[eE] ?[+]?[0-9]+')
        then 'siret_scientifique'
    when type = 'siret' then 'siret_invalide'
    when type in ('entier', 'decimal', 'montant', 'taux') and forme_ambigue(plier(valeur)) then 'nombre_ambigu'
    when type in ('date', 'horodatage') and regexp_full_match(nettoyer(valeur), '[1-9][0-9]{4}([.,][0-9]+)?')
        then 'date_en_numero'
    when type in ('entier', 'decimal', 'montant', 'taux') and regexp_matches(valeur, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')
        then 'date_inattendue'
    when type in ('entier', 'decimal', 'montant', 'taux') and regexp_matches(
        plier(valeur), 'environ|env[. ]|~|≈|a peu pres|plus de|moins de|entre |[+]/-|[0-9] ?(-|a|ou) ?[0-9]'
    ) then 'nombre_approximatif'
    when type in ('choix', 'choix_multiple') then 'valeur_hors_liste'
    when type = 'commune' and candidats is null then 'commune_inconnue'
    when type = 'commune' then 'commune_ambigue'
    else 'cellule_illisible'
end"""


def expected(variable: Variable) -> str:
    """Return what a cell of that variable should have held, as an anomaly says it: « un nombre entier »."""
    return _DURATION if is_duration(variable) else _EXPECTED.get(variable.type, "un texte")


def is_duration(variable: Variable) -> bool:
    """Return whether its cells hold hours."""
    return variable.type == "decimal" and variable.unite == "h"


def is_joined(column: Column, source: FormatColumn) -> bool:
    """Return whether one cell holds all the ticked options of a multiple choice."""
    return column.variable.type == "choix_multiple" and source.variable == column.variable.id


def reader_sql(column: Column, source: FormatColumn, cell: str, decimale: str = "") -> str:
    """Return the expression reading `cell`, a column of text; `decimale` is the mark that its format declares."""
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
    reader = _READERS["duree" if is_duration(variable) else variable.type] if variable.type in _READERS else _TEXT
    if decimale and variable.type in _NUMBERS:
        # Bound once: a macro is pasted where its argument stands.
        marked = f"avec_{'virgule' if decimale == ',' else 'point'}({cell})"
        return f"list_transform([{marked}], lambda n: {reader.format(cell='n', unit=literal(words))})[1]"
    return reader.format(cell=cell, unit=literal(words))


def _codes(column: Column, source: FormatColumn) -> str:
    """Every wording that stands for a modality: its code, its label, and what this format adds."""
    declared = column.variable.modalites
    none = next((code for code in declared if code in _NONE), None)
    wordings = dict.fromkeys(_NONE, none) if none and column.variable.type == "choix_multiple" else {}
    wordings |= {code: code for code in declared} | {label: code for code, label in declared.items()}
    return sql_map({fold(w): literal(code) for w, code in (wordings | dict(source.valeurs)).items()})
