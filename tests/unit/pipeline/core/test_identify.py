"""The register says whose a return is: by identifier, SIRET or exact name; a name that looks alike is only proposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pytest

from pipeline.core.identify import identify
from pipeline.staging.territories import load_territories
from socle.words.refusal import Refusal
from tests.support.exports import siret

Porteur = tuple[str, str | None, str, str | None, str | None]

REGISTER: Sequence[Porteur] = (
    ("p1", siret(1), "Association Alpha", "Alpha|Assoc. Alpha| ", None),
    ("p2", siret(2), "Centre social Saint-Jean", None, None),
    ("p3", siret(3), "Bêta, ancien nom", None, "p4"),
    ("p4", siret(4), "Bêta réunie", None, "p5"),
    ("p5", siret(5), "Bêta & Gamma", None, None),
    ("p6", None, "Les Petits Pas", None, None),
    ("p7", None, "Les petits pas", "Petits Pas d'Olivet", None),
)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        load_territories(opened)
        opened.execute("create schema staging")
        for table in ("reponse", "agrement"):
            opened.execute(
                f"create table staging.{table} "
                "(ligne integer, porteur_id varchar, siret varchar, raison_sociale varchar)"
            )
        yield opened


def identified(
    connection: duckdb.DuckDBPyConnection,
    returns: Sequence[tuple[str | None, str | None, str | None]],
    register: Sequence[Porteur] = REGISTER,
    table: str = "reponse",
) -> list[str | None]:
    """The porteur_id of each return (porteur_id, siret, raison_sociale) once identified."""
    connection.execute(
        "create or replace table staging.porteur (ligne integer, porteur_id varchar, siret varchar, "
        "raison_sociale varchar, alias varchar, remplace_par varchar)"
    )
    lines = [[line, *porteur] for line, porteur in enumerate(register, start=2)]
    connection.executemany("insert into staging.porteur values (?, ?, ?, ?, ?, ?)", lines)
    if returns:
        connection.executemany(
            f"insert into staging.{table} values (?, ?, ?, ?)",
            [[line, *answers] for line, answers in enumerate(returns)],
        )
    identify(connection)
    found = connection.execute(f"select ligne, porteur_id from staging.{table} order by ligne").fetchall()
    assert [line for line, _ in found] == list(range(len(returns)))
    return [porteur for _, porteur in found]


@pytest.mark.parametrize(
    ("answers", "porteur"),
    [
        (("p1", None, None), "p1"),
        ((None, siret(2), None), "p2"),
        ((None, None, "Association Alpha"), "p1"),
        ((None, None, "ASSOCIATION  ALPHA."), "p1"),
        ((None, None, "Alpha"), "p1"),
        ((None, None, "assoc Alpha"), "p1"),
        ((None, None, "Centre social St Jean"), "p2"),
        (("p1", siret(2), "Bêta & Gamma"), "p1"),
        (("inconnu", siret(2), None), "p2"),
        (("inconnu", siret(99), "Alpha"), "p1"),
        ((None, None, "Petits Pas d'Olivet"), "p7"),
    ],
)
def test_a_porteur_is_known_by_identifier_else_siret_and_exact_name(
    connection: duckdb.DuckDBPyConnection, answers: tuple[str | None, str | None, str | None], porteur: str
) -> None:
    assert identified(connection, [answers]) == [porteur]


@pytest.mark.parametrize(
    "answers",
    [
        (None, None, None),
        (None, None, "Association Alfa"),
        (None, None, "Les Petits Pas"),
        ("P1", None, None),
        (None, siret(99), "Inconnue"),
        (None, None, " "),
        (None, None, "???"),
        (None, siret(2), "Association Alpha"),
    ],
    ids=["nothing", "near name", "two of that name", "case of an id", "unknown", "blank", "signs", "of two porteurs"],
)
def test_a_porteur_in_doubt_is_left_unknown(
    connection: duckdb.DuckDBPyConnection, answers: tuple[str | None, str | None, str | None]
) -> None:
    assert identified(connection, [answers]) == [None]


@pytest.mark.parametrize("answers", [("p3", None, None), (None, siret(3), None), (None, None, "Bêta, ancien nom")])
def test_a_porteur_that_was_taken_over_is_its_last_successor(
    connection: duckdb.DuckDBPyConnection, answers: tuple[str | None, str | None, str | None]
) -> None:
    assert identified(connection, [answers]) == ["p5"]


def test_a_siret_shared_by_a_porteur_and_its_successor_is_the_successor(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    register = [("a", siret(1), "Ancien", None, "b"), ("b", siret(1), "Nouveau", None, None)]
    assert identified(connection, [(None, siret(1), None)], register) == ["b"]


def test_successors_that_go_round_in_a_circle_are_refused_whoever_leads_to_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    register = [("z", None, "Avant", None, "a"), ("a", None, "Un", None, "b"), ("b", None, "Deux", None, "a")]
    with pytest.raises(Refusal) as refused:
        identified(connection, [("a", None, None)], register)
    assert (refused.value.code, refused.value.values["lignes"]) == ("registre_en_boucle", "3 à 4")


@pytest.mark.parametrize(
    ("register", "code", "told"),
    [
        ([("a", None, "Un", None, None), ("a", None, "Deux", None, None)], "registre_en_double", ("porteur_id", "a")),
        (
            [("a", siret(1), "Un", None, None), ("b", siret(1), "Deux", None, None)],
            "registre_en_double",
            ("siret", siret(1)),
        ),
        ([("a", None, "Un", None, "z")], "registre_sans_successeur", ("remplace_par", "z")),
    ],
    ids=["identifier twice", "siret twice", "no such successor"],
)
def test_a_register_that_contradicts_itself_is_refused(
    connection: duckdb.DuckDBPyConnection, register: Sequence[Porteur], code: str, told: tuple[str, str]
) -> None:
    with pytest.raises(Refusal) as caught:
        identified(connection, [], register)
    assert (caught.value.code, caught.value.values["colonne"], caught.value.values["valeur"]) == (code, *told)
    assert "Le registre des porteurs" in str(caught.value)


def test_the_roster_is_identified_like_the_returns(connection: duckdb.DuckDBPyConnection) -> None:
    assert identified(connection, [(None, siret(2), None), (None, None, "Zut")], table="agrement") == ["p2", None]


def test_near_names_are_proposed_best_first_and_never_applied(connection: duckdb.DuckDBPyConnection) -> None:
    assert identified(connection, [(None, None, "Association Alfa"), (None, None, "Xyz")]) == [None, None]
    candidates = dict(connection.execute("from staging.candidat").fetchall())
    assert candidates["Association Alfa"].startswith("« Association Alpha » (p1)")
    assert "Xyz" not in candidates


def test_no_more_than_three_names_are_proposed(connection: duckdb.DuckDBPyConnection) -> None:
    register = [(f"p{n}", None, f"Foyer rural {n}", None, None) for n in range(1, 7)]
    assert identified(connection, [(None, None, "Foyer rural")], register) == [None]
    ((candidates,),) = connection.execute("select candidats from staging.candidat").fetchall()
    assert candidates == "« Foyer rural 1 » (p1), « Foyer rural 2 » (p2), « Foyer rural 3 » (p3)"


def test_the_names_of_known_porteurs_are_not_proposed(connection: duckdb.DuckDBPyConnection) -> None:
    identified(connection, [("p1", None, "Association Alfa")])
    assert connection.execute("from staging.candidat").fetchall() == []
