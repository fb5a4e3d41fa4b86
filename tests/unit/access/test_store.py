"""access.sqlite: private, whole after several processes made it at once, refused in French when it cannot serve."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from access.people.accounts import accounts
from access.store import reading, writing
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.access import make_accounts


def test_the_file_and_its_folder_are_for_their_owner_only(folder: DataFolder) -> None:
    with writing(folder) as connection:
        connection.execute("select 1")
        made = list(folder.etat.iterdir())
        assert {path.name: path.stat().st_mode & 0o777 for path in made} == {path.name: 0o600 for path in made}
    assert folder.etat.stat().st_mode & 0o777 == 0o700


def test_readers_do_not_wait_for_a_writer(folder: DataFolder) -> None:
    make_accounts(folder)
    with writing(folder) as connection:
        connection.execute("update compte set nom = 'x'")
        assert {one.nom for one in accounts(folder)} != {"x"}
    assert {one.nom for one in accounts(folder)} == {"x"}


def test_what_fails_leaves_nothing(folder: DataFolder) -> None:
    make_accounts(folder)
    with pytest.raises(ZeroDivisionError), writing(folder) as connection:
        connection.execute("delete from compte")
        raise ZeroDivisionError
    assert len(accounts(folder)) == 5


def test_several_may_make_it_at_once(folder: DataFolder) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda _: accounts(folder), range(12))) == [[]] * 12
    with reading(folder) as connection:
        assert connection.execute("pragma journal_mode").fetchone()[0] == "wal"
        assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"


def test_a_damaged_file_is_refused_in_french(folder: DataFolder) -> None:
    folder.etat.mkdir()
    folder.access.write_bytes(b"ceci n'est pas une base" * 100)
    with pytest.raises(Refusal, match="ne peut pas être lu"):
        accounts(folder)


def test_a_file_of_a_later_version_is_refused(folder: DataFolder) -> None:
    make_accounts(folder)
    with sqlite3.connect(folder.access) as connection:
        connection.execute("pragma user_version = 99")
    with pytest.raises(Refusal, match="version plus récente"):
        accounts(folder)


def test_a_file_that_another_holds_is_said_so(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    make_accounts(folder)
    monkeypatch.setattr("access.store._PATIENCE", 0.05)
    with (
        writing(folder) as connection,
        pytest.raises(Refusal, match="occupé par une autre opération"),
        writing(folder),
    ):
        connection.execute("select 1")
