"""`clas restore` puts a backup back, wholly verified first; nothing that was there is ever lost."""

from __future__ import annotations

import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from access.journal.journal import entries
from cli.main import main
from pipeline.builds.lock import only_builder
from pipeline.builds.publish import row_counts
from pipeline.run import run_build
from pipeline.safekeeping.backup import back_up
from pipeline.safekeeping.health import health
from pipeline.safekeeping.restore import restore
from socle.files.manifest import DIFFUSION, Manifest, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.backups import (
    APART,
    FILES,
    by_hand,
    content,
    declaration,
    published,
    restore_until_killed,
    write,
)
from tests.support.builds import child, plain, publish_hand_made, silent
from tests.support.disks import Disk, small_disk

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return published(tmp_path / "data")


@pytest.fixture
def backup(folder: DataFolder, tmp_path: Path) -> Path:
    return back_up(folder, tmp_path / "s.zip", silent).path


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as error:
        action()
    return plain(error.value)


def modes(root: Path) -> dict[str, int]:
    return {
        path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in root.rglob("*")
        if "etat" in path.parts
    }


# On an emptied folder


def test_after_the_loss_of_everything_the_same_figures_and_the_same_diffusion_are_built_again(
    adopted_demo: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    folder = DataFolder(Path(shutil.copytree(adopted_demo.root, tmp_path / "data")))
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    before, shown, kept = declared(folder), diffused(folder), content(folder.root, (*APART, "etat/access.sqlite"))
    assert main(["backup", "--out", str(tmp_path / "s.zip")]) == 0
    shutil.rmtree(folder.root)
    assert main(["restore", str(tmp_path / "s.zip")]) == 0
    assert "Lancez maintenant « clas build »" in plain(capsys.readouterr().out)
    assert content(folder.root, (*APART, "etat/access.sqlite")) == kept
    assert [entry.action for entry in entries(folder)] == ["restauration"]
    assert set(modes(folder.root).values()) == {0o700, 0o600}
    run_build(folder, Settings(), silent)
    after = declared(folder)
    assert after.figures_hash == before.figures_hash
    assert (after.arrets, after.diffusion, after.inputs) == (before.arrets, before.diffusion, before.inputs)
    assert len(after.arrets) == 10
    assert after.no_longer_adopted == []
    assert diffused(folder) == shown
    assert main(["build"]) == 0
    assert "Rien de nouveau" in capsys.readouterr().out


def declared(folder: DataFolder) -> Manifest:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    assert manifest
    return manifest


def diffused(folder: DataFolder) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of diffusion.duckdb."""
    build = current_build(folder)
    assert build
    with duckdb.connect(str(build / DIFFUSION), read_only=True) as connection:
        names = row_counts(connection)
        assert len(names) > 5
        return {
            name: connection.execute(f"select to_json(t) from {name} as t order by all").fetchall() for name in names
        }


def test_what_was_saved_is_put_back_as_it_was(folder: DataFolder, backup: Path, tmp_path: Path) -> None:
    empty = DataFolder(tmp_path / "neuf")
    done = restore(empty, backup, False, silent)
    assert done.aside is None
    assert content(empty.root) == FILES == content(folder.root)
    assert set(modes(empty.root).values()) == {0o700, 0o600}
    assert not empty.restoring.exists()
    [saved] = [point for point in health(empty) if point.sujet == "sauvegarde"]
    assert "rien n'a changé depuis" in plain(saved.constat)


def test_a_folder_that_is_there_and_empty_is_no_obstacle(backup: Path, tmp_path: Path) -> None:
    empty = DataFolder(tmp_path / "neuf")
    for place in (empty.raw, empty.etat, empty.curated):
        place.mkdir(parents=True)
    mine = {"notes.txt": "à moi".encode(), "curated/README.md": b"The page of the clone"}
    write(empty.root, mine)
    restore(empty, backup, False, silent)
    assert content(empty.root, ("curated/construction.lock", "etat/sauvegarde.json")) == FILES | mine


# On data


def test_data_that_are_there_are_not_touched_unless_asked(folder: DataFolder, backup: Path, tmp_path: Path) -> None:
    (folder.raw / "porteurs.csv").write_bytes(b"autre")
    before = content(folder.root, ())
    told = refusal(lambda: restore(folder, backup, False, silent))
    there = "raw, definitions, formats.yml, cartes, modeles, etat, "
    assert told.startswith(f"Le dossier {folder.root} contient déjà des données ({there}")
    assert content(folder.root, ()) == before
    for name in ("etat/x", "curated/builds/x", "formats.yml"):
        other = write(tmp_path / name.replace("/", "-"), {name: b"x"})
        assert "contient déjà des données" in refusal(lambda other=other: restore(other, backup, False, silent))


def test_what_is_replaced_is_kept_aside(folder: DataFolder, backup: Path) -> None:
    write(folder.root, {"raw/porteurs.csv": b"autre", "raw/2020-2021/a.csv": b"neuf", "notes.txt": b"x"})
    before, builds = content(folder.root, ("etat/sauvegarde.json",)), current_build(folder)
    assert builds
    done = restore(folder, backup, True, silent)
    assert done.aside
    assert content(folder.root) == FILES | {"notes.txt": b"x"}
    kept = content(done.aside, ("etat/sauvegarde.json",))
    left = ("notes.txt", "curated/construction.lock")
    assert kept == {name: data for name, data in before.items() if name not in left}
    assert current_build(folder) is None
    assert stat.S_IMODE(done.aside.stat().st_mode) == 0o700
    again = restore(folder, backup, True, silent)
    assert again.aside not in (None, done.aside)
    assert content(done.aside, ("etat/sauvegarde.json",)) == kept
    publish_hand_made(folder)


def test_what_was_shown_since_still_binds_the_next_diffusion_unless_it_was_fictitious_or_the_backup_is(
    folder: DataFolder, backup: Path, tmp_path: Path
) -> None:
    since = {"etat/diffusions/2019-2020/" + "a" * 32 + ".parquet": b"PAR1a"}
    write(folder.root, since)
    build = current_build(folder)
    assert build
    (build / "diffusees" / "2018-2019").mkdir(parents=True)
    (build / "diffusees" / "2018-2019" / ("b" * 32 + ".parquet")).write_bytes(b"PAR1b")
    restore(folder, backup, True, silent)
    bound = since | {"etat/diffusions/2018-2019/" + "b" * 32 + ".parquet": b"PAR1b"}
    assert content(folder.root) == FILES | bound
    assert set(modes(folder.root).values()) == {0o700, 0o600}
    real = by_hand(tmp_path / "reel.zip", FILES, declaration(FILES, fictif=False))
    publish_hand_made(folder)
    restore(folder, real, True, silent)
    assert content(folder.root) == FILES


def test_while_a_build_is_under_way_nothing_is_put_back(folder: DataFolder, backup: Path) -> None:
    before = content(folder.root, ())
    with only_builder(folder):
        told = refusal(lambda: restore(folder, backup, True, silent))
    assert told.startswith("Une construction est déjà en cours")
    assert content(folder.root, ()) == before


# Backups that are damaged, or that somebody made to harm


@pytest.fixture
def untouched(folder: DataFolder, backup: Path) -> Iterator[DataFolder]:
    """The folder, which must not change."""
    before = content(folder.root, ())
    yield folder
    assert content(folder.root, ()) == before
    assert not [path for path in folder.root.iterdir() if path.name.startswith(("remplace", ".restauration"))]


def test_a_backup_cut_anywhere_is_refused(untouched: DataFolder, backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    for size in [*range(0, len(whole), len(whole) // 60), len(whole) - 1]:
        damaged = tmp_path / "coupe.zip"
        damaged.write_bytes(whole[:size])
        told = refusal(lambda damaged=damaged: restore(untouched, damaged, True, silent))
        assert told.startswith("coupe.zip n'est pas une sauvegarde utilisable : ")
        assert told.endswith("Rien n'a été touché ; restaurez une autre sauvegarde.")


def test_a_bit_changed_anywhere_is_found_or_changes_nothing(backup: Path, tmp_path: Path) -> None:
    whole, found = backup.read_bytes(), 0
    places = [*range(0, len(whole), len(whole) // 150), *range(len(whole) - 1200, len(whole), 7)]
    for number, place in enumerate(places):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << (place % 8)
        (tmp_path / "bit.zip").write_bytes(damaged)
        target = DataFolder(tmp_path / f"essai{number}")
        try:
            restore(target, tmp_path / "bit.zip", False, silent)
        except Refusal as error:
            assert error.code == "sauvegarde_illisible"
            assert not target.root.exists()
            found += 1
        else:
            assert content(target.root) == FILES
            shutil.rmtree(target.root)
    assert found > len(places) * 0.8


LINK = stat.S_IFLNK | 0o777
ONE = {"raw/a.csv": b"x"}
HOSTILE: dict[str, tuple[dict[str, bytes], dict[str, int], str]] = {
    "goes up": ({"raw/../../evade.txt": b"x"}, {}, "un nom qui mène ailleurs"),
    "absolute": ({"/tmp/evade.txt": b"x"}, {}, "un nom qui mène ailleurs"),
    "of Windows": ({"raw\\..\\evade.txt": b"x"}, {}, "un nom qui mène ailleurs"),
    "a drive": ({"C:/evade.txt": b"x"}, {}, "un nom qui mène ailleurs"),
    "a dot": ({"raw/./a.csv": b"x"}, {}, "un nom qui mène ailleurs"),
    "two slashes": ({"raw//a.csv": b"x"}, {}, "un nom qui mène ailleurs"),
    "a line end": ({"raw/a\nb.csv": b"x"}, {}, "un caractère invisible"),
    "too long": ({"raw/" + "é" * 200: b"x"}, {}, "un nom trop long"),
    "in the builds": ({"curated/CURRENT": b"x"}, {}, "sa place"),
    "at the top": ({"clas.toml": b"x"}, {}, "sa place"),
    "a folder's name": ({"raw": b"x"}, {}, "sa place"),
    "a link": ({"raw/lien": b"/etc/passwd"}, {"raw/lien": LINK}, "n'est pas un fichier ordinaire"),
    "a folder that is a link": (
        {"raw/lien": b"/tmp", "raw/lien/evade.txt": b"x"}, {"raw/lien": LINK}, "n'est pas un fichier ordinaire",
    ),
    "a device": ({"raw/a": b""}, {"raw/a": stat.S_IFCHR | 0o600}, "n'est pas un fichier ordinaire"),
    "a folder": ({"raw/a/": b""}, {}, "n'est pas un fichier ordinaire"),
    "a file that is a folder": ({"raw/a": b"x", "raw/a/b": b"x"}, {}, "à la fois un fichier et un dossier"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "kinds", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_an_entry_that_would_leave_its_place_is_refused(
    untouched: DataFolder, tmp_path: Path, files: dict[str, bytes], kinds: dict[str, int], sentence: str
) -> None:
    hostile = by_hand(tmp_path / "piege.zip", files, kinds=kinds)
    told = refusal(lambda: restore(untouched, hostile, True, silent))
    assert sentence in told
    assert not list(tmp_path.rglob("evade.txt"))
    assert not Path("/tmp/evade.txt").exists()


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        (b"", "elle ne contient pas sauvegarde.json"),
        (b"{", "elle est abîmée ou incomplète"),
        (b"[]", "elle est abîmée ou incomplète"),
        (b'{"format": 1}', "sauvegarde.json n'est pas celui d'une sauvegarde"),
        (declaration(ONE, format=2), "elle a été faite par une version plus récente de l'outil"),
        (declaration({}), "son contenu n'est pas celui qu'elle annonce"),
        (declaration(ONE | {"raw/b.csv": b""}), "son contenu n'est pas celui qu'elle annonce"),
        (declaration(ONE, fichiers={"raw/a.csv": {"octets": 1, "sha256": "0" * 64}}), "raw/a.csv n'est plus tel qu'il"),
        (declaration(ONE, fichiers={"raw/a.csv": {"octets": 0, "sha256": "0" * 64}}), "raw/a.csv n'est plus tel qu'il"),
        (declaration(ONE, fichiers={"raw/a.csv": {"octets": -1, "sha256": ""}}), "n'est pas celui d'une sauvegarde"),
        (declaration(ONE, fichiers=["raw/a.csv"]), "n'est pas celui d'une sauvegarde"),
    ],
)
def test_a_declaration_that_is_not_true_is_refused(
    untouched: DataFolder, tmp_path: Path, declared: bytes, sentence: str
) -> None:
    hostile = by_hand(tmp_path / "piege.zip", ONE, declared)
    assert sentence in refusal(lambda: restore(untouched, hostile, True, silent))


def test_an_entry_that_grows_beyond_what_it_declares_stops_there(untouched: DataFolder, tmp_path: Path) -> None:
    bomb = tmp_path / "bombe.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("raw/a.csv", "w", force_zip64=True) as target:
            for _ in range(300):
                target.write(b"\0" * (1 << 20))
        archive.writestr("sauvegarde.json", declaration({"raw/a.csv": b"x"}))
    assert bomb.stat().st_size < 1 << 20
    assert "raw/a.csv n'est plus tel qu'il a été sauvegardé" in refusal(lambda: restore(untouched, bomb, True, silent))


def test_two_entries_of_one_name_are_refused(untouched: DataFolder, tmp_path: Path) -> None:
    twice = by_hand(tmp_path / "deux.zip", ONE)
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("raw/a.csv", b"y")
    assert "son contenu n'est pas celui qu'elle annonce" in refusal(lambda: restore(untouched, twice, True, silent))


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + b"\0" * 18, b"x" * 5000], ids=["empty", "empty zip", "no zip"])
def test_what_is_no_backup_is_refused(untouched: DataFolder, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    assert "n'est pas une sauvegarde utilisable" in refusal(lambda: restore(untouched, path, True, silent))


# Interruptions


def test_killed_at_each_change_of_the_disk_nothing_is_lost_and_another_restore_ends_it(
    folder: DataFolder, backup: Path, tmp_path: Path
) -> None:
    write(folder.root, {"raw/porteurs.csv": b"autre", "etat/arrets/2020-2021.json": b"{}"})
    former = content(folder.root, ("etat/sauvegarde.json", "curated/construction.lock"))
    exit_code, change, interrupted = -9, 0, 0
    while exit_code:
        change += 1
        root = Path(shutil.copytree(folder.root, tmp_path / f"essai{change}"))
        with child(restore_until_killed, root, backup, change) as process:
            process.join()
            exit_code = process.exitcode
        assert exit_code in (0, -9)
        everywhere = {path.read_bytes() for path in root.rglob("*") if path.is_file()}
        assert set(former.values()) <= everywhere, f"lost at change {change}"
        halfway = DataFolder(root)
        # What could be built halfway has its state.
        assert not any(halfway.raw.rglob("*.csv")) or halfway.arrets.is_dir()
        interrupted += any(point.sujet == "restauration" for point in health(halfway))
        restore(halfway, backup, True, silent)
        assert content(root) == FILES
        assert not halfway.restoring.exists()
        shutil.rmtree(root)
    assert change > 20
    assert interrupted > 10


def test_a_move_that_fails_is_undone(folder: DataFolder, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(folder.root, ("curated/construction.lock",))
    real, moves = Path.rename, 0

    def failing(path: Path, target: Path) -> Path:
        nonlocal moves
        moves += 1
        if moves == 7:
            raise OSError(16, "Device or resource busy")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    told = refusal(lambda: restore(folder, backup, True, silent))
    assert "il est en cours d'utilisation. Tout y est comme avant" in told
    assert content(folder.root, ("curated/construction.lock",)) == before


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disque", size=8 << 20) as disk:
        yield disk


def test_without_room_for_it_nothing_is_touched(small: Disk, backup: Path) -> None:
    root = small.place / "data"
    for left in (0, 3 << 20):
        told, kept = small.call(_restore_on_a_full_disk, small, root, backup, left)
        assert "est plein (libre : " in told
        assert kept <= {"curated/construction.lock"}


def _restore_on_a_full_disk(disk: Disk, root: Path, backup: Path, left: int) -> tuple[str, set[str]]:
    disk.fill(left)
    if left:  # there is room when it begins, and none when it ends

        def progress(text: str) -> None:
            if text.startswith("Copie"):
                disk.fill(1 << 20)
    else:
        progress = silent
    told = refusal(lambda: restore(DataFolder(root), backup, False, progress))
    (disk.place / "lest").unlink(missing_ok=True)
    return told, set(content(root, ()))


# The command


def test_the_command_says_what_is_put_back_and_what_is_kept(
    folder: DataFolder, backup: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    assert main(["restore", str(backup)]) == 1
    assert "ajoutez « --remplacer »" in plain(capsys.readouterr().err)
    assert main(["restore", str(backup), "--remplacer"]) == 0
    told = plain(capsys.readouterr().out)
    assert f"remise en place dans {folder.root} : 10 fichiers." in told
    assert f"Ce qui s'y trouvait est gardé dans {folder.root / 'remplace-'}" in told
    assert main(["restore", str(folder.raw)]) == 2
    assert main(["restore", "absente.zip"]) == 2
