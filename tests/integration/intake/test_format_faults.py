"""What happens to an export between the tool and the folder: harmless changes change no figure, the others are refused.

One build holds every family under every harmless change, each in a campagne of its own; it is compared with the plain
export of the same family, beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.codebook.model import Format, FormatColumn
from pipeline.staging.stage_all import Stager
from pipeline.staging.stage_file import Source
from socle.paths import DataFolder
from tests.support.builds import plain, quick_build, quick_codebook
from tests.support.exports import PORTEURS, declare, write_export
from tests.support.families import PLAIN, YEARS, Layout, answers, collectifs, said, sheets, write_family
from tests.support.tables import Grid

FAMILIES = list(YEARS)
RULES = ("reponse_en_double", "reponse_non_validee", "rattachement_absent", "rattachement_en_double",
         "collectif_sans_reponse", "collectif_en_double")  # fmt: skip


def shifted(_: str, grid: Grid) -> Grid:
    """Titles and blank lines above, two empty columns at left."""
    return [["Caf du Loiret, extraction du 24 novembre"], [], ["Export complet"], [], *(["", "", *row] for row in grid)]


def totalled(_: str, grid: Grid) -> Grid:
    """A row of totals at the foot of the table; in a fiche, of its inner table."""
    if len(grid) < 2:
        return grid
    foot = len(grid) if grid[-1] else len(grid) - 1
    return [*grid[:foot], ["Total", *["99"] * (len(grid[foot - 1]) - 1)], *grid[foot:]]


HARMLESS = {
    "intact": PLAIN,
    "feuille renommée": Layout(sheet=lambda name: f"Copie de {name} (2)"),
    "intitulés décalés": Layout(lines=shifted),
    "colonnes interverties": Layout(columns=lambda fmt: fmt.colonnes[::-1]),
    "ligne de total": Layout(lines=totalled),
    "réponses en double": PLAIN,
}
CAMPAGNES = {
    (family, fault): f"{year}-{year + 1}"
    for year, (family, fault) in enumerate(((family, fault) for fault in HARMLESS for family in FAMILIES), start=2030)
}


def repeated(family: str, campagne: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The two returns, and two others of the first action: validated earlier, and begun again without an end."""
    rows, groups = answers(campagne), collectifs(campagne)
    wrong = {"nb_enfants": "8", "porte_reaap": "Non", "charges__60": "1"}
    rows.append(rows[0] | wrong | {"reponse_id": "r-a1-ancienne", "date_validation": "01/09/2020 10:00"})
    if family != "trame-2025":  # whose collectifs are those of the action, whatever the return
        groups.append(groups[0] | {"reponse_id": "r-a1-ancienne", "inscrits": "8"})
    if family != "dossier-2020":  # a dossier that came back is a dossier that was sent
        rows.append(rows[0] | wrong | {"reponse_id": "r-a1-reprise", "date_validation": "09/09/2020 10:00",
                                       "statut_reponse": "En cours de saisie"})  # fmt: skip
    return rows, groups


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = DataFolder(tmp_path_factory.mktemp("défauts"))
    write_export(folder.register, "porteurs", PORTEURS)
    for (family, fault), campagne in CAMPAGNES.items():
        declare(folder, campagne)
        rows, groups = repeated(family, campagne) if fault == "réponses en double" else (None, None)
        write_family(folder.raw / campagne, family, rows, groups, layout=HARMLESS[fault])
    built = quick_build(folder, rules=RULES)
    with duckdb.connect(str(built.folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def all_said(warehouse: duckdb.DuckDBPyConnection) -> dict[str, list[list[Any]]]:
    return said(warehouse)


@pytest.mark.parametrize("fault", HARMLESS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_harmless_change_changes_no_figure(
    warehouse: duckdb.DuckDBPyConnection, all_said: dict[str, list[list[Any]]], family: str, fault: str
) -> None:
    campagne = CAMPAGNES[family, fault]
    refused = "select fichier, message from qualite.fichier where campagne = ? and statut = 'refuse'"
    assert warehouse.execute(refused, [campagne]).fetchall() == []
    answered, *others = all_said[campagne]
    assert len(answered) == 2
    assert [answered, *others] == all_said[CAMPAGNES[family, "intact"]]


def anomalies(connection: duckdb.DuckDBPyConnection, campagne: str) -> list[Any]:
    query = "select regle, valeur, feuille, ligne, effet from qualite.anomalie where campagne = ? order by all"
    return connection.execute(query, [campagne]).fetchall()


@pytest.mark.parametrize("fault", ["intact", "feuille renommée", "intitulés décalés", "colonnes interverties"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_change_of_place_is_no_anomaly(warehouse: duckdb.DuckDBPyConnection, family: str, fault: str) -> None:
    assert anomalies(warehouse, CAMPAGNES[family, fault]) == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_row_of_totals_is_reported_where_it_stands(warehouse: duckdb.DuckDBPyConnection, family: str) -> None:
    campagne = CAMPAGNES[family, "ligne de total"]
    places = [
        (name, line)
        for book in sheets(family, answers(campagne), collectifs(campagne)).values()
        for name, grid in book.items()
        for line, row in enumerate(totalled(name, grid), start=1)
        if [*row][:1] == ["Total"]
    ]
    assert len(places) == {"dossier-2020": 2, "elan-2021": 5, "trame-2025": 2}.get(family, 1)
    assert anomalies(warehouse, campagne) == sorted(
        ("ligne_total", "Total", *place, "ligne_ecartee") for place in places
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_the_answers_that_do_not_count_are_reported(warehouse: duckdb.DuckDBPyConnection, family: str) -> None:
    found = anomalies(warehouse, CAMPAGNES[family, "réponses en double"])
    if family == "dossier-2020":
        assert found == [("reponse_en_double", "dossier-r-a1-ancienne.xlsx#Action#3", "Action", 3, "ligne_ecartee")]
    else:
        assert [(rule, value) for rule, value, *_ in found] == [
            ("reponse_en_double", "r-a1-ancienne"),
            ("reponse_non_validee", "en_cours"),
        ]


# what is refused


@pytest.fixture(scope="module")
def stager(tmp_path_factory: pytest.TempPathFactory) -> Stager:
    return Stager(tmp_path_factory.mktemp("lecture"), quick_codebook())


def refusal(stager: Stager, path: Path) -> tuple[str, str]:
    """The code and the sentence of the refusal of a file, in the campagne whose folder it is in."""
    staged = stager.stage(Source(path.parent.name, ("45",), path, path.name), sha256=str(path))
    assert staged.refusal
    assert staged.tables == ()
    return staged.refusal.code, plain(staged.refusal)


def asked(family: str, part: str | None, variable: str) -> str:
    (entete,) = (c.entete for c in PLAIN.tables(family)[part].colonnes if c.variable == variable)
    return entete


def without(part: str | None, variable: str) -> Layout:
    def columns(fmt: Format) -> list[FormatColumn]:
        return [c for c in fmt.colonnes if (fmt.partie, c.variable) != (part, variable)]

    return Layout(columns=columns)


def reworded(part: str | None, variable: str, entete: str) -> Layout:
    def columns(fmt: Format) -> list[FormatColumn]:
        return [replace(c, entete=entete) if (fmt.partie, c.variable) == (part, variable) else c for c in fmt.colonnes]

    return Layout(columns=columns)


COLUMNS = [
    ("questionnaire-2014", None, "porte_reaap", "Menez-vous aussi une action Reaap ?"),
    ("questionnaire-2016", None, "nb_collectifs", "Nombre total de collectifs d'enfants"),
    ("dossier-2020", None, "nb_collectifs", "Nombre de collectifs Clas"),
    ("dossier-2020", "collectifs", "inscrits", "Enfants inscrits"),
    ("elan-2021", None, "action_id", "Numéro d'agrément"),
    ("elan-2021", "tiers", "siret", "SIRET du tiers"),
    ("elan-2021", "activite", "nb_enfants", "Nb enfants réels"),
    ("elan-2021", "budget", "charges__60", "C.60"),
    ("elan-2021", "collectifs", "inscrits", "Enfants inscrits"),
    ("trame-2025", None, "nb_enfants", "Effectifs › Enfants accueillis"),
    ("trame-2025", "collectifs", "inscrits", "Enfants › Nombre d'inscrits"),
]


@pytest.mark.parametrize(("family", "part", "variable", "_"), COLUMNS)
def test_a_column_that_was_deleted_is_refused_by_name(
    tmp_path: Path, stager: Stager, family: str, part: str | None, variable: str, _: str
) -> None:
    path = write_family(tmp_path / YEARS[family], family, layout=without(part, variable))[0]
    code, sentence = refusal(stager, path)
    assert code == "entetes_inconnus"
    assert f"« {asked(family, part, variable)} » est attendu et absent" in sentence


@pytest.mark.parametrize(("family", "part", "variable", "entete"), COLUMNS)
def test_a_column_that_was_reworded_is_refused_with_the_nearest_wording(
    tmp_path: Path, stager: Stager, family: str, part: str | None, variable: str, entete: str
) -> None:
    path = write_family(tmp_path / YEARS[family], family, layout=reworded(part, variable, entete))[0]
    code, sentence = refusal(stager, path)
    assert code == "entetes_inconnus"
    nearest = f"(intitulé connu le plus proche : « {asked(family, part, variable)} »)"
    assert f"« {entete} » est inconnu {nearest}" in sentence


@pytest.mark.parametrize(("family", "part"), sorted({(family, part or "") for family, part, *_ in COLUMNS}))
def test_a_column_that_was_added_is_refused_by_name(tmp_path: Path, stager: Stager, family: str, part: str) -> None:
    added = FormatColumn("Avis › Coup de cœur" if family == "trame-2025" else "Coup de cœur", "commune")

    def columns(fmt: Format) -> list[FormatColumn]:
        return [*fmt.colonnes, added] if (fmt.partie or "") == part else list(fmt.colonnes)

    path = write_family(tmp_path / YEARS[family], family, layout=Layout(columns=columns))[0]
    code, sentence = refusal(stager, path)
    assert code == "entetes_inconnus"
    assert f"« {added.entete} » est inconnu" in sentence


@pytest.mark.parametrize("family", FAMILIES)
def test_a_file_of_another_year_is_refused_by_name(tmp_path: Path, stager: Stager, family: str) -> None:
    path = write_family(tmp_path / YEARS[family], family, answers("2017-2018"))[0]
    code, sentence = refusal(stager, path)
    assert code == "autre_campagne"
    assert f"rangé dans l'année scolaire {YEARS[family]}, mais il indique 2017-2018" in sentence


@pytest.mark.parametrize("family", FAMILIES)
def test_a_file_that_says_no_year_is_refused_where_its_format_was_not_in_use(
    tmp_path: Path, stager: Stager, family: str
) -> None:
    undated = [row | {"campagne_declaree": ""} for row in answers("")]
    path = write_family(tmp_path / "2012-2013", family, undated)[0]
    code, sentence = refusal(stager, path)
    assert code == "format_d_une_autre_annee"
    assert f"« {PLAIN.tables(family)[None].libelle} » était en usage de" in sentence
