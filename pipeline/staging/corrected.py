"""The corrections of a table -> the same records with the cells replaced, before anything is read in them.

What is read of a corrected cell goes through the same readers and the same rules as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import duckdb

from pipeline.codebook.model import Codebook
from pipeline.staging.corrections import PlacedCorrection, same_text
from socle.files.sqltext import literal
from socle.words.refusal import render

RECEIVED = "lecture_recue"
"""View of the records as the file holds them."""
MASKED = "masquée"
"""What stands for a personal text where texts are shown."""
_RULE = "valeur_corrigee"


def corrected_view(connection: duckdb.DuckDBPyConnection, view: str, placed: Sequence[PlacedCorrection]) -> None:
    """Create the temporary view `view`: the records of RECEIVED, the cells corrected being replaced."""
    in_order = sorted(placed, key=lambda item: item.position)
    columns = [corrected_sql(position, list(own)) for position, own in groupby(in_order, lambda item: item.position)]
    replaced = f" replace ({', '.join(columns)})" if columns else ""
    connection.execute(f"create or replace temp view {view} as select *{replaced} from {RECEIVED}")


def corrected_sql(position: int, placed: Sequence[PlacedCorrection]) -> str:
    """Return the column c<position> with the texts that its corrections give to their lines."""
    cell = f"c{position}"
    texts = [literal(item.correction.valeur) if item.correction.valeur else "null" for item in placed]
    cases = " ".join(f"when {item.record} then {text}" for item, text in zip(placed, texts, strict=True))
    return f"case ligne {cases} else {cell} end as {cell}"


def stale_corrections(connection: duckdb.DuckDBPyConnection, placed: Sequence[PlacedCorrection]) -> list[str]:
    """Return a sentence for each correction whose line is not in RECEIVED, or holds something else than expected."""
    if not placed:
        return []
    positions = sorted({item.position for item in placed})
    cells = ", ".join(f"coalesce(c{position}, '')" for position in positions)
    lines = [item.record for item in placed]
    found = connection.execute(f"select ligne, [{cells}] from {RECEIVED} where list_contains(?, ligne)", [lines])
    texts_of = {line: dict(zip(positions, texts, strict=True)) for line, texts in found.fetchall()}
    faults = []
    for item in placed:
        if item.record not in texts_of:
            faults.append(item.correction.fault("cette ligne n'est pas une ligne de réponses"))
        elif not same_text(text := texts_of[item.record][item.position], item.correction.attendu):
            faults.append(item.correction.fault(_unexpected(item, text)))
    return faults


def record_corrections(
    connection: duckdb.DuckDBPyConnection, placed: Sequence[PlacedCorrection], codebook: Codebook
) -> None:
    """Create the temporary table `corrections`, and add to `anomalies` what the porteur is told of each.

    corrections: feuille, ligne, variable, colonne, ancienne_valeur, nouvelle_valeur, motif, auteur, date_correction.
    """
    connection.execute(
        "create or replace temp table corrections (feuille varchar, ligne integer, variable varchar, colonne varchar, "
        "ancienne_valeur varchar, nouvelle_valeur varchar, motif varchar, auteur varchar, date_correction date)"
    )
    message = codebook.messages[_RULE]
    for item in placed:
        own = item.correction
        old, new = (MASKED if item.personnel else text or None for text in (own.attendu, own.valeur))
        connection.execute(
            "insert into corrections values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [item.feuille, own.ligne, own.variable, item.entete, old, new, own.motif, own.par, own.date],
        )
        said = render(
            message.phrase,
            libelle=item.libelle,
            valeur=_quoted(old),
            nouvelle=_quoted(new),
            motif=own.motif.rstrip("."),
        )
        connection.execute(
            "insert into anomalies by name select ? as feuille, ?::integer as ligne, ? as colonne, ? as variable, "
            "? as valeur, ? as gravite, ? as effet, ? as regle, ? as message",
            [item.feuille, item.record, item.entete, own.variable, old, message.gravite, message.effet, _RULE, said],
        )


def _quoted(value: str | None) -> str:
    return "une case vide" if value is None else f"«\u202f{value}\u202f»"


def _unexpected(item: PlacedCorrection, found: str) -> str:
    if item.personnel:
        return f"la case «\u202f{item.entete}\u202f» ne contient pas ce qui était attendu (valeurs masquées)"
    received = _quoted(found.strip() or None)
    return f"la case «\u202f{item.entete}\u202f» contient {received}, et non {_quoted(item.correction.attendu or None)}"
