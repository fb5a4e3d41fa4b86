"""Identification: the right code, and what everything else is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from access.entry.local_codes import LocalCodes
from access.entry.throttle import LOCK, OF_AN_ACCOUNT, OF_AN_ADDRESS
from access.journal.journal import COMMAND, entries
from access.people.accounts import issue_codes, revoke
from access.people.codes import new_code
from access.people.identity import IdentityProvider
from socle.paths import DataFolder
from socle.words.french import today
from socle.words.refusal import Refusal
from tests.support.access import AGENT, ALPHA, BETA

HERE, THERE = "192.0.2.1", "192.0.2.2"
Move = Callable[[float], None]


def answer(folder: DataFolder, identifiant: str, code: str, address: str = HERE) -> str:
    """The code of the refusal, or the name of who is identified."""
    provider: IdentityProvider = LocalCodes(folder)
    try:
        return provider.identify({"identifiant": identifiant, "code": code}, address).nom
    except Refusal as error:
        return error.code


def test_the_code_of_the_letter_says_who_it_is(folder: DataFolder, codes: dict[str, str]) -> None:
    identity = LocalCodes(folder).identify({"identifiant": f" {ALPHA} ", "code": codes[ALPHA].lower()}, HERE)
    assert (identity.nom, identity.role, identity.territoire, identity.porteur_id) == (
        "Association Alpha", "porteur", "45", "p1",
    )  # fmt: skip


def test_another_s_code_a_revoked_account_and_nobody_get_the_same_sentence(
    folder: DataFolder, codes: dict[str, str]
) -> None:
    revoke(folder, BETA, COMMAND)
    assert answer(folder, AGENT, codes[ALPHA]) == "identification_refusee"
    assert answer(folder, BETA, codes[BETA]) == "identification_refusee"
    assert answer(folder, "personne@caf.example", codes[AGENT]) == "identification_refusee"
    assert answer(folder, "", codes[AGENT]) == "identification_refusee"
    assert answer(folder, "' or 1=1 --", codes[AGENT]) == "identification_refusee"


def test_a_slip_is_told_at_once_and_is_not_counted_against_the_account(
    folder: DataFolder, codes: dict[str, str]
) -> None:
    for _ in range(OF_AN_ACCOUNT + 2):
        assert answer(folder, AGENT, codes[AGENT][:-1]) == "code_mal_recopie"
    assert answer(folder, AGENT, codes[AGENT]) == "Agent Caf"


def test_a_code_past_its_day_is_told_so_to_who_knows_it_only(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.access import make_accounts

    make_accounts(folder)
    code = issue_codes(folder, [AGENT], today(), COMMAND)[AGENT]
    assert answer(folder, AGENT, code) == "Agent Caf"
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr("access.entry.local_codes.today", lambda: tomorrow)
    assert answer(folder, AGENT, code) == "code_echu"
    assert answer(folder, AGENT, new_code()) == "identification_refusee"


@pytest.mark.parametrize("who", [AGENT, "personne@caf.example"])
def test_five_wrong_codes_lock_fifteen_minutes_whether_or_not_the_account_exists(
    folder: DataFolder, codes: dict[str, str], move: Move, who: str
) -> None:
    answers = [answer(folder, who, new_code(), f"198.51.100.{i}") for i in range(10)]
    assert answers == ["identification_refusee"] * OF_AN_ACCOUNT + ["identification_verrouillee"] * 5
    assert answer(folder, who, codes[AGENT], THERE) == "identification_verrouillee"
    assert answer(folder, ALPHA, codes[ALPHA], THERE) == "Association Alpha"
    move(LOCK - 5)
    assert answer(folder, who, codes[AGENT], THERE) == "identification_verrouillee"
    move(10)
    assert answer(folder, who, codes[AGENT], THERE) == ("Agent Caf" if who == AGENT else "identification_refusee")


def test_the_lock_says_until_when(folder: DataFolder, codes: dict[str, str]) -> None:
    for _ in range(OF_AN_ACCOUNT):
        answer(folder, AGENT, new_code())
    with pytest.raises(Refusal, match=r"Trop d'essais ont échoué\u202f: attendez jusqu'à \d\d h \d\d"):
        LocalCodes(folder).identify({"identifiant": AGENT, "code": codes[AGENT]}, HERE)


def test_a_success_forgets_the_failures_before_it(folder: DataFolder, codes: dict[str, str]) -> None:
    for _ in range(3):
        for _ in range(OF_AN_ACCOUNT - 1):
            assert answer(folder, AGENT, new_code()) == "identification_refusee"
        assert answer(folder, AGENT, codes[AGENT]) == "Agent Caf"


def test_failures_older_than_a_quarter_of_an_hour_do_not_add_up(
    folder: DataFolder, codes: dict[str, str], move: Move
) -> None:
    for _ in range(3):
        for _ in range(OF_AN_ACCOUNT - 1):
            assert answer(folder, AGENT, new_code()) == "identification_refusee"
        move(LOCK + 1)
    assert answer(folder, AGENT, codes[AGENT]) == "Agent Caf"


def test_an_address_that_tries_everyone_is_locked_and_the_others_are_not(
    folder: DataFolder, codes: dict[str, str]
) -> None:
    found = [answer(folder, f"essai{i}@caf.example", new_code(), HERE) for i in range(OF_AN_ADDRESS + 3)]
    assert found == ["identification_refusee"] * OF_AN_ADDRESS + ["identification_verrouillee"] * 3
    assert answer(folder, AGENT, codes[AGENT], HERE) == "identification_verrouillee"
    assert answer(folder, AGENT, codes[AGENT][:-1], HERE) == "identification_verrouillee"
    assert answer(folder, AGENT, codes[AGENT], THERE) == "Agent Caf"


def test_one_s_own_account_does_not_wipe_what_one_tried_on_others(folder: DataFolder, codes: dict[str, str]) -> None:
    for i in range(OF_AN_ADDRESS):
        answer(folder, f"essai{i}@caf.example", new_code(), HERE)
        if i % 4 == 0 and i < OF_AN_ADDRESS - 1:
            assert answer(folder, ALPHA, codes[ALPHA], HERE) == "Association Alpha"
    assert answer(folder, AGENT, codes[AGENT], HERE) == "identification_verrouillee"


def test_the_addresses_of_one_ipv6_subscriber_are_one(folder: DataFolder, codes: dict[str, str]) -> None:
    for i in range(OF_AN_ADDRESS):
        answer(folder, f"essai{i}@caf.example", new_code(), f"2001:db8:1:2::{i:x}")
    assert answer(folder, AGENT, codes[AGENT], "2001:db8:1:2:ffff::1") == "identification_verrouillee"
    assert answer(folder, AGENT, codes[AGENT], "2001:db8:1:3::1") == "Agent Caf"


def test_tries_sent_all_at_once_are_counted_one_by_one(folder: DataFolder, codes: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: answer(folder, AGENT, new_code()), range(24)))
    assert answers.count("identification_refusee") == OF_AN_ACCOUNT
    assert answers.count("identification_verrouillee") == 24 - OF_AN_ACCOUNT


def test_an_unknown_account_takes_as_long_as_a_wrong_code(folder: DataFolder, codes: dict[str, str]) -> None:
    def fastest(who: str) -> float:
        times = []
        for _ in range(4):
            begun = time.perf_counter()
            assert answer(folder, who, new_code()) == "identification_refusee"
            times.append(time.perf_counter() - begun)
        return min(times)

    assert 0.4 < fastest(AGENT) / fastest("personne@caf.example") < 2.5


def test_the_journal_tells_who_came_and_never_what_was_typed(folder: DataFolder, codes: dict[str, str]) -> None:
    answer(folder, "mon-mot-de-passe", codes[AGENT])
    answer(folder, AGENT, codes[ALPHA])
    answer(folder, AGENT, codes[AGENT])
    found = entries(folder)[:3]
    assert [(one.origine, one.action, one.compte is None) for one in found] == [
        ("tableau", "identification", False),
        ("tableau", "identification_refusee", False),
        ("tableau", "identification_refusee", True),
    ]
    assert {one.objet for one in found} == {""}
