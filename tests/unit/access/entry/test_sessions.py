"""Sessions: opaque, ended by idleness, by age, by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from access.entry.sessions import ABSOLUTE, IDLE, close, find, forget_ended, open_session, touch
from access.people.accounts import account
from access.store import reading
from socle.paths import DataFolder
from tests.support.access import AGENT

Move = Callable[[float], None]


@pytest.fixture
def token(folder: DataFolder, codes: dict[str, str]) -> str:
    return open_session(folder, account(folder, AGENT).identity)


def count(folder: DataFolder) -> int:
    with reading(folder) as connection:
        return int(connection.execute("select count(*) from session").fetchone()[0])


def test_a_token_has_256_bits_and_only_its_print_is_kept(folder: DataFolder, token: str) -> None:
    assert len(token) >= 43
    with reading(folder) as connection:
        kept = [row[0] for row in connection.execute("select empreinte from session")]
    assert kept == [hashlib.sha256(token.encode()).hexdigest()]
    raw = b"".join(path.read_bytes() for path in folder.etat.iterdir())
    assert token.encode() not in raw


def test_a_token_says_who_it_is_and_a_guessed_one_nobody(folder: DataFolder, token: str) -> None:
    session = find(folder, token)
    assert session is not None
    assert session.identity == account(folder, AGENT).identity
    for other in (None, "", token[:-1], token + "x", session.key, "' or 1=1 --"):
        assert find(folder, other) is None


def test_half_an_hour_without_a_sign_of_life_ends_it(folder: DataFolder, token: str, move: Move) -> None:
    move(IDLE - 5)
    assert find(folder, token) is not None
    move(10)
    assert find(folder, token) is None


def test_signs_of_life_keep_it_open_eight_hours_and_not_more(folder: DataFolder, token: str, move: Move) -> None:
    for _ in range(ABSOLUTE // (IDLE - 60)):
        move(IDLE - 60)
        session = find(folder, token)
        assert session is not None
        touch(folder, session)
    move(IDLE - 60)
    assert find(folder, token) is None


def test_a_sign_of_life_is_noted_once_a_minute(folder: DataFolder, token: str, move: Move) -> None:
    first = find(folder, token)
    assert first is not None
    move(30)
    touch(folder, first)
    again = find(folder, token)
    assert again == first
    move(40)
    touch(folder, first)
    later = find(folder, token)
    assert later is not None
    assert later.vue_a >= first.vue_a + 60


def test_a_closed_session_opens_nothing(folder: DataFolder, token: str) -> None:
    close(folder, token)
    assert find(folder, token) is None
    close(folder, token)


def test_sessions_that_ended_are_forgotten(folder: DataFolder, token: str, move: Move) -> None:
    move(IDLE + 1)
    assert count(folder) == 1
    forget_ended(folder)
    assert count(folder) == 0
