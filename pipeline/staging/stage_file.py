"""One raw file -> its typed rows in Parquet, beside what it says of itself. Runs in the child process of child.py."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.codebook.model import Codebook, Format
from pipeline.reading.merged import filled_down
from pipeline.reading.received import check_name
from pipeline.reading.recognise import Recognised, is_known, nearest_format, recognise
from pipeline.reading.text_tables import TextTable, read_tables
from pipeline.sql.macros import create_macros
from pipeline.staging.conform import conform
from pipeline.staging.corrected import stale_corrections
from pipeline.staging.corrections import Correction, PlacedCorrection, place_corrections
from pipeline.staging.staged import Aside, StagedTable, label, write_staged
from pipeline.staging.territories import load_territories
from pipeline.staging.years import OtherYears, keep_the_year
from socle.files.sqltext import identifier, literal
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
    undeclared: str | None = None
    """Code of the folder in which it lies, that the campagne does not declare."""
    second: bool = False
    """Another file of its folder bears its name, written in other characters."""

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
        tables: dict[int, StagedTable] = {}
        texts: list[TextTable] = []
        faults: list[str] = []
        formats = self._codebook.formats_for(source.campagne)
        others = OtherYears(source.campagne, source.fichier, frozenset(fmt.cle for fmt in formats if fmt.cle))
        try:
            check_name(source.path.name)
            if source.second:
                raison = "un autre fichier porte le même nom, écrit avec d'autres caractères"
                raise Refusal("nom_refuse", fichier=source.fichier, raison=raison)
            if source.astray:
                raise Refusal("fichier_sans_annee", fichier=source.fichier)
            if source.undeclared:
                declared = ", ".join(source.departements)
                raise Refusal(
                    "dossier_non_declare",
                    fichier=source.fichier,
                    departement=source.undeclared,
                    campagne=source.campagne,
                    connus=declared,
                )
            texts = read_tables(source.path, source.fichier, workspace)
            known = recognise(texts, formats, source.campagne)
            placed, faults = place_corrections(source.corrections, known, self._codebook)
            # The main sheets say the year; the rows of the others follow those that they are joined to.
            for number in sorted(range(len(known)), key=lambda rank: known[rank].format.partie is not None):
                written = self._write(source, known[number], placed[number], f"t{number}", made, others)
                tables |= {number: written} if written else {}
                faults += stale_corrections(self._open(), placed[number])
            _refuse_empty(source, tables, others)
            _refuse_changed(source, sha256)
        except Refusal as refusal:
            # What is not read says nothing of its corrections.
            refuse_file(workspace, refusal, _of_one_porteur(nearest_format(texts, formats)))
        else:
            asides = [*_unread(texts, known, formats), *_other_years(others)]
            write_staged(made, [tables[number] for number in sorted(tables)], None, asides, False, faults)

    def _write(
        self,
        source: Source,
        recognised: Recognised,
        corrections: Sequence[PlacedCorrection],
        name: str,
        made: Path,
        others: OtherYears,
    ) -> StagedTable | None:
        """Write the rows of a table; None when all of them were of another year."""
        connection = self._open()
        recognised = filled_down(recognised, self._codebook)
        records = conform(connection, recognised, self._codebook, source.departements, corrections, source.campagne)
        elsewhere = keep_the_year(connection, recognised, others)
        if elsewhere and not connection.execute("select 1 from lignes limit 1").fetchone():
            return None
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
            records=records - elsewhere,
            questions={item.column.variable or "": item.entete for item in recognised.mapped},
            ignored=recognised.ignored,
            partie=fmt.partie,
            cle=fmt.cle,
            of_one_porteur=fmt.disposition == "fiche",
            lines={item.column.variable or "": item.ligne for item in recognised.mapped if item.ligne},
            content=_content(connection),
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


def _content(connection: duckdb.DuckDBPyConnection) -> str:
    """What the rows answer, whatever their order, their sheet and their place."""
    columns = sorted(row[0] for row in connection.execute("describe lignes").fetchall())
    answered = ", ".join(identifier(name) for name in columns if name not in ("feuille", "ligne"))
    told = "select count(*) || ' ' || coalesce(sum(hash(l)::hugeint), 0) from"
    rows = connection.execute(
        f"{told} (select {answered or '1'} from lignes) as l union all {told} (select variable, valeur from prive) as l"
    ).fetchall()
    return hashlib.sha256(repr((columns, rows)).encode()).hexdigest()


def _refuse_empty(source: Source, tables: Mapping[int, StagedTable], others: OtherYears) -> None:
    if others.places and all(table.partie for table in tables.values()):
        declaree = ", ".join(others.years)
        raise Refusal("autre_campagne", fichier=source.fichier, campagne=source.campagne, declaree=declaree)
    if not any(table.records for table in tables.values()):
        raise Refusal("sans_reponse", fichier=source.fichier)


def _unread(texts: Sequence[TextTable], known: Sequence[Recognised], formats: Sequence[Format]) -> Iterator[Aside]:
    """The sheets that are not read, and the cells that stand far below the others."""
    read = [item.sheet for item in known]
    for table in texts:
        if table.feuille and table.hidden:
            code = "feuille_masquee" if is_known(table, formats) else "feuille_masquee_inconnue"
            yield Aside(code, table.feuille, {"feuille": table.feuille})
        elif table.feuille and table not in read:
            yield Aside("feuille_non_lue", table.feuille, {"feuille": table.feuille})
        elif table.stray:
            cases = f"{'case' if len(table.stray) == 1 else 'cases'} {', '.join(table.stray)}"
            yield Aside("cases_lointaines", table.feuille, {"feuille": table.feuille or "", "cases": cases})


def _other_years(others: OtherYears) -> Iterator[Aside]:
    if others.places:
        values = {"fichier": others.fichier, "campagne": others.campagne, "liste": others.text}
        yield Aside("lignes_d_une_autre_annee", None, values)
