"""`clas backup` makes a file that is whole and true, or none; and whatever happens, an earlier one stays."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from access.journal.journal import entries
from cli.main import main
from pipeline.builds.lock import only_builder
from pipeline.safekeeping.archive import DECLARATION
from pipeline.safekeeping.backup import Backup, back_up
from pipeline.safekeeping.health import health
from pipeline.safekeeping.restore import restore
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.backups import (
    FILES,
    MACHINE,
    at_step,
    back_up_until_killed,
    content,
    create_accounts,
    keep_growing,
    keep_writing,
    published,
    totals,
    write,
)
from tests.support.builds import CHILDREN, child, plain, silent
from tests.support.disks import Disk, can_mount, small_disk

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return published(tmp_path / "data")


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as error:
        action()
    return plain(error.value)


def names(backup: Path) -> list[str]:
    with zipfile.ZipFile(backup) as archive:
        return archive.namelist()


def test_it_holds_what_must_survive_and_nothing_else_and_is_its_owner_s_alone(
    folder: DataFolder, tmp_path: Path
) -> None:
    write(folder.root, MACHINE | {"etat/.temporaire": b"x"})
    done = back_up(folder, tmp_path / "s.zip", silent)
    assert names(done.path) == [*sorted(FILES), DECLARATION]
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert done.bytes == done.path.stat().st_size
    with zipfile.ZipFile(done.path) as archive:  # any tool reads it
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist() if name != DECLARATION} == FILES
        told = json.loads(archive.read(DECLARATION))
    assert told["construction"] == folder.current.read_text(encoding="utf-8").strip()
    assert told["fichiers"]["raw/2019-2020/vide.csv"]["octets"] == 0


def test_the_same_content_gives_the_same_bytes_but_for_its_date(folder: DataFolder, tmp_path: Path) -> None:
    first, second = (back_up(folder, tmp_path / name, silent) for name in ("a.zip", "b.zip"))
    with zipfile.ZipFile(first.path) as one, zipfile.ZipFile(second.path) as other:
        said = [json.loads(archive.read(DECLARATION)) for archive in (one, other)]
    for told in said:
        del told["faite_le"], told["empreinte"]
    assert said[0] == said[1]


def test_a_note_of_it_is_kept_in_the_state_and_is_not_saved(folder: DataFolder, tmp_path: Path) -> None:
    assert back_up(folder, tmp_path / "s.zip", silent).noted
    assert stat.S_IMODE(folder.last_backup.stat().st_mode) == 0o600
    back_up(folder, tmp_path / "s.zip", silent)
    assert "etat/sauvegarde.json" not in names(tmp_path / "s.zip")


def test_in_a_folder_it_takes_a_dated_name(folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for out in (None, tmp_path):
        path = back_up(folder, out, silent).path
        assert path.name.startswith("clas-sauvegarde-20")
        assert path.resolve().parent == tmp_path


def test_a_database_being_written_is_saved_at_one_moment(folder: DataFolder, tmp_path: Path) -> None:
    accounts = folder.etat / "access.sqlite"
    create_accounts(accounts)
    ours, theirs = CHILDREN.Pipe()
    saved: list[Backup] = []
    with child(keep_writing, accounts, theirs) as writer:
        assert ours.recv() == "ok"
        saved += [back_up(folder, tmp_path / f"{number}.zip", silent) for number in range(3)]
        ours.send("assez")
        writer.join()
    counts = []
    for one in saved:
        assert [name for name in names(one.path) if "access" in name] == ["etat/access.sqlite"]
        restored = DataFolder(tmp_path / one.path.stem)
        restore(restored, one.path, False, silent)
        count, total, sound = totals(restored.etat / "access.sqlite")
        assert (total, sound) == (0, "ok")
        counts.append(count)
    assert counts == sorted(counts)
    assert counts[0] >= 100  # also what was not yet in the database itself
    assert stat.S_IMODE((restored.etat / "access.sqlite").stat().st_mode) == 0o600


def test_a_database_that_is_damaged_is_named_and_nothing_is_written(folder: DataFolder, tmp_path: Path) -> None:
    accounts = folder.etat / "access.sqlite"
    create_accounts(accounts)
    with accounts.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3000)
    told = refusal(lambda: back_up(folder, tmp_path / "s.zip", silent))
    assert told.startswith("Rien n'a été sauvegardé : la base etat/access.sqlite est abîmée.")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_where_it_may_be_written(folder: DataFolder, tmp_path: Path) -> None:
    for place in (folder.raw, folder.etat / "s.zip", folder.curated, folder.definitions / "x.zip"):
        told = refusal(lambda place=place: back_up(folder, place, silent))
        assert "qui fait partie des données ou peut être supprimé" in told
    (tmp_path / "notes.zip").write_bytes(b"PK")
    told = refusal(lambda: back_up(folder, tmp_path / "notes.zip", silent))
    assert told.endswith("n'est pas une sauvegarde : il n'a pas été remplacé. Indiquez un autre nom.")
    assert (tmp_path / "notes.zip").read_bytes() == b"PK"
    before = back_up(folder, tmp_path / "s.zip", silent)
    (folder.raw / "porteurs.csv").write_bytes(b"autre")
    assert back_up(folder, tmp_path / "s.zip", silent).declared != before.declared


def test_what_cannot_be_saved_is_named(folder: DataFolder, tmp_path: Path) -> None:
    out = tmp_path / "s.zip"
    assert "ne contient rien à sauvegarder" in refusal(lambda: back_up(DataFolder(tmp_path / "vide"), out, silent))
    link = folder.raw / "2020-2021"
    link.symlink_to(tmp_path)
    assert "2020-2021 ne peut pas l'être (un lien vers un dossier)" in refusal(lambda: back_up(folder, out, silent))
    link.unlink()
    for name in ("a\nb.csv", "a\\b.csv", os.fsdecode(b"a\xff.csv")):
        path = folder.raw / name
        path.write_bytes(b"")
        told = refusal(lambda: back_up(folder, out, silent))
        assert "ne peut pas l'être (un " in told
        told.encode()
        path.unlink()
    assert not out.exists()


def test_a_file_that_changes_meanwhile_is_named_and_an_earlier_backup_stays(folder: DataFolder, tmp_path: Path) -> None:
    out = tmp_path / "s.zip"
    back_up(folder, out, silent)
    before, growing = out.read_bytes(), folder.raw / "2019-2020" / "gros.csv"
    growing.write_bytes(b"x" * (64 << 20))
    ours, theirs = CHILDREN.Pipe()
    with child(keep_growing, growing, theirs):
        ours.recv()
        told = refusal(lambda: back_up(folder, out, silent))
    assert told.startswith("raw/2019-2020/gros.csv a changé pendant sa lecture")
    assert out.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"data", "s.zip"}


def test_while_a_build_is_under_way_it_is_refused_and_while_it_is_made_a_build_is(
    folder: DataFolder, tmp_path: Path
) -> None:
    with only_builder(folder):
        told = refusal(lambda: back_up(folder, tmp_path / "s.zip", silent))
        assert told.startswith("Une construction est déjà en cours")

    def build() -> None:
        with only_builder(folder):
            raise AssertionError

    step = at_step("Vérification", build)
    assert refusal(lambda: back_up(folder, tmp_path / "s.zip", step)).startswith("Une sauvegarde est déjà en cours")


def test_killed_at_each_change_of_the_disk_an_earlier_backup_stays_and_the_next_one_clears(
    folder: DataFolder, tmp_path: Path
) -> None:
    out = tmp_path / "sauvegardes" / "s.zip"
    out.parent.mkdir()
    back_up(folder, out, silent)
    exit_code, change, left = -9, 0, 0
    while exit_code:
        change += 1
        with child(back_up_until_killed, folder.root, out, change) as process:
            process.join()
            exit_code = process.exitcode
        assert exit_code in (0, -9)
        restore(DataFolder(tmp_path / f"essai{change}"), out, False, silent)
        assert content(tmp_path / f"essai{change}") == FILES
        left += len(list(out.parent.iterdir())) > 1
        back_up(folder, out, silent)
        assert [path.name for path in out.parent.iterdir()] == ["s.zip"]
    assert change > 4
    assert left > 1


# The disk


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disque", size=16 << 20) as disk:
        yield disk


def test_on_a_full_disk_nothing_is_left_and_an_earlier_backup_stays(small: Disk, folder: DataFolder) -> None:
    create_accounts(folder.etat / "access.sqlite")
    out = small.place / "s.zip"
    small.call(_back_up, folder.root, out)
    for left in (0, 4096, 40_000):
        told, kept = small.call(_back_up_on_a_full_disk, small, folder.root, out, left)
        reason = "il n'y a plus de place sur le disque" if can_mount() else "un fichier dépasserait la taille permise"
        assert told == f"Rien n'a pu être écrit dans {out} : {reason}. Indiquez un autre dossier."
        assert kept == ["s.zip"]


def test_data_on_a_disk_that_is_full_or_read_only_are_saved_elsewhere(small: Disk, tmp_path: Path) -> None:
    root, out = small.place / "data", tmp_path / "s.zip"
    small.call(_prepare, root)
    assert not small.call(_saved_from_a_full_disk, small, root, out)
    assert names(out) == [*sorted([*FILES, "etat/access.sqlite"]), DECLARATION]
    small.empty()
    small.lock()
    assert not small.call(_back_up, root, out)
    small.unlock()
    assert small.call(_back_up, root, out)
    restore(DataFolder(tmp_path / "ailleurs"), out, False, silent)
    assert totals(tmp_path / "ailleurs" / "etat" / "access.sqlite") == (0, 0, "ok")


def _prepare(root: Path) -> None:
    published(root)
    create_accounts(root / "etat" / "access.sqlite")


def _back_up(root: Path, out: Path) -> bool:
    return back_up(DataFolder(root), out, silent).noted


def _saved_from_a_full_disk(disk: Disk, root: Path, out: Path) -> bool:
    if can_mount():
        disk.fill()
        return _back_up(root, out)
    _back_up(root, out)
    return False


def _back_up_on_a_full_disk(disk: Disk, root: Path, out: Path, left: int) -> tuple[str, list[str]]:
    disk.fill(left)
    told = refusal(lambda: back_up(DataFolder(root), out, silent))
    (disk.place / "lest").unlink(missing_ok=True)
    return told, sorted(path.name for path in out.parent.iterdir())


# The command


def test_the_command_says_what_was_saved_and_where(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    out = tmp_path / "s.zip"
    assert main(["backup", "--out", str(out)]) == 0
    told = plain(capsys.readouterr().out)
    assert told.startswith(f"Sauvegarde écrite dans {out} : 10 fichiers, ")
    assert "relue et vérifiée" in told
    assert "données personnelles" in told
    assert "sur le même disque que les données : copiez-la ailleurs" in told
    assert main(["backup", "--out", str(out), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    # The journal, which says that a backup was made, came in the meantime.
    assert (said["fichier"], said["fichiers"], said["meme_disque"]) == (str(out), 11, True)
    assert [(entry.action, entry.objet) for entry in entries(folder)] == [("sauvegarde", "s.zip")] * 2
    assert "rien n'a changé depuis" in plain(next(p.constat for p in health(folder) if p.sujet == "sauvegarde"))
    assert main(["backup", "--out", str(tmp_path / "absent" / "s.zip")]) == 2
