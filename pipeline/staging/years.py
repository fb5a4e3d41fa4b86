"""The school year that each row says -> the rows of another year set aside; one that is not read stops the file.

A year is a key: it is never taken from the rows beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import duckdb

from pipeline.reading.recognise import Recognised
from socle.files.sqltext import identifier
from socle.words.refusal import Refusal

YEAR = "campagne_declaree"
_NAMES = ("siret", "raison_sociale", "action_id", "tiers_id", "departement", "indicateur")
"""What a row is about: one that names none of them is a note under the table."""
_MOST = 8
"""Runs of lines named in a sentence."""


@dataclass
class OtherYears:
    """What was set aside of a file, sheet after sheet."""

    campagne: str
    fichier: str
    joining: frozenset[str] = frozenset()
    """The numbers by which other sheets are joined to the rows of the main ones."""
    places: list[tuple[str, str, Sequence[int]]] = field(default_factory=list)
    """(sheet, year, lines)."""
    keys: dict[str, set[str]] = field(default_factory=dict)
    """{number: its values in the rows set aside}: the rows of the other sheets that are joined to them follow."""
    kept: dict[str, set[str]] = field(default_factory=dict)
    """{number: its values in the rows of the year}: what they join stays."""

    @property
    def years(self) -> list[str]:
        """The other years that the file says, the one of most rows first."""
        numbers: dict[str, int] = {}
        for _, year, lines in self.places:
            numbers[year] = numbers.get(year, 0) + len(lines)
        return sorted(numbers, key=lambda year: (-numbers[year], year))

    @property
    def text(self) -> str:
        """« feuille « 2018 », lignes 2 à 5 (2018-2019) ; … »."""
        return " ; ".join(f"{place(sheet)}{lines_text(lines)} ({year})" for sheet, year, lines in self.places)


def keep_the_year(connection: duckdb.DuckDBPyConnection, recognised: Recognised, others: OtherYears) -> int:
    """Drop from the tables of `conform` the rows of another year, and what is joined to them; return how many rows.

    Call it for the main sheets first. Raise Refusal when a year is not read, when some rows say none while others do,
    or when none says it and the format was not in use that year.
    """
    fmt, columns = recognised.format, {row[0] for row in connection.execute("describe lignes").fetchall()}
    if fmt.partie:
        return _drop_joined(connection, fmt.cle, others)
    lines = _lines_by_year(connection, columns) if YEAR in columns else {}
    _refuse_unread(connection, recognised, lines)
    said = {year: at for year, at in lines.items() if year}
    if not said:
        _refuse_out_of_use(recognised, others)
    if not others.campagne and said:
        others.places += [(recognised.table.feuille or "", year, at) for year, at in said.items()]
        raise Refusal("autre_campagne", fichier=others.fichier, campagne="", declaree=others.years[0])
    elsewhere = {year: at for year, at in said.items() if year != others.campagne}
    others.places += [(recognised.table.feuille or "", year, at) for year, at in sorted(elsewhere.items())]
    dropped = [line for at in elsewhere.values() for line in at]
    for name in sorted(columns & others.joining):
        _note_keys(connection, name, dropped, others)
    _drop(connection, dropped)
    return len(dropped)


def lines_text(lines: Sequence[int]) -> str:
    """Return « ligne 2 » or « lignes 2 à 5, 9 »."""
    runs = list(_runs(sorted(lines)))
    shown = ", ".join(str(first) if first == last else f"{first} à {last}" for first, last in runs[:_MOST])
    more = f" et {len(runs) - _MOST} autres endroits" if len(runs) > _MOST else ""
    return f"{'ligne' if len(lines) == 1 else 'lignes'} {shown}{more}"


def place(sheet: str | None) -> str:
    """Return « feuille « Action 1 », », or an empty text."""
    return f"feuille «\u202f{sheet}\u202f», " if sheet else ""


def _runs(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    for _, run in groupby(enumerate(lines), lambda pair: pair[1] - pair[0]):
        numbers = [line for _, line in run]
        yield numbers[0], numbers[-1]


def _lines_by_year(connection: duckdb.DuckDBPyConnection, columns: set[str]) -> dict[str | None, list[int]]:
    """{year: lines}; of those that say none, the ones that name whom or what they are about."""
    names = ", ".join(identifier(name) for name in sorted(columns & set(_NAMES)))
    named = f"coalesce({names}) is not null" if names else "true"
    query = f"select {YEAR}, list(ligne order by ligne) from lignes where {YEAR} is not null or {named} group by all"
    return dict(connection.execute(f"{query} order by 1").fetchall())


def _refuse_unread(
    connection: duckdb.DuckDBPyConnection, recognised: Recognised, lines: Mapping[str | None, list[int]]
) -> None:
    unsaid = lines.get(None, [])
    if not unsaid:
        return
    asked = next(item for item in recognised.mapped if item.column.variable == YEAR)
    unread = dict(
        connection.execute("select ligne, valeur from anomalies where variable = ? order by 1", [YEAR]).fetchall()
    )
    where: dict[str, Any] = {"fichier": recognised.table.fichier, "colonne": asked.entete}
    told = [line for line in unsaid if line in unread] or unsaid
    where["ou"] = place(recognised.table.feuille) + lines_text([asked.ligne] if asked.ligne else told)
    if told[0] in unread:
        raise Refusal("annee_illisible", valeur=unread[told[0]], **where)
    if len(lines) > 1:
        raise Refusal("annee_absente", **where)


def _refuse_out_of_use(recognised: Recognised, others: OtherYears) -> None:
    fmt = recognised.format
    if others.campagne and not fmt.covers(others.campagne):
        usage = " à ".join(campagne or "aujourd'hui" for campagne in fmt.campagnes)
        values = {"fichier": others.fichier, "campagne": others.campagne, "format": fmt.libelle, "usage": usage}
        raise Refusal("format_d_une_autre_annee", **values)


def _note_keys(connection: duckdb.DuckDBPyConnection, name: str, dropped: Sequence[int], others: OtherYears) -> None:
    query = f"select {identifier(name)}::varchar, ligne in (select unnest(?::integer[])) from lignes"
    for value, gone in connection.execute(query, [list(dropped)]).fetchall():
        if value is not None:
            (others.keys if gone else others.kept).setdefault(name, set()).add(value)


def _drop_joined(connection: duckdb.DuckDBPyConnection, key: str | None, others: OtherYears) -> int:
    gone = others.keys.get(key or "", set()) - others.kept.get(key or "", set())
    if not key or not gone:
        return 0
    query = f"select ligne from lignes where {identifier(key)}::varchar in (select unnest(?::varchar[]))"
    found = [row[0] for row in connection.execute(query, [sorted(gone)]).fetchall()]
    _drop(connection, found)
    return len(found)


def _drop(connection: duckdb.DuckDBPyConnection, lines: Sequence[int]) -> None:
    if not lines:
        return
    gone = "ligne in (select unnest(?::integer[]))"
    for view in ("lignes", "prive"):
        kept = f"create or replace temp table {view}_gardees as from {view} where not {gone}"
        connection.execute(kept, [list(lines)])
        connection.execute(f"create or replace temp view {view} as from {view}_gardees")
    for table in ("anomalies", "corrections"):
        connection.execute(f"delete from {table} where {gone}", [list(lines)])
