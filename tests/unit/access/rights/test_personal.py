"""What is kept of a person is given, erased, and does not outlive its time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.entry.sessions import open_session
from access.journal.journal import COMMAND, SERVER, Author, broken_at, entries, record
from access.people.accounts import NewAccount, account, accounts, add, erase, issue_codes, revoke
from access.rights.personal import ACCOUNTS_KEPT, personal_data, purge
from access.store import reading
from socle.paths import DataFolder
from socle.words.french import today
from socle.words.refusal import Refusal
from tests.support.access import AGENT, ALPHA, BETA


def test_a_person_gets_all_that_is_kept_of_them_and_nothing_of_others(
    folder: DataFolder, codes: dict[str, str]
) -> None:
    me = account(folder, ALPHA)
    record(folder, Author("tableau", me.id), "consultation", "synthèse 2019-2020")
    record(folder, Author("tableau", account(folder, BETA).id), "consultation", "synthèse 2018-2019")
    given = personal_data(folder, ALPHA, COMMAND)
    assert given["compte"]["identifiant"] == ALPHA
    assert given["compte"]["nom"] == "Association Alpha"
    assert [line["objet"] for line in given["journal"]] == ["synthèse 2019-2020"]
    assert "argon2" not in str(given)
    assert (entries(folder)[0].action, entries(folder)[0].objet) == ("donnees_remises", f"compte {me.id}")


def test_an_erased_person_is_nowhere_and_the_journal_still_holds(folder: DataFolder, codes: dict[str, str]) -> None:
    open_session(folder, account(folder, BETA).identity)
    erase(folder, BETA, COMMAND)
    with reading(folder) as connection:
        dump = "\n".join(connection.iterdump())
        connection.execute("pragma wal_checkpoint(truncate)")
    assert BETA not in dump
    assert "Bêta" not in dump
    assert BETA.encode() not in b"".join(path.read_bytes() for path in folder.etat.iterdir())
    assert broken_at(folder) is None
    with pytest.raises(Refusal):
        personal_data(folder, BETA, COMMAND)


def test_accounts_go_a_year_after_they_stopped_opening_anything(
    folder: DataFolder, codes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    add(folder, NewAccount("jamais@caf.example", "Sans lettre", "comite"), COMMAND)
    issue_codes(folder, [ALPHA], today(), COMMAND)
    revoke(folder, BETA, COMMAND)
    assert purge(folder, SERVER).comptes == 0
    day = today() + ACCOUNTS_KEPT
    monkeypatch.setattr("access.rights.personal.today", lambda: day)
    assert purge(folder, SERVER).comptes == 0
    monkeypatch.setattr("access.rights.personal.today", lambda: day + timedelta(days=1))
    assert purge(folder, SERVER).comptes == 3
    assert {one.identifiant for one in accounts(folder)} >= {AGENT}
    assert {ALPHA, BETA, "jamais@caf.example"}.isdisjoint({one.identifiant for one in accounts(folder)})
    assert [one.action for one in entries(folder)[:3]] == ["compte_efface"] * 3
    assert broken_at(folder) is None
