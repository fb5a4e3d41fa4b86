"""The text of a cell becomes the value it plainly holds, or null: nothing is guessed."""

from __future__ import annotations

import calendar
import csv
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sql.macros import fold
from pipeline.staging.territories import REFERENCE
from tests.support.exports import codebook, siret
from tests.support.readings import readings
from tests.support.tables import evaluate, parsing_connection

SPACES = " \u00a0\u202f\u2009\u2007\u200a\u2002\u3000"
SEVERAL = settings(max_examples=20, deadline=None)

spaces = st.sampled_from(SPACES)
padding = st.text(SPACES + "\t\u200b\ufeff", max_size=2)
signs = st.sampled_from(["", "", "+", "-"])


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


def batch(example: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(example, min_size=30, max_size=60)


@st.composite
def spelt(draw: st.DrawFn, word: str) -> str:
    """A word in any case, with or without its accents, composed or not, among spaces."""
    decomposed = unicodedata.normalize("NFD", word)
    cased = draw(st.sampled_from([word, word.upper(), word.lower(), word.title(), decomposed, fold(word)]))
    text: str = cased.replace(" ", draw(spaces)).replace("'", draw(st.sampled_from("'’")))
    return draw(padding) + text + draw(padding)


def grouped(digits: str, space: str) -> str:
    """1234567 -> 1 234 567."""
    head = len(digits) % 3 or 3
    return space.join([digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))])


# numbers


@st.composite
def written_integers(draw: st.DrawFn) -> tuple[int, str]:
    value = draw(st.integers(0, 999_999_999))
    sign = draw(signs)
    digits = draw(st.sampled_from([str(value), grouped(str(value), draw(spaces))]))
    tail = draw(st.sampled_from(["", ",0", ".00"])) + draw(st.sampled_from(["", " enfants", "enfant", "\u202fEnfants"]))
    return int(f"{sign}{value}"), draw(padding) + sign + digits + tail + draw(padding)


@SEVERAL
@given(examples=batch(written_integers()))
def test_an_integer_in_french_reads_as_itself(
    connection: duckdb.DuckDBPyConnection, examples: list[tuple[int, str]]
) -> None:
    read = evaluate(connection, "lire_entier(t, 'enfants?')", [text for _, text in examples])
    assert read == [value for value, _ in examples]


@st.composite
def written_decimals(draw: st.DrawFn) -> tuple[Decimal, str]:
    value = draw(st.decimals(0, 99_999_999_999, places=draw(st.integers(0, 6))))
    whole, _, part = f"{value:f}".partition(".")
    sign = draw(signs)
    number = draw(st.sampled_from([whole, grouped(whole, draw(spaces))])) + (draw(st.sampled_from(",.")) + part) * (
        part != ""
    )
    return Decimal(sign + str(value)), draw(padding) + sign + number + draw(st.sampled_from(["", " h", "heures"]))


@SEVERAL
@given(examples=batch(written_decimals()))
def test_a_decimal_in_french_reads_as_itself(
    connection: duckdb.DuckDBPyConnection, examples: list[tuple[Decimal, str]]
) -> None:
    read = evaluate(connection, "lire_decimal(t, 'h|heures?')", [text for _, text in examples])
    # Three digits after the mark may be thousands: see test_readings.py.
    doubt = evaluate(connection, "forme_ambigue(plier(t))", [text for _, text in examples])
    assert read == [None if two else value for two, (value, _) in zip(doubt, examples, strict=True)]


@SEVERAL
@given(texts=batch(st.text("0123456789 .,-+/eE%€~x\u00a0", max_size=12)))
def test_a_number_read_has_the_digits_that_were_written(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    for text, read in zip(texts, evaluate(connection, "lire_decimal(t, '€')", texts), strict=True):
        if read is not None:
            assert readings(text.replace("€", "")) == {read}


@pytest.mark.parametrize(
    "text",
    ["environ 12", "12 environ", "~12", "1e3", "1E+03", "1.234.5", "1,234,5", "12-15", "12 à 15", "12/15", "12 15",
     "1 2", "12 345 67", "12 enfants et 3 adultes", "12 %", "12 €", "douze", "12?", "(12)", "½", "1²", "", " ", "+",
     "-", "12h30", "99999999999999"],
)  # fmt: skip
@pytest.mark.parametrize("reader", ["lire_entier(t, 'enfants?')", "lire_decimal(t, 'enfants?')"])
def test_a_number_that_is_not_plainly_one_is_null(
    connection: duckdb.DuckDBPyConnection, reader: str, text: str
) -> None:
    assert evaluate(connection, reader, [text]) == [None]


@pytest.mark.parametrize("text", ["1,5", "1.5", "1.234", "2147483648", "0,01"])
def test_an_integer_with_decimals_or_too_large_is_null(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, "lire_entier(t, 'enfants?')", [text]) == [None]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,50 €", "1234.50"),
        ("1\u202f234,50\u00a0€", "1234.50"),
        ("1234.5", "1234.50"),
        ("1234.125", "1234.13"),
        ("0,125", "0.13"),
        ("333.33333333333331", "333.33"),
        ("12 euros", "12"),
        ("12 EUR", "12"),
        ("-3,20", "-3.20"),
        ("1.234", None),
        ("1,234 €", None),
        ("1.234,50", "1234.50"),
        ("12 k€", None),
        ("12 $", None),
    ],
)
def test_an_amount_is_read_unless_its_thousands_are_in_doubt(
    connection: duckdb.DuckDBPyConnection, text: str, amount: str | None
) -> None:
    (read,) = evaluate(connection, "lire_montant(t, '€|eur|euros?')", [text])
    assert read == (None if amount is None else Decimal(amount))


