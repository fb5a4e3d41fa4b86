"""What can be read in two ways is not read: numbers, durations and moments, whatever they are written in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.readings import SPACES, readings
from tests.support.tables import evaluate, parsing_connection

SEVERAL = settings(max_examples=20, deadline=None, derandomize=True)
NUMBER = "lire_decimal(t, 'h|heures?')"
WHOLE = "lire_entier(t, 'enfants?')"
PARIS = ZoneInfo("Europe/Paris")

groups = st.lists(st.integers(0, 999), min_size=1, max_size=3)
marks = st.sampled_from([".", ",", "'", "’", *SPACES, " ", ""])


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


@st.composite
def marked(draw: st.DrawFn) -> str:
    """Digits in groups, with marks that may be of thousands or of decimals, as an export or a hand may write them."""
    first, *others = draw(groups)
    text = draw(st.sampled_from(["", "", "-", "−", "+", "'"])) + str(first)
    mark = draw(marks)
    for group in others:
        text += (mark if draw(st.booleans()) else draw(marks)) + f"{group:03d}"
    tail = draw(st.sampled_from(["", "", "0", "00", "5", "50", "125", "1250", "891"]))
    return text + (draw(st.sampled_from([",", ".", "'"])) + tail if tail else "")


@SEVERAL
@given(texts=st.lists(st.one_of(marked(), st.text("0123456789 .,'-+", max_size=10)), min_size=40, max_size=60))
def test_a_number_that_has_two_readings_is_never_read(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    for reader in (NUMBER, WHOLE, "lire_montant(t, '€')", "lire_taux(t)"):
        for text, read in zip(texts, evaluate(connection, reader, texts), strict=True):
            found = readings(text) if read is not None else set()
            if read is not None:
                assert len(found) == 1, (reader, text, read)
                assert abs(Decimal(str(read)) - found.pop()) <= Decimal("0.005"), (reader, text, read)


@SEVERAL
@given(value=st.integers(0, 999_999_999), space=st.sampled_from([*SPACES, " "]), sign=st.sampled_from(["", "-", "−"]))
def test_a_whole_number_is_read_in_each_form_of_one_reading(
    connection: duckdb.DuckDBPyConnection, value: int, space: str, sign: str
) -> None:
    signed = -value if sign else value
    grouped = f"{value:,}"
    spaced = grouped.replace(",", space)
    texts = [str(value), spaced, f"{value},0", f"{value}.00", f"{spaced} enfants"]
    # One group of thousands marked by a dot is in doubt, two are not.
    texts += [grouped.replace(",", mark) for mark in ".,'"] if value >= 1_000_000 else []
    texts += [f"{grouped.replace(',', '.')},0", f"{grouped}.00"] if value >= 1_000 else []
    assert evaluate(connection, WHOLE, [sign + text for text in texts]) == [signed] * len(texts)
    assert evaluate(connection, "lire_decimal(t, 'enfants?')", [sign + text for text in texts]) == [signed] * len(texts)


@pytest.mark.parametrize("text", ["1.234", "4.312", "12.500", "37,757", "1'234", "1’234", "1.000", "45.720",
                                  "1 234,567", "1.234,567", "1,234.567", "'1.234"])  # fmt: skip
@pytest.mark.parametrize("sign", ["", "-", "+", "−"])
def test_three_digits_after_one_mark_are_thousands_to_some(
    connection: duckdb.DuckDBPyConnection, text: str, sign: str
) -> None:
    texts = [sign + text, f"{sign}{text} €", f" {sign}{text}\u00a0"] if not (sign and text.startswith("'")) else [text]
    assert evaluate(connection, "lire_decimal(t, '€')", texts) == [None] * len(texts)
    assert evaluate(connection, "forme_ambigue(plier(t))", texts) == [True] * len(texts)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0,125", "0.125"), ("0.125", "0.125"), ("1234,567", "1234.567"), ("12.3450", "12.345"), ("1.234.567", "1234567"),
     ("1'234'567", "1234567"), ("1.234,5", "1234.5"), ("1,234.50", "1234.50"), ("'12", "12"), ("007", "7"),
     ("1\u202f234,5", "1234.5")],
)  # fmt: skip
def test_a_number_of_one_reading_is_read(connection: duckdb.DuckDBPyConnection, text: str, value: str) -> None:
    assert evaluate(connection, NUMBER, [text]) == [Decimal(value)]


@pytest.mark.parametrize(
    "text",
    ["12-", "(12)", "12,5,5", "1,23,456", "1 23 456", "12+3", "1/2", "½", "env. 12", "12 ou 13", "１２", "٣", "1e3",
     "12.", ",5", "0 123", "0.123.456", "1.234 567", "12 34", "$12", "12%"],
)  # fmt: skip
def test_what_is_no_number_to_everyone_is_not_read(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, NUMBER, [text]) == [None]
    assert evaluate(connection, WHOLE, [text]) == [None]


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        ("virgule", "1.234", "1234"), ("virgule", "1,234", "1.234"), ("virgule", "1.234.567,891", "1234567.891"),
        ("virgule", "1 234,567", "1234.567"), ("virgule", "12.5", "12.5"), ("virgule", "1.2340", "1.234"),
        ("virgule", "1'234 €", "1234"), ("virgule", "-4.312", "-4312"),
        ("point", "1,234", "1234"), ("point", "1.234", "1.234"), ("point", "1,234.567", "1234.567"),
        ("point", "1 234.567", "1234.567"), ("point", "12,5", "12.5"),
    ],
)  # fmt: skip
def test_a_declared_decimal_mark_leaves_no_doubt(
    connection: duckdb.DuckDBPyConnection, declared: str, text: str, value: str
) -> None:
    assert evaluate(connection, f"lire_decimal(avec_{declared}(t), '€')", [text]) == [Decimal(value)]


# durations


@SEVERAL
@given(minutes=st.lists(st.integers(1, 9_999), min_size=20, max_size=40))
def test_a_duration_reads_alike_in_each_form(connection: duckdb.DuckDBPyConnection, minutes: list[int]) -> None:
    for value in minutes[:3]:
        hours, rest = divmod(value, 60)
        texts = [f"{hours}h{rest:02d}", f"{hours} h {rest:02d}", f"{hours} H {rest} min", f"{value} min",
                 f"{hours} heures et {rest} minutes", f"{value} mn", f"{hours}:{rest:02d}", f"{hours}:{rest:02d}:00",
                 f"PT{hours}H{rest}M", f"PT{hours:02d}H{rest:02d}M00S", f"P0DT{hours}H{rest:02d}M"]  # fmt: skip
        assert evaluate(connection, "lire_duree(t, 'h|heures?')", texts) == pytest.approx([value / 60] * len(texts))


@pytest.mark.parametrize(
    "text", ["1h75", "1:75", "01:30:75", "PT", "P", "h30", "une heure trente", "1h30 à 2h", "2 x 1h", "1h30 environ",
             "-1h30", "01:30 AM", "1.234 h", "90'", "1900-01-06 06:30:00"]
)  # fmt: skip
def test_a_duration_that_is_not_plainly_one_is_null(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, "lire_duree(t, 'h|heures?')", [text]) == [None]


def test_a_number_of_hours_is_one_of_decimals(connection: duckdb.DuckDBPyConnection) -> None:
    texts = ["1,5", "1.5 h", "2h", "144", "0,25 heure"]
    assert evaluate(connection, "lire_duree(t, 'h|heures?')", texts) == [1.5, 1.5, 2, 144, 0.25]


# moments

zones = st.sampled_from([0, 60, 120, -300, 330, 840])


@SEVERAL
@given(
    examples=st.lists(
        st.tuples(st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)), zones), min_size=20, max_size=40
    )
)
def test_a_moment_with_its_zone_is_told_in_the_time_of_paris(
    connection: duckdb.DuckDBPyConnection, examples: list[tuple[datetime, int]]
) -> None:
    moments = [moment.replace(tzinfo=timezone(timedelta(minutes=zone))) for moment, zone in examples]
    texts = [moment.isoformat() for moment in moments]
    texts += [
        f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z" for moment in moments
    ]
    local = [moment.astimezone(PARIS).replace(tzinfo=None) for moment in moments]
    expected = [*local, *(moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in local)]
    assert evaluate(connection, "lire_horodatage(t)", texts) == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-06-26T10:11:12.123Z", datetime(2020, 6, 26, 12, 11, 12, 123000)),
        ("2020-06-26 09:00:00 +0200", datetime(2020, 6, 26, 9)),
        ("2020-06-26 09:00:00 UTC", datetime(2020, 6, 26, 11)),
        ("2020-06-26T09:00", datetime(2020, 6, 26, 9)),
        ("2020-06-26 09:00:00.5", datetime(2020, 6, 26, 9, 0, 0, 500000)),
        ("2020/06/26 9:00:00 AM UTC+2", datetime(2020, 6, 26, 9)),
        ("2020/06/26 12:05:00 AM GMT+2", datetime(2020, 6, 26, 0, 5)),
        ("2020/06/26 3:00:00 PM", datetime(2020, 6, 26, 15)),
        ("26-06-2020", datetime(2020, 6, 26)),
        ("26.06.2020 09:00", datetime(2020, 6, 26, 9)),
        ("26/06/2020 09h00", datetime(2020, 6, 26, 9)),
        ("26/06/2020 à 9 h", datetime(2020, 6, 26, 9)),
        ("1er juillet 2020", datetime(2020, 7, 1)),
        ("vendredi 26 juin 2020 à 09h00", datetime(2020, 6, 26, 9)),
        ("3 sept. 2019", datetime(2019, 9, 3)),
        ("06/07/2020", datetime(2020, 7, 6)),
    ],
)
def test_what_a_machine_or_a_person_writes_is_that_moment(
    connection: duckdb.DuckDBPyConnection, text: str, moment: datetime
) -> None:
    assert evaluate(connection, "lire_horodatage(t)", [text]) == [moment]


@pytest.mark.parametrize(
    "text",
    ["13/25/2020", "06/26/2020", "06-26-2020", "06/07/2020 3:12:32 PM", "26/06/20", "44008", "44008,375", "42546",
     "1593162000", "20200626", "30/02/2020", "jeudi 26 juin 2020", "32 juin 2020", "2020-06-26T25:00:00Z",
     "2020-13-01T10:00:00Z", "juin 2020", "26 juin"],
)  # fmt: skip
def test_a_moment_that_may_be_another_day_is_not_read(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, "lire_horodatage(t)", [text]) == [None]


# texts


@pytest.mark.parametrize(
    "text",
    ["#NOM?", "#NOM ?", "#NAME?", "#REF!", "#REF !", "#N/A", "#N/D", "#VALEUR!", "#VALUE!", "#DIV/0!", "#NUM!",
     "#NOMBRE!", "#NUL!", "#NULL!", "Err:502", "Err :508", "Erreur:504", "########", " #REF!\u00a0", "#SPILL!",
     "#ERROR!", "#ref!", "=A1", "=SOMME(B2:B9)", "=+B12"],
)  # fmt: skip
def test_an_error_of_a_spreadsheet_is_no_text(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, "est_erreur(t)", [text]) == [True]
    assert evaluate(connection, "lire_texte(t)", [text]) == [None]


@pytest.mark.parametrize(
    "text", ["#Réussir !", "# 3", "Erreur de saisie", "N° 3", "Err", "#1", "Errol", "ref", "= un Clas", "=> suite"]
)
def test_a_text_that_looks_like_an_error_is_kept(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert evaluate(connection, "lire_texte(t)", [text]) == [text]
