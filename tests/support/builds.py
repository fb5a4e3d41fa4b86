"""Builds for tests: hand-made ones of two tables, real ones cut down to be quick, and child processes to kill."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from pipeline.build import Built, build
from pipeline.builds.lock import only_builder
from pipeline.builds.publish import new_candidate, publish, row_counts, seal
from pipeline.codebook.model import Codebook
from socle.files.manifest import PRIVATE, WAREHOUSE, Manifest, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.exports import codebook

# Children start from a process that has already imported what takes seconds.
CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["pipeline.quality.great_expectations_run", "pipeline.build"])
_TABLE_OF = {WAREHOUSE: "core.action", PRIVATE: "main.donnee_personnelle"}
_CHANGES_OF_DISK = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree"}


def plain(text: object) -> str:
    """A sentence with ordinary spaces in place of the narrow ones of French punctuation."""
    return str(text).replace("\u202f", " ")


def silent(_: str) -> None:
    """Progress that nobody reads."""


def hand_made(folder: DataFolder, rows: int = 3) -> tuple[Path, Manifest]:
    """A candidate of `rows` rows and its manifest, not sealed yet."""
    candidate = new_candidate(folder)
    for name, table in _TABLE_OF.items():
        (candidate / name).write_bytes(_database(table, rows))
    (candidate / PRIVATE).chmod(0o600)
    manifest = Manifest(
        build=candidate.name,
        created_at="2026-11-24T00:00:00+00:00",
        fictif=True,
        inputs={},
        figures_hash=str(rows),
        tables={name: {table: rows} for name, table in _TABLE_OF.items()},
        sizes={name: (candidate / name).stat().st_size for name in _TABLE_OF},
    )
    return candidate, manifest


@cache
def _database(table: str, rows: int) -> bytes:
    """The bytes of a database of one table."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "base.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema if not exists core")
            connection.execute(f"create table {table} as select range as n from range({rows})")
        return path.read_bytes()


def publish_hand_made(folder: DataFolder, rows: int = 3, kept: int = 5) -> Path:
    """Publish a build of `rows` rows."""
    with only_builder(folder):
        candidate, manifest = hand_made(folder, rows)
        seal(candidate, manifest)
        return publish(folder, candidate, kept)


@cache
def quick_codebook() -> Codebook:
    """The shipped definitions with one indicator a source and hardly any rule: a build takes a third of its time."""
    return cut_down(codebook())


def cut_down(whole: Codebook, kept: Collection[str] = ()) -> Codebook:
    """Definitions with one indicator a source and those of `kept`, and hardly any rule."""
    first = {indicator.source: indicator.id for indicator in reversed(whole.indicators)}.values()
    return replace(
        whole,
        indicators=tuple(one for one in whole.indicators if one.id in {*first, *kept}),
        rules=(),
        variables=tuple(replace(variable, bornes=None, plausible=None, evolution=None) for variable in whole.variables),
    )


def quick_build(
    folder: DataFolder,
    progress: Callable[[str], None] = silent,
    published: bool = True,
    rules: Collection[str] = (),
    definitions: Codebook | None = None,
) -> Built:
    """Build and publish (or try) under the builders' lock, every stage being the real one, with the rules named.

    The definitions are those of `quick_codebook`, unless others are given.
    """
    known = replace(definitions or quick_codebook(), rules=tuple(rule for rule in codebook().rules if rule.id in rules))
    with built_with(known), only_builder(folder):
        return build(folder, Settings(folder.root), progress, published=published)


@contextmanager
def built_with(definitions: Codebook) -> Iterator[None]:
    """Have the builds made meanwhile use these definitions."""
    with pytest.MonkeyPatch.context() as patched:
        build_with(patched, definitions)
        yield


def build_with(patched: pytest.MonkeyPatch, definitions: Codebook) -> None:
    """Have builds use these definitions; where they hold no rule, Great Expectations has nothing to check.

    Half of the time of a small build is its own.
    """
    patched.setattr("pipeline.build.load_codebook", lambda *_: definitions)
    if not definitions.rules:
        patched.setattr("pipeline.quality.checks.table_checks", lambda *_: ())
        patched.setattr("pipeline.build.warm_up", lambda: None)


@contextmanager
def child(target: Callable[..., None], *arguments: Any) -> Iterator[Any]:
    """A child process at work, killed at the end if it still runs."""
    process = CHILDREN.Process(target=target, args=arguments)
    with patch.dict(sys.modules, {"__main__": ModuleType("__main__")}):  # or each child would import pytest first
        process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def build_in_child(root: Path) -> None:
    """A quick build; what a child runs."""
    quick_build(DataFolder(root))


def build_step_by_step(root: Path, pipe: Connection) -> None:
    """A quick build that says each of its steps and waits for a word before the next."""

    def progress(step: str) -> None:
        pipe.send(step)
        pipe.recv()

    quick_build(DataFolder(root), progress)


def publish_until_killed(root: Path, changes: int) -> None:
    """Publish a hand-made build, the process killing itself at the change of the disk of that number."""
    kill_at_change(root, changes)
    publish_hand_made(DataFolder(root), rows=changes + 10, kept=2)


def kill_at_change(root: Path, changes: int) -> None:
    """Have this process kill itself at its change of that number of the disk under `root`."""
    left = changes

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if str(root) in str(arguments[:2]) and (event in _CHANGES_OF_DISK or writes):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def read_until_told(root: Path, pipe: Connection) -> None:
    """Open the published build again and again, sending what each time shows: its name, or what is wrong."""
    folder = DataFolder(root)
    while not pipe.poll():
        pipe.send(read_once(folder))


def read_once(folder: DataFolder) -> str:
    """Return the name of the published build when all it declares is there; otherwise what was found."""
    published = current_build(folder)
    manifest = read_manifest(published) if published else None
    if published is None or manifest is None:
        return "rien de publié"
    for name, tables in manifest.tables.items():
        with duckdb.connect(str(published / name), read_only=True) as connection:
            found = row_counts(connection)
        if found != tables:
            return f"{published.name}/{name} : {found}"
    return published.name
