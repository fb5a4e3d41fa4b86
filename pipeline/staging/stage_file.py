"""One raw file -> its typed rows in Parquet, beside what it says of itself. Runs in the child process of child.py."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.codebook.model import Codebook, Format
from pipeline.reading.received import check_name
from pipeline.reading.recognise import Recognised, nearest_format, recognise
from pipeline.reading.text_tables import TextTable, read_tables
from pipeline.sql.macros import create_macros
from pipeline.staging.conform import conform
from pipeline.staging.corrected import stale_corrections
from pipeline.staging.corrections import Correction, PlacedCorrection, place_corrections
from pipeline.staging.staged import StagedTable, label, write_staged
from pipeline.staging.territories import load_territories
from socle.files.sqltext import literal
from socle.words.refusal import Refusal

MADE = "fait"
"""Folder of the workspace that holds the staged file."""
MEMORY = "1GB"
"""Beyond it DuckDB uses the disk: half of what the child is allowed."""
# A refused sheet that holds this share of a fiche's labels is a damaged fiche.
_FICHE_SHARE = 0.2


@dataclass(frozen=True)
class Source:
    """A raw file to stage, and what its reading depends on."""

    campagne: str
    departements: tuple[str, ...]
    path: Path
    fichier: str
    corrections: tuple[Correction, ...] = ()
    astray: bool = False
    """Received outside the folder of any campagne."""

    @property
    def label(self) -> str:
        """The file as it is named to people."""
        return label(self.campagne, self.fichier)


class FileStager:
    """Stages files one after the other in one in-memory DuckDB, opened when the first one is recognised."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._connection: duckdb.DuckDBPyConnection | None = None

    def stage(self, source: Source, sha256: str, workspace: Path) -> None:
        """Write the staged form of a file in `workspace`/MADE: its rows, or its refusal.

        A file that is no longer the one of that hash once it was read is refused; an empty hash says that it does not
        matter.
        """
        made = workspace / MADE
        made.mkdir()
        tables: list[StagedTable] = []
        texts: list[TextTable] = []
        unread: list[str] = []
        faults: list[str] = []
        formats = self._codebook.formats_for(source.campagne)
        try:
            check_name(source.path.name)
            if source.astray:
                raise Refusal("fichier_sans_annee", fichier=source.fichier)
            texts = read_tables(source.path, source.fichier, workspace)
            known = recognise(texts, formats, source.campagne)
            unread = [t.feuille for t in texts if t.feuille and t not in [item.sheet for item in known]]
            placed, faults = place_corrections(source.corrections, known, self._codebook)
            for number, recognised in enumerate(known):
                tables.append(self._write(source, recognised, placed[number], f"t{number}", made))
                faults += stale_corrections(self._open(), placed[number])
            if not any(table.records for table in tables):
                raise Refusal("sans_reponse", fichier=source.fichier)
            _refuse_changed(source, sha256)
        except Refusal as refusal:
            # What is not read says nothing of its corrections.
            refuse_file(workspace, refusal, _of_one_porteur(nearest_format(texts, formats)))
        else:
            write_staged(made, tables, None, unread, False, faults)

    def _write(
        self, source: Source, recognised: Recognised, corrections: Sequence[PlacedCorrection], name: str, made: Path
    ) -> StagedTable:
        connection = self._open()
        records = conform(connection, recognised, self._codebook, source.departements, corrections, source.campagne)
        _refuse_another_campaign(connection, source, recognised.format)
        for relation in ("lignes", "prive", "anomalies", "corrections"):
            path = made / f"{name}.{relation}.parquet"
            connection.execute(f"copy {relation} to {literal(str(path))} (format parquet, compression zstd)")
            path.chmod(0o600 if relation == "prive" else 0o644)
        fmt = recognised.format
        return StagedTable(
            name=name,
            feuille=recognised.table.feuille or "",
            format=fmt.id,
            nature=fmt.nature,
            grain=fmt.grain,
            encodage=recognised.table.encodage,
            records=records,
            questions={item.column.variable or "": item.entete for item in recognised.mapped},
            ignored=recognised.ignored,
            partie=fmt.partie,
            cle=fmt.cle,
            of_one_porteur=fmt.disposition == "fiche",
            lines={item.column.variable or "": item.ligne for item in recognised.mapped if item.ligne},
        )

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = duckdb.connect(config={"memory_limit": MEMORY})
            create_macros(self._connection, self._codebook)
            load_territories(self._connection)
        return self._connection


def refuse_file(workspace: Path, refusal: Refusal, of_one_porteur: bool = False) -> None:
    """Write the staged form of a refused file in `workspace`/MADE."""
    made = workspace / MADE
    made.mkdir(exist_ok=True)
    write_staged(made, (), refusal, (), of_one_porteur, ())


def _refuse_changed(source: Source, sha256: str) -> None:
    with source.path.open("rb") as file:
        if sha256 and hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise Refusal("fichier_change", fichier=source.fichier)


def _of_one_porteur(nearest: tuple[TextTable, Format, float] | None) -> bool:
    return nearest is not None and nearest[1].disposition == "fiche" and nearest[2] >= _FICHE_SHARE


def _refuse_another_campaign(connection: duckdb.DuckDBPyConnection, source: Source, fmt: Format) -> None:
    """A file that says it is of another year, or says none and was not in use then, is in the wrong folder.

    None of it is loaded. The parts of an export say nothing: its main sheet does.
    """
    if fmt.partie:
        return
    columns = {row[0] for row in connection.execute("describe lignes").fetchall()}
    declared: list[str] = []
    if "campagne_declaree" in columns:
        rows = connection.execute("select distinct campagne_declaree from lignes order by 1").fetchall()
        declared = [row[0] for row in rows if row[0]]
    others = [campagne for campagne in declared if campagne != source.campagne]
    if others:
        raise Refusal("autre_campagne", fichier=source.fichier, campagne=source.campagne, declaree=others[0])
    if source.campagne and not declared and not fmt.covers(source.campagne):
        usage = " à ".join(campagne or "aujourd'hui" for campagne in fmt.campagnes)
        raise Refusal(
            "format_d_une_autre_annee",
            fichier=source.fichier,
            campagne=source.campagne,
            format=fmt.libelle,
            usage=usage,
        )
