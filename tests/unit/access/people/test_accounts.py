"""Accounts: what they may hold, how a code is given and taken away, what the journal tells of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from access.entry.sessions import find, open_session
from access.journal.journal import COMMAND, Author, entries
from access.people.accounts import (
    NewAccount,
    account,
    accounts,
    add,
    change,
    erase,
    issue_codes,
    normal_identifier,
    revoke,
    waiting,
)
from access.people.codes import read_code
from access.store import reading
from socle.paths import DataFolder
from socle.words.french import today
from socle.words.refusal import Refusal
from tests.support.access import AGENT, ALPHA, BETA, COMITE, NEXT_YEAR, make_accounts, new_code
from tests.support.exports import siret

BY = Author("tableau", 12)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 999 000 000 00102 ", siret(1)),
        ("999.000.000-00102", siret(1)),
        ("Martine@Beta.EXAMPLE ", "martine@beta.example"),
        ("9990000010001", "9990000010001"),
    ],
)
def test_an_identifier_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normal_identifier(typed) == kept


@pytest.mark.parametrize("number", [siret(1), "00004037800010", "35600000000048", "35600000009075"])
def test_what_the_register_takes_for_a_siret_can_be_an_identifier(folder: DataFolder, number: str) -> None:
    assert add(folder, NewAccount(number, "X", "porteur", "45", "p1"), COMMAND).identifiant == number


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (NewAccount("9990000010001", "X", "porteur", "45", "p1"), "compte_identifiant"),
        (NewAccount("12345678901234", "X", "porteur", "45", "p1"), "compte_identifiant"),
        (NewAccount("", "X", "agent"), "compte_identifiant"),
        (NewAccount("pas une adresse@", "X", "agent"), "compte_identifiant"),
        (NewAccount("![x](y)@caf.example", "X", "agent"), "compte_identifiant"),
        (NewAccount("a@" + "b" * 300 + ".example", "X", "agent"), "compte_identifiant"),
        (NewAccount("a@caf.example", "  ", "agent"), "compte_sans_nom"),
        (NewAccount("a@caf.example", "X", "administrateur"), "compte_role"),
        (NewAccount("a@caf.example", "X", "public"), "compte_role"),
        (NewAccount("a@caf.example", "X", "porteur"), "compte_porteur"),
        (NewAccount("a@caf.example", "X", "agent", "45", "p1"), "compte_porteur"),
    ],
)
def test_what_no_account_can_be_is_refused_and_leaves_nothing(folder: DataFolder, draft: NewAccount, code: str) -> None:
    with pytest.raises(Refusal) as error:
        add(folder, draft, COMMAND)
    assert error.value.code == code
    assert accounts(folder) == []
    assert entries(folder) == []


def test_an_account_waits_for_its_letter_then_is_active_until_the_day_set(folder: DataFolder) -> None:
    assert add(folder, NewAccount(AGENT, "Agent", "agent"), COMMAND).state == "sans_code"
    assert [one.identifiant for one in waiting(folder)] == [AGENT]
    issue_codes(folder, [AGENT], today(), COMMAND)
    assert account(folder, AGENT).state == "actif"
    assert waiting(folder) == []


def test_an_identifier_has_one_account_however_it_is_typed(folder: DataFolder, codes: dict[str, str]) -> None:
    spaced = f"{ALPHA[:3]} {ALPHA[3:6]} {ALPHA[6:]}"
    with pytest.raises(Refusal) as error:
        add(folder, NewAccount(spaced, "Encore", "porteur", "45", "p1"), COMMAND)
    assert error.value.code == "compte_en_double"
    assert account(folder, spaced).nom == "Association Alpha"


def test_several_people_may_act_for_one_porteur(folder: DataFolder, codes: dict[str, str]) -> None:
    add(folder, NewAccount("luc@alpha.example", "Luc", "porteur", "45", "p1"), COMMAND)
    assert [one.identifiant for one in accounts(folder) if one.porteur_id == "p1"] == [ALPHA, "luc@alpha.example"]


def test_no_code_is_kept_in_clear(folder: DataFolder, codes: dict[str, str]) -> None:
    with reading(folder) as connection:
        dump = "\n".join(connection.iterdump())
    for code in codes.values():
        assert code not in dump
        assert (read_code(code) or code) not in dump
    raw = b"".join(path.read_bytes() for path in folder.etat.iterdir())
    assert not [code for code in codes.values() if code.encode() in raw]


def test_a_code_past_its_day_is_refused_and_changes_nothing(folder: DataFolder, codes: dict[str, str]) -> None:
    before = accounts(folder)
    with pytest.raises(Refusal) as error:
        issue_codes(folder, [AGENT], today() - timedelta(days=1), COMMAND)
    assert error.value.code == "code_date_passee"
    assert accounts(folder) == before


def test_codes_are_given_to_all_or_to_none(folder: DataFolder, codes: dict[str, str]) -> None:
    before = accounts(folder)
    with pytest.raises(Refusal) as error:
        issue_codes(folder, [AGENT, "personne@caf.example"], NEXT_YEAR, COMMAND)
    assert error.value.code == "compte_inconnu"
    assert accounts(folder) == before


@pytest.mark.parametrize(
    "gesture",
    [
        lambda folder: new_code(folder, COMITE),
        lambda folder: revoke(folder, COMITE, BY),
        lambda folder: change(folder, COMITE, BY, role="analyste"),
        lambda folder: change(folder, COMITE, BY, territoire="83"),
        lambda folder: change(folder, COMITE, BY, role="porteur", porteur_id="p1"),
        lambda folder: erase(folder, COMITE, BY),
    ],
)
def test_whatever_changes_what_an_account_opens_ends_its_sessions(
    folder: DataFolder, codes: dict[str, str], gesture: object
) -> None:
    token = open_session(folder, account(folder, COMITE).identity)
    other = open_session(folder, account(folder, AGENT).identity)
    gesture(folder)  # type: ignore[operator]
    assert find(folder, token) is None
    assert find(folder, other) is not None


def test_a_new_name_ends_no_session(folder: DataFolder, codes: dict[str, str]) -> None:
    token = open_session(folder, account(folder, COMITE).identity)
    change(folder, COMITE, BY, nom="Autre nom")
    session = find(folder, token)
    assert session is not None
    assert session.identity.nom == "Autre nom"


def test_a_change_that_no_account_can_be_is_refused(folder: DataFolder, codes: dict[str, str]) -> None:
    with pytest.raises(Refusal) as error:
        change(folder, BETA, BY, role="agent")  # still names a porteur
    assert error.value.code == "compte_porteur"
    assert account(folder, BETA).role == "porteur"


def test_a_revoked_account_comes_back_with_a_new_code(folder: DataFolder, codes: dict[str, str]) -> None:
    assert revoke(folder, COMITE, BY).state == "revoque"
    new_code(folder, COMITE)
    assert account(folder, COMITE).state == "actif"


def test_the_journal_tells_each_change_by_the_number_of_the_account(folder: DataFolder, codes: dict[str, str]) -> None:
    number = account(folder, BETA).id
    change(folder, BETA, BY, territoire="83")
    revoke(folder, BETA, BY)
    erase(folder, BETA, BY)
    told = [(one.action, one.objet) for one in entries(folder, compte=12)]
    assert told == [
        ("compte_efface", f"compte {number}"),
        ("compte_revoque", f"compte {number}"),
        ("compte_modifie", f"compte {number}, porteur, territoire 83"),
    ]
    assert not [one for one in entries(folder) if BETA in one.objet or "Bêta" in one.objet]


def test_an_erased_account_s_number_is_never_given_again(folder: DataFolder) -> None:
    make_accounts(folder)
    number = max(one.id for one in accounts(folder))
    erase(folder, BETA, BY)
    assert add(folder, NewAccount(siret(7), "Autre", "porteur", "45", "p7"), BY).id == number + 1
    with pytest.raises(Refusal):
        account(folder, BETA)
