"""One file as received -> what a build would read in it and say of it; nothing is kept."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import duckdb

from pipeline.codebook.load import load_codebook
from pipeline.reading.campaigns import load_campaigns
from pipeline.reading.received import shown_name
from pipeline.staging.corrections import Correction, load_corrections, refuse_stale
from pipeline.staging.stage_all import Stager
from pipeline.staging.stage_file import Source
from pipeline.staging.staged import Staged, StagedTable
from socle.files.sqltext import literal
from socle.paths import DataFolder
from socle.words.refusal import Refusal


@dataclass(frozen=True)
class TrialTable:
    """One sheet or CSV that was recognised."""

    feuille: str
    format: str
    libelle: str
    """Label of the format."""
    lignes: int
    questions: int
    ignorees: tuple[str, ...]


@dataclass(frozen=True)
class TrialAnomaly:
    """One cell or row that could not be read as it stands."""

    gravite: str
    regle: str
    feuille: str
    ligne: int
    colonne: str | None
    message: str


@dataclass(frozen=True)
class Trial:
    """What was read of a file."""

    campagne: str
    """Empty when nothing says which one it is of."""
    tables: tuple[TrialTable, ...]
    anomalies: tuple[TrialAnomaly, ...]
    asides: tuple[str, ...] = ()
    """What of it is not read, a sentence each."""


def try_file(folder: DataFolder, path: Path, campagne: str = "") -> Trial:
    """Return what a build would read in the file, alone; raise Refusal when it would refuse it.

    A file that says it is of another campagne than the one given, or than the one whose folder it is in, is refused.
    The corrections of that campagne for a file of this name are applied, or refused.
    What takes other rows or other files to be seen (sums, doubles, unknown porteurs) is only said by a build.
    """
    expected = campagne or _campagne_of_folder(folder, path)
    try:
        return _try(folder, path, expected)
    except Refusal as refusal:
        if refusal.code != "autre_campagne" or expected:
            raise
        return _try(folder, path, str(refusal.values["declaree"]))


def _try(folder: DataFolder, path: Path, campagne: str) -> Trial:
    codebook = load_codebook((folder.root,))
    with tempfile.TemporaryDirectory(prefix="clas-essai-") as workspace:
        fichier = shown_name(path.name)
        corrections = _corrections(folder, campagne, fichier)
        source = Source(campagne, _departements(folder, campagne), path.absolute(), fichier, corrections)
        staged = Stager(Path(workspace), codebook).stage(source, sha256="")
        if staged.refusal:
            raise staged.refusal
        refuse_stale(staged.stale_corrections)
        labels = {known.id: known.libelle for known in codebook.formats_for(campagne)}
        tables, asides = staged.tables, tuple(aside.sentence for aside in staged.asides)
        return Trial(campagne, tuple(_table(table, labels) for table in tables), _anomalies(staged), asides)


def _campagne_of_folder(folder: DataFolder, path: Path) -> str:
    parent = path.resolve().parent
    return parent.name if parent.parent == folder.raw.resolve() else ""


def _departements(folder: DataFolder, campagne: str) -> tuple[str, ...]:
    if not campagne or not (folder.raw / campagne).is_dir():
        return ()
    return next(known.departements for known in load_campaigns(folder) if known.name == campagne)


def _corrections(folder: DataFolder, campagne: str, fichier: str) -> tuple[Correction, ...]:
    declared = load_corrections(folder.raw / campagne) if campagne else ()
    return tuple(replace(own, fichier=fichier) for own in declared if PurePath(own.fichier).name == fichier)


def _table(table: StagedTable, labels: dict[str, str]) -> TrialTable:
    return TrialTable(
        feuille=table.feuille,
        format=table.format,
        libelle=labels[table.format],
        lignes=table.records,
        questions=len(table.questions),
        ignorees=table.ignored,
    )


def _anomalies(staged: Staged) -> tuple[TrialAnomaly, ...]:
    located = []
    with duckdb.connect() as connection:
        for table in staged.tables:
            rows = connection.execute(
                "select gravite, regle, feuille, ligne, colonne, message, variable "
                f"from read_parquet({literal(str(staged.folder / f'{table.name}.anomalies.parquet'))}) "
                "order by list_position(['critique', 'alerte', 'info'], gravite), ligne, colonne"
            ).fetchall()
            located += [_located(table, *row) for row in rows]
    return tuple(located)


def _located(
    table: StagedTable,
    gravite: str,
    regle: str,
    feuille: str,
    ligne: int,
    colonne: str | None,
    message: str,
    variable: str,
) -> TrialAnomaly:
    """In a fiche each answer stands on its own row, and not on that of the return."""
    return TrialAnomaly(gravite, regle, feuille, table.lines.get(variable, ligne), colonne, message)
