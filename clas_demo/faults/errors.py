"""Clean tables -> the same with faults planted in them, and the list of every one of them.

Each kind of anomaly that the flow knows is planted at least once, except `texte_nettoye`. A return carries one fault at
most, all its sheets taken together, so that no fault can hide another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from clas_demo.faults.faults import Fault, Values, anywhere
from clas_demo.world.model import whole
from clas_demo.world.tables import Record, Table

ROW_FAULTS = {
    "reponse_en_double": ("reponse_id", "Première des deux réponses validées pour cette action."),
    "reponse_non_validee": ("statut_reponse", "Saisie jamais validée."),
}


@dataclass(frozen=True)
class Planted:
    """One anomaly that reading the file must report, and no other."""

    campagne: str
    fichier: str
    feuille: str
    ligne: int
    colonne: str
    """Header; empty when the row as a whole is at fault."""
    variable: str
    valeur: str
    """Text of the cell; for a row as a whole, of its first cell."""
    regle: str
    commentaire: str


@dataclass
class Sheets:
    """The tables that one campagne's files of one kind are made of, the main one first."""

    campagne: str
    fichier: str
    """The file, unless each row says its own."""
    tables: list[Table]
    taken: set[str] = field(default_factory=set)
    """Keys of the rows that hold a fault already."""

    def __post_init__(self) -> None:
        """Leave alone the action of a second answer, whichever of its rows is kept."""
        self.taken |= {row.key for row in self.tables[0].rows if row.regle in ROW_FAULTS}

    def table(self, partie: str | None) -> Table:
        """Return a table by the name of its part; None is the main one."""
        return next(table for table in self.tables if table.partie == partie)

    def of(self, variable: str, partie: str | None) -> Table:
        """Return the table of that part or, without one, the first that asks `variable`."""
        return self.table(partie) if partie else next(t for t in self.tables if variable in t.variables)

    def planted(self, table: Table, row: Record, variable: str, regle: str, why: str) -> Planted:
        """Return the anomaly of a cell."""
        position = table.column(variable) if variable in table.variables else None
        said = "" if position is None else row.cells[position]
        if variable == "reponse_id" and position is None:
            # A dossier bears no number: it is named by its place.
            said = f"{row.fichier}#{row.feuille}#{table.line(row, variable)}"
        return Planted(
            self.campagne,
            row.fichier or self.fichier,
            row.feuille or table.feuille,
            table.line(row, variable),
            "" if position is None else table.headers[position],
            variable,
            said,
            regle,
            why,
        )


def plant(sheets: Sheets, faults: Sequence[Fault], rng: Random) -> list[Planted]:
    """Write the faults into the tables, each in a return of its own, and return what was planted, in order of line."""
    main = sheets.tables[0]
    at_fault: list[tuple[Table, Record, str, str, str]] = [
        (main, row, row.regle, *ROW_FAULTS[row.regle]) for row in main.rows if row.regle in ROW_FAULTS
    ]
    # Those that few rows suit come first.
    for fault in sorted(faults, key=lambda fault: len(_suitable(sheets, fault))):
        table, row = rng.choice(_suitable(sheets, fault))
        sheets.taken.add(row.key)
        texts = {fault.variable: fault.text(row.values), **fault.autres}
        _type(sheets, fault, table, row, texts)
        at_fault += [(table, row, regle, fault.variable, fault.commentaire) for regle in _reported(fault)]
    planted = [sheets.planted(table, row, variable, regle, why) for table, row, regle, variable, why in at_fault]
    return sorted(planted, key=lambda p: (p.fichier, p.feuille, p.ligne, p.variable, p.regle))


def add_total(sheets: Sheets, word: str, variable: str | None, partie: str | None = None, fichier: str = "") -> Planted:
    """Append a row that sums `variable` over the others, as people leave below a table."""
    table = sheets.table(partie)
    beside = [row for row in table.rows if row.fichier == fichier]
    cells = [""] * len(table.headers)
    cells[0] = word
    if variable:
        total = sum(whole(row.values, variable) for row in beside if isinstance(row.values.get(variable), int))
        cells[table.column(variable)] = str(total)
    row = Record(cells, regle="ligne_total", fichier=fichier)
    table.rows.append(row)
    named = sheets.planted(table, row, "", "ligne_total", "Total laissé au bas du tableau.")
    return replace(named, valeur=word)


def repeat_row(
    sheets: Sheets, regle: str, variable: str, partie: str | None = None, quand: Callable[[Values], bool] = anywhere
) -> Planted:
    """Write a second time, at the end, the first row that `quand` accepts; the second is then reported."""
    table = sheets.table(partie)
    first = next(row for row in table.rows if row.values and row.key not in sheets.taken and quand(row.values))
    sheets.taken.add(first.key)
    again = Record(list(first.cells), first.values, None, first.fichier, first.feuille, set(first.typed))
    table.rows.append(again)
    return sheets.planted(table, again, variable, regle, f"Déjà à la ligne {table.line(first)}.")


def forget_row(sheets: Sheets, quand: Callable[[Values], bool]) -> Planted:
    """Take away the last collectif of the first return that `quand` accepts: it then declares one too many."""
    main, table = sheets.tables[0], sheets.table("collectifs")
    row = next(row for row in main.rows if not row.regle and row.key not in sheets.taken and quand(row.values))
    sheets.taken.add(row.key)
    table.rows.remove([other for other in table.rows if other.key == row.key][-1])
    asking = sheets.of("nb_collectifs", None)
    (own,) = (other for other in asking.rows if other.key == row.key)
    return sheets.planted(asking, own, "nb_collectifs", "collectifs_differents", "Un collectif n'est pas décrit.")


def stray_row(sheets: Sheets, key: str, regle: str, partie: str, fichier: str = "") -> Planted:
    """Append to a part a copy of a row, with a key that no return has."""
    table = sheets.table(partie)
    like = next(row for row in table.rows if row.fichier == fichier and row.values and row.key not in sheets.taken)
    row = Record(list(like.cells), fichier=fichier)
    variable = table.cle or ""
    row.cells[table.column(variable)] = key
    table.rows.append(row)
    return sheets.planted(table, row, variable, regle, "Numéro qui n'est celui d'aucun bilan.")


def _suitable(sheets: Sheets, fault: Fault) -> list[tuple[Table, Record]]:
    table = sheets.of(fault.variable, fault.partie)
    return [
        (table, row)
        for row in table.rows
        if row.cells and row.values and not row.regle and row.key not in sheets.taken and fault.quand(row.values)
    ]


def _type(sheets: Sheets, fault: Fault, table: Table, row: Record, texts: Mapping[str, str]) -> None:
    """Write what the fault says; a number by which sheets are joined is wrong in all of them."""
    for variable, text in texts.items():
        own = (table, row) if variable in table.variables else _same(sheets, row, variable)
        joined = [
            (other, again)
            for other in sheets.tables
            if other.cle == variable and variable != "reponse_id"
            for again in other.rows
            if again.key == row.key and again.fichier == row.fichier
        ]
        for where, again in (own, *joined):
            again.cells[where.column(variable)] = text
            again.typed.add(where.column(variable))


def _same(sheets: Sheets, row: Record, variable: str) -> tuple[Table, Record]:
    """The table that asks `variable`, and its row of the same return."""
    table = next(t for t in sheets.tables if variable in t.variables)
    return table, next(other for other in table.rows if other.key == row.key)


def _reported(fault: Fault) -> tuple[str, ...]:
    """The rules that report a fault: none in a year that is not judged."""
    return (fault.regle, *fault.aussi) if fault.jugee else ()
