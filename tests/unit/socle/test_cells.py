"""A cell that leaves is never run by a spreadsheet, and reading it back gives what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socle.cells import FORMULA_STARTS, original_cell, safe_cell

dangerous = st.sampled_from(FORMULA_STARTS)
anything = st.text(max_size=20)
texts = anything | st.builds("".join, st.tuples(st.text("'", max_size=3), dangerous, anything))
values = texts | st.integers() | st.floats(allow_nan=False) | st.none() | st.booleans()


@given(values)
def test_reading_back_gives_what_was_written(value: object) -> None:
    assert original_cell(safe_cell(value)) == value
    assert type(original_cell(safe_cell(value))) is type(value)


@given(texts)
def test_no_text_that_leaves_begins_as_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).startswith(FORMULA_STARTS)


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 6 00 00 00 00", "-3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "'=1", "''=1"]
)
def test_a_text_that_would_run_is_given_one_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-3, -3.5, 0, None, True, "", "l'école", "'", "'l'école", "a=1", "3 - 2"])
def test_a_number_and_an_ordinary_text_are_left_as_they_are(value: object) -> None:
    assert safe_cell(value) is value


def test_an_apostrophe_of_the_text_itself_is_kept() -> None:
    assert original_cell("'l'école") == "'l'école"
