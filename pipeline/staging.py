"""Each raw file -> its typed rows on disk, made once and named by the hash of all that made them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb

from pipeline.codebook import Codebook, Format
from pipeline.conform import conform
from pipeline.correct import stale_corrections
from pipeline.corrections import (
    Correction,
    PlacedCorrection,
    load_corrections,
    place_corrections,
    refuse_stale,
    unknown_files,
)
from pipeline.inputs import Campaign, program_hash
from pipeline.macros import create_macros
from pipeline.messages import Refusal
from pipeline.read import TextTable, read_tables
from pipeline.recognise import Recognised, nearest_format, recognise
from pipeline.sqltext import literal
from pipeline.staged import Staged, StagedTable, keep_published, label, read_staged, write_staged
from pipeline.territories import load_territories
from socle.atomic import sync_tree
from socle.paths import DataFolder

# A refused sheet that holds this share of a fiche's labels is a damaged fiche.
_FICHE_SHARE = 0.2


def stage_all(
    folder: DataFolder,
    codebook: Codebook,
    campaigns: Sequence[Campaign],
    inputs: Mapping[str, str],
    progress: Callable[[str], None],
    reread: Collection[str] = (),
    published: Mapping[str, str] = MappingProxyType({}),
) -> list[Staged]:
    """Return every raw file staged, the register first; what did not change since an earlier build is not read again.

    `inputs` gives each file's hash (inputs.fingerprint); the files of the campagnes of `reread` are read whatever was
    kept of them; `published` is {label: staging folder} of the published build. Raise Refusal when the register is
    missing or refused: without it no return can be attributed. Any other refused file is returned with its refusal
    and, when it held several porteurs, with its last published rows if there are any. Raise Refusal, too, when a
    correction does not apply: all those of all campagnes are named.
    """
    if not folder.register.is_file():
        raise Refusal("porteurs_absent", fichier=folder.register.name)
    stager = Stager(folder.staging, codebook)
    staged = []
    corrections = {campaign.name: load_corrections(campaign.folder) for campaign in campaigns}
    for source in _sources(folder, campaigns, corrections):
        progress(f"Lecture de {source.label}")
        sha256 = inputs[source.path.relative_to(folder.raw).as_posix()]
        staged.append(stager.stage(source, sha256, again=source.campagne in reread))
    if staged[0].refusal:
        raise staged[0].refusal
    refuse_stale(
        [
            fault
            for name, declared in corrections.items()
            for fault in unknown_files(declared, [file.fichier for file in staged if file.campagne == name])
        ]
        + [fault for file in staged for fault in file.stale_corrections]
    )
    staged = keep_published(staged, published, folder.staging)
    stager.drop_stale(staged)
    return staged


@dataclass(frozen=True)
class Source:
    """A raw file to stage, and what its reading depends on."""

    campagne: str
    departements: tuple[str, ...]
    path: Path
    fichier: str
    corrections: tuple[Correction, ...] = ()

    @property
    def label(self) -> str:
        """The file as it is named to people."""
        return label(self.campagne, self.fichier)


def _sources(
    folder: DataFolder, campaigns: Sequence[Campaign], corrections: Mapping[str, Sequence[Correction]]
) -> Iterator[Source]:
    yield Source("", (), folder.register, folder.register.name)
    for campaign in campaigns:
        for path in campaign.files:
            fichier = path.relative_to(campaign.folder).as_posix()
            own = tuple(c for c in corrections[campaign.name] if c.fichier == fichier)
            yield Source(campaign.name, campaign.departements, path, fichier, own)


class Stager:
    """Stages files one after the other in one in-memory DuckDB, opened when the first file has to be read."""

    def __init__(self, staging: Path, codebook: Codebook) -> None:
        self._staging = staging
        self._codebook = codebook
        self._program = program_hash()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def stage(self, source: Source, sha256: str, again: bool = False) -> Staged:
        """Return the staged form of a file, from disk unless `again` or something that makes it has changed."""
        target = self._staging / self._key(source, sha256)
        if again:
            shutil.rmtree(target, ignore_errors=True)
        kept = read_staged(source.campagne, source.fichier, sha256, target)
        if kept is None:
            shutil.rmtree(target, ignore_errors=True)
            self._make(source, target)
            kept = read_staged(source.campagne, source.fichier, sha256, target)
        if kept is None:
            raise FileNotFoundError(target)
        return kept

    def drop_stale(self, kept: Sequence[Staged]) -> None:
        """Delete what no file of the present raw folder needs any more."""
        names = {staged.folder.name for staged in kept}
        for path in self._staging.iterdir():
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path)

    def _key(self, source: Source, sha256: str) -> str:
        parts = [source.label, sha256, self._program, self._codebook.hash, *source.departements]
        parts += [json.dumps(asdict(correction)) for correction in source.corrections]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def _make(self, source: Source, target: Path) -> None:
        self._staging.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._staging, prefix=".en-cours-") as workspace:
            made = Path(workspace) / "fait"
            made.mkdir()
            tables: list[StagedTable] = []
            texts: list[TextTable] = []
            unread: list[str] = []
            refusal: Refusal | None = None
            faults: list[str] = []
            formats = self._codebook.formats_for(source.campagne)
            try:
                texts = read_tables(source.path, source.fichier, Path(workspace))
                known = recognise(texts, formats, source.campagne)
                unread = [t.feuille for t in texts if t.feuille and t not in [item.sheet for item in known]]
                placed, faults = place_corrections(source.corrections, known, self._codebook)
                for number, recognised in enumerate(known):
                    tables.append(self._write(source, recognised, placed[number], f"t{number}", made))
                    faults += stale_corrections(self._open(), placed[number])
            except Refusal as error:
                # What is not read says nothing of its corrections.
                tables, refusal, faults = [], error, []
            one = refusal is not None and _of_one_porteur(nearest_format(texts, formats))
            write_staged(made, tables, refusal, unread, one, faults)
            sync_tree(made)
            made.replace(target)

    def _write(
        self, source: Source, recognised: Recognised, corrections: Sequence[PlacedCorrection], name: str, made: Path
    ) -> StagedTable:
        connection = self._open()
        records = conform(connection, recognised, self._codebook, source.departements, corrections)
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
            self._connection = duckdb.connect()
            create_macros(self._connection, self._codebook)
            load_territories(self._connection)
        return self._connection


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
