"""Rows kept with an adopted year, beside the same files as they read today -> what reopening it would change.

Only what differs is written, in qualite.lecture_en_attente: a build whose adopted years read the same writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from pipeline.core.load import origin_columns, scan_tables
from pipeline.sql.steps import Step, in_steps
from pipeline.staging.staged import Staged, StagedTable
from socle.files.sealed import known_hash

Read = Sequence[tuple[Staged, StagedTable]]

READ_OTHERWISE = "lecture"
"""Rule of a cell that reads otherwise without anything to report."""
_CELL = "campagne, fichier, feuille, ligne, variable"
_DIFFERENT = """
select campagne, fichier, feuille, ligne, variable
from gardee as g full join lue as l using (campagne, fichier, feuille, ligne, variable)
where g.valeur is distinct from l.valeur
"""
# What makes a cell read otherwise is what is reported of it, or of its whole row, today and was not then.
_WHY = f"""
select c.campagne, c.fichier, c.feuille, c.ligne, c.variable,
    coalesce(min(a.regle), '{READ_OTHERWISE}') as regle, null::varchar as message
from differente as c
left join signalee as a
    on (a.campagne, a.fichier, a.feuille, a.ligne) = (c.campagne, c.fichier, c.feuille, c.ligne)
    and (a.variable is null or c.variable = a.variable or starts_with(c.variable, a.variable || '__'))
group by all
"""


def compare_readings(connection: duckdb.DuckDBPyConnection, staged: Iterable[Staged]) -> None:
    """Fill qualite.lecture_en_attente: the cells of adopted years that would read otherwise, the files now refused.

    The département of each is written once rows are situated.
    """
    kept = [file for file in staged if file.today]
    refused = [(file.campagne, file.fichier, file.today.refusal) for file in kept if file.today and file.today.refusal]
    for campagne, fichier, refusal in refused:
        connection.execute(
            "insert into qualite.lecture_en_attente (campagne, fichier, regle, message) values (?, ?, ?, ?)",
            [campagne, fichier, refusal.code, str(refusal)],
        )
    pairs = [
        (file, file.today) for file in kept if file.today and not file.today.refusal and _differs(file, file.today)
    ]
    if not pairs:
        return
    before = [(file, table) for file, _ in pairs for table in file.tables]
    after = [(today, table) for _, today in pairs for table in today.tables]
    found = in_steps(
        Step("gardee", _cells(before)),
        Step("lue", _cells(after)),
        Step("differente", _DIFFERENT),
        Step("signalee", f"{_reported(after)} except {_reported(before)}"),
        Step("lecture_en_attente", _WHY),
    )
    connection.execute(f"insert into qualite.lecture_en_attente by name {found}")


def _differs(file: Staged, today: Staged) -> bool:
    return [_hashes(file.folder, table) for table in file.tables] != [_hashes(today.folder, t) for t in today.tables]


def _hashes(folder: Path, table: StagedTable) -> list[str | None]:
    return [known_hash(folder / f"{table.name}.{relation}.parquet") for relation in ("lignes", "anomalies")]


def _cells(read: Read) -> str:
    """The SQL of one row a cell filled, as text: a number reads the same whatever its type."""
    rows = f"select {origin_columns(read, 'lignes')}, * exclude (filename) from {scan_tables(read, 'lignes')}"
    place = "campagne, fichier, feuille, ligne"
    text = f"select {place}, columns(* exclude ({place}))::varchar from ({rows})"
    return (
        f"select {_CELL}, regexp_replace(valeur, '[.]0+$', '') as valeur "
        f"from (unpivot ({text}) on columns(* exclude ({place})) into name variable value valeur)"
    )


def _reported(read: Read) -> str:
    rows = f"select {origin_columns(read, 'anomalies')}, * exclude (filename) from {scan_tables(read, 'anomalies')}"
    return f"select {_CELL}, regle from ({rows})"
