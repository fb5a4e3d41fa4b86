"""Which build a reader opens, and what it cannot do with it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import publish_hand_made
from warehouse.open import open_current


def rows(folder: DataFolder) -> int:
    with open_current(folder) as warehouse:
        return int(warehouse.records("select count(*) as n from core.action")[0]["n"])


def spoil(build: Path) -> None:
    """Another content of the same size: nothing but opening it tells."""
    database = build / WAREHOUSE
    database.write_bytes(b"\0" * database.stat().st_size)


def test_without_any_build_the_refusal_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="clas demo"), open_current(DataFolder(tmp_path)):
        pass


def test_the_build_that_current_names_is_opened_without_a_warning(hand_made: DataFolder) -> None:
    publish_hand_made(hand_made, rows=7)
    with open_current(hand_made) as warehouse:
        assert warehouse.warning is None
    assert rows(hand_made) == 7


def test_a_damaged_database_gives_way_to_the_build_before_and_says_so(hand_made: DataFolder) -> None:
    damaged = publish_hand_made(hand_made, rows=7)
    spoil(damaged)
    with open_current(hand_made) as warehouse:
        assert warehouse.warning is not None
        assert damaged.name in warehouse.warning
        assert "clas build --force" in warehouse.warning
    assert rows(hand_made) == 3


def test_an_incomplete_build_gives_way_to_the_build_before(hand_made: DataFolder) -> None:
    (publish_hand_made(hand_made, rows=7) / WAREHOUSE).unlink()
    assert rows(hand_made) == 3


def test_an_unreadable_pointer_gives_the_last_whole_build_and_says_so(hand_made: DataFolder) -> None:
    publish_hand_made(hand_made, rows=7)
    hand_made.current.write_text("???", encoding="utf-8")
    with open_current(hand_made) as warehouse:
        assert "illisible" in (warehouse.warning or "")
    assert rows(hand_made) == 7


def test_when_every_build_is_damaged_the_refusal_names_the_published_one(hand_made: DataFolder) -> None:
    last = publish_hand_made(hand_made, rows=7)
    for build in hand_made.builds.iterdir():
        spoil(build)
    with pytest.raises(Refusal, match=last.name), open_current(hand_made):
        pass


@pytest.mark.parametrize(
    "statement",
    [
        "insert into core.action values (1)",
        "attach ':memory:' as autre",
        "copy core.action to '{folder}/sortie.csv'",
        "select * from read_text('{folder}/CURRENT')",
        "set enable_external_access = true",
    ],
)
def test_the_connection_itself_writes_nothing_and_reads_no_other_file(hand_made: DataFolder, statement: str) -> None:
    with open_current(hand_made) as warehouse, pytest.raises(duckdb.Error):
        warehouse.connection.execute(statement.format(folder=hand_made.curated))


def test_a_second_connection_is_locked_as_the_first(hand_made: DataFolder) -> None:
    secret_frame = [1]  # noqa: F841  # must not be found by name
    with open_current(hand_made), open_current(hand_made) as second, pytest.raises(duckdb.Error):
        second.connection.execute("from secret_frame")


def test_a_reader_is_not_disturbed_by_a_publication(hand_made: DataFolder) -> None:
    with open_current(hand_made) as warehouse:
        publish_hand_made(hand_made, rows=7)
        assert warehouse.records("select count(*) as n from core.action") == [{"n": 3}]
