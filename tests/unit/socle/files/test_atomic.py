"""A file is whole or absent: the former content stays until the new one is on disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from socle.files.atomic import replacing, sync_tree, temporaries, write_atomic, write_together


def test_the_content_replaces_the_former_one_with_the_rights_asked(tmp_path: Path) -> None:
    path = tmp_path / "dossier" / "CURRENT"
    write_atomic(path, b"un")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"un", 0o644)
    write_atomic(path, b"deux", mode=0o600)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"deux", 0o600)
    assert list(path.parent.iterdir()) == [path]


NO_PROCESS = 2**22 + 1
"""No process bears this number: Linux gives none above 2**22."""


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_writing_that_fails_leaves_the_former_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "CURRENT"
    write_atomic(path, b"avant")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, failing, full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, b"pendant")
    assert path.read_bytes() == b"avant"
    assert list(tmp_path.iterdir()) == [path]


def test_the_content_is_on_disk_before_it_takes_its_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        done.append("dossier" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "fichier")
        fsync(descriptor)

    def renamed(source: str, target: str) -> None:
        done.append("nom")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    write_atomic(tmp_path / "CURRENT", b"un")
    assert done == ["fichier", "nom", "dossier"]


def test_what_a_killed_writing_left_is_found_beside_its_file_only(tmp_path: Path) -> None:
    for name in ("CURRENT", ".CURRENT.ab12", ".CURRENT2.ab12", ".gitignore"):
        (tmp_path / name).touch()
    assert [path.name for path in temporaries(tmp_path / "CURRENT")] == [".CURRENT.ab12"]


def test_every_file_and_folder_of_a_tree_is_made_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for path in (tmp_path / "un", tmp_path / "a" / "deux", tmp_path / "a" / "b" / "trois"):
        path.touch()
    synced: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.add(os.fstat(descriptor).st_ino))
    sync_tree(tmp_path)
    assert synced == {path.stat().st_ino for path in [tmp_path, *tmp_path.rglob("*")]}


def test_files_replaced_together_are_all_on_disk_before_the_first_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "chiffres.csv", tmp_path / "arret.json"
    write_together({first: b"un", second: b"un"})
    done: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _: done.append("disque"))
    real = os.replace
    monkeypatch.setattr(os, "replace", lambda *names: (done.append(Path(names[1]).name), real(*names)))
    write_together({first: b"deux", second: b"deux"}, mode=0o600)
    assert done == ["disque", "disque", "chiffres.csv", "arret.json", "disque"]
    assert [path.read_bytes() for path in (first, second)] == [b"deux", b"deux"]
    assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_when_one_file_cannot_be_written_none_is_replaced(tmp_path: Path) -> None:
    first, second = tmp_path / "chiffres.csv", tmp_path / "fichier" / "arret.json"
    first.write_bytes(b"avant")
    (tmp_path / "fichier").write_bytes(b"")
    with pytest.raises(OSError, match="File exists"):
        write_together({first: b"apres", second: b"apres"})
    assert first.read_bytes() == b"avant"
    assert {path.name for path in tmp_path.iterdir()} == {"chiffres.csv", "fichier"}


def test_a_file_written_in_its_place_takes_it_once_whole_and_respects_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"avant")
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.write_bytes(b"a moi")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"avant"
    before = os.umask(0o027)
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(b"apres")
    finally:
        os.umask(before)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"apres", 0o640)
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writing_left_is_cleared_and_what_another_process_writes_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for name in (f".a.csv.{NO_PROCESS}.12", f".a.csv.{os.getpid()}.12", ".a.csv.notes", ".a.csv"):
        (tmp_path / name).touch()
    with replacing(path) as temporary:
        temporary.write_bytes(b"un")
    assert {other.name for other in tmp_path.iterdir()} == {
        "a.csv",
        f".a.csv.{os.getpid()}.12",
        ".a.csv.notes",
        ".a.csv",
    }
