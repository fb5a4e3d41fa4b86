"""Workbooks, small formats and parsing connections for the tests of reading."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
import openpyxl

from pipeline.codebook.model import Format, FormatColumn
from pipeline.reading.recognise import Recognised, recognise
from pipeline.reading.text_tables import read_tables
from pipeline.sql.macros import create_macros
from pipeline.staging.conform import conform
from pipeline.staging.territories import load_territories
from tests.support.exports import codebook

Grid = Sequence[Sequence[Any]]

_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.2">
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""
_ODS_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
    'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_ODS_MARGIN = (
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def parsing_connection() -> duckdb.DuckDBPyConnection:
    """A connection as `staging` opens it: the macros and the reference."""
    connection = duckdb.connect()
    create_macros(connection, codebook())
    load_territories(connection)
    return connection


def evaluate(connection: duckdb.DuckDBPyConnection, expression: str, texts: Iterable[str | None]) -> list[Any]:
    """The value of a SQL expression over the text `t`, for each text, in one query."""
    query = (
        f"select {expression} from (select unnest($1::varchar[]) as t, unnest(range(len($1))) as rang) order by rang"
    )
    return [row[0] for row in connection.execute(query, [list(texts)]).fetchall()]


def small_format(*columns: FormatColumn | str, **values: Any) -> Format:
    """A format of few columns; a column given as a name is headed by that name."""
    declared: dict[str, Any] = {
        "id": "essai",
        "libelle": "Essai",
        "modele": True,
        "nature": "reponse",
        "grain": "action",
        "campagnes": (None, None),
        "fichier": {},
        "colonnes": tuple(FormatColumn(c, c) if isinstance(c, str) else c for c in columns),
    }
    return Format(**(declared | values))


def recognised(path: Path, fmt: Format, workspace: Path) -> Recognised:
    """The one table of a file that is of that format."""
    (found,) = recognise(read_tables(path, path.name, workspace), [fmt])
    return found


def conformed(
    connection: duckdb.DuckDBPyConnection, path: Path, fmt: Format, departements: Sequence[str] = ("45",)
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The typed rows and the anomalies that a file of that format gives."""
    conform(connection, recognised(path, fmt, path.parent), codebook(), departements)
    return rows(connection, "lignes order by ligne"), rows(connection, "anomalies order by ligne, colonne")


def rows(connection: duckdb.DuckDBPyConnection, relation: str) -> list[dict[str, Any]]:
    """The rows of a relation by column name."""
    result = connection.execute(f"select * from {relation}")
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def write_xlsx(path: Path, sheets: Mapping[str, Grid]) -> Path:
    """Write sheets of values as an XLSX; None is an empty cell."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, grid in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in grid:
            sheet.append(list(row))
    workbook.save(path)
    return path


def write_ods(path: Path, sheets: Mapping[str, Grid]) -> Path:
    """Write sheets of values as LibreOffice does, empty margin included; a text starting with `<` is a cell as is."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(_ods_row(row) for row in grid)}{_ODS_MARGIN}</table:table>'
        for name, grid in sheets.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        archive.writestr("content.xml", _ODS.format(tables=tables))
    return path


def _ods_row(row: Sequence[Any]) -> str:
    return f"<table:table-row>{''.join(_ods_cell(value) for value in row)}</table:table-row>"


def _ods_cell(value: Any) -> str:
    match value:
        case None | "":
            return "<table:table-cell/>"
        case bool():
            typed = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        case int() | float():
            typed = f'office:value-type="float" office:value="{value}"'
        case date():
            typed = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case _ if str(value).startswith("<"):
            return str(value)
        case _:
            typed = 'office:value-type="string"'
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f"<table:table-cell {typed}>{paragraphs}</table:table-cell>"


def rewrite(path: Path, part: str, old: str, new: str) -> Path:
    """Replace a text in one part of a workbook, which must hold it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
