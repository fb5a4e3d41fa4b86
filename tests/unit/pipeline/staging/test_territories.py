"""A commune as people write it becomes its Insee code, or candidates, never a guess."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.staging.territories import TABLES, load_territories, resolve_communes

Resolved = tuple[str | None, str | None, str | None, bool]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        load_territories(opened)
        yield opened


def resolve(
    connection: duckdb.DuckDBPyConnection, texts: list[str | None], departements: tuple[str, ...] = ("45",)
) -> dict[str, Resolved]:
    connection.execute('create or replace table retours as select unnest($1::varchar[]) as "la commune"', [texts])
    resolve_communes(connection, "retours", "la commune", "communes_lues", departements)
    rows = connection.execute("select texte, code, methode, candidats, code_postal from communes_lues").fetchall()
    return {texte: (code, methode, candidats, postal) for texte, code, methode, candidats, postal in rows}


def resolve_one(connection: duckdb.DuckDBPyConnection, text: str, *departements: str) -> Resolved:
    return resolve(connection, [text], departements or ("45",))[text]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_its_declared_columns_and_rows(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = connection.execute(
        "select column_name, lower(data_type) from information_schema.columns "
        "where table_schema = 'reference' and table_name = $1 and column_name <> 'nom_normalise'",
        [table],
    ).fetchall()
    assert dict(columns) == TABLES[table]
    assert connection.table(f"reference.{table}").count("*").fetchall()[0][0] > 0


def test_loading_twice_gives_the_same_tables(connection: duckdb.DuckDBPyConnection) -> None:
    before = connection.execute("select count(*) from reference.communes").fetchall()
    load_territories(connection)
    assert connection.execute("select count(*) from reference.communes").fetchall() == before


def test_codes_stay_text(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute("select code, departement from reference.communes where nom in ('Ajaccio', 'Bastia')")
    assert sorted(rows.fetchall()) == [("2A004", "2A"), ("2B033", "2B")]


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("SAINT-JEAN-DE-LA-RUELLE", "saint jean de la ruelle"),
        ("St Jean  de la Ruelle", "saint jean de la ruelle"),
        ("Ste-Geneviève-des-Bois", "sainte genevieve des bois"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("Orle\u0301ans", "orleans"),
        ("Stes Maries", "saintes maries"),
        ("Estouy", "estouy"),
        ("Bonny s/ Loire", "bonny sur loire"),
    ],
)
def test_names_are_normalised(connection: duckdb.DuckDBPyConnection, written: str, normalised: str) -> None:
    assert connection.execute("select normaliser_nom($1)", [written]).fetchall() == [(normalised,)]


@pytest.mark.parametrize(
    "written",
    [
        "Orléans",
        "Orléans (45)",
        "45000 Orléans",
        "45 000 Orléans",
        "F-45000 Orléans",
        "Orleans cedex 2",
        "45058 ORLEANS CEDEX 02",
        " orléans ",
        "Orléans 45",
    ],
)
def test_a_name_resolves_whatever_an_envelope_adds_to_it(connection: duckdb.DuckDBPyConnection, written: str) -> None:
    assert resolve_one(connection, written) == ("45234", "nom", None, False)


@pytest.mark.parametrize("written", ["St Jean de la Ruelle", "SAINT-JEAN-DE-LA-RUELLE", "45140 St-Jean-de-la-Ruelle"])
def test_saint_may_be_abbreviated(connection: duckdb.DuckDBPyConnection, written: str) -> None:
    assert resolve_one(connection, written)[:2] == ("45285", "nom")


@pytest.mark.parametrize(
    ("written", "code", "method"),
    [
        ("45234", "45234", "code"),
        (" 2a004 ", "2A004", "code"),
        ("13055", "13055", "code"),
        ("45287", "45307", "ancienne"),
        ("75118", "75056", "ancienne"),
        ("1004", "01004", "code_complete"),
        ("1172", "01095", "code_complete"),
        ("45234.0", "45234", "code"),
        ("45 234", "45234", "code"),
        ("'45234", "45234", "code"),
        ("1004.0", "01004", "code_complete"),
        ("Malesherbes", "45191", "ancienne"),
        ("Saint Loup de Gonois", "45307", "ancienne"),
    ],
)
def test_a_code_or_a_former_name_leads_to_the_present_commune(
    connection: duckdb.DuckDBPyConnection, written: str, code: str, method: str
) -> None:
    assert resolve_one(connection, written)[:2] == (code, method)


@pytest.mark.parametrize("written", ["45000", "45140", "045234", "45234.5", "45 00", "4523", "", "  ", "nc", "12"])
def test_what_is_neither_a_code_nor_a_name_has_no_code(connection: duckdb.DuckDBPyConnection, written: str) -> None:
    assert resolve_one(connection, written) == (None, None, None, False)


def test_an_insee_code_that_is_also_a_postal_code_is_pointed_out(connection: duckdb.DuckDBPyConnection) -> None:
    assert resolve_one(connection, "45100") == ("45100", "code", None, True)


def test_a_name_of_another_departement_is_proposed_not_applied(connection: duckdb.DuckDBPyConnection) -> None:
    assert resolve_one(connection, "Chartres")[:3] == (None, None, "Chartres (28085)")
    assert resolve_one(connection, "Chartres", "45", "28")[:2] == ("28085", "nom")


def test_a_name_is_not_applied_against_the_departement_written_beside_it(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert resolve_one(connection, "Orléans (93)")[:3] == (None, None, "Orléans (45234)")
    assert resolve_one(connection, "93200 Saint-Denis", "974")[0] is None
    assert resolve_one(connection, "93200 Saint-Denis", "974", "93")[0] == "93066"
    assert resolve_one(connection, "20000 Ajaccio", "2A")[0] == "2A004"


def test_an_ambiguous_name_gives_its_candidates(connection: duckdb.DuckDBPyConnection) -> None:
    code, method, candidates, _ = resolve_one(connection, "Saint-Denis", "93", "974")
    assert (code, method, candidates) == (None, None, "Saint-Denis (93066), Saint-Denis (97411)")


def test_a_misspelled_name_gives_the_nearest_of_the_departement(connection: duckdb.DuckDBPyConnection) -> None:
    code, _, candidates, _ = resolve_one(connection, "Chalette")
    assert code is None
    # A name that holds the text is not beside others that have letters in common.
    assert candidates == "Châlette-sur-Loing (45068)"
    code, _, candidates, _ = resolve_one(connection, "Chalettes")
    assert code is None
    assert candidates is not None
    assert candidates.startswith("Châlette-sur-Loing (45068)")
    assert candidates.count("(") == 3


@pytest.mark.parametrize(
    ("written", "proposed"),
    [
        ("Commune d'Orléans", "Orléans (45234)"),
        ("Ville d’Orléans", "Orléans (45234)"),
        ("Orléans, La Source", "Orléans (45234)"),
        ("Orléans (Loiret, 45)", "Orléans (45234)"),
        ("La Ferté-Saint-Aubin (Loiret)", "La Ferté-Saint-Aubin (45146)"),
        ("Orléans / Saran", "Orléans (45234), Saran (45302)"),
        ("Mairie de Saint-Jean-de-Braye", "Saint-Jean-de-Braye (45284)"),
    ],
)
def test_a_name_written_among_other_words_is_the_one_proposed(
    connection: duckdb.DuckDBPyConnection, written: str, proposed: str
) -> None:
    assert resolve_one(connection, written) == (None, None, proposed, False)


@pytest.mark.parametrize("written", ["Or\u00adléans", "Orléans \u200b", "\ufeffOrléans", "Orle\u0301ans"])
def test_what_cannot_be_seen_does_not_change_a_name(connection: duckdb.DuckDBPyConnection, written: str) -> None:
    assert resolve_one(connection, written)[:2] == ("45234", "nom")


def test_a_text_seen_twice_has_one_row_and_a_blank_cell_none(connection: duckdb.DuckDBPyConnection) -> None:
    assert list(resolve(connection, ["Gien", "Gien", None])) == ["Gien"]


def test_without_departement_no_name_is_applied(connection: duckdb.DuckDBPyConnection) -> None:
    assert resolve(connection, ["Gien", "45155"], ())["Gien"][:3] == (None, None, "Gien (45155)")


def variant(name: str, upper: bool, accents: bool, hyphens: bool, short: bool, curly: bool) -> str:
    if short:
        name = name.replace("Sainte-", "Ste-").replace("Saint-", "St-")
    if not accents:
        name = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    name = name if hyphens else name.replace("-", " ")
    name = name.replace("'", "’") if curly else name
    return name.upper() if upper else name.lower()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0))
def test_no_spelling_of_a_commune_of_loiret_becomes_another(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    choose = Random(seed)
    communes = connection.execute("select nom, code from reference.communes where departement = '45'").fetchall()
    written = {variant(nom, *(choose.random() < 0.5 for _ in range(5))): code for nom, code in communes}
    found = resolve(connection, list(written))
    for text, code in written.items():
        read, _, candidates, _ = found[text]
        assert read == code or (read is None and code in (candidates or "")), text
