"""A cell is read as its variable says, choices by any of their declared wordings, and its anomaly names the trouble."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipeline.codebook.model import Column, FormatColumn
from pipeline.sql.macros import fold
from pipeline.staging.readers_sql import REASON, expected, is_joined, reader_sql
from tests.support.exports import codebook, siret
from tests.support.tables import evaluate, parsing_connection

CODEBOOK = codebook()
CHOICES = [
    pytest.param(CODEBOOK.column(source.variable), source, id=f"{fmt.id}-{source.variable}")
    for fmt in CODEBOOK.formats
    for source in fmt.colonnes
    if source.variable and CODEBOOK.columns_of(source.variable)[0].variable.type == "choix"
]
JOINED = [
    pytest.param(CODEBOOK.columns_of(source.variable)[0], source, id=f"{fmt.id}-{source.variable}")
    for fmt in CODEBOOK.formats
    for source in fmt.colonnes
    if source.variable and is_joined(CODEBOOK.columns_of(source.variable)[0], source)
]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with parsing_connection() as opened:
        yield opened


def read(connection: duckdb.DuckDBPyConnection, name: str, *texts: str | None, **source: Any) -> list[Any]:
    """What the cells of a column headed by that variable give."""
    column = CODEBOOK.columns_of(name)[0]
    return evaluate(connection, reader_sql(column, FormatColumn(name, name, **source), "t"), texts)


def spellings(wording: str) -> list[str]:
    """The ways people write one wording."""
    decomposed = unicodedata.normalize("NFD", wording)
    spaced = "\u00a0" + wording.replace(" ", "\u202f ") + " "
    return [wording, wording.upper(), wording.lower(), decomposed, fold(wording), spaced, wording.replace("'", "’")]


def wordings(column: Column, source: FormatColumn) -> list[tuple[str, str]]:
    """(wording, modality) for all that a column accepts."""
    declared = column.variable.modalites
    pairs = [(code, code) for code in declared] + [(label, code) for code, label in declared.items()]
    return [pair for pair in pairs if pair[0] not in source.valeurs] + list(source.valeurs.items())


@pytest.mark.parametrize(("column", "source"), CHOICES)
def test_a_choice_is_read_by_code_label_or_wording_however_it_is_spelt(
    connection: duckdb.DuckDBPyConnection, column: Column, source: FormatColumn
) -> None:
    pairs = [(text, code) for wording, code in wordings(column, source) for text in spellings(wording)]
    found = evaluate(connection, reader_sql(column, source, "t"), [text for text, _ in pairs])
    assert dict(zip(pairs, found, strict=True)) == {pair: pair[1] for pair in pairs}


@pytest.mark.parametrize(("column", "source"), CHOICES)
def test_a_wording_that_is_not_declared_is_null(
    connection: duckdb.DuckDBPyConnection, column: Column, source: FormatColumn
) -> None:
    label = next(iter(column.variable.modalites.values()))
    texts = [f"{label} ?", f"{label}, {label}", f"{label}x", "9", "", None]
    assert evaluate(connection, reader_sql(column, source, "t"), texts) == [None] * len(texts)


@pytest.mark.parametrize(("column", "source"), JOINED)
def test_a_joined_choice_is_read_piece_by_piece(
    connection: duckdb.DuckDBPyConnection, column: Column, source: FormatColumn
) -> None:
    separator = source.separateur_choix or ";"
    pairs = wordings(column, source)
    texts = [f" {separator} ".join(spellings(wording)[i] for wording, _ in pairs) for i in range(7)]
    assert evaluate(connection, reader_sql(column, source, "t"), texts) == [[code for _, code in pairs]] * 7


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Reaap ; PEDT", ["reaap", "pedt"]),
        ("reaap;pedt;", ["reaap", "pedt"]),
        ("Reaap ; ; PEDT", ["reaap", "pedt"]),
        ("Reaap ; Association Machin", ["reaap", "?"]),
        ("Association Machin", ["?"]),
        ("Reaap ; NC", ["reaap"]),
        ("Reaap, PEDT", ["?"]),
        (" ; ", None),
        ("NC", None),
        ("-", None),
        ("\u00a0", None),
        ("", None),
        (None, None),
    ],
)
def test_a_piece_that_is_unknown_is_marked_and_a_blank_is_null(
    connection: duckdb.DuckDBPyConnection, text: str | None, codes: list[str] | None
) -> None:
    assert read(connection, "partenaires", text, separateur_choix=";") == [codes]


def test_pieces_are_cut_by_the_separator_of_their_format(connection: duckdb.DuckDBPyConnection) -> None:
    assert read(connection, "partenaires", "Reaap|PEDT", separateur_choix="|") == [["reaap", "pedt"]]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("nb_enfants", "12 enfants", 12),
        ("nb_enfants", "1 enfant", 1),
        ("nb_enfants", "12 ENFANTS", 12),
        ("nb_enfants", "12 familles", None),
        ("nb_enfants", "50 %", None),
        ("nb_enfants", "environ 12", None),
        ("nb_benevoles", "3 bénévoles", 3),
        ("nb_benevoles", "3 benevoles", 3),
        ("heures_encadrement", "12 h", 12.0),
        ("heures_encadrement", "12,5 heures", 12.5),
        ("heures_encadrement", "1 heure", 1.0),
        ("heures_encadrement", "12 hs", None),
        ("charges__60", "1 234,50 €", Decimal("1234.50")),
        ("charges__60", "1.234 €", None),
        ("duree_seance_h", "1h30", 1.5),
        ("duree_seance_h", "01:30", 1.5),
        ("seances_par_semaine", "01:30", None),
        ("nb_enfants", "01:30", None),
        ("valeur", "85,7 %", 0.857),
        ("valeur", "85,7", 85.7),
        ("qpv", "Coché", True),
        ("qpv", "2", None),
        ("date_decision", "03/09/2019", date(2019, 9, 3)),
        ("siret", f" {siret(7)} ", siret(7)),
        ("siret", "4,52E+13", None),
        ("departement", "1", "01"),
        ("campagne_declaree", "2019/20", "2019-2020"),
        ("raison_sociale", " Les\u00a0 Amis ", "Les Amis"),
        ("raison_sociale", "sans objet", None),
        ("action_id", "NC", None),
    ],
)
def test_a_cell_is_read_as_its_variable_says(
    connection: duckdb.DuckDBPyConnection, name: str, text: str, value: object
) -> None:
    assert read(connection, name, text) == [value]


def test_a_unit_is_a_word_and_never_a_pattern() -> None:
    units = {fold(variable.unite) for variable in CODEBOOK.variables if variable.unite}
    assert all(unit.isalpha() or unit in ("€", "%") for unit in units)


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("siret", "4,52E+13", "siret_scientifique"),
        ("siret", "4.52E+13", "siret_scientifique"),
        ("siret", "4.52e13", "siret_scientifique"),
        ("siret", "5E+13", "siret_scientifique"),
        ("siret", "1234", "siret_invalide"),
        ("entier", "environ 12", "nombre_approximatif"),
        ("entier", "~12", "nombre_approximatif"),
        ("entier", "À peu près 12", "nombre_approximatif"),
        ("entier", "12-15", "nombre_approximatif"),
        ("entier", "12 à 15", "nombre_approximatif"),
        ("entier", "12 ou 15", "nombre_approximatif"),
        ("entier", "plus de 12", "nombre_approximatif"),
        ("montant", "Env. 300 €", "nombre_approximatif"),
        ("entier", "douze", "cellule_illisible"),
        ("entier", "1,5", "cellule_illisible"),
        ("entier", "12 15", "cellule_illisible"),
        ("date", "31/02/2019", "cellule_illisible"),
        ("oui_non", "peut-être", "cellule_illisible"),
        ("choix", "Autre chose", "valeur_hors_liste"),
        ("choix_multiple", "Autre chose", "valeur_hors_liste"),
        ("commune", "Atlantide", "commune_inconnue"),
    ],
)
def test_a_cell_that_is_not_read_says_what_is_wrong(
    connection: duckdb.DuckDBPyConnection, kind: str, text: str, rule: str
) -> None:
    query = f"select {REASON} from (select $1 as valeur, $2 as type, null::varchar as candidats)"
    assert connection.execute(query, [text, kind]).fetchone() == (rule,)


def test_a_commune_with_candidates_is_ambiguous(connection: duckdb.DuckDBPyConnection) -> None:
    query = f"select {REASON} from (select 'Bû' as valeur, 'commune' as type, 'Bû (28064)' as candidats)"
    assert connection.execute(query).fetchone() == ("commune_ambigue",)


@pytest.mark.parametrize("kind", sorted({variable.type for variable in CODEBOOK.variables}))
def test_every_type_says_what_it_expects(kind: str) -> None:
    texts = kind in ("texte", "texte_libre", "identifiant")
    of_kind = [variable for variable in CODEBOOK.variables if variable.type == kind]
    assert {expected(variable) == "un texte" for variable in of_kind} == {texts}


def test_hours_are_asked_as_people_write_them() -> None:
    assert expected(CODEBOOK.column("duree_seance_h").variable) == "une durée en heures (1,5 ou 1 h 30)"
