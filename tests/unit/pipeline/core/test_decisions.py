"""decisions.yml: what is wrong in it is said in French, all of it at once; what is written reads back."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.decisions import load_decisions
from pipeline.preparation.write_decisions import lift_rule, withdraw
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.exports import codebook, make_folder

YEAR = "2019-2020"
SIGNED = "motif: Vu, par: Mme Roy, date: 2020-10-05"


def written(folder: DataFolder, text: str) -> Path:
    path = folder.raw / YEAR / "decisions.yml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return make_folder(tmp_path)


def test_no_file_and_an_empty_one_decide_nothing(folder: DataFolder) -> None:
    assert load_decisions(folder.raw / YEAR) == ()
    written(folder, "# Rien encore.\n")
    assert load_decisions(folder.raw / YEAR) == ()


def test_all_that_may_be_decided_is_read(folder: DataFolder) -> None:
    written(folder, (PROJECT_ROOT / "tests" / "fixtures" / "decisions.yml").read_text(encoding="utf-8"))
    made = load_decisions(folder.raw / YEAR)
    assert [(one.numero, one.nature, one.reponse_id or one.regle, one.valeur) for one in made] == [
        (1, "validation", "r-a1", "Transmis"),
        (1, "validation", "r-a2", "Transmis"),
        (2, "choix", "r-b2", ""),
        (2, "ecart", "r-b1", ""),
        (3, "confirmee", "peu_plausible", "240"),
        (4, "levee", "qpv_superieur", ""),
    ]
    assert (made[4].feuille, made[4].ligne, made[4].variable) == ("Action 1", 14, "nb_enfants")
    assert {(one.auteur, one.date_decision) for one in made} == {("Mme Roy", "2020-10-05")}


FAULTS = {
    "a word that is not French for an ending": (
        f"points:\n- {{fin: oubliee, fichier: a.csv, regle: r, valeur: '1', {SIGNED}}}",
        "Point 1, fin : ",
    ),
    "no reason": (
        "regles:\n- {regle: qpv_superieur, motif: ' ', par: Mme Roy, date: 2020-10-05}",
        "Règle levée 1, motif : ",
    ),
    "a key that is none": (f"regles:\n- {{regle: r, ligne: 3, {SIGNED}}}", "Règle levée 1 : "),
    "a day that is none": (
        "regles:\n- {regle: r, motif: Vu, par: Mme Roy, date: 2020-02-31}",
        "Décision 1 : « 2020-02-31 » n'est pas une date",
    ),
    "twice the same": (
        f"regles:\n- {{regle: r, {SIGNED}}}\n- {{regle: r, {SIGNED}}}",
        "Les décisions 1 et 2 portent sur la même chose : gardez-en une",
    ),
    "confirmed and closed": (
        f"points:\n- {{fin: confirmee, fichier: a.csv, ligne: 2, regle: r, valeur: '1', {SIGNED}}}\n"
        f"- {{fin: close, fichier: a.csv, ligne: 2, regle: r, valeur: '1', {SIGNED}}}",
        "Les décisions 1 et 2 portent sur la même chose",
    ),
    "not what it should be": ("- regle: r", "decisions.yml de 2019-2020 n'est pas utilisable"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_cannot_be_used_says_why(folder: DataFolder, fault: str) -> None:
    text, said = FAULTS[fault]
    written(folder, text)
    with pytest.raises(Refusal) as refused:
        load_decisions(folder.raw / YEAR)
    assert said in plain(refused.value)


def test_all_that_is_wrong_is_said_at_once(folder: DataFolder) -> None:
    written(folder, "regles:\n- {regle: r, motif: Vu, par: ''}\n- {motif: Vu, par: Mme Roy, date: demain}")
    with pytest.raises(Refusal) as refused:
        load_decisions(folder.raw / YEAR)
    sentence = plain(refused.value)
    assert "Règle levée 1" in sentence and "Règle levée 2" in sentence


def test_what_people_wrote_stays_and_a_decision_can_be_taken_back(folder: DataFolder) -> None:
    text = f"# Décidé en comité.\nregles:\n- {{regle: rep_superieur, {SIGNED}}}  # tel quel\n"
    path = written(folder, text)
    lift_rule(folder, codebook(), YEAR, "qpv_superieur", 'Quartier "redessiné" : 2020', "Mme Roy")
    assert path.read_text(encoding="utf-8").startswith(text)
    assert [one.regle for one in load_decisions(folder.raw / YEAR)] == ["rep_superieur", "qpv_superieur"]
    withdraw(folder, YEAR, 2, "Mme Roy")
    assert [one.regle for one in load_decisions(folder.raw / YEAR)] == ["rep_superieur"]
    withdraw(folder, YEAR, 1, "Mme Roy")
    assert load_decisions(folder.raw / YEAR) == ()


def test_the_same_rule_is_not_lifted_twice_and_the_file_is_left(folder: DataFolder) -> None:
    lift_rule(folder, codebook(), YEAR, "qpv_superieur", "Vu", "Mme Roy")
    path = folder.raw / YEAR / "decisions.yml"
    before = path.read_bytes()
    with pytest.raises(Refusal, match="portent sur la même chose"):
        lift_rule(folder, codebook(), YEAR, "qpv_superieur", "Revu", "Mme Roy")
    with pytest.raises(Refusal, match="n'est pas dans le dossier"):
        lift_rule(folder, codebook(), "2030-2031", "qpv_superieur", "Vu", "Mme Roy")
    assert path.read_bytes() == before
