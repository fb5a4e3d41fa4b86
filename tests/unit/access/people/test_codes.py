"""A code is long, readable, forgiving of how it is typed, and kept as a hash only."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.people.codes import ALPHABET, DRAWN, hash_code, matches, new_code, read_code

POSITIONS = st.integers(min_value=0, max_value=DRAWN)
CODES = st.builds(new_code)


def test_a_code_holds_at_least_sixty_four_random_bits_in_readable_groups() -> None:
    assert DRAWN * math.log2(len(ALPHABET)) >= 64
    assert len(set(ALPHABET)) == 32
    assert set(ALPHABET).isdisjoint("ILOU")
    assert [len(group) for group in new_code().split("-")] == [4, 4, 4, 4]
    assert len({new_code() for _ in range(500)}) == 500


@pytest.mark.parametrize("typed", ["{}", " {} ", "\t{}\n"])
def test_spaces_around_a_code_change_nothing(typed: str) -> None:
    code = new_code()
    assert read_code(typed.format(code)) == code.replace("-", "")


@pytest.mark.parametrize("mark", ["", " ", "-", "\u2011", "\u2013", "\u00a0", "\u202f", "_", "."])
def test_case_and_what_stands_between_groups_change_nothing(mark: str) -> None:
    code = new_code()
    assert read_code(code.lower().replace("-", mark)) == code.replace("-", "")


def test_letters_that_no_code_has_are_read_as_the_digits_they_look_like() -> None:
    code = next(code for code in iter(new_code, "") if "0" in code and "1" in code)
    assert read_code(code.replace("0", "o").replace("1", "l")) == code.replace("-", "")
    assert read_code(code.replace("0", "O").replace("1", "I")) == code.replace("-", "")
    assert read_code("".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in code)) == code.replace("-", "")


@given(CODES, POSITIONS, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_a_slip_never_another_code(code: str, position: int, character: str) -> None:
    letters = list(code.replace("-", ""))
    wrong = letters.copy()
    wrong[position] = character
    assert (read_code("".join(wrong)) is None) == (wrong != letters)


@given(CODES, st.integers(min_value=0, max_value=DRAWN - 1))
def test_two_neighbours_exchanged_are_a_slip_but_for_a_pair_that_the_checksum_confuses(code: str, at: int) -> None:
    letters = list(code.replace("-", ""))
    letters[at], letters[at + 1] = letters[at + 1], letters[at]
    exchanged = "".join(letters)
    # 33 is no prime: a few exchanges go through. They are then wrong codes, told as such.
    assert read_code(exchanged) in (None, exchanged)


@pytest.mark.parametrize("typed", ["", "ABCD", "é" * 16, "U" * 16, "0" * 15, "0" * 17, "'; drop table compte; --"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_hash_is_argon2id_and_knows_its_code_only() -> None:
    code, other = new_code(), new_code()
    hashed = hash_code(code)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert code.replace("-", "") not in hashed
    assert matches(hashed, read_code(code) or "")
    assert not matches(hashed, read_code(other) or "")
    assert hash_code(code) != hashed


def test_a_slip_is_never_hashed() -> None:
    with pytest.raises(ValueError, match="not a code"):
        hash_code("0000-0000-0000-0001")


def test_nobody_takes_as_long_as_somebody() -> None:
    code = read_code(new_code()) or ""
    hashed = hash_code(new_code())
    assert not matches(None, code)

    def taken(of: str | None) -> float:
        begun = time.process_time()
        matches(of, code)
        return time.process_time() - begun

    # In turn, and by the processor: what else the machine does weighs on neither.
    times = [(taken(hashed), taken(None)) for _ in range(10)]
    somebody, nobody = (min(of_one) for of_one in zip(*times, strict=True))
    assert 0.5 < nobody / somebody < 2
