"""A clean table -> the same with faults planted in it, and the list of every one of them.

Each kind of anomaly that the flow knows is planted at least once, except two: `code_complete` (no code of the Loiret
starts with a zero) and `texte_nettoye`. A row carries one fault at most, so that no fault can hide another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from pipeline.demo.faults import Fault, anywhere
from pipeline.demo.model import whole
from pipeline.demo.render import Row, Table

ROW_FAULTS = {
    "reponse_en_double": ("reponse_id", "Première des deux réponses validées pour cette action."),
    "reponse_non_validee": ("statut_reponse", "Saisie jamais validée."),
}


@dataclass(frozen=True)
class Planted:
    """One anomaly that reading the file must report, and no other."""

    campagne: str
    fichier: str
    ligne: int
    colonne: str
    """Header; empty when the row as a whole is at fault."""
    variable: str
    valeur: str
    """Text of the cell; for a row as a whole, of its first cell."""
    regle: str
    commentaire: str


def plant(table: Table, faults: Sequence[Fault], rng: Random, campagne: str, fichier: str) -> list[Planted]:
    """Write the faults into the table, each in a row of its own, and return what was planted, in order of line."""
    at_fault: list[tuple[Row, str, str, str]] = [
        (row, row.regle, *ROW_FAULTS[row.regle]) for row in table.rows if row.regle in ROW_FAULTS
    ]
    # The action of a second answer is left alone, whichever of its rows is kept.
    taken = {str(row.values["action_id"]) for row, *_ in at_fault}
    # Those that few rows suit come first.
    for fault in sorted(faults, key=lambda fault: fault.quand is anywhere):
        row = _choose(table, fault, rng, taken)
        taken.add(_key(row))
        row.cells[table.column(fault.variable)] = fault.text(row.values)
        for variable, text in fault.autres.items():
            row.cells[table.column(variable)] = text
        at_fault += [(row, regle, fault.variable, fault.commentaire) for regle in (fault.regle, *fault.aussi)]
    planted = [_planted(table, row, variable, regle, campagne, fichier, why) for row, regle, variable, why in at_fault]
    return sorted(planted, key=lambda p: (p.ligne, p.variable, p.regle))


def add_total(table: Table, word: str, variable: str, campagne: str, fichier: str) -> Planted:
    """Append a row that sums `variable` over the others, as people leave below a table."""
    total = sum(whole(row.values, variable) for row in table.rows if row.values.get(variable))
    cells = [""] * len(table.headers)
    cells[0] = word
    cells[table.column(variable)] = str(total)
    row = Row(cells, regle="ligne_total")
    table.rows.append(row)
    return Planted(campagne, fichier, table.line(row), "", "", word, "ligne_total", "Total laissé au bas du tableau.")


def repeat_row(table: Table, variable: str, key: str, regle: str, campagne: str, fichier: str) -> Planted:
    """Write a second time, at the end, the row whose `variable` is `key`; the second is then reported."""
    first = next(row for row in table.rows if row.values.get(variable) == key)
    again = Row(list(first.cells), first.values)
    table.rows.append(again)
    return _planted(table, again, variable, regle, campagne, fichier, f"Déjà à la ligne {table.line(first)}.")


def _choose(table: Table, fault: Fault, rng: Random, taken: set[str]) -> Row:
    free = [r for r in table.rows if r.cells and not r.regle and _key(r) not in taken and fault.quand(r.values)]
    return rng.choice(free)


def _key(row: Row) -> str:
    return str(row.values.get("action_id") or row.values.get("indicateur"))


def _planted(table: Table, row: Row, variable: str, regle: str, campagne: str, fichier: str, why: str) -> Planted:
    position = table.column(variable)
    return Planted(
        campagne, fichier, table.line(row), table.headers[position], variable, row.cells[position], regle, why
    )
