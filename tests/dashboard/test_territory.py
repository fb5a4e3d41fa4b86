"""The agent of one département beside another: what each page shows, offers and writes is of theirs alone."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from access.journal.journal import COMMAND, entries, record
from access.people.accounts import NewAccount
from dashboard.loading.territory import campaigns_of, closed, files_of
from dashboard.loading.trying import _csv
from dashboard.screen.new_accounts import add_account
from dashboard.visit.visitor import Visitor
from pipeline.builds.build_anomalies import points
from pipeline.core.decisions import load_decisions
from pipeline.deposits.load_history import Change, record_load
from pipeline.preparation import preparation
from pipeline.preparation.write_corrections import add_correction
from pipeline.preparation.write_texts import Texts, load_texts, save_texts
from pipeline.reading.campaigns import load_campaigns
from pipeline.staging.corrections import Correction, load_corrections
from pipeline.trial import current_trial
from socle.files.manifest import current_build, read_manifest
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import quick_build
from tests.support.dashboard import open_page, unmarked, visitor_of
from tests.support.once import copied
from tests.support.two_cafs import COMMON, RULES, YEAR

PAGES = ("charger", "points", "textes", "porteurs", "journal", "reglages")
OTHER = ("83/bilans.csv", "Inconnue du 83", "Foyer de la Rade", "p83-1", "Secret du Var")


@pytest.fixture
def folder(two_cafs: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    copy = copied(two_cafs, tmp_path / "data")
    monkeypatch.setenv("CLAS_DATA", str(copy.root))
    return copy


@pytest.fixture
def loiret(folder: DataFolder) -> Visitor:
    return visitor_of(folder, territoire="45")


def words(page: AppTest) -> str:
    """All that the page shows, and all that its lists offer."""
    held = (page.selectbox, page.multiselect, page.radio)
    chosen = [element.proto.id for elements in held for element in elements]
    shown = [
        unmarked(getattr(element, "value", ""))
        for element in page.main
        if getattr(getattr(element, "proto", None), "id", "") not in chosen  # objects, of which only names are sent
    ]
    offered = [unmarked(option) for elements in held for box in elements for option in box.options]
    areas = [str(area.value) for area in page.text_area]
    return "\n".join([*shown, *offered, *areas, *(unmarked(table.value.to_csv()) for table in page.table)])


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if unmarked(button.label) == label).click().run()


def correction(fichier: str, reason: str) -> Correction:
    return Correction(YEAR, fichier, None, 2, "nb_enfants", "30", "12", reason, "Agent", "2026-11-30")


def test_no_page_tells_anything_of_another_departement_whatever_its_address(
    folder: DataFolder, loiret: Visitor, subtests: pytest.Subtests
) -> None:
    (year,) = load_campaigns(folder)
    save_texts(folder, year, Texts({"mot_du_comite": "Secret du Var"}), "Agent du Var", "83")
    record(folder, COMMAND, "decision", f"{YEAR}/83/bilans.csv, point clos")
    changed = (Change(f"raw/{YEAR}/83/bilans.csv", None, "0" * 64),)
    record_load(folder, "000001-20261124T000900Z", "Agent du Var", changed, "83")
    for module in PAGES:
        with subtests.test(module):
            page = open_page(module, loiret, annee=YEAR, departement="83")
            assert not page.exception
            shown = words(page)
            assert not [one for one in OTHER if one in shown]
    # Who acts on all of them sees it.
    assert {"83/bilans.csv", "Inconnue du 83"} <= set(re.findall("83/bilans.csv|Inconnue du 83", words(
        open_page("points", visitor_of(folder)))))  # fmt: skip
    assert f"{YEAR}/83/bilans.csv, point clos" in words(open_page("journal", visitor_of(folder)))


def test_no_account_is_made_for_a_porteur_of_another_departement(folder: DataFolder) -> None:
    drafts = [NewAccount("luc@rade.example", "Luc", "porteur", "45", name) for name in ("p83-1", "p45-1")]
    with pytest.raises(Refusal, match="n'est pas de votre territoire"):
        add_account(folder, COMMAND, drafts[0], "45")
    assert add_account(folder, COMMAND, drafts[1], "45").porteur_id == "p45-1"


def test_a_refused_file_is_told_to_its_departement(folder: DataFolder, loiret: Visitor) -> None:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    assert manifest is not None
    refused = [
        {
            "code": "x",
            "campagne": YEAR,
            "fichier": f"{code}/x.csv",
            "message": f"Refusé au {code}.",
            "perime": False,
            "departements": [code],
        }
        for code in ("45", "83")
    ]
    told = replace(manifest, refused=refused)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dashboard.visit.visitor.read_manifest", lambda _: told)
        assert [one["message"] for one in loiret.refused] == ["Refusé au 45."]
        assert visitor_of(folder).refused == refused
        page = open_page("accueil", loiret)
        assert "Refusé au 45." in words(page) and "Refusé au 83." not in words(page)
        assert "1 fichier refusé" in words(page)


def test_a_common_file_is_named_and_can_be_neither_replaced_nor_taken_out(folder: DataFolder, loiret: Visitor) -> None:
    (year,) = campaigns_of(loiret, folder)
    assert files_of(loiret, folder, year) == (["45/bilans.csv"], [COMMON])
    assert files_of(visitor_of(folder), folder, year)[0] == ["45/bilans.csv", "83/bilans.csv", COMMON]
    page = open_page("charger", loiret)
    assert f"Communs à plusieurs départements, et gardés par un agent de tous les départements : {COMMON}." in words(
        page
    )
    assert page.selectbox(key=f"chargement_remplace_{YEAR}").options[1:] == ["45/bilans.csv"]
    assert [unmarked(one) for one in page.selectbox(key="chargement_retire").options] == [f"{YEAR} / 45/bilans.csv"]


def test_a_file_is_loaded_in_the_folder_of_its_departement(folder: DataFolder, loiret: Visitor) -> None:
    content = (folder.raw / YEAR / "45" / "bilans.csv").read_bytes()
    page = open_page("charger", loiret)
    assert not [box for box in page.selectbox if (box.key or "").startswith("chargement_departement")]
    page.file_uploader[0].upload("tardif.csv", content, "text/csv").run()
    page = press(page, "Lire ce fichier")
    assert "45/tardif.csv" in words(page)
    assert [one.chemin for one in preparation.changes(folder)] == [f"raw/{YEAR}/45/tardif.csv"]
    for nom in ("../83/tardif.csv", "83/tardif.csv"):
        preparation.give_up(folder)
        page = open_page("charger", loiret)
        page.file_uploader[0].upload(nom, content, "text/csv").run()
        page = press(page, "Lire ce fichier")
        assert not [one for one in preparation.changes(folder) if "/83/" in one.chemin]
    preparation.give_up(folder)
    page = open_page("charger", visitor_of(folder))
    asked = page.selectbox(key=f"chargement_departement_{YEAR}")
    assert asked.options == ["de plusieurs départements", "Loiret (45)", "Var (83)"] and asked.value is None
    asked.select("Var (83)").run()
    page.file_uploader[0].upload("tardif.csv", content, "text/csv").run()
    press(page, "Lire ce fichier")
    assert [one.chemin for one in preparation.changes(folder)] == [f"raw/{YEAR}/83/tardif.csv"]


def test_a_load_of_another_departement_is_said_and_neither_seen_nor_given_up(
    folder: DataFolder, loiret: Visitor
) -> None:
    page = open_page("charger", loiret)  # this tab stays open
    prepared = preparation.begin(folder, "Agent du Var", "83")
    add_correction(prepared, correction("83/bilans.csv", "Secret du Var"), "83")
    assert closed(loiret) is not None and closed(visitor_of(folder, territoire="83")) is None
    for drawn in (open_page("charger", loiret), press(page, "Déclarer l'année")):
        assert "Agent du Var prépare un chargement pour le département 83" in words(drawn)
        assert "Secret du Var" not in words(drawn)
        assert not [
            button for button in drawn.button if button.label in ("Abandonner ce chargement", "Lire ce fichier")
        ]
    assert "Étape 2 sur 5" in words(open_page("charger", visitor_of(folder, territoire="83")))
    assert "Des changements sont en préparation" not in words(open_page("porteurs", loiret))
    assert len(load_corrections(prepared.raw / YEAR)) == 1


def test_a_year_is_declared_for_ones_own_departement_and_joined(folder: DataFolder, loiret: Visitor) -> None:
    var = visitor_of(folder, territoire="83")
    for who, expected in ((loiret, ("45",)), (var, ("45", "83"))):
        page = open_page("charger", who)
        assert len(page.multiselect(key="declarer_departements").options) == 1
        page.text_input(key="declarer_annee").set_value("2022-2023")
        page = press(page, "Déclarer l'année")
        assert not page.exception
        found = {year.name: year.departements for year in load_campaigns(folder.prepared())}
        assert found["2022-2023"] == expected
        target = folder.raw / "2022-2023" / "campagne.yml"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((folder.preparation / "raw" / "2022-2023" / "campagne.yml").read_bytes())
        preparation.give_up(folder)


def test_the_points_of_a_departement_are_ended_by_its_agent(folder: DataFolder, loiret: Visitor) -> None:
    page = open_page("points", loiret)
    assert "À valider par la Caf : 1 bilan" in words(page)
    page.text_input(key=f"valider_motif_{YEAR}").set_value("Statut perdu")
    page = press(page, "Valider ce bilan")
    box = page.selectbox(key=f"points_point_{YEAR}")
    page = box.select(next(one for one in box.options if "quartier prioritaire" in unmarked(one))).run()
    radio = next(one for one in page.radio if one.label == "Ce que devient ce point")
    page = radio.set_value(next(one for one in radio.options if unmarked(one).startswith("Lever"))).run()
    assert "Elle ne sera levée que pour le département Loiret (45)." in words(page)
    next(one for one in page.text_input if (one.key or "").startswith("points_motif")).set_value("Vu")
    page = press(page, "Enregistrer la décision")
    made = load_decisions(folder.raw / YEAR)
    assert [(one.nature, one.departement) for one in made] == [("validation", "45"), ("levee", "45")]
    assert "Décisions prises" not in words(open_page("points", visitor_of(folder, territoire="83")))
    assert page.selectbox(key=f"retirer_decision_{YEAR}").options
    # Who acts on all of them chooses a département, or none.
    page = open_page("points", visitor_of(folder))
    page.selectbox(key=f"points_departement_{YEAR}").select("Var (83)").run()
    assert "83/bilans.csv" in words(page) and "45/bilans.csv" not in page.table[0].value.to_csv()


def test_texts_are_those_of_ones_departement(folder: DataFolder, loiret: Visitor) -> None:
    (year,) = load_campaigns(folder)
    save_texts(folder, year, Texts({"perspectives": "Pour tous."}), "Agent")
    page = open_page("textes", loiret)
    assert "Un texte de tous les départements paraît là où vous n'écrivez pas le vôtre" in words(page)
    page.text_area(key=f"texte_{YEAR}_45_mot_du_comite").set_value("Merci au Loiret.")
    page = press(page, "Enregistrer")
    assert (load_texts(year).entiers, load_texts(year, "45").entiers, load_texts(year, "83")) == (
        {"perspectives": "Pour tous."}, {"mot_du_comite": "Merci au Loiret."}, Texts()
    )  # fmt: skip
    assert {"Pour tous.", "Merci au Loiret."} <= {text.value for text in page.text}
    assert "Merci au Loiret." not in words(open_page("textes", visitor_of(folder, territoire="83")))
    assert entries(folder)[-1].objet == f"{YEAR}/45"
    page = open_page("textes", visitor_of(folder))
    assert page.selectbox(key=f"textes_departement_{YEAR}").options[0] == "tous les départements"
    # What another département saved is taken by the next publication, and not told.
    waiting = words(open_page("points", visitor_of(folder, territoire="83")))
    assert "textes.yml" in waiting and f"{YEAR}/45" not in waiting
    assert "La publication prendra aussi ce que d'autres départements ont enregistré." in waiting


def test_a_trial_tells_each_what_is_theirs(folder: DataFolder, loiret: Visitor) -> None:
    content = (folder.raw / YEAR / "45" / "bilans.csv").read_bytes().replace(b";30;", b";29;")
    preparation.put_file(folder, YEAR, "bilans.csv", content, loiret.identity.nom, "45/bilans.csv", territory="45")
    quick_build(folder.prepared(), published=False, rules=RULES)
    trial = current_trial(folder)
    assert trial is not None
    page = open_page("charger", loiret)
    page = press(page, "Continuer vers l'essai")
    assert "Inconnue du 45" in words(page)
    page = press(page, "Voir ce qui va changer")
    shown = words(page)
    assert not page.exception and "45/bilans.csv" in shown
    page = press(page, "Continuer vers la publication")
    for drawn in (shown, words(page)):
        assert not [one for one in OTHER if one in drawn]
    found = points(trial, [f"{YEAR}/45/bilans.csv"])
    lines = list(csv.reader(io.StringIO(_csv(found)), delimiter=";"))
    assert len(lines) == len(found) + 1
    assert current_build(folder) != trial
