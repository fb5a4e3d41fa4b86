"""The published build -> a folder of open data: what may be diffused, and datapackage.json that describes it.

The folder is written beside its place and renamed to it: it is whole, or it is what it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import duckdb

from socle.files.atomic import interrupted, sync_tree
from socle.files.manifest import DIFFUSION, Manifest
from socle.paths import DataFolder
from socle.process.disk import reason
from socle.process.machine import refusing_output
from socle.process.unix import sync_folder
from socle.words.refusal import Refusal
from warehouse.open import open_current
from warehouse.open_data import national
from warehouse.open_data.package import ExportedFile, binary, describe, read_files, tabular
from warehouse.open_data.tables import TABLES, ExportedTable
from warehouse.open_data.write import open_to_copy, rows, write_csv, write_parquet
from warehouse.scope import PUBLIC

PACKAGE = "datapackage.json"
_SHOWN = 3
_NEW, _OLD = "nouveau", "ancien"


@dataclass(frozen=True)
class Export:
    """What was written, and of which build."""

    manifest: Manifest
    files: tuple[ExportedFile, ...]
    """Those that hold figures, datapackage.json apart."""
    warning: str | None
    """French sentence when the published build is damaged and an earlier one was exported."""


def export(folder: DataFolder, out: Path, licence: str, progress: Callable[[str], None]) -> Export:
    """Write what the published build allows to diffuse in the folder `out`, in place of an earlier export.

    Raise Refusal when nothing is published, when no campagne is adopted, when `out` holds anything else than an earlier
    export, or when it cannot be written.
    """
    target = out.resolve()
    with open_current(folder, PUBLIC) as warehouse, open_to_copy(warehouse.folder / DIFFUSION) as connection:
        if not rows(connection, "from marts.campagne limit 1"):
            raise Refusal("aucune_annee_arretee")
        with _refusing(out, warehouse.manifest.build), _replacing(target, out) as temporary:
            files = tuple(_write(connection, warehouse.manifest, temporary, progress))
            progress("Description des fichiers")
            described = describe(connection, warehouse.manifest, licence, files)
            (temporary / PACKAGE).write_bytes(described)
        return Export(warehouse.manifest, files, warehouse.warning)


def _write(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path, progress: Callable[[str], None]
) -> Iterator[ExportedFile]:
    for table in TABLES:
        progress(f"Fichier {table.name}")
        count = int(rows(connection, f"select count(*) from {table.table}")[0][0])
        yield _csv(connection, table, folder, count)
        if table.parquet:
            yield _parquet(connection, table, folder, count)
    for campagne in national.national_campagnes(connection):
        progress(f"Synthèse nationale {campagne}")
        content, count = national.synthesis(connection, campagne)
        path = folder / national.file_name(campagne, manifest.fictif)
        path.write_bytes(content)
        yield _written(path, count, national.declared(campagne, manifest.fictif))


def _csv(connection: duckdb.DuckDBPyConnection, table: ExportedTable, folder: Path, count: int) -> ExportedFile:
    path = folder / f"{table.name}.csv"
    write_csv(connection, table, path)
    return _written(path, count, tabular(connection, table))


def _parquet(connection: duckdb.DuckDBPyConnection, table: ExportedTable, folder: Path, count: int) -> ExportedFile:
    path = folder / f"{table.name}.parquet"
    write_parquet(connection, table, path)
    return _written(path, count, binary(connection, table))


def _written(path: Path, count: int, resource: dict[str, Any]) -> ExportedFile:
    with path.open("rb") as file:
        content_hash = file_digest(file, "sha256").hexdigest()
    return ExportedFile(path.name, count, path.stat().st_size, content_hash, resource)


def _check_target(target: Path, out: Path) -> None:
    """Raise Refusal when exporting there would take away something that is not an earlier export."""
    if not target.exists():
        return
    if not target.is_dir():
        raise Refusal("export_impossible", dossier=out, raison="ce nom est déjà celui d'un fichier")
    if target == Path.cwd():
        raise Refusal("export_impossible", dossier=out, raison="c'est le dossier où vous travaillez")
    present = {path.name for path in target.iterdir()}
    others = sorted(present - {PACKAGE, *(read_files(target / PACKAGE) or ())})
    if others:
        more = f" et {len(others) - _SHOWN} autres" if len(others) > _SHOWN else ""
        raise Refusal("export_dossier_occupe", dossier=out, liste=", ".join(others[:_SHOWN]) + more)


@contextmanager
def _replacing(target: Path, out: Path) -> Iterator[Path]:
    """Give a folder that takes the place of `target` once it is whole; nothing is left of it otherwise."""
    _finish_interrupted(target)
    _check_target(target, out)
    new, old = (target.with_name(f".{target.name}.{os.getpid()}.{word}") for word in (_NEW, _OLD))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        new.mkdir()
        yield new
        sync_tree(new)
        if target.exists():
            target.rename(old)
        new.rename(target)
        sync_folder(target.parent)
    finally:
        if old.exists() and not target.exists():
            old.rename(target)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _finish_interrupted(target: Path) -> None:
    """Clear what an export that was killed left beside its place, the earlier export being put back if it was away."""
    for left in interrupted(target):
        if left.suffix == f".{_OLD}" and not target.exists():
            left.rename(target)
        else:
            shutil.rmtree(left)


@contextmanager
def _refusing(out: Path, build: str) -> Iterator[None]:
    """Turn what the disk refuses, and what a damaged database cannot give, into a Refusal."""
    try:
        with refusing_output(out):
            yield
    except duckdb.IOException as error:
        raise Refusal("export_impossible", dossier=out, raison=reason(None)) from error
    except (duckdb.SerializationException, duckdb.FatalException) as error:
        raise Refusal(
            "construction_abimee", build=build, raison="son fichier de données ne peut pas être lu"
        ) from error
