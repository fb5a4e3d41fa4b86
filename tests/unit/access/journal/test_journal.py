"""The journal: nothing is changed or taken out without its being seen; purges leave a chain that still holds."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from access.entry.local_codes import LocalCodes
from access.journal import journal
from access.journal.journal import ACTIONS, COMMAND, SERVER, Author, broken_at, entries, record
from access.people.accounts import account
from access.store import reading, writing
from socle.paths import DataFolder
from tests.support.access import AGENT

ALL = timedelta(seconds=-1)


@pytest.fixture
def written(folder: DataFolder) -> DataFolder:
    for number in range(6):
        record(folder, Author("tableau", number), "consultation", f"synthèse {number}")
    return folder


def tamper(folder: DataFolder, statement: str) -> None:
    """What someone with a text editor for SQLite can do."""
    with sqlite3.connect(folder.access) as connection:
        for trigger in ("journal_inalterable", "journal_conserve", "purge_inalterable"):
            connection.execute(f"drop trigger {trigger}")
        connection.execute(statement)


def test_an_entry_says_when_who_what_and_about_what(folder: DataFolder) -> None:
    record(folder, Author("tableau", 3), "publication", "construction\n 000012")
    (entry,) = entries(folder)
    assert (entry.numero, entry.origine, entry.compte) == (1, "tableau", 3)
    assert (entry.action, entry.objet) == ("publication", "construction 000012")
    assert entry.quand.endswith("+00:00")
    assert broken_at(folder) is None


def test_every_kind_that_the_rules_ask_for_can_be_written(folder: DataFolder) -> None:
    asked = {"identification", "consultation", "telechargement", "chargement", "correction", "publication", "arret"}
    assert asked | {"requete", "compte_modifie"} <= set(ACTIONS)
    for action in ACTIONS:
        record(folder, SERVER, action)
    with pytest.raises(ValueError, match="no such action"):
        record(folder, SERVER, "autre")
    assert len(entries(folder)) == len(ACTIONS)


@pytest.mark.parametrize("statement", ["update journal set objet = 'x'", "delete from journal where numero = 3"])
def test_the_tool_itself_can_neither_change_nor_take_out(written: DataFolder, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="journal"), writing(written) as connection:
        connection.execute(statement)
    assert broken_at(written) is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("update journal set objet = 'rien' where numero = 3", 3),
        ("update journal set compte = 1 where numero = 3", 3),
        ("update journal set quand = '2020-01-01T00:00:00+00:00' where numero = 3", 3),
        ("update journal set empreinte = 'x' where numero = 3", 3),
        ("delete from journal where numero = 3", 3),
        ("delete from journal where numero = 1", 1),
        ("delete from journal where numero >= 5", 5),
        ("delete from journal", 1),
        ("update journal set numero = 99 where numero = 6", 6),
    ],
)
def test_a_change_made_outside_the_tool_is_seen_and_where(written: DataFolder, statement: str, broken: int) -> None:
    tamper(written, statement)
    assert broken_at(written) == broken


def test_a_purge_takes_what_is_old_says_so_and_leaves_a_chain(written: DataFolder) -> None:
    head = entries(written)[0].empreinte
    assert journal.purge(written, COMMAND, ALL) == 6
    (entry,) = entries(written)
    assert (entry.numero, entry.action) == (7, "purge")
    assert entry.objet == f"6 lignes jusqu'au n° 6, empreinte {head}"
    record(written, SERVER, "publication")
    assert broken_at(written) is None
    assert journal.purge(written, COMMAND, ALL) == 2
    assert broken_at(written) is None


def test_a_purge_with_nothing_old_writes_nothing(written: DataFolder) -> None:
    assert journal.purge(written, COMMAND) == 0
    assert len(entries(written)) == 6


def test_what_is_a_year_old_goes_and_what_is_younger_stays(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    record(folder, SERVER, "publication", "ancienne")
    record(folder, SERVER, "publication", "aussi")
    real = journal.KEPT
    monkeypatch.setattr(journal, "datetime", _later(real + timedelta(days=1)))
    record(folder, SERVER, "publication", "récente")
    assert journal.purge(folder, SERVER) == 2
    assert [one.objet for one in entries(folder)[1:]] == ["récente"]
    assert broken_at(folder) is None


def _later(delta: timedelta) -> type:
    from datetime import datetime, tzinfo

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + delta

    return Later


@pytest.mark.parametrize(
    "statement", ["update journal_purge set jusqu_a = 2", "update journal_purge set empreinte = 'x'"]
)
def test_a_purge_that_was_rewritten_breaks_the_chain(written: DataFolder, statement: str) -> None:
    journal.purge(written, COMMAND, ALL)
    record(written, SERVER, "publication")
    tamper(written, statement)
    assert broken_at(written) is not None


def test_of_a_query_only_the_shape_is_kept(folder: DataFolder) -> None:
    record(folder, Author("tableau", 1), "requete", "select * from core.reponse where raison_sociale = 'Alpha'")
    assert entries(folder)[0].objet == "select * from core.reponse where raison_sociale = ?"


def test_no_code_ever_reaches_the_journal(folder: DataFolder, codes: dict[str, str]) -> None:
    LocalCodes(folder).identify({"identifiant": AGENT, "code": codes[AGENT]}, "192.0.2.1")
    with reading(folder) as connection:
        told = " ".join(str(tuple(row)) for row in connection.execute("select * from journal"))
    assert account(folder, AGENT).nom not in told
    assert not [code for code in codes.values() if code in told or code.replace("-", "") in told]


def test_what_is_told_is_short_and_on_one_line(folder: DataFolder) -> None:
    record(folder, SERVER, "texte", "mot\n" * 1000)
    assert len(entries(folder)[0].objet) == journal.LONGEST
    assert "\n" not in entries(folder)[0].objet
