"""A data folder -> a read-only, locked connection to the build it publishes, or to the last whole one before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from socle.files.manifest import Manifest, current_build, pointed_build, published_builds, read_manifest
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.published import damaged, fallback_warning
from warehouse.scope import LOCAL, Scope

# Set at connection, for each of them: this one is not shared with the other connections of a process.
_CONNECTION: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
}
# Then, in this order and apart from the above: given together, DuckDB refuses them.
_LOCK = ("set enable_external_access = false", "set lock_configuration = true")


@dataclass(frozen=True)
class Warehouse:
    """An open build: what it declares of itself, and those of its tables that `scope` may read."""

    scope: Scope
    folder: Path
    manifest: Manifest
    connection: duckdb.DuckDBPyConnection
    warning: str | None = None
    """French sentence when this is not the build that CURRENT names."""

    def records(self, query: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[dict[str, Any]]:
        """Return the rows as {column: value}; raise Refusal when the file turns out to be damaged."""
        try:
            found = self.connection.execute(
                query, dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
            )
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        except (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException) as error:
            raise damaged(self.manifest.build) from error


@contextmanager
def open_current(folder: DataFolder, scope: Scope = LOCAL) -> Iterator[Warehouse]:
    """Open the published build; where it is damaged, the last whole one before it, `warning` then saying so.

    What is opened is the database that `scope` may read: the warehouse, or what may be diffused. Raise Refusal when
    nothing was ever published, or when no build kept can be opened.
    """
    build = current_build(folder)
    if build is None:
        pointed = pointed_build(folder)
        raise damaged(pointed) if pointed else Refusal("aucune_construction")
    warehouse = next((opened for path in _candidates(folder, build) if (opened := _open(folder, path, scope))), None)
    if warehouse is None:
        raise damaged(build.name)
    with warehouse.connection:
        yield warehouse


def _candidates(folder: DataFolder, build: Path) -> Iterator[Path]:
    """The published build; the whole ones before it, which are looked for only where it cannot be opened."""
    yield build
    yield from reversed([path for path in published_builds(folder) if path.name < build.name])


def connect(database: Path) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection that reaches no other file and whose settings can no longer change."""
    connection = duckdb.connect(str(database), read_only=True, config=_CONNECTION)
    locked = connection.execute("select current_setting('lock_configuration')").fetchone()
    if locked != (True,):
        for statement in _LOCK:
            connection.execute(statement)
    return connection


def _open(folder: DataFolder, build: Path, scope: Scope) -> Warehouse | None:
    manifest = read_manifest(build)
    if manifest is None:
        return None
    try:
        connection = connect(build / scope.database)
    except duckdb.Error:
        return None
    return Warehouse(scope, build, manifest, connection, fallback_warning(folder, manifest))
