"""A finished candidate -> the published build: sealed, reopened, checked, then named by CURRENT in one rename."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.disclosure.already_shown import keep_shown
from socle.files.atomic import sync_tree, write_atomic
from socle.files.manifest import (
    MANIFEST,
    Manifest,
    is_sound,
    pointed_build,
    published_builds,
    read_manifest,
)
from socle.files.sealed import file_hash
from socle.paths import DataFolder
from socle.process.unix import sync_folder
from socle.words.refusal import Refusal

_NEVER_REACHED = 900_000
"""A number that only a damaged name can hold: none may rise out of its six digits."""


class IncompleteBuildError(Exception):
    """A candidate does not hold what its manifest says: it must not be published."""


def new_candidate(folder: DataFolder) -> Path:
    """Return an empty folder to build in. Call under `lock.only_builder`, which clears what builds leave there."""
    candidate = _aside(folder) / _next_name(folder)
    candidate.mkdir()
    return candidate


def _aside(folder: DataFolder) -> Path:
    # Private until published: DuckDB makes the database of personal data with everyone's rights.
    folder.candidates.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.candidates


def _next_name(folder: DataFolder) -> str:
    """A rising number, so that order survives a clock going back, then the time, so that no path is used twice."""
    names = [path.name for path in folder.builds.iterdir()] if folder.builds.is_dir() else []
    numbers = [int(name[:6]) for name in [*names, pointed_build(folder) or ""] if name[:6].isdigit()]
    last = max((number for number in numbers if number < _NEVER_REACHED), default=0)
    return f"{last + 1:06d}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def seal(candidate: Path, manifest: Manifest) -> Manifest:
    """Write the completion marker once all it speaks of is on disk, and return it with the hashes of the databases.

    Raise IncompleteBuildError if it is untrue.
    """
    sync_tree(candidate)
    sealed = replace(manifest, hashes={name: file_hash(candidate / name) for name in manifest.sizes})
    write_atomic(candidate / MANIFEST, sealed.to_bytes())
    verify(candidate)
    return sealed


def verify(build: Path) -> None:
    """Compare each database with the manifest: its bytes, then, reopened read-only, its tables and row counts."""
    manifest = read_manifest(build)
    if manifest is None or not is_sound(build):
        raise IncompleteBuildError(build.name)
    for name, tables in manifest.tables.items():
        with duckdb.connect(str(build / name), read_only=True) as connection:
            if row_counts(connection) != tables:
                raise IncompleteBuildError(f"{build.name}/{name}")


def row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return {schema.table: rows} for every table, views apart."""
    names = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not temporary and not internal order by all"
    ).fetchall()
    if not names:
        return {}
    counts = " union all ".join(f'select \'{s}.{t}\', count(*) from "{s}"."{t}"' for s, t in names)
    return dict(connection.execute(counts).fetchall())


def publish(folder: DataFolder, candidate: Path, kept: int) -> Path:
    """Put a sealed candidate in place and return its folder; the oldest builds beyond `kept` are deleted.

    Raise IncompleteBuildError, publishing nothing, when the candidate is no longer as it was sealed. Whatever stops it
    before CURRENT names the build leaves the candidate where it was, and no trace elsewhere.
    """
    verify(candidate)
    build = folder.builds / candidate.name
    shown: list[Path] = []
    try:
        # Before anyone reads it: sums not recorded could be compared with a later build's.
        keep_shown(folder, candidate, shown)
        folder.builds.mkdir(parents=True, exist_ok=True)
        candidate.replace(build)
        sync_folder(folder.builds)
        _point(folder, build.name)
    except BaseException:
        if pointed_build(folder) != build.name:
            _take_back(build, candidate, shown)
        raise
    # The trial was compared with the build just replaced.
    shutil.rmtree(folder.trials, ignore_errors=True)
    # A failure here is harmless: a later publication deletes the rest.
    with suppress(OSError):
        _delete_oldest(folder, kept)
    return build


def _take_back(build: Path, candidate: Path, shown: list[Path]) -> None:
    if build.exists():
        build.replace(candidate)
    for path in shown:  # it was never shown, so later disclosure need not take it into account
        path.unlink(missing_ok=True)


def _delete_oldest(folder: DataFolder, kept: int) -> None:
    """Delete the builds older than the last `kept` whole ones.

    Each leaves builds/ in one rename: a deletion cut short leaves no half build there, only a leftover to clear.
    """
    whole = published_builds(folder)[-kept:]
    for build in sorted(folder.builds.iterdir()) if len(whole) == kept else ():
        if build < whole[0] and build.name != pointed_build(folder):
            shutil.rmtree(build.replace(_aside(folder) / build.name))


def roll_back(folder: DataFolder, name: str | None = None) -> Path:
    """Make CURRENT name the last sound build before the published one, or the one named; return its folder.

    Raise Refusal when there is none, IncompleteBuildError when the one named is damaged.
    """
    builds = published_builds(folder)
    pointed = pointed_build(folder)
    if name:
        chosen = next((path for path in builds if path.name == name), None)
    else:
        earlier = [path for path in reversed(builds) if pointed is None or path.name < pointed]
        chosen = next(filter(is_sound, earlier), None)
    if chosen is None:
        raise Refusal(
            "build_inconnu", build=name or "précédent", connus=", ".join(path.name for path in builds) or "aucun"
        )
    verify(chosen)
    _point(folder, chosen.name)
    return chosen


def _point(folder: DataFolder, name: str) -> None:
    if folder.current.is_dir() and not folder.current.is_symlink():
        # No file can take the place of a folder.
        shutil.rmtree(folder.current.replace(_aside(folder) / folder.current.name))
    write_atomic(folder.current, f"{name}\n".encode())


def keep_trial(folder: DataFolder, candidate: Path) -> Path:
    """Put a sealed candidate aside as the trial, in place of the one before, and return its folder."""
    shutil.rmtree(folder.trials, ignore_errors=True)
    folder.trials.mkdir(mode=0o700, parents=True)
    kept = candidate.replace(folder.trials / candidate.name)
    sync_folder(folder.trials)
    return kept
