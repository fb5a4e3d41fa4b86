"""What `clas status` says of a data folder: each thing that is out of order, and what to do about it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.builds.lock import only_builder
from pipeline.builds.publish import new_candidate, publish, seal
from pipeline.safekeeping.backup import back_up
from pipeline.safekeeping.backup_scope import note_backup
from pipeline.safekeeping.health import ALERT, FAULT, OK, HealthPoint, health, is_faulty
from socle.files.manifest import MANIFEST, WAREHOUSE
from socle.paths import DataFolder
from tests.support.backups import create_accounts
from tests.support.builds import hand_made, plain, publish_hand_made, silent
from tests.support.disks import can_mount, small_disk

HEAVY = {"duckdb", "pandas", "yaml", "great_expectations", "numpy", "sqlalchemy", "sqlite3", "zipfile"}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """Three builds, the state being private."""
    data = DataFolder(tmp_path / "data")
    for rows in range(3):
        publish_hand_made(data, rows)
    data.raw.mkdir()
    (data.raw / "porteurs.csv").write_text("porteur_id\n", encoding="utf-8")
    data.etat.mkdir(mode=0o700)
    return data


def publish_real(folder: DataFolder) -> None:
    """A build of data that are not fictitious."""
    with only_builder(folder):
        candidate, manifest = hand_made(folder)
        seal(candidate, replace(manifest, fictif=False))
        publish(folder, candidate, 5)


def point(folder: DataFolder, sujet: str) -> HealthPoint:
    [found] = [point for point in health(folder) if point.sujet == sujet]
    return replace(found, constat=plain(found.constat), remede=found.remede and plain(found.remede))


def test_in_order_everything_is_ok_and_nothing_has_to_be_done(folder: DataFolder) -> None:
    points = health(folder)
    assert [point.sujet for point in points] == ["publication", "disque", "etat", "sauvegarde"]
    assert {(point.etat, point.remede) for point in points} == {(OK, None)}
    assert not is_faulty(points)


def test_a_folder_that_does_not_exist_yet_is_in_order(tmp_path: Path) -> None:
    points = health(DataFolder(tmp_path / "absent"))
    assert {point.etat for point in points} == {OK}
    assert plain(points[0].constat) == "Rien n'a encore été publié."


def test_a_published_build_that_is_damaged_is_named_with_the_one_that_serves(folder: DataFolder) -> None:
    _, second, third = sorted(folder.builds.iterdir())
    with (third / WAREHOUSE).open("r+b") as file:
        file.write(b"?")
    found = point(folder, "publication")
    assert (found.etat, found.remede) == (FAULT, "Lancez « clas build --force ».")
    assert (
        found.constat
        == f"La construction {third.name} est abîmée : la construction {second.name}, qui la précède, sert."
    )
    assert is_faulty(health(folder))


def test_a_pointer_that_cannot_be_read_is_told_with_two_ways_out(folder: DataFolder) -> None:
    last = max(folder.builds.iterdir()).name
    folder.current.write_bytes(b"\xff")
    found = point(folder, "publication")
    assert found.etat == FAULT
    assert found.constat == f"Le fichier CURRENT est illisible : {last}, la dernière construction entière, sert."
    assert found.remede == f"Lancez « clas build --force », ou « clas rollback {last} »."


def test_when_no_build_is_whole_there_are_no_figures_any_more(folder: DataFolder) -> None:
    for build in folder.builds.iterdir():
        (build / MANIFEST).unlink()
    found = point(folder, "publication")
    assert found.etat == FAULT
    assert "il n'y a plus de chiffres à montrer" in found.constat


def test_another_build_that_is_damaged_is_only_told(folder: DataFolder) -> None:
    first = min(folder.builds.iterdir())
    (first / WAREHOUSE).unlink()
    found = point(folder, "constructions")
    assert found.etat == ALERT
    assert first.name in found.constat
    assert point(folder, "publication").etat == OK


def test_a_disk_with_less_room_than_a_build_may_take_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disque", size=8 << 20) as disk:
        found = disk.call(_room_left, disk.place / "data")
    assert found.etat == (ALERT if can_mount() else OK)
    assert "que peut demander une construction" in found.constat
    assert not can_mount() or (found.remede or "").startswith("Libérez de la place sur le disque de ")


def _room_left(root: Path) -> HealthPoint:
    data = DataFolder(root)
    publish_hand_made(data)
    (data.staging / "x").mkdir(parents=True)
    (data.staging / "x" / "t0.parquet").write_bytes(b"\0" * (3 << 20))
    return next(point for point in health(data) if point.sujet == "disque")


def test_a_build_under_way_is_no_fault_and_its_process_is_named(folder: DataFolder) -> None:
    with only_builder(folder):
        (new_candidate(folder) / "x").touch()
        found = point(folder, "verrou")
        assert found.etat == OK
        assert found.constat.startswith("Une construction est en cours depuis le ")
        assert f"(processus {os.getpid()}, lancé par " in found.constat
        assert [point for point in health(folder) if point.sujet == "restes"] == []
    assert [point for point in health(folder) if point.sujet in ("verrou", "restes")] == []


def test_a_build_that_was_killed_leaves_a_lock_and_files_that_are_told_until_the_next_one(folder: DataFolder) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path; from socle.paths import DataFolder; "
        "from pipeline.builds.lock import only_builder; from pipeline.builds.publish import new_candidate\n"
        "folder = DataFolder(Path(sys.argv[1]))\n"
        "with only_builder(folder):\n"
        "    (new_candidate(folder) / 'x').write_bytes(b'0' * 2_000_000)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(folder.root)], check=False)
    assert killed.returncode == -9
    lock, left = point(folder, "verrou"), point(folder, "restes")
    assert lock.etat == left.etat == ALERT
    assert lock.constat.startswith("Une construction commencée le ")
    assert "s'est interrompue" in lock.constat
    assert lock.remede == "Relancez-la : il n'y a rien à nettoyer."
    assert left.constat == "Une construction interrompue a laissé 2,0 Mo de fichiers de travail."
    publish_hand_made(folder)
    assert {point.etat for point in health(folder)} == {OK}


@pytest.mark.parametrize("what", ["etat", "etat/arrets", "etat/arrets/2019-2020.json"])
def test_a_state_that_others_can_read_is_told(folder: DataFolder, what: str) -> None:
    folder.arrets.mkdir(mode=0o700)
    (folder.arrets / "2019-2020.json").touch(mode=0o600)
    path = folder.root / what
    path.chmod(path.stat().st_mode | 0o040)
    found = point(folder, "etat")
    assert found.etat == ALERT
    assert found.constat == f"D'autres que vous peuvent lire ce qui doit rester privé : {what}."
    subprocess.run((found.remede or "").split("«")[1].split("»")[0].split(), check=True)  # the remedy mends it
    assert point(folder, "etat").etat == OK


def test_a_lost_state_is_a_fault(folder: DataFolder) -> None:
    with only_builder(folder):
        candidate, manifest = hand_made(folder)
        seal(
            candidate, replace(manifest, inputs={"(arrêts)/2019-2020.json": "x", "(arrêts)/2019-2020.figures.csv": "x"})
        )
        publish(folder, candidate, 5)
    shutil.rmtree(folder.etat)
    found = point(folder, "etat")
    assert found.etat == FAULT
    assert "l'arrêt de 2019-2020" in found.constat
    assert "clas restore" in (found.remede or "")


def test_a_damaged_database_of_accounts_is_a_fault(folder: DataFolder) -> None:
    create_accounts(folder.access)
    assert [point for point in health(folder) if point.sujet == "comptes"] == []
    folder.access.write_bytes(b"\0" * 4096)
    assert point(folder, "comptes").etat == FAULT


def test_a_restoration_that_was_interrupted_is_a_fault(folder: DataFolder) -> None:
    folder.restoring.mkdir()
    found = point(folder, "restauration")
    assert found.etat == FAULT
    assert found.remede == "Relancez « clas restore FICHIER --remplacer »."


def test_a_clock_that_went_back_is_told(folder: DataFolder) -> None:
    with only_builder(folder):
        candidate, manifest = hand_made(folder)
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
        seal(candidate, replace(manifest, created_at=tomorrow))
        publish(folder, candidate, 5)
    found = point(folder, "horloge")
    assert found.etat == ALERT
    assert found.constat.startswith("L'horloge de cet ordinateur retarde : elle dit ")


def test_real_data_never_saved_are_told_and_once_saved_no_more(folder: DataFolder, tmp_path: Path) -> None:
    assert point(folder, "sauvegarde").etat == OK  # they are fictitious
    publish_real(folder)
    found = point(folder, "sauvegarde")
    assert (found.etat, found.constat) == (ALERT, "Aucune sauvegarde n'est connue.")
    assert found.remede == "Lancez « clas backup --out DOSSIER », sur un autre disque."
    back_up(folder, tmp_path / "s.zip", silent)
    found = point(folder, "sauvegarde")
    assert found.etat == OK
    assert found.constat.endswith(f"(aujourd'hui), dans {tmp_path / 's.zip'} ; rien n'a changé depuis.")


@pytest.mark.parametrize(("days", "changed", "etat"), [(3, True, OK), (30, False, OK), (30, True, ALERT)])
def test_an_old_backup_is_told_when_something_changed_since(
    folder: DataFolder, days: int, changed: bool, etat: str
) -> None:
    publish_real(folder)
    note_backup(folder, datetime.now(UTC) - timedelta(days=days, hours=1), Path("/ailleurs/s.zip"), 1)
    if changed:
        (folder.raw / "porteurs.csv").write_text("porteur_id\np1\n", encoding="utf-8")
    found = point(folder, "sauvegarde")
    assert found.etat == etat
    assert f"(il y a {days} jours), dans /ailleurs/s.zip ; " in found.constat
    assert ("ont changé" in found.constat) == changed


@pytest.mark.parametrize(("hours", "changed"), [(0, False), (2, True)])
def test_a_database_that_was_written_since_is_a_change_but_for_the_trace_of_the_backup_itself(
    folder: DataFolder, hours: int, changed: bool
) -> None:
    create_accounts(folder.access)
    note_backup(folder, datetime.now(UTC) - timedelta(hours=hours), Path("/ailleurs/s.zip"), 1)
    folder.access.touch()
    assert ("ont changé" in point(folder, "sauvegarde").constat) == changed


def test_a_note_that_is_damaged_is_no_note(folder: DataFolder) -> None:
    note_backup(folder, datetime.now(UTC), Path("/ailleurs/s.zip"), 1)
    for content in (b"", b"{", b"[]", b'{"faite_le": "hier", "fichier": "", "octets": 1, "contenu": ""}'):
        folder.last_backup.write_bytes(content)
        assert point(folder, "sauvegarde").constat == "Aucune sauvegarde n'est connue."


def test_looking_at_health_imports_nothing_heavy() -> None:
    code = f"import sys, pipeline.safekeeping.health; print({HEAVY!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
