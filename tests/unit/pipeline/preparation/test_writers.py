"""What an agent declares on screen is written where a build reads it, and reads back as it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.preparation.row_answers import row_answers
from pipeline.preparation.write_campagne import declare_campagne
from pipeline.preparation.write_corrections import add_correction, remove_correction
from pipeline.preparation.write_register import add_porteur, attach_name, read_register
from pipeline.preparation.write_texts import Texts, load_texts, save_texts
from pipeline.reading.campaigns import load_campaigns
from pipeline.staging.corrections import Correction, load_corrections
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.exports import PORTEURS, declare, make_folder, siret

YEAR = "2019-2020"
CORRECTION = Correction(
    YEAR, "reponses.csv", None, 2, "nb_enfants", "10", "01", 'Appel : "oui" # noté', "Agent Caf", "2026-11-26"
)
WRITTEN = """# Les corrections de l'année.
- fichier: reponses.csv
  ligne: 3
  variable: nb_familles
  attendu: No  # tel quel
  valeur: '7'
  motif: appel
  par: Agent
  date: '2020-10-05'
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return make_folder(tmp_path)


def corrections(folder: DataFolder) -> Path:
    return folder.raw / YEAR / "corrections.yml"


def test_a_correction_goes_after_the_others_which_stay_as_they_are_written(folder: DataFolder) -> None:
    corrections(folder).write_text(WRITTEN, encoding="utf-8")
    add_correction(folder, CORRECTION)
    assert corrections(folder).read_text(encoding="utf-8").startswith(WRITTEN)
    assert load_corrections(folder.raw / YEAR)[1] == CORRECTION


def test_a_second_correction_of_a_cell_replaces_the_first_and_one_can_be_taken_away(folder: DataFolder) -> None:
    add_correction(folder, CORRECTION)
    other = replace(CORRECTION, valeur="", motif="vidée")
    add_correction(folder, other)
    assert load_corrections(folder.raw / YEAR) == (other,)
    remove_correction(folder, other)
    assert load_corrections(folder.raw / YEAR) == ()


def test_a_correction_that_is_not_usable_is_refused_and_the_file_is_left(folder: DataFolder) -> None:
    add_correction(folder, CORRECTION)
    before = corrections(folder).read_bytes()
    with pytest.raises(Refusal, match=r"n'est pas utilisable"):
        add_correction(folder, replace(CORRECTION, ligne=9, motif="   "))
    with pytest.raises(Refusal, match="n'est pas dans le dossier"):
        add_correction(folder, replace(CORRECTION, campagne="2030-2031"))
    assert corrections(folder).read_bytes() == before


def test_the_answers_of_a_line_are_those_of_the_file(folder: DataFolder) -> None:
    found = {one.variable: one for one in row_answers(folder, YEAR, "reponses.csv", None, 3)}
    assert (found["action_id"].texte, found["nb_enfants"].texte, found["nb_enfants"].ligne) == ("a2", "10", 3)
    assert found["nb_familles"].texte == ""
    assert row_answers(folder, YEAR, "reponses.csv", None, 40) == ()
    with pytest.raises(Refusal, match="n'est plus dans le dossier"):
        row_answers(folder, YEAR, "parti.csv", None, 2)


def test_texts_are_written_in_place_and_empty_ones_go(folder: DataFolder) -> None:
    (campaign,) = load_campaigns(folder)
    path = campaign.folder / "textes.yml"
    path.write_text("# À relire.\ncontexte: Une année.\ncommentaires:\n  enfants: Rien.\n", encoding="utf-8")
    texts = Texts(
        {"contexte": "Une année.", "mot_du_comite": " Merci.\r\n\r\nÀ tous : « bravo » # 1\x07 "},
        {},
        {"enfants": "", "ecole": "- Un\n  deux"},
    )
    save_texts(folder, campaign, texts, "Agent")
    assert path.read_text(encoding="utf-8").startswith("# À relire.\ncontexte: Une année.\n")
    held = load_texts(campaign)
    assert held.entiers == {"contexte": "Une année.", "mot_du_comite": "Merci.\n\nÀ tous : « bravo » # 1"}
    assert (held.dispositif, held.commentaires) == ({}, {"ecole": "- Un\n  deux"})
    save_texts(folder, campaign, Texts(), "Agent")
    assert load_texts(campaign) == Texts()


