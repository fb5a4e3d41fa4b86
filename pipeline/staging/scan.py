"""A recognised table of text -> the DuckDB expression that reads it: one text column a position, and `ligne`.

DuckDB's own dialect detection turns a file with one ragged row into one column without an error, so every setting is
given, and the number of records read is compared with an independent count.
"""

from __future__ import annotations

import csv
from dataclasses import replace

import duckdb

from pipeline.reading.headers import normalise_header
from pipeline.reading.recognise import Recognised
from pipeline.reading.short_rows import completed
from pipeline.reading.text_tables import count_separators
from socle.files.sqltext import literal
from socle.process.disk import disk_errno
from socle.words.refusal import Refusal

FEW = 20_000
"""Records: beyond, parsing the text once more costs more than keeping it aside, and running a query more than planning
it."""


def open_scan(connection: duckdb.DuckDBPyConnection, recognised: Recognised, view: str) -> int:
    """Create the temporary view `view` (ligne, c0, c1 …) of the records below the header; return their number.

    Raise Refusal when a record does not fit the header, when records were lost or merged on the way, or when a column
    without a header holds something.
    """
    try:
        return _scan(connection, recognised, view)
    except Refusal:
        whole = completed(recognised.table, recognised.header_line, len(recognised.headers))
        if whole is None:
            raise
    return _scan(connection, replace(recognised, table=whole), view)


def _scan(connection: duckdb.DuckDBPyConnection, recognised: Recognised, view: str) -> int:
    table = recognised.table
    body, has_header = _body(recognised)
    width = len(recognised.headers)
    columns = ", ".join(f"'c{i}': 'varchar'" for i in range(width))
    scan = (
        f"read_csv({literal(str(body))}, auto_detect = false, header = {str(has_header).lower()}, "
        f"delim = {literal(table.separateur)}, quote = '\"', escape = '\"', strict_mode = true, "
        f"null_padding = false, columns = {{{columns}}})"
    )
    line = _line_expression(recognised)
    numbered = f"select row_number() over () as rang, * from {scan}"
    if table.records > FEW:
        numbered = _copied(connection, recognised, scan)
    connection.execute(
        f"create or replace temp view {view} as select {line} as ligne, * exclude (rang) from ({numbered})"
    )
    records = _count(connection, recognised, view)
    _refuse_ragged(recognised, records)
    _refuse_nameless(connection, recognised, view)
    return records


def _copied(connection: duckdb.DuckDBPyConnection, recognised: Recognised, scan: str) -> str:
    """Copy the records as text, column by column: each query then reads its own columns, on all cores."""
    copy = recognised.table.derived("lu").with_suffix(".parquet")
    try:
        connection.execute(f"copy (from {scan}) to {literal(str(copy))} (format parquet)")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise Refusal("fichier_illisible", fichier=recognised.table.fichier, raison=_fault(recognised)) from error
    source = f"read_parquet({literal(str(copy))}, file_row_number = true)"
    return f"select file_row_number + 1 as rang, * exclude (file_row_number) from {source}"


def _body(recognised: Recognised) -> tuple[object, bool]:
    """The file to scan, and whether its first line is the header.

    Below titles, or below a header written on several lines, the records are copied apart: counting lines to skip
    is where readers disagree.
    """
    table = recognised.table
    lines_before = table.head_ends[recognised.header]
    if lines_before == 1:
        return table.path, True
    body = table.derived("corps")
    with table.path.open("rb") as source, body.open("wb") as target:
        for _ in range(lines_before):
            source.readline()
        target.writelines(source)
    return body, False


def _line_expression(recognised: Recognised) -> str:
    """Spreadsheet row of record number `rang`: rows left blank are not records, and count all the same."""
    if recognised.table.lines is not None:
        return f"{list(recognised.table.lines)}[rang]::integer"
    header = recognised.header_line
    blank = [line for line in recognised.table.blank_lines if line > header]
    thresholds = [line - header - skipped for skipped, line in enumerate(blank)]
    shift = f" + len(list_filter({thresholds}, lambda seuil: seuil <= rang))" if thresholds else ""
    row = f"(rang + {header}{shift})"
    skipped = "".join(f" when {row} >= {start} then {by}" for start, by in reversed(recognised.table.skipped))
    return f"({row}{f' + case{skipped} else 0 end' if skipped else ''})::integer"


def _count(connection: duckdb.DuckDBPyConnection, recognised: Recognised, view: str) -> int:
    table = recognised.table
    expected = table.records - recognised.header - 1
    try:
        row = connection.execute(f"select count(*), coalesce(max(ligne), 0) from {view}").fetchone()
    except duckdb.Error as error:
        if disk_errno(error) is not None:
            raise
        raise Refusal("fichier_illisible", fichier=table.fichier, raison=_fault(recognised)) from error
    found = row[0] if row else 0
    if found != expected:
        raise Refusal("nombre_de_lignes", fichier=table.fichier, attendu=expected, lu=found)
    return int(found)


def _refuse_ragged(recognised: Recognised, records: int) -> None:
    """DuckDB refuses a row cut short, but takes one with a last empty cell more, whose answers may all be shifted."""
    table = recognised.table
    if count_separators(table.path, table.separateur, table.head_ends[recognised.header]) != records * (
        len(recognised.headers) - 1
    ):
        raise Refusal("fichier_illisible", fichier=table.fichier, raison=_fault(recognised))


def _refuse_nameless(connection: duckdb.DuckDBPyConnection, recognised: Recognised, view: str) -> None:
    """A column without a header may be the empty margin of a spreadsheet, or answers that would fade away."""
    nameless = [position for position, entete in enumerate(recognised.headers) if not normalise_header(entete)]
    if not nameless:
        return
    cells = ", ".join(f"{{'colonne': {position + 1}, 'valeur': c{position}}}" for position in nameless)
    row = connection.execute(
        f"select colonne, ligne from (select ligne, unnest([{cells}], recursive := true) from {view}) "
        r"where regexp_matches(valeur, '[^\s\p{Zs}]') order by all limit 1"
    ).fetchone()
    if row:
        liste = f"la colonne {row[0]} n'a pas d'intitulé, alors qu'elle est remplie à la ligne {row[1]}"
        fichier, libelle = recognised.table.fichier, recognised.format.libelle
        raise Refusal("entetes_inconnus", fichier=fichier, format=libelle, liste=liste)


def _fault(recognised: Recognised) -> str:
    """Say which row DuckDB stumbled on: the line that it names ignores titles, and counts the lines inside cells."""
    table, row, width = recognised.table, 0, len(recognised.headers)
    with table.path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for row, cells in enumerate(csv.reader(file, delimiter=table.separateur, strict=True), start=1):
                if cells and row > recognised.header_line and len(cells) != width:
                    return f"à la ligne {row}, {len(cells)} cellules pour {width} colonnes"
        except csv.Error:
            return f"à la ligne {row + 1}, une cellule est mal formée (guillemet ou séparateur)"
    return "une cellule y est mal formée (guillemet ou séparateur)"
