"""Where a return counts: what says it, in which order, and what says nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pytest

from pipeline.sql.create import create_from_file, read_select

YEAR = "2021-2022"
Row = tuple[object, ...]
Said = tuple[str, str | None, str | None, str | None]
"""File, porteur, action and commune of a return."""
TABLES = {
    "staging.departement": "campagne varchar, departement varchar",
    "staging.fichier_situe": "campagne varchar, fichier varchar, departement varchar",
    "staging.agrement": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, departement varchar, action_id varchar, "
        "porteur_id varchar"
    ),
    "staging.reponse": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, departement varchar, reponse_id varchar, "
        "porteur_id varchar, action_id varchar, commune varchar, statut_reponse varchar, date_validation timestamp"
    ),
    "staging.collectif": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, departement varchar, cle varchar, "
        "cle_valeur varchar, reponse_id varchar, action_id varchar"
    ),
    "qualite.decision": "campagne varchar, fichier varchar, feuille varchar, ligne integer, nature varchar",
    "reference.communes": "code varchar, departement varchar",
    "core.rattachement": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, fichier_source varchar, "
        "feuille_source varchar, ligne_source integer"
    ),
}


@pytest.fixture
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    """45 and 2A have a roster of the same numbers, 974 has none; p2 acts in both."""
    with duckdb.connect() as connection:
        for schema in ("staging", "qualite", "reference", "core"):
            connection.execute(f"create schema {schema}")
        for table, columns in TABLES.items():
            connection.execute(f"create table {table} ({columns})")
        _fill(connection, "staging.departement", [(YEAR, code) for code in ("45", "2A", "974")])
        _fill(connection, "reference.communes", [("45234", "45"), ("2A004", "2A"), ("97411", "974"), ("58194", "58")])
        lines = [("45", "A1", "p1"), ("45", "A2", "p2"), ("45", "A3", "p2"), ("2A", "A1", "q1"), ("2A", "A2", "p2")]
        # A code that is not declared gives no département to anything.
        lines += [("54", "A9", "p9")]
        roster = [(YEAR, "liste.csv", "", 2 + rank, *line) for rank, line in enumerate(lines)]
        _fill(connection, "staging.agrement", roster)
        _fill(connection, "staging.fichier_situe", [(YEAR, "974/de.csv", "974")])
        yield connection


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    connection.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


def _returns(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[tuple[str, str | None, str | None, str | None]]
) -> None:
    """(file, porteur, action, commune) of each."""
    whole = [
        (YEAR, fichier, "", 2 + rank, None, f"R{rank}", porteur, action, commune, "validee", None)
        for rank, (fichier, porteur, action, commune) in enumerate(rows)
    ]
    _fill(connection, "staging.reponse", whole)


def _situated(connection: duckdb.DuckDBPyConnection) -> list[str | None]:
    create_from_file(connection, "staging", "lieu_de_reponse")
    return [
        row[0]
        for row in connection.execute("select departement from staging.lieu_de_reponse order by ligne").fetchall()
    ]


@pytest.mark.parametrize(
    ("said", "departement"),
    [
        pytest.param(("974/de.csv", "p1", "A1", "45234"), "974", id="the folder of its file, whatever else"),
        pytest.param(("un.csv", "p1", "A1", None), "45", id="the roster that gives its action to its porteur"),
        pytest.param(("un.csv", "q1", "A1", None), "2A", id="the same number, given by another committee"),
        pytest.param(("un.csv", "p2", "A3", "2A004"), "45", id="agreed here, held across a border"),
        pytest.param(("un.csv", "p1", "A1", "58194"), "45", id="held where nobody is declared"),
        pytest.param(("un.csv", "p2", "A2", "2A004"), "2A", id="of two that agreed it, the commune says"),
        pytest.param(("un.csv", "p2", "A2", None), None, id="of two that agreed it, nothing says"),
        pytest.param(("un.csv", "p2", "A2", "97411"), None, id="of two that agreed it, a third place says nothing"),
        pytest.param(("un.csv", "p1", "A7", None), "45", id="a number that nobody agreed: where all its others are"),
        pytest.param(("un.csv", "p8", "B1", "97411"), "974", id="no roster there: the commune alone"),
        pytest.param(("un.csv", "p2", "A7", "97411"), "974", id="agreed elsewhere, and here without a roster"),
        pytest.param(("un.csv", "p8", "A1", None), None, id="the number is another porteur's: it says nothing"),
        pytest.param(("un.csv", None, "A3", None), "45", id="an unknown porteur, a number of one roster only"),
        pytest.param(("un.csv", None, "A1", None), None, id="an unknown porteur, a number of two rosters"),
        pytest.param(("un.csv", "p9", "A9", None), None, id="agreed by a code that is not declared"),
        pytest.param(("un.csv", "p8", None, "58194"), None, id="a place of nobody"),
    ],
)
def test_a_return_counts_where_its_action_was_agreed_or_nowhere(
    base: duckdb.DuckDBPyConnection, said: Said, departement: str | None
) -> None:
    _returns(base, [said])
    assert _situated(base) == [departement]


def test_what_says_nothing_follows_its_file_when_the_rest_of_it_is_of_one(base: duckdb.DuckDBPyConnection) -> None:
    silent = ("p8", "B1", None)
    _returns(base, [
        ("un.csv", "p1", "A1", None), ("un.csv", *silent),
        ("deux.csv", "p1", "A1", None), ("deux.csv", "q1", "A1", None), ("deux.csv", *silent),
    ])  # fmt: skip
    assert _situated(base) == ["45", "45", "45", "2A", None]


def _attached(connection: duckdb.DuckDBPyConnection) -> list[tuple[str | None, int | None, str | None, bool]]:
    found = connection.execute(
        "select fichier_reponse, ligne_reponse, departement, est_ambigu "
        f"from ({read_select('staging', 'collectif')}) order by fichier, ligne"
    )
    return found.fetchall()


def test_a_collectif_is_of_the_return_of_its_number_in_its_own_file_then_in_its_departement(
    base: duckdb.DuckDBPyConnection,
) -> None:
    """Two Cafs number their returns alike, in a book each, then in files of collectifs apart."""
    _fill(base, "staging.fichier_situe", [(YEAR, "45/groupes.csv", "45")])
    of = [("a.xlsx", "45"), ("b.xlsx", "2A"), ("45/c.csv", "45")]
    _fill(base, "staging.reponse", [
        (YEAR, fichier, "", 2, code, "1" if fichier != "45/c.csv" else "3", f"p{code}", "A1", None, "validee", None)
        for fichier, code in of
    ])  # fmt: skip
    rows = [("a.xlsx", "1"), ("b.xlsx", "1"), ("45/groupes.csv", "1"), ("groupes.csv", "1"), ("groupes.csv", "3"),
            ("groupes.csv", "8")]  # fmt: skip
    _fill(base, "staging.collectif", [
        (YEAR, fichier, "", 2 + rank, None, "reponse_id", number, number, None)
        for rank, (fichier, number) in enumerate(rows)
    ])  # fmt: skip
    assert _attached(base) == [
        ("a.xlsx", 2, "45", False),  # 45/groupes.csv
        ("a.xlsx", 2, "45", False),
        ("b.xlsx", 2, "2A", False),
        (None, None, None, True),  # of which of the two, nothing says
        ("45/c.csv", 2, "45", False),
        (None, None, None, False),  # of no return
    ]