def test_a_name_is_attached_to_a_porteur_and_the_other_lines_stay(folder: DataFolder) -> None:
    before = folder.register.read_text(encoding="utf-8-sig").splitlines()
    attach_name(folder, "p2", "  Bêta ; le\nCentre ", "Agent")
    after = folder.register.read_text(encoding="utf-8-sig").splitlines()
    assert after[:2] == before[:2]
    assert read_register(folder)[1].names == ("Centre social Bêta", "Bêta ; le Centre")


@pytest.mark.parametrize(
    ("nom", "said"), [("assoc. ALPHA", "est déjà un nom de « Association Alpha »"), ("a|b", "ne peut pas être le nom")]
)
def test_a_name_that_is_another_s_or_none_is_refused(folder: DataFolder, nom: str, said: str) -> None:
    before = folder.register.read_bytes()
    with pytest.raises(Refusal) as refused:
        attach_name(folder, "p2", nom, "Agent")
    assert said in str(refused.value).replace("\u202f", " ")
    assert folder.register.read_bytes() == before


def test_a_porteur_is_added_under_the_next_identifier(folder: DataFolder) -> None:
    spaced = f"{siret(7)[:3]} {siret(7)[3:9]} {siret(7)[9:]}"
    assert add_porteur(folder, "Gamma", spaced, "Agent", "45") == "p3"
    assert add_porteur(folder, "Delta", "", "Agent") == "p4"
    assert [(line.porteur_id, line.siret) for line in read_register(folder)[2:]] == [("p3", siret(7)), ("p4", "")]


@pytest.mark.parametrize(
    ("number", "said"), [("123", "n'est pas un SIRET"), (PORTEURS[0]["siret"], "est celui de « Association Alpha »")]
)
def test_a_porteur_whose_siret_is_wrong_or_another_s_is_refused(folder: DataFolder, number: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        add_porteur(folder, "Gamma", number, "Agent")
    assert said in str(refused.value).replace("\u202f", " ")
    assert len(read_register(folder)) == len(PORTEURS)


def test_a_register_in_cp1252_stays_in_cp1252(folder: DataFolder) -> None:
    text = folder.register.read_text(encoding="utf-8-sig")
    folder.register.write_bytes(text.encode("cp1252"))
    attach_name(folder, "p1", "L'Étoile", "Agent")
    assert "L'Étoile" in folder.register.read_bytes().decode("cp1252")
    attach_name(folder, "p1", "Ţară", "Agent")  # no letter of cp1252
    assert "Ţară" in folder.register.read_bytes().decode("utf-8-sig")
    assert read_register(folder)[1].raison_sociale == "Centre social Bêta"


def test_a_new_year_is_of_the_same_kind_as_the_others(folder: DataFolder) -> None:
    declare_campagne(folder, "2020-2021", ["45", "2A"], "Agent", (date(2021, 6, 1), date(2021, 9, 30)), fictif=False)
    made = load_campaigns(folder)[1]
    assert (made.fictif, made.departements, made.cloture) == (True, ("45", "2A"), "2021-09-30")


def test_the_first_year_says_its_kind(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    declare_campagne(folder, "2020-2021", ["45"], "Agent", fictif=True)
    assert [one.fictif for one in load_campaigns(folder)] == [True]


@pytest.mark.parametrize("year", ["2020", "2020-2022", "2020-2021/..", YEAR])
def test_a_year_that_is_none_or_is_there_is_refused(folder: DataFolder, year: str) -> None:
    with pytest.raises(Refusal, match=r"année|déjà"):
        declare_campagne(folder, year, ["45"], "Agent")
    assert [one.name for one in load_campaigns(folder)] == [YEAR]


def test_dates_in_the_wrong_order_are_refused(folder: DataFolder) -> None:
    declare(folder, "2018-2019")
    with pytest.raises(Refusal, match="Corrigez l'une de ces deux dates"):
        declare_campagne(folder, "2020-2021", ["45"], "Agent", (date(2021, 9, 1), date(2021, 6, 1)))
    assert not (folder.raw / "2020-2021").exists()
