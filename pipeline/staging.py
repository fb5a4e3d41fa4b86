"""Each raw file -> its typed rows on disk, made once and named by the hash of all that made them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

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
from pipeline.territories import load_territories
from socle.atomic import sync_tree
from socle.paths import DataFolder

_DECLARATION = "fichier.json"
# A refused sheet that holds this share of a fiche's labels is a damaged fiche.
_FICHE_SHARE = 0.2


@dataclass(frozen=True)
class StagedTable:
    """One recognised sheet or CSV, staged."""

    name: str
    """Prefix of its three Parquet files: lignes, prive, anomalies."""
    feuille: str
    format: str
    nature: str
    grain: str | None
    encodage: str
    records: int
    questions: dict[str, str]
    """{variable: header as the file writes it}."""
    ignored: tuple[str, ...]
    partie: str | None
    cle: str | None
    """Of a part: the variable that joins it to its returns."""
    of_one_porteur: bool
    """True for a fiche: its file is the return of one porteur."""
    lines: dict[str, int]
    """In a fiche, {variable: spreadsheet row of its answer}."""


@dataclass(frozen=True)
class Staged:
    """A raw file once read: its staged tables, or the refusal of the whole file."""

    campagne: str
    fichier: str
    sha256: str
    folder: Path
    tables: tuple[StagedTable, ...] = ()
    refusal: Refusal | None = None
    unread_sheets: tuple[str, ...] = ()
    """Sheets of no known format, beside others that are of one."""
    of_one_porteur: bool = False
    """True when a refused file looks like the return of one porteur, and not like that of many."""
    stale_corrections: tuple[str, ...] = ()
    """What is wrong with the corrections that no longer apply to it."""

    @property
    def stale(self) -> bool:
        """True when the file is refused and its last published rows stand in for it."""
        return self.refusal is not None and bool(self.tables)

    @property
    def label(self) -> str:
        """The file as it is named to people."""
        return label(self.campagne, self.fichier)


def label(campagne: str, fichier: str) -> str:
    """Return how a raw file is named to people, and from one build to the next."""
    return f"{campagne}/{fichier}".strip("/")


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
    staged = stager.keep_published(staged, published)
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
        declared = _declared(target)
        if declared is None:
            shutil.rmtree(target, ignore_errors=True)
            self._make(source, target)
            declared = json.loads((target / _DECLARATION).read_text(encoding="utf-8"))
        return _staged(source.campagne, source.fichier, sha256, target, declared)

    def keep_published(self, staged: Sequence[Staged], published: Mapping[str, str]) -> list[Staged]:
        """Return the files, those refused that held several porteurs having their last published rows again.

        So does a file that is gone, in a campagne where another one is refused: it was meant to replace it.
        """
        present = {file.label for file in staged}
        kept: list[Staged] = []
        waiting: dict[str, Staged] = {}
        for file in staged:
            if file.refusal and not file.of_one_porteur:
                earlier = self._published(file, file.fichier, published)
                kept.append(earlier or file)
                if earlier is None:
                    waiting.setdefault(file.campagne, file)
            else:
                kept.append(file)
        for name in sorted(set(published) - present):
            campagne, _, fichier = name.partition("/")
            if campagne in waiting and (earlier := self._published(waiting[campagne], fichier, published)):
                kept.append(earlier)
        return kept

    def _published(self, refused: Staged, fichier: str, published: Mapping[str, str]) -> Staged | None:
        folder = published.get(label(refused.campagne, fichier))
        declared = _declared(self._staging / folder) if folder else None
        if folder is None or declared is None or any(table["of_one_porteur"] for table in declared["tables"]):
            return None
        earlier = _staged(refused.campagne, fichier, refused.sha256, self._staging / folder, declared)
        return replace(earlier, refusal=refused.refusal, unread_sheets=())

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
            declared = {
                "tables": [asdict(table) for table in tables],
                "code": refusal.code if refusal else None,
                "unread_sheets": unread,
                "stale_corrections": faults,
                "values": refusal.values if refusal else {},
                "of_one_porteur": refusal is not None and _of_one_porteur(nearest_format(texts, formats)),
            }
            (made / _DECLARATION).write_text(json.dumps(declared, ensure_ascii=False, indent=1), encoding="utf-8")
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


def _staged(campagne: str, fichier: str, sha256: str, folder: Path, declared: Mapping[str, Any]) -> Staged:
    return Staged(
        campagne=campagne,
        fichier=fichier,
        sha256=sha256,
        folder=folder,
        tables=tuple(StagedTable(**table) for table in declared["tables"]),
        refusal=Refusal(declared["code"], **declared["values"]) if declared["code"] else None,
        unread_sheets=tuple(declared["unread_sheets"]),
        stale_corrections=tuple(declared.get("stale_corrections", ())),
        of_one_porteur=declared["of_one_porteur"],
    )


def _of_one_porteur(nearest: tuple[TextTable, Format, float] | None) -> bool:
    return nearest is not None and nearest[1].disposition == "fiche" and nearest[2] >= _FICHE_SHARE


def _declared(target: Path) -> dict[str, Any] | None:
    """What a staged file says of itself; None when it is not there, or when the machine stopped before it was."""
    try:
        declared: dict[str, Any] = json.loads((target / _DECLARATION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return declared


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
