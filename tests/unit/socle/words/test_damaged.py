"""A text whose accents were lost is told from a text, whatever the way they were lost."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.staging.territories import REFERENCE
from socle.words.damaged import damaged_piece, is_damaged, without_html
from tests.support.tables import evaluate, parsing_connection

WORDS = (
    "Fédération",
    "scolarité",
    "éléments",
    "Élémentaire",
    "élève",
    "Collège",
    "école à côté",
    "L’année",
    "« Clas »",
)
# (how a text was written, how it was read)
READINGS = [
    ("utf-8", "cp1252"),
    ("utf-8", "latin-1"),
    ("utf-8", "mac_roman"),
    ("utf-8", "cp850"),
    ("utf-8", "cp437"),
    ("mac_roman", "cp1252"),
    ("mac_roman", "latin-1"),
    ("cp850", "cp1252"),
    ("cp437", "latin-1"),
    ("cp1252", "mac_roman"),
    ("cp1252", "cp850"),
    ("cp1252", "cp437"),
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


@pytest.mark.parametrize(("written", "read"), READINGS)
@pytest.mark.parametrize("word", ["Fédération", "scolarité", "l'étude des élèves", "activités"])
def test_a_text_read_in_another_encoding_is_damaged(word: str, written: str, read: str) -> None:
    text = word.encode(written).decode(read, errors="replace")
    assert is_damaged(text), text
    assert damaged_piece(text) in text


@pytest.mark.parametrize("word", WORDS)
def test_a_text_of_utf_8_read_as_windows_is_damaged(word: str) -> None:
    text = word.encode().decode("cp1252", errors="replace")
    assert is_damaged(text) and is_damaged(text.replace("\u00a0", " ").strip()), text


@pytest.mark.parametrize(
    "text",
    ["F?d?ration", "F\ufffdd\ufffdration", "Pr?nom", "=C3=A9cole", "F%C3%A9d%C3%A9ration", "F\\u00e9d", "F+AOk-d"],
)
def test_a_text_whose_letters_were_replaced_is_damaged(text: str) -> None:
    assert is_damaged(text)


@pytest.mark.parametrize(
    "text",
    ["Ça, c'est « là\u00a0» : 5\u00a0‰ des élèves d’Orléans", "CHÂTEAU D'ÂGE", "L'ÉCOLE ÉLÉMENTAIRE", "Noël à l’Haÿ",
     "12\u202f% …", "BÉATRICE ŽIŽEK", "Žižek", "São Paulo", "animateur•rice•s", "FranÇois", "Mère Œuvre, cœur",
     "Quoi ? Comment ?",
     "https://exemple.invalid/page?question", "www.exemple.invalid/?a", "lycée (10 kΩ)", "Ä Ö Ü ß Ñ ñ Ó Ú", "√2",
     "2019–2020", "", "100 % — oui… « et »", "A&B; R&D", "PÈRE ET MÈRE", "À BIENTÔT"],
)  # fmt: skip
def test_a_text_is_not_damaged(text: str) -> None:
    assert not is_damaged(text), damaged_piece(text)


def test_no_name_of_the_reference_is_damaged() -> None:
    with (REFERENCE / "communes.csv").open(encoding="utf-8", newline="") as file:
        names = [row["nom"] for row in csv.DictReader(file)]
    assert [name for name in names if is_damaged(name) or is_damaged(unicodedata.normalize("NFC", name.upper()))] == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Num&eacute;ro d&#039;action", "Numéro d'action"),
        ("L&#39;&#xE9;cole&nbsp;&amp; nous", "L'école\u00a0& nous"),
        ("&amp;eacute;l&amp;egrave;ves &lt;&#8217;&gt;", "élèves <’>"),
        ("<p>Go&ucirc;ter<br/>du soir</p>", " Goûter du soir "),
        ("A & B ; R&D; a < b", "A & B ; R&D; a < b"),
        ("&inconnu;", "&inconnu;"),
    ],
)
def test_the_codes_of_html_are_the_characters_that_they_stand_for(text: str, plain: str) -> None:
    assert without_html(text) == plain


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    texts=st.lists(
        st.text("éàèêçÉÈôï’œFdration ÃÂ©®€?Žˆ‚Ú:=&\n\u00a0\ufffd\u0082", max_size=12), min_size=40, max_size=80
    )
)
def test_python_and_sql_say_the_same_of_a_text(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert evaluate(connection, "est_abime(t)", texts) == [is_damaged(text) for text in texts]
