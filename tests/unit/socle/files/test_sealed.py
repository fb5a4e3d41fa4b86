"""A declaration that any bit of it changed is told from the one that was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.files.sealed import file_hash, known_hash, seal, unseal

CONTENT = {"tables": {"core.action": 485}, "nom": "Bêta", "rien": None}
SEALED = seal(CONTENT)
leaves = st.none() | st.booleans() | st.integers() | st.text()
values = st.recursive(leaves, lambda one: st.lists(one) | st.dictionaries(st.text(), one))


@given(st.dictionaries(st.text(), values))
def test_what_is_sealed_is_read_as_it_was(content: dict[str, object]) -> None:
    content.pop("empreinte", None)
    assert unseal(seal(content)) == content


def test_no_bit_of_what_is_said_may_change() -> None:
    refused = 0
    for bit in range(len(SEALED) * 8):
        damaged = bytearray(SEALED)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            told = unseal(bytes(damaged))
        except ValueError:
            refused += 1
        else:  # a space became another one, or the hash lost its name
            assert CONTENT.items() <= told.items(), damaged
    assert refused > len(SEALED) * 7


@pytest.mark.parametrize("data", [b"", b"{", b"null", b"[]", b'"x"', b"\xff"])
def test_what_is_no_declaration_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # JSON's own errors are some
        unseal(data)


def test_one_written_without_its_hash_is_read_as_it_is() -> None:
    assert unseal(b'{"nom": "ancien"}') == {"nom": "ancien"}


def test_a_file_is_hashed_again_only_once_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert known_hash(path) is None
    path.write_bytes(b"un")
    first = known_hash(path)
    assert first == file_hash(path) == known_hash(path)
    path.write_bytes(b"deux")
    assert known_hash(path) == file_hash(path) != first