def test_a_rate_in_percent_is_a_share(connection: duckdb.DuckDBPyConnection) -> None:
    texts = ["12 %", "12,5\u202f%", "0,12", "12", "%", "12 % environ"]
    read = evaluate(connection, "lire_taux(t)", texts)
    assert read[:4] == pytest.approx([0.12, 0.125, 0.12, 12])
    assert read[4:] == [None, None]


# dates

DATE_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
TIME_FORMS = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


@SEVERAL
@given(examples=batch(st.tuples(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(DATE_FORMS), padding)))
def test_a_date_reads_as_itself_in_each_form(
    connection: duckdb.DuckDBPyConnection, examples: list[tuple[date, str, str]]
) -> None:
    texts = [pad + day.strftime(form) + pad for day, form, pad in examples]
    assert evaluate(connection, "lire_date(t)", texts) == [day for day, _, _ in examples]


@SEVERAL
@given(
    examples=batch(st.tuples(st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)), st.sampled_from(TIME_FORMS)))
)
def test_a_date_with_its_time_reads_to_the_second(
    connection: duckdb.DuckDBPyConnection, examples: list[tuple[datetime, str]]
) -> None:
    moments = [moment.replace(microsecond=0) for moment, _ in examples]
    texts = [moment.strftime(form) for moment, (_, form) in zip(moments, examples, strict=True)]
    assert evaluate(connection, "lire_horodatage(t)", texts) == moments
    assert evaluate(connection, "lire_date(t)", texts) == [moment.date() for moment in moments]


def test_a_day_that_does_not_exist_is_null(connection: duckdb.DuckDBPyConnection) -> None:
    after = [
        f"{calendar.monthrange(year, month)[1] + 1:02d}/{month:02d}/{year}"
        for year in (1900, 2000, 2019, 2020)
        for month in range(1, 13)
    ]
    assert set(evaluate(connection, "lire_date(t)", [*after, "00/01/2019", "01/00/2019", "01/13/2019"])) == {None}


@pytest.mark.parametrize(
    "text",
    ["31/02/2019", "03/09/19", "03-09-19", "03.09.19", "19-09-03", "03/09/19 10:00", "03/09/019", "03/09/20199",
     "09/2019", "2019", "septembre 2019", "03/09/2019 25:00", "29999", "43711", "43711,5", "1567468800",
     "vers le 03/09/2019", "0003-09-19", "NC"],
)  # fmt: skip
def test_a_date_that_is_not_plainly_one_is_null(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, "lire_date(t)", [text]) == [None]


# yes, no, nothing

ANSWERS = [(word, True) for word in codebook().yes_words] + [(word, False) for word in codebook().no_words]
spelt_answers = st.sampled_from(ANSWERS).flatmap(lambda pair: st.tuples(st.just(pair[1]), spelt(pair[0])))


@SEVERAL
@given(examples=batch(spelt_answers))
def test_every_word_for_yes_and_no_is_read_however_it_is_spelt(
    connection: duckdb.DuckDBPyConnection, examples: list[tuple[bool, str]]
) -> None:
    texts = [text for _, text in examples]
    assert evaluate(connection, "lire_oui_non(t)", texts) == [answer for answer, _ in examples]


@pytest.mark.parametrize(("text", "answer"), [("Coché", True), ("non coché", False), ("X", True), ("0", False)])
def test_what_real_files_write_for_a_tick_is_read(
    connection: duckdb.DuckDBPyConnection, text: str, answer: bool
) -> None:
    assert evaluate(connection, "lire_oui_non(t)", [text]) == [answer]


