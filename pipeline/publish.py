"""A finished candidate -> the published build: sealed, reopened, checked, then named by CURRENT in one rename."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.diffused import keep_shown
from pipeline.manifest import (
    MANIFEST,
    Manifest,
    is_whole,
    pointed_build,
    published_builds,
    read_manifest,
)
from pipeline.messages import Refusal
from socle.atomic import sync_folder, sync_tree, temporaries, write_atomic
from socle.french import moment
from socle.paths import DataFolder


class IncompleteBuildError(Exception):
    """A candidate does not hold what its manifest says: it must not be published."""


@contextmanager
def only_builder(folder: DataFolder) -> Iterator[None]:
    """Hold the builders' lock; raise Refusal at once when another process holds it.

    The kernel drops the lock with the process, so a build that was killed leaves nothing to clean by hand.
    """
    folder.curated.mkdir(parents=True, exist_ok=True)
    with folder.lock.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal("construction_en_cours", depuis=_since(folder.lock)) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "depuis": datetime.now(UTC).isoformat()}))
        file.flush()
        yield


def _since(lock: Path) -> str:
    try:
        return f"le {moment(datetime.fromisoformat(json.loads(lock.read_text(encoding='utf-8'))['depuis']))}"
    except (OSError, ValueError, KeyError, TypeError):
        return "un instant"


def new_candidate(folder: DataFolder) -> Path:
    """Return an empty folder to build in, after clearing what interrupted builds left. Call under `only_builder`."""
    shutil.rmtree(folder.candidates, ignore_errors=True)
    for left in temporaries(folder.current):
        left.unlink()
    # Private until published: DuckDB makes the database of personal data with everyone's rights.
    folder.candidates.mkdir(mode=0o700, parents=True, exist_ok=True)
    candidate = folder.candidates / _next_name(folder)
    candidate.mkdir()
    return candidate


def _next_name(folder: DataFolder) -> str:
    """A rising number, so that order survives a clock going back, then the time, so that no path is used twice."""
    names = [path.name for path in folder.builds.iterdir()] if folder.builds.is_dir() else []
    last = max((int(name[:6]) for name in [*names, pointed_build(folder) or ""] if name[:6].isdigit()), default=0)
    return f"{last + 1:06d}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def seal(candidate: Path, manifest: Manifest) -> None:
    """Write the completion marker once all it speaks of is on disk; raise IncompleteBuildError if it is untrue."""
    sync_tree(candidate)
    write_atomic(candidate / MANIFEST, manifest.to_bytes())
    verify(candidate)


def verify(build: Path) -> None:
    """Reopen each database read-only and compare its tables and row counts with the manifest."""
    manifest = read_manifest(build)
    if manifest is None or not is_whole(build):
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

    Raise IncompleteBuildError, publishing nothing, when the candidate is no longer as it was sealed.
    """
    verify(candidate)
    # Before it can be read: what was shown and not noted could be told apart from the next one.
    keep_shown(folder, candidate)
    build = folder.builds / candidate.name
    folder.builds.mkdir(parents=True, exist_ok=True)
    candidate.replace(build)
    sync_folder(folder.builds)
    _point(folder, build.name)
    # A trial was compared with what is no longer published.
    shutil.rmtree(folder.trials, ignore_errors=True)
    _delete_oldest(folder, kept)
    return build


def _delete_oldest(folder: DataFolder, kept: int) -> None:
    """Delete the builds older than the last `kept` whole ones.

    Each leaves builds/ in one rename: a deletion cut short leaves no half build there, only a leftover to clear.
    """
    whole = published_builds(folder)[-kept:]
    for build in sorted(folder.builds.iterdir()) if len(whole) == kept else ():
        if build < whole[0] and build.name != pointed_build(folder):
            shutil.rmtree(build.replace(folder.candidates / build.name))


def roll_back(folder: DataFolder, name: str | None = None) -> Path:
    """Make CURRENT name the build before the published one, or the one named; return its folder."""
    builds = published_builds(folder)
    pointed = pointed_build(folder)
    wanted = [path for path in builds if (path.name == name if name else pointed is None or path.name < pointed)]
    chosen = max(wanted, default=None)
    if chosen is None:
        raise Refusal(
            "build_inconnu", build=name or "précédent", connus=", ".join(path.name for path in builds) or "aucun"
        )
    verify(chosen)
    _point(folder, chosen.name)
    return chosen


def _point(folder: DataFolder, name: str) -> None:
    write_atomic(folder.current, f"{name}\n".encode())
