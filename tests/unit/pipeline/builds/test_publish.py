"""A candidate is sealed, checked, published; five builds are kept; one can be returned to."""

from __future__ import annotations

import json
import os
import pwd
import socket
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

import pipeline.builds.lock
import pipeline.builds.publish
from pipeline.builds.lock import holder, leftovers, only_builder
from pipeline.builds.publish import IncompleteBuildError, new_candidate, publish, roll_back, seal, verify
from pipeline.run import run_rollback
from socle.files.manifest import (
    PRIVATE,
    WAREHOUSE,
    current_build,
    pointed_build,
    published_builds,
    read_manifest,
)
from socle.files.sealed import file_hash
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import hand_made, plain, publish_hand_made, read_once


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


def names(folder: DataFolder) -> list[str]:
    return sorted(path.name for path in folder.builds.iterdir())


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return now.astimezone(tz)

    for module in (pipeline.builds.publish, pipeline.builds.lock):
        monkeypatch.setattr(module, "datetime", Clock)


def lose_rows(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from core.action where n = 0")


def test_a_published_build_is_named_by_current_and_whole(folder: DataFolder) -> None:
    build = publish_hand_made(folder, rows=7)
    assert folder.current.read_text(encoding="utf-8") == f"{build.name}\n"
    assert current_build(folder) == build
    assert read_once(folder) == build.name


def test_a_candidate_whose_table_lost_rows_is_not_sealed(folder: DataFolder) -> None:
    published = publish_hand_made(folder)
    candidate, manifest = hand_made(folder, rows=3)
    lose_rows(candidate / WAREHOUSE)
    size = {WAREHOUSE: (candidate / WAREHOUSE).stat().st_size}
    with pytest.raises(IncompleteBuildError, match=f"{candidate.name}/{WAREHOUSE}"):
        seal(candidate, replace(manifest, sizes=manifest.sizes | size))
    assert current_build(folder) == published


@pytest.mark.parametrize("damage", ["rows", "byte", "truncated", "journal", "database", "marker"])
def test_a_candidate_damaged_after_it_was_sealed_is_not_published(folder: DataFolder, damage: str) -> None:
    published = publish_hand_made(folder)
    candidate, manifest = hand_made(folder)
    seal(candidate, manifest)
    hurt(candidate, damage)
    with pytest.raises(IncompleteBuildError):
        publish(folder, candidate, kept=5)
    assert current_build(folder) == published
    assert names(folder) == [published.name]


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def hurt(build: Path, damage: str) -> None:
    database = build / WAREHOUSE
    match damage:
        case "rows":
            manifest = read_manifest(build)
            assert manifest
            lose_rows(database)
            sizes, hashes = {WAREHOUSE: database.stat().st_size}, {WAREHOUSE: file_hash(database)}
            changed = replace(manifest, sizes=manifest.sizes | sizes, hashes=manifest.hashes | hashes)
            (build / "manifest.json").write_bytes(changed.to_bytes())
        case "byte":
            flip(database)
        case "truncated":
            os.truncate(database, database.stat().st_size - 1)
        case "journal":
            Path(f"{database}.wal").write_bytes(b"\0")
        case "database":
            (build / PRIVATE).unlink()
        case "marker":
            (build / "manifest.json").unlink()


def test_a_table_that_the_manifest_does_not_know_is_refused(folder: DataFolder) -> None:
    candidate, manifest = hand_made(folder)
    tables = {WAREHOUSE: {"core.action": 3, "core.porteur": 1}, PRIVATE: manifest.tables[PRIVATE]}
    with pytest.raises(IncompleteBuildError):
        seal(candidate, replace(manifest, tables=tables))


def test_a_name_is_a_rising_number_then_the_time(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, datetime(2026, 11, 24, 9, 5, 7, tzinfo=UTC))
    assert publish_hand_made(folder).name == "000001-20261124T090507Z"
    assert publish_hand_made(folder).name == "000002-20261124T090507Z"


def test_a_clock_that_goes_back_does_not_bring_back_an_older_build(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    built = []
    for days in (0, -400, -1, 0):
        set_clock(monkeypatch, now + timedelta(days=days))
        built.append(publish_hand_made(folder))
        assert current_build(folder) == built[-1]
    assert sorted(built) == built


@pytest.mark.parametrize("clock_back", [timedelta(0), timedelta(days=1)])
def test_after_a_rollback_the_next_build_has_a_name_never_used(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, clock_back: timedelta
) -> None:
    used = {publish_hand_made(folder, rows).name for rows in range(3)}
    roll_back(folder)
    set_clock(monkeypatch, datetime.now(UTC) - clock_back)
    build = publish_hand_made(folder)
    assert build.name not in used
    assert build.name > max(used)
    assert current_build(folder) == build


def test_the_name_of_a_build_deleted_by_hand_is_not_used_again(folder: DataFolder) -> None:
    build = publish_hand_made(folder)
    build.rename(folder.root / "ailleurs")
    assert publish_hand_made(folder).name.startswith("000002-")


def test_the_oldest_builds_are_deleted_and_the_published_one_never(folder: DataFolder) -> None:
    built = [publish_hand_made(folder, rows, kept=5) for rows in range(6)]
    assert names(folder) == [build.name for build in built[1:]]
    roll_back(folder, built[1].name)
    last = publish_hand_made(folder, kept=5)
    assert names(folder) == [*(build.name for build in built[2:]), last.name]
    assert current_build(folder) == last


def test_a_damaged_build_takes_no_place_among_those_kept_and_is_deleted_in_its_turn(folder: DataFolder) -> None:
    built = [publish_hand_made(folder, rows, kept=2) for rows in range(2)]
    hurt(built[1], "truncated")
    built.append(publish_hand_made(folder, kept=2))
    assert names(folder) == [build.name for build in built]
    built.append(publish_hand_made(folder, kept=2))
    assert names(folder) == [build.name for build in built[2:]]


def test_while_fewer_whole_builds_than_asked_are_kept_a_damaged_one_stays(folder: DataFolder) -> None:
    built = [publish_hand_made(folder, kept=3) for _ in range(2)]
    hurt(built[0], "journal")
    built.append(publish_hand_made(folder, kept=3))
    assert names(folder) == [build.name for build in built]


def test_a_build_deleted_is_gone_from_the_disk(folder: DataFolder) -> None:
    for rows in range(4):
        publish_hand_made(folder, rows, kept=2)
    assert list(folder.candidates.iterdir()) == []


def test_a_builder_clears_what_interrupted_builds_left_before_it_does_anything(folder: DataFolder) -> None:
    publish_hand_made(folder)
    hand_made(folder)
    (folder.curated / ".CURRENT.x1y2").write_text("0000", encoding="utf-8")
    (folder.staging / ".en-cours-x1y2").mkdir(parents=True)
    assert len(leftovers(folder)) == 3
    with only_builder(folder):
        assert leftovers(folder) == []
    assert pointed_build(folder)


def test_a_build_that_fails_leaves_nothing_behind(folder: DataFolder) -> None:
    published = publish_hand_made(folder)
    with pytest.raises(ValueError, match="panne"), only_builder(folder):
        hand_made(folder)
        raise ValueError("panne")
    assert leftovers(folder) == []
    assert current_build(folder) == published


def test_a_build_in_progress_can_be_read_by_its_owner_only(folder: DataFolder) -> None:
    candidate = new_candidate(folder)
    assert stat.S_IMODE(candidate.parent.stat().st_mode) == 0o700


def test_a_rollback_returns_to_the_build_before(folder: DataFolder) -> None:
    first, second, third = (publish_hand_made(folder, rows) for rows in range(3))
    assert roll_back(folder) == second
    assert current_build(folder) == second
    assert roll_back(folder) == first
    assert names(folder) == [first.name, second.name, third.name]


def test_a_rollback_returns_to_the_build_named_also_a_later_one(folder: DataFolder) -> None:
    first, _, third = (publish_hand_made(folder, rows) for rows in range(3))
    assert roll_back(folder, first.name) == first
    assert roll_back(folder, third.name) == third
    assert read_once(folder) == third.name


def test_a_rollback_from_a_damaged_build_goes_to_the_one_shown_instead(folder: DataFolder) -> None:
    _, second, third = (publish_hand_made(folder, rows) for rows in range(3))
    hurt(third, "truncated")
    assert current_build(folder) == second
    assert roll_back(folder) == second
    assert pointed_build(folder) == second.name


def test_a_rollback_passes_over_a_build_of_which_one_bit_changed(folder: DataFolder) -> None:
    first, second, _ = (publish_hand_made(folder, rows) for rows in range(3))
    flip(second / WAREHOUSE)
    assert roll_back(folder) == first
    assert read_once(folder) == first.name


def test_a_rollback_to_a_build_that_does_not_exist_names_those_kept(folder: DataFolder) -> None:
    build = publish_hand_made(folder)
    for name in ("000099-20200101T000000Z", "../builds", "", ".."):
        with pytest.raises(Refusal) as refusal:
            roll_back(folder, name)
        expected = f"La construction « {name or 'précédent'} » n'existe pas. Constructions conservées : {build.name}."
        assert plain(refusal.value) == expected
    assert current_build(folder) == build


def test_a_first_build_has_none_before_it(folder: DataFolder) -> None:
    with pytest.raises(Refusal) as refusal:
        roll_back(folder)
    assert plain(refusal.value).endswith("Constructions conservées : aucun.")
    publish_hand_made(folder)
    with pytest.raises(Refusal) as refusal:
        run_rollback(folder)
    assert plain(refusal.value).startswith("La construction « précédent » n'existe pas.")


def test_a_rollback_to_a_build_damaged_in_place_is_refused(folder: DataFolder) -> None:
    first, second = (publish_hand_made(folder, rows) for rows in range(2))
    with (first / WAREHOUSE).open("r+b") as file:
        file.write(b"\0" * 4096)
    with pytest.raises(Refusal, match=f"La construction {first.name} est abîmée") as refusal:
        run_rollback(folder, first.name)
    assert refusal.value.code == "construction_abimee"
    assert current_build(folder) == second


def test_a_second_builder_is_told_since_when_the_first_builds(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, datetime(2026, 11, 23, 13, 5, tzinfo=UTC))
    with only_builder(folder), pytest.raises(Refusal) as refusal, only_builder(folder):
        raise AssertionError
    who = f"processus {os.getpid()}, lancé par {pwd.getpwuid(os.getuid()).pw_name} sur {socket.gethostname()}"
    assert plain(refusal.value) == (
        f"Une construction est déjà en cours depuis le 23/11/2026 à 14 h 05 ({who}). "
        "Attendez qu'elle se termine, puis recommencez."
    )


@pytest.mark.parametrize("content", ["", "{", "[]", '{"depuis": 3}', '{"depuis": "hier"}', "é"])
def test_a_lock_whose_text_is_damaged_still_gives_a_sentence(folder: DataFolder, content: str) -> None:
    with only_builder(folder):
        folder.lock.write_bytes(content.encode("latin-1"))
        with pytest.raises(Refusal, match=r"déjà en cours depuis un instant\. Attendez"), only_builder(folder):
            raise AssertionError


def test_a_lock_says_who_holds_it_and_no_more_once_it_is_given_back(folder: DataFolder) -> None:
    assert holder(folder) is None
    with only_builder(folder):
        found = holder(folder)
        assert found
        assert found.at_work
        assert found.par.startswith(f"processus {os.getpid()}, ")
    assert holder(folder) is None


def test_the_lock_is_free_after_a_build_that_failed(folder: DataFolder) -> None:
    with pytest.raises(ValueError, match="panne"), only_builder(folder):
        raise ValueError("panne")
    with only_builder(folder):
        assert json.loads(folder.lock.read_text(encoding="utf-8"))["pid"] == os.getpid()


def test_the_published_builds_are_listed_from_the_oldest_and_whole(folder: DataFolder) -> None:
    built = [publish_hand_made(folder, rows) for rows in range(4)]
    hurt(built[1], "marker")
    hurt(built[2], "journal")
    assert published_builds(folder) == [built[0], built[3]]
    verify(built[3])
    with pytest.raises(IncompleteBuildError):
        verify(built[1])


def test_a_hand_made_manifest_is_like_a_real_one(folder: DataFolder) -> None:
    candidate, manifest = hand_made(folder)
    sealed = seal(candidate, manifest)
    assert sealed.hashes.keys() == manifest.sizes.keys()
    assert read_manifest(candidate) == sealed
