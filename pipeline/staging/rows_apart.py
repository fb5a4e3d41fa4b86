"""The records of a table that are no answers: totals and means, the header written again, what stands under the table.

None is counted, each is told. A record that may be a return stays one: what sums up the others holds nothing but
numbers beside its own word.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from pipeline.reading.recognise import Recognised
from pipeline.sql.macros import fold
from socle.files.sqltext import literal
from socle.words.refusal import Refusal

TOLD = ("ligne_total", "ligne_hors_tableau", "intitules_repetes")
"""Rules by which a record is set apart: column `a_part`, null for an answer."""
_OTHER_HEADER = "autre_tableau"
_LOOKED_AT = 12  # cells that tell whether a record is a header
_TOTAL = "^(sous[- ])?tota(l|ux)( general)?$"
_SUMMARY = (
    "^(total[ :].*|(grand total|s/total|sommes?|cumuls?|ensemble|global|moyennes?|mediane|ecart[- ]type|minimum|"
    "maximum|min|max|pourcentages?|en %|%|recapitulatif|effectif total)( generale?| globale?| (par|des|du) .*)? ?:?)$"
)
_RECORDS = "reponses?|lignes?|bilans?|enregistrements?|resultats?|questionnaires?|retours?"
_NOTE = (
    f"^(nombre|nb|nbre) (total )?(de |d')?({_RECORDS})|^[0-9 ]+ ({_RECORDS})( .*)?$"
    "|^(export|exporte|extrait|extraction|edite|edition|genere|imprime|mis a jour|mise a jour|sources?|page|fin d[eu]|"
    "legende|lecture|champ|notes?|n[.]b[.]?|remarques?|donnees|copyright)([ :].*)?$|^[*©]|^[-=_*]{3,}"
)
_NUMBER = "[0-9 .,%€+/()h:-]*"


def set_apart_sql(recognised: Recognised) -> str:
    """Return the query of the records of `lecture_brute` that hold something.

    It adds feuille, `premier` (their first text, the school year left out), `mot` (the same, folded) and `a_part`.
    """
    width = range(len(recognised.headers))
    years = [item.position for item in recognised.mapped if item.column.variable == "campagne_declaree"]
    # A total may stand beside the year of the others, or in its place.
    words = [f"if(regexp_matches(c{at}, '[A-Za-z]'), c{at}, null)" if at in years else f"c{at}" for at in width]
    first = ", ".join(f"nullif(trim({word}), '')" for word in [*words, *(f"c{at}" for at in years)])
    cells = ", ".join(f"c{at}" for at in width)
    sheet = literal(recognised.table.feuille or "")
    return (
        f"select *, {_rule(recognised, cells)} as a_part from (select *, plier(premier) as mot from ("
        f"select *, {sheet} as feuille, coalesce({first}) as premier from lecture_brute) where premier is not null)"
    )


def refuse_another_table(connection: duckdb.DuckDBPyConnection, recognised: Recognised) -> None:
    """Raise Refusal when a header with its columns in another order stands below: the answers under it are shifted."""
    row = connection.execute(f"select min(ligne) from lecture_utile where a_part = '{_OTHER_HEADER}'").fetchone()
    if row and row[0]:
        raise Refusal("autre_tableau", fichier=recognised.table.fichier, ligne=row[0])


def told_sql() -> str:
    """Return the query of what is told of the records set apart: once a rule, but for totals, each on its own."""
    return (
        "select feuille, min(ligne) as ligne, any_value(premier order by ligne) as valeur, a_part as regle, "
        "array_to_string(list_sort(list(ligne)), ', ') as lignes from lecture_utile where a_part is not null "
        "group by feuille, a_part, if(a_part = 'ligne_total', ligne, 0)"
    )


def _rule(recognised: Recognised, cells: str) -> str:
    # A return that bears such a name says more than numbers; fourteen digits are the SIRET of one.
    only_numbers = (
        f"len(list_filter([{cells}], lambda c: c is not null and trim(c) <> premier and (not regexp_full_match("
        f"nettoyer(c), '{_NUMBER}') or regexp_full_match(trim(c), '[0-9]{{14}}')))) = 0"
    )
    return (
        f"case when length(mot) > 120 then null {_header_case(recognised)} "
        f"when contains(mot, 'tot') and regexp_matches(mot, '{_TOTAL}') then 'ligne_total' "
        f"when regexp_matches(mot, '{_SUMMARY}') and {only_numbers} "
        "then if(starts_with(mot, 'total'), 'ligne_total', 'ligne_hors_tableau') "
        f"when regexp_matches(mot, {literal(_NOTE)}) and {only_numbers} then 'ligne_hors_tableau' end"
    )


def _header_case(recognised: Recognised) -> str:
    """A record whose texts are those of the header: in its columns, or in others."""
    head, last = recognised.table.head, recognised.header
    if recognised.format.disposition == "fiche" and recognised.format.partie is None:
        return ""
    rows = [
        [fold(text.replace("\ufeff", "")) for text in head[index]]
        for index in range(last - recognised.format.lignes_entete + 1, last + 1)
    ]
    starts = _texts(text for row in rows for text in row[:_LOOKED_AT])
    pairs = ", ".join(
        f"{{'lu': plier(c{at}), 'propres': {_texts(row[at] for row in rows if at < len(row))}}}"
        for at in [item.position for item in recognised.mapped][:_LOOKED_AT]
    )
    # The row of the groups, in a header of two rows, may hold one text.
    least = 2 if len(rows) == 1 else 1
    filled = f"list_filter([{pairs}], lambda p: p.lu is not null)"
    known = f"len(list_filter({filled}, lambda p: list_contains({_texts(t for row in rows for t in row)}, p.lu)))"
    own = f"len(list_filter({filled}, lambda p: list_contains(p.propres, p.lu)))"
    return (
        f"when list_contains({starts}, mot) and {known} >= {least} and {known} * 5 >= len({filled}) * 4 "
        f"then if({own} = len({filled}), 'intitules_repetes', '{_OTHER_HEADER}')"
    )


def _texts(texts: Iterable[str]) -> str:
    found = sorted({text for text in texts if text})
    return f"[{', '.join(map(literal, found))}]::varchar[]"
