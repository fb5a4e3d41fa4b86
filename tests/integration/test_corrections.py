"""A correction is read in place of its cell, is told wherever the figure is, and stops the build when it is stale."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.build import build
from pipeline.inputs import fingerprint, load_campaigns
from pipeline.manifest import WAREHOUSE, current_build
from pipeline.messages import Refusal
from pipeline.publish import only_builder
from pipeline.staging import stage_all
from pipeline.trial import try_file
from socle.paths import DataFolder
from tests.support.builds import plain, quick_build, quick_codebook, silent
from tests.support.corrections import YEAR, correction, header_of, write_corrections
from tests.support.exports import PORTEURS, agrement, make_folder, reponse, shipped_format, siret, table
from tests.support.families import YEARS, answers, write_campaign, write_family
from tests.support.tables import write_xlsx

ALPHA, BETA = PORTEURS
Answers = dict[str, str]


def folder_of(root: Path, first: Answers, *others: Answers) -> DataFolder:
    """One campagne whose first return is a1's, line 2 of reponses.csv."""
    returns = [reponse("a1", **first), *(reponse("a2", BETA, **other) for other in others)]
    return make_folder(root, {YEAR: ([agrement("a1"), agrement("a2", BETA)], returns)})


@contextmanager
def published(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published build, open."""
    path = current_build(folder)
    assert path
    with duckdb.connect(str(path / WAREHOUSE), read_only=True) as connection:
        yield connection


def rows(folder: DataFolder, query: str) -> list[tuple[Any, ...]]:
    quick_build(folder)
    with published(folder) as connection:
        return connection.execute(query).fetchall()


def refusal(folder: DataFolder) -> str:
    with pytest.raises(Refusal) as raised:
        quick_build(folder)
    assert raised.value.code == "correction_perimee"
    return plain(raised.value)


# What it changes


def test_a_cell_that_could_not_be_read_counts_once_corrected(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})
    assert rows(folder, "select nb_enfants from core.action") == [(None,)]
    write_corrections(folder, correction())
    assert rows(folder, "select nb_enfants from core.action") == [(12,)]
    with published(folder) as connection:
        assert connection.execute("select regle from qualite.anomalie").fetchall() == [("valeur_corrigee",)]


def test_an_impossible_number_corrected_is_no_anomaly_any_more(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_collectifs": "99999"})
    write_corrections(folder, correction(variable="nb_collectifs", attendu="99999", valeur=1))
    with only_builder(folder):
        build(folder, 2, silent)
    with published(folder) as connection:
        assert connection.execute("select nb_collectifs from core.action").fetchall() == [(1,)]
        assert connection.execute("select regle from qualite.anomalie").fetchall() == [("valeur_corrigee",)]


def test_a_corrected_siret_gives_the_return_to_its_porteur(tmp_path: Path) -> None:
    astray = {"siret": siret(7), "raison_sociale": "Nom mal écrit"}
    folder = folder_of(tmp_path, astray)
    query = "select porteur_id, siret from core.reponse"
    assert rows(folder, query) in ([], [(None, siret(7))])
    write_corrections(folder, correction(variable="siret", attendu=siret(7), valeur=siret(1)))
    assert rows(folder, query) == [("p1", siret(1))]
    assert rows(folder, "select porteur_id from qualite.correction") == [("p1",)]


def test_an_empty_cell_is_filled_and_a_filled_one_blanked(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_familles": ""})
    write_corrections(
        folder,
        correction(variable="nb_familles", attendu="", valeur="9"),
        correction(attendu="10", valeur=""),
    )
    assert rows(folder, "select nb_familles, nb_enfants from core.action") == [(9, None)]
    with published(folder) as connection:
        told = connection.execute("select message from qualite.anomalie order by variable").fetchall()
    assert "a remplacé « 10 » par une case vide" in plain(told[0][0])
    assert "a remplacé une case vide par « 9 »" in plain(told[1][0])


def test_a_joined_answer_is_corrected_as_one_cell(tmp_path: Path) -> None:
    joined = [c for c in shipped_format("questionnaire-2016").colonnes if c.separateur_choix]
    variable = joined[0].variable or ""
    first, second, *_ = quick_codebook().columns_of(variable)
    labels = first.variable.modalites
    folder = folder_of(tmp_path, {variable: "Tout à la fois"})
    new = (joined[0].separateur_choix or "").join(labels[c.modalite or ""] for c in (first, second))
    write_corrections(folder, correction(variable=variable, attendu="Tout à la fois", valeur=new))
    assert rows(folder, f"select {first.id}, {second.id} from core.reponse") == [(True, True)]
    assert rows(folder, "select variable, nouvelle_valeur from qualite.correction") == [(variable, new)]


def test_only_the_cell_named_changes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "10"}, {"nb_enfants": "10"})
    write_corrections(folder, correction(ligne=3, attendu=10, valeur=14))
    assert rows(folder, "select action_id, nb_enfants from core.action order by 1") == [("a1", 10), ("a2", 14)]


def test_a_line_of_the_roster_is_corrected_too(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    write_corrections(folder, correction(fichier="agrements.csv", variable="nb_enfants_agrees", attendu=10, valeur=11))
    query = "select nb_enfants_agrees from core.agrement order by action_id"
    assert rows(folder, query) == [(11,), (10,)]
    assert rows(folder, "select porteur_id from qualite.correction") == [("p1",)]


# What is said of it


def test_a_correction_is_listed_with_who_when_and_why(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})
    write_corrections(folder, correction())
    assert rows(folder, "from qualite.correction") == [
        (YEAR, "reponses.csv", "", 2, "nb_enfants", header_of("nb_enfants"), "environ 12", "12",
         "confirmé par téléphone", "M. Martin", date(2020, 10, 5), "p1"),
    ]  # fmt: skip


def test_the_porteur_is_told_what_was_read_in_place_of_its_answer(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})
    write_corrections(folder, correction(motif="confirmé par téléphone."))
    quick_build(folder)
    with published(folder) as connection:
        ((message, *others),) = connection.execute(
            "select message, gravite, effet, valeur, colonne, porteur_id, action_id from qualite.anomalie"
        ).fetchall()
    assert "la Caf a remplacé « environ 12 » par « 12 » (motif : confirmé par téléphone). " in plain(message)
    assert others == ["info", "aucun", "environ 12", header_of("nb_enfants"), "p1", "a1"]
    build_folder = current_build(folder)
    assert build_folder
    assert message in (build_folder / "quality" / "anomalies.csv").read_text(encoding="utf-8-sig")


def test_neither_value_of_a_personal_cell_is_shown(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"contact_nom": "Zoé Confidence"})
    write_corrections(
        folder,
        correction(variable="contact_nom", attendu="Zoé Confidence", valeur="Zoé Discrète", motif="nom d'usage"),
    )
    assert rows(folder, "select ancienne_valeur, nouvelle_valeur from qualite.correction") == [("masquée", "masquée")]
    built = current_build(folder)
    assert built
    with duckdb.connect(str(built / "private.duckdb"), read_only=True) as private:
        kept = private.execute("select valeur from donnee_personnelle where variable = 'contact_nom'").fetchall()
    assert kept == [("Zoé Discrète",)]
    with published(folder) as connection:
        told = connection.execute("select valeur, message from qualite.anomalie").fetchall()
    assert [row for row in told if "Zoé" in str(row)] == []
    assert [path for path in folder.staging.rglob("fichier.json") if "Zoé" in path.read_text(encoding="utf-8")] == []
    write_corrections(folder, correction(variable="contact_nom", attendu="Zoé Absente", valeur="x"))
    assert "Zoé" not in refusal(folder)


def test_a_figure_says_what_was_corrected_under_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})
    write_corrections(folder, correction(), correction(variable="nb_familles", attendu="", valeur="9"))
    with only_builder(folder):
        build(folder, 2, silent)
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    assert main(["explain", f"nb_enfants_accueillis/{YEAR}/45"]) == 0
    said = plain(capsys.readouterr().out)
    assert (
        f"Corrections :\n- reponses.csv, ligne 2, « {header_of('nb_enfants')} » : « environ 12 » remplacé par « 12 », "
        "par M. Martin le 05/10/2020. Motif : confirmé par téléphone.\n"
    ) in said
    assert "la Caf a remplacé" not in said
    assert main(["explain", f"nb_enfants_accueillis/{YEAR}/45", "--json"]) == 0
    assert '"date_correction": "05/10/2020"' in capsys.readouterr().out


# When it no longer applies


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"attendu": "environ 13"},
            f"2019-2020/reponses.csv, ligne 2, nb_enfants : la case « {header_of('nb_enfants')} » contient "
            "« environ 12 », et non « environ 13 ».",
        ),
        ({"attendu": ""}, "contient « environ 12 », et non une case vide."),
        ({"variable": "nb_familles"}, "contient une case vide, et non « environ 12 »."),
        (
            {"fichier": "reponse.csv"},
            "2019-2020/reponse.csv, ligne 2, nb_enfants : ce fichier n'est pas dans le dossier de l'année (le plus "
            "proche : « reponses.csv »).",
        ),
        ({"ligne": 9}, "ligne 9, nb_enfants : cette ligne n'est pas une ligne de réponses."),
        ({"ligne": 1}, "ligne 1, nb_enfants : cette ligne n'est pas une ligne de réponses."),
        ({"variable": "nb_enfant"}, "la variable nb_enfant n'y est pas demandée (le plus proche : « nb_enfants »)."),
        ({"feuille": "Bilan"}, "feuille « Bilan », ligne 2, nb_enfants : cette feuille n'y est pas"),
    ],
)  # fmt: skip
def test_a_correction_that_finds_something_else_stops_the_build(
    tmp_path: Path, changed: dict[str, object], told: str
) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})
    write_corrections(folder, correction(**changed))
    assert told in refusal(folder)
    assert current_build(folder) is None


def test_what_was_published_stays_and_every_fault_of_every_year_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"campagne_declaree": "2018-2019"}
    years = {
        "2018-2019": ([agrement("a0", **before)], [reponse("a0", **before)]),
        YEAR: ([agrement("a1")], [reponse("a1", nb_enfants="environ 12")]),
    }
    folder = make_folder(tmp_path, years)
    write_corrections(folder, correction())
    kept = quick_build(folder).folder
    write_corrections(folder, correction(attendu="12"), correction(variable="nb_familles", attendu="8"))
    write_corrections(folder, correction(fichier="ailleurs.csv"), campagne="2018-2019")
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    assert main(["build"]) == 1
    said = plain(capsys.readouterr().err)
    assert "Rien n'a été construit, les derniers chiffres publiés restent en place." in said
    assert "(3 corrections)" in said
    assert [name for name in ("2018-2019/ailleurs.csv", f"{YEAR}/reponses.csv") if name not in said] == []
    assert current_build(folder) == kept
    assert main(["build"]) == 1, "a stale correction is said again, though the file was read"
    write_corrections(folder, correction())
    (folder.raw / "2018-2019" / "corrections.yml").unlink()
    assert quick_build(folder).folder != kept


def test_spaces_of_any_kind_are_no_difference(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ\u00a012 "})
    write_corrections(folder, correction())
    assert rows(folder, "select nb_enfants from core.action") == [(12,)]


def test_a_file_refused_says_so_and_its_corrections_wait(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {})
    (folder.raw / YEAR / "notes.csv").write_text("Colonne;Autre\nune;deux\n", encoding="utf-8")
    write_corrections(folder, correction(fichier="notes.csv"))
    assert [refused["fichier"] for refused in quick_build(folder).manifest.refused] == ["notes.csv"]


def test_a_file_is_tried_with_its_corrections(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})
    received = folder.raw / YEAR / "reponses.csv"
    assert [found.regle for found in try_file(folder, received).anomalies] == ["nombre_approximatif"]
    write_corrections(folder, correction())
    assert [found.regle for found in try_file(folder, received).anomalies] == ["valeur_corrigee"]
    write_corrections(folder, correction(attendu="douze"))
    with pytest.raises(Refusal, match="environ 12"):
        try_file(folder, received)


# From one build to the next


def test_corrections_survive_a_rebuild_from_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})
    write_corrections(folder, correction())
    first = quick_build(folder).manifest
    shutil.rmtree(folder.curated)
    assert quick_build(folder).manifest.figures_hash == first.figures_hash
    (folder.raw / YEAR / "corrections.yml").unlink()
    assert quick_build(folder).manifest.figures_hash != first.figures_hash


def test_a_correction_makes_its_file_alone_read_again(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"nb_enfants": "environ 12"})

    def staged() -> dict[str, str]:
        found = stage_all(folder, quick_codebook(), load_campaigns(folder), fingerprint(folder), silent)
        return {file.fichier: file.folder.name for file in found}

    before = staged()
    write_corrections(folder, correction())
    after = staged()
    assert [name for name in after if after[name] != before[name]] == ["reponses.csv"]


# Workbooks


def test_a_sheet_is_named_when_several_ask_the_question(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {})
    (folder.raw / YEAR / "reponses.csv").unlink()
    fmt = shipped_format("questionnaire-2016")
    sheets = {
        "Nord": table(fmt, [reponse("a1", nb_enfants="environ 12")]),
        "Sud": table(fmt, [reponse("a2", BETA, nb_enfants="environ 12")]),
    }
    write_xlsx(folder.raw / YEAR / "reponses.xlsx", sheets)
    write_corrections(folder, correction(fichier="reponses.xlsx"))
    assert "plusieurs feuilles posent la question (« Nord », « Sud »)" in refusal(folder)
    write_corrections(folder, correction(fichier="reponses.xlsx", feuille="Sud"))
    assert rows(folder, "select action_id, nb_enfants from core.action order by 1") == [("a1", None), ("a2", 12)]
    assert rows(folder, "select feuille, porteur_id from qualite.correction") == [("Sud", "p2")]


def test_a_sheet_that_completes_another_is_corrected_where_it_stands(tmp_path: Path) -> None:
    campagne, folder = YEARS["elan-2021"], DataFolder(tmp_path)
    (export,) = write_campaign(folder.raw / campagne, "elan-2021")
    entry = correction(fichier=export.name, variable="nb_familles", attendu=9, valeur=8, ligne=3)
    write_corrections(folder, entry, campagne=campagne)
    assert rows(folder, "select action_id, nb_familles from core.action order by 1") == [("a1", 9), ("a2", 8)]
    with published(folder) as connection:
        assert connection.execute("select porteur_id from qualite.correction").fetchall() == [("p2",)]


def test_an_answer_of_a_fiche_is_named_by_its_own_line(tmp_path: Path) -> None:
    campagne, folder = YEARS["dossier-2020"], DataFolder(tmp_path)
    wrong = answers(campagne)
    wrong[1] |= {"nb_familles": "une dizaine"}
    folder.raw.mkdir()

    def write(path: Path, family: str) -> list[Path]:
        return write_family(path, family, rows=wrong)

    written = write_campaign(folder.raw / campagne, "dossier-2020", write)
    ((fichier, feuille, ligne),) = rows(
        folder, "select fichier, feuille, ligne from qualite.anomalie where variable = 'nb_familles'"
    )
    assert fichier in [path.name for path in written]
    entry = correction(fichier=fichier, feuille=feuille, variable="nb_familles", attendu="une dizaine", valeur=10)
    write_corrections(folder, entry | {"ligne": ligne + 1}, campagne=campagne)
    assert f"la réponse à cette question est à la ligne {ligne}" in refusal(folder)
    write_corrections(folder, entry | {"ligne": ligne}, campagne=campagne)
    assert rows(folder, "select nb_familles from core.action order by action_id") == [(9,), (10,)]
    with published(folder) as connection:
        said = "select ligne, porteur_id from"
        assert connection.execute(f"{said} qualite.correction").fetchall() == [(ligne, "p2")]
        assert connection.execute(f"{said} qualite.anomalie").fetchall() == [(ligne, "p2")]
