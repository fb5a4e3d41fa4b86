"""One line of a file as received -> the answers that it holds, each as its cell is written: what can be corrected."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.preparation.territory import check_row
from pipeline.reading.received import on_disk
from pipeline.reading.recognise import Recognised, recognise
from pipeline.staging.corrections import same_text
from pipeline.staging.process import Reader
from pipeline.staging.scan import open_scan
from socle.paths import DataFolder
from socle.words.refusal import Refusal


@dataclass(frozen=True)
class RowAnswer:
    """One cell of the line, and the place that a correction of it names."""

    variable: str
    entete: str
    libelle: str
    texte: str
    """As received; empty for an empty cell."""
    feuille: str | None
    ligne: int
    """In a fiche, that of the cell: each has its own."""
    personnel: bool


def row_answers(
    folder: DataFolder, campagne: str, fichier: str, feuille: str | None, ligne: int, territory: str | None = None
) -> tuple[RowAnswer, ...]:
    """Return the answers of a line of a file of raw; of a fiche, all those of its sheet. None when it is no record.

    Raise Refusal when the file cannot be read any more, or when the line is not of the département of who reads.
    """
    check_row(folder, territory, campagne, fichier, ligne)
    path = on_disk(folder.raw / campagne, fichier)
    if not path.is_file():
        raise Refusal("fichier_disparu", fichier=fichier)
    codebook = load_codebook((folder.root,))
    with tempfile.TemporaryDirectory(prefix="clas-ligne-") as workspace, Reader() as reader:
        tables = reader.tables(path, fichier, Path(workspace))
        answers: list[RowAnswer] = []
        with duckdb.connect() as connection:
            for known in recognise(tables, codebook.formats_for(campagne), campagne):
                if same_text(feuille or "", known.table.feuille or ""):
                    answers += _answers(connection, known, ligne, codebook)
        return tuple(answers)


def _answers(
    connection: duckdb.DuckDBPyConnection, known: Recognised, ligne: int, codebook: Codebook
) -> Iterator[RowAnswer]:
    open_scan(connection, known, "lecture")
    fiche = any(item.ligne for item in known.mapped)
    where = "true" if fiche else f"ligne = {int(ligne)}"
    row = connection.execute(f"select * exclude (ligne) from lecture where {where} limit 1").fetchone()
    for item in known.mapped if row else ():
        columns = codebook.columns_of(item.column.variable or "")
        yield RowAnswer(
            variable=item.column.variable or "",
            entete=item.entete,
            libelle=columns[0].variable.libelle if len(columns) > 1 else columns[0].libelle,
            texte=((row or ())[item.position] or "").strip(),
            feuille=known.table.feuille,
            ligne=item.ligne or ligne,
            personnel=columns[0].variable.personnel,
        )
