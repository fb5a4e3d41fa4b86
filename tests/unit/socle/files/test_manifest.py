"""A manifest says what a build is; CURRENT names the published one, and a damaged one is passed over."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socle.files.manifest import (
    MANIFEST,
    PRIVATE,
    WAREHOUSE,
    Manifest,
    current_build,
    is_whole,
    pointed_build,
    published_builds,
    read_manifest,
)
from socle.paths import DataFolder

NAMES = [f"00000{number}-20261124T00000{number}Z" for number in range(1, 5)]


def write_build(folder: DataFolder, name: str) -> Path:
    """A build whose databases are a few bytes: nothing here opens them."""
    build = folder.builds / name
    build.mkdir(parents=True)
    sizes = {WAREHOUSE: 4, PRIVATE: 2}
    for database, size in sizes.items():
        (build / database).write_bytes(b"d" * size)
    manifest = Manifest(name, "2026-11-24T00:00:00+00:00", True, {}, "abc", {WAREHOUSE: {}, PRIVATE: {}}, sizes)
    (build / MANIFEST).write_bytes(manifest.to_bytes())
    return build


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    data = DataFolder(tmp_path)
    for name in NAMES:
        write_build(data, name)
    data.current.write_text(f"{NAMES[2]}\n", encoding="utf-8")
    return data


@pytest.fixture(scope="module")
def any_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("build")


texts = st.text(max_size=20)


@given(
    manifest=st.builds(
        Manifest,
        build=texts,
        created_at=texts,
        fictif=st.booleans(),
        inputs=st.dictionaries(texts, texts, max_size=3),
        figures_hash=texts,
        tables=st.dictionaries(texts, st.dictionaries(texts, st.integers(0, 10**9), max_size=3), max_size=3),
        sizes=st.dictionaries(texts, st.integers(0, 10**12), min_size=1, max_size=3),
        campaigns=st.lists(st.dictionaries(texts, texts | st.integers() | st.none(), max_size=3), max_size=2),
        refused=st.lists(st.dictionaries(texts, texts, max_size=3), max_size=2),
        anomalies=st.dictionaries(texts, st.integers(0), max_size=3),
        version=texts,
    )
)
@settings(max_examples=40, deadline=None)
def test_a_manifest_is_read_as_it_was_written(any_folder: Path, manifest: Manifest) -> None:
    (any_folder / MANIFEST).write_bytes(manifest.to_bytes())
    assert read_manifest(any_folder) == manifest


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"build": "000001"}',
        b'{"unknown": 1}',
        b'{"build": "b", "created_at": "c", "fictif": true, "inputs": {}, "figures_hash": "f", "tables": {}, '
        b'"sizes": null}',
        b'{"build": "b", "created_at": "c", "fictif": true, "inputs": {}, "figures_hash": "f", "tables": {}, '
        b'"sizes": {}}',
    ],
)
def test_a_damaged_manifest_makes_half_a_build(folder: DataFolder, content: bytes) -> None:
    (folder.builds / NAMES[2] / MANIFEST).write_bytes(content)
    assert read_manifest(folder.builds / NAMES[2]) is None
    assert not is_whole(folder.builds / NAMES[2])
    assert current_build(folder) == folder.builds / NAMES[1]


def test_the_build_that_current_names_is_the_published_one_not_the_last(folder: DataFolder) -> None:
    assert pointed_build(folder) == NAMES[2]
    assert current_build(folder) == folder.builds / NAMES[2]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"garbage", b"!!!", b"\xff\xfe\x00", b"\0", b"..", b".", b"../x", b"/", b"/etc/passwd",
     f"../builds/{NAMES[0]}".encode(), f"{NAMES[0]}/".encode(), f"{NAMES[0]}\n{NAMES[1]}".encode(), b"0" * 5000],
)  # fmt: skip
def test_where_current_is_unreadable_the_last_whole_build_is_shown(folder: DataFolder, content: bytes) -> None:
    folder.current.write_bytes(content)
    assert pointed_build(folder) is None
    assert current_build(folder) == folder.builds / NAMES[3]


def test_where_current_is_missing_or_a_folder_the_last_whole_build_is_shown(folder: DataFolder) -> None:
    folder.current.unlink()
    assert current_build(folder) == folder.builds / NAMES[3]
    folder.current.mkdir()
    assert current_build(folder) == folder.builds / NAMES[3]


def test_a_build_named_and_missing_gives_way_to_the_one_before(folder: DataFolder) -> None:
    folder.current.write_text("000009-20261124T000000Z", encoding="utf-8")
    assert current_build(folder) == folder.builds / NAMES[3]


def test_a_path_out_of_the_builds_is_never_followed(folder: DataFolder) -> None:
    write_build(DataFolder(folder.root), "../../000007-20261124T000007Z")
    folder.current.write_text("../../000007-20261124T000007Z", encoding="utf-8")
    assert current_build(folder) == folder.builds / NAMES[3]


def test_a_truncated_database_gives_way_to_the_build_before(folder: DataFolder) -> None:
    os.truncate(folder.builds / NAMES[2] / WAREHOUSE, 3)
    assert current_build(folder) == folder.builds / NAMES[1]


def test_a_missing_database_gives_way_to_the_build_before(folder: DataFolder) -> None:
    (folder.builds / NAMES[2] / PRIVATE).unlink()
    assert current_build(folder) == folder.builds / NAMES[1]


def test_a_journal_left_beside_a_database_gives_way_to_the_build_before(folder: DataFolder) -> None:
    (folder.builds / NAMES[2] / f"{WAREHOUSE}.wal").write_bytes(b"\0")
    assert current_build(folder) == folder.builds / NAMES[1]


def test_a_build_that_was_rolled_back_from_is_not_shown_in_place_of_a_damaged_one(folder: DataFolder) -> None:
    folder.current.write_text(NAMES[0], encoding="utf-8")
    (folder.builds / NAMES[0] / MANIFEST).unlink()
    assert current_build(folder) is None


def test_without_any_build_nothing_is_published(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert (current_build(folder), pointed_build(folder), published_builds(folder)) == (None, None, [])


def test_a_stray_file_among_the_builds_is_passed_over(folder: DataFolder) -> None:
    (folder.builds / "LISEZMOI.txt").write_text("bonjour", encoding="utf-8")
    assert [build.name for build in published_builds(folder)] == NAMES


def test_reading_a_manifest_imports_nothing_heavy() -> None:
    code = (
        "import sys, socle.files.manifest, pipeline.reading.campaigns, pipeline.run; "
        "print({'duckdb', 'pandas', 'yaml', 'jsonschema', 'great_expectations'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