@SEVERAL
@given(texts=batch(st.text("ouinx01 éc/,.", max_size=8)))
def test_no_other_word_is_yes_or_no(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    declared = {fold(word): answer for word, answer in ANSWERS}
    assert evaluate(connection, "lire_oui_non(t)", texts) == [declared.get(fold(text)) for text in texts]


@SEVERAL
@given(texts=batch(st.sampled_from(codebook().absent_words).flatmap(spelt)))
def test_every_word_for_nothing_is_absent_however_it_is_spelt(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    assert set(evaluate(connection, "est_absent(t)", texts)) == {True}
    assert set(evaluate(connection, "lire_texte(t)", texts)) == {None}


def test_a_blank_is_absent_and_an_answer_is_not(connection: duckdb.DuckDBPyConnection) -> None:
    texts = [None, "", " \u202f\t", "\u200b", "0", "non", "NC 12"]
    assert evaluate(connection, "est_absent(t)", texts) == [True] * 4 + [False] * 3


@SEVERAL
@given(texts=batch(st.text("abÉèÇœŒæïÿ'’ -\u00a0\u202f\tÀ1€", max_size=20)))
def test_words_are_compared_alike_in_python_and_in_sql(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert evaluate(connection, "coalesce(plier(t), '')", texts) == [fold(text) for text in texts]


def test_a_text_loses_its_invisible_characters_and_extra_spaces(connection: duckdb.DuckDBPyConnection) -> None:
    texts = ["a\u200bb\ufeff", " a \n\t b\u202f", "\u202eabc\u2066", "e\u0301", "\x07"]
    assert evaluate(connection, "nettoyer(t)", texts) == ["ab", "a b", "abc", "é", None]


# identifiers

digits = st.text("0123456789", min_size=1)


def luhn(text: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(text))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


@st.composite
def sirets(draw: st.DrawFn) -> str:
    body = str(draw(st.integers(1_000_000_000_000, 9_999_999_999_999)))
    return next(body + key for key in "0123456789" if luhn(body + key))


@SEVERAL
@given(examples=batch(st.tuples(sirets(), st.sampled_from([*SPACES, "", ".", "-"]))))
def test_a_siret_is_read_however_its_digits_are_spaced(
    connection: duckdb.DuckDBPyConnection, examples: list[tuple[str, str]]
) -> None:
    texts = [space.join([s[:3], s[3:6], s[6:9], s[9:]]) for s, space in examples]
    assert evaluate(connection, "lire_siret(t)", texts) == [s for s, _ in examples]


@SEVERAL
@given(number=sirets().filter(lambda s: not s.startswith("356000000")))
def test_a_siret_with_one_wrong_digit_is_null(connection: duckdb.DuckDBPyConnection, number: str) -> None:
    changed = {number[:i] + d + number[i + 1 :] for i in range(14) for d in "0123456789"} - {number}
    assert len(changed) == 14 * 9
    assert set(evaluate(connection, "lire_siret(t)", sorted(changed))) == {None}


@pytest.mark.parametrize(
    "text",
    ["4,52E+13", "4.52E+13", "4,52e13", "45200000000000E0", siret(1)[1:], siret(1) + "0", "0" * 14, siret(1)[:-1] + "O",
     "732829320", "", "NC"],
)  # fmt: skip
def test_what_is_not_a_siret_is_null(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, "lire_siret(t)", [text]) == [None]


@pytest.mark.parametrize(
    ("number", "exact"),
    [("35600000000048", True), ("35600000001373", False), ("35600000012345", False), ("35600000009075", True)],
)
def test_the_establishments_of_la_poste_follow_their_own_rule(
    connection: duckdb.DuckDBPyConnection, number: str, exact: bool
) -> None:
    assert evaluate(connection, "lire_siret(t)", [number]) == [number if exact else None]


@pytest.mark.parametrize(
    ("text", "campagne"),
    [
        ("2019-2020", "2019-2020"),
        ("2019/2020", "2019-2020"),
        ("2019 - 2020", "2019-2020"),
        ("2019\u00a0/\u00a02020", "2019-2020"),
        ("2019-20", "2019-2020"),
        (" 2019/20 ", "2019-2020"),
        ("2009-2010", "2009-2010"),
        ("2019-2021", None),
        ("2020-2019", None),
        ("2019", None),
        ("19-20", None),
        ("1999-2000", None),
        ("2019-2020 (provisoire)", None),
    ],
)
def test_a_campagne_is_two_years_that_follow(
    connection: duckdb.DuckDBPyConnection, text: str, campagne: str | None
) -> None:
    assert evaluate(connection, "lire_campagne(t)", [text]) == [campagne]


def departements() -> Sequence[str]:
    with (REFERENCE / "departements.csv").open(encoding="utf-8", newline="") as file:
        return [row["code"] for row in csv.DictReader(file)]


def test_every_departement_is_read_with_or_without_its_zero(connection: duckdb.DuckDBPyConnection) -> None:
    codes = departements()
    assert evaluate(connection, "lire_departement(t)", codes) == codes
    lowered = [f" {code.lower()}\u00a0".replace(" 0", " ") for code in codes]
    assert evaluate(connection, "lire_departement(t)", lowered) == codes


def test_no_other_number_is_a_departement(connection: duckdb.DuckDBPyConnection) -> None:
    every = [f"{n:0{width}d}" for width in (1, 2, 3) for n in range(10**width)] + ["Loiret", "2C", "A2", "45000"]
    read = {code for code in evaluate(connection, "lire_departement(t)", every) if code}
    assert read == set(departements()) - {"2A", "2B"}
