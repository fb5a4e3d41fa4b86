"""corrections.yml: values are read as they are written, and a file that is not as it should be says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.staging.corrections import Correction, load_corrections, same_text
from socle.words.refusal import Refusal
from tests.support.builds import plain

COMPLETE = (
    "  ligne: 3\n  variable: nb_enfants\n  attendu: 12\n  valeur: 13\n  motif: Relu.\n  par: A\n  date: 2020-10-05\n"
)


def load(folder: Path, text: str) -> tuple[Correction, ...]:
    campaign = folder / "2019-2020"
    campaign.mkdir()
    (campaign / "corrections.yml").write_text(text, encoding="utf-8")
    return load_corrections(campaign)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(Refusal) as raised:
        load(folder, text)
    assert raised.value.code == "corrections_yml_invalide"
    return plain(raised.value)


@pytest.mark.parametrize("text", ["", "# rien pour l'instant\n", "[]\n"])
def test_a_file_without_any_correction_is_accepted(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == ()


def test_a_campagne_without_the_file_has_no_correction(tmp_path: Path) -> None:
    assert load_corrections(tmp_path) == ()


def test_an_entry_is_read_with_its_campagne(tmp_path: Path) -> None:
    (found,) = load(tmp_path, f"- fichier: reponses.csv\n{COMPLETE}")
    assert found == Correction(
        campagne="2019-2020", fichier="reponses.csv", feuille=None, ligne=3, variable="nb_enfants", attendu="12",
        valeur="13", motif="Relu.", par="A", date="2020-10-05",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "read"),
    [("12", "12"), ("01", "01"), ("12.50", "12.50"), ("12,5", "12,5"), ("No", "No"), ("'01'", "01"), ('""', ""),
     ("", ""), ("null", ""), ("1e3", "1e3"), ("03/09/2019", "03/09/2019"), ("2019-09-03", "2019-09-03"),
     ("environ 12", "environ 12")],
)  # fmt: skip
def test_a_value_is_the_text_that_was_written(tmp_path: Path, written: str, read: str) -> None:
    (found,) = load(tmp_path, f"- fichier: a.csv\n{COMPLETE}".replace("attendu: 12", f"attendu: {written}"))
    assert found.attendu == read


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  motif: Relu.\n", "", "Correction 1 (a.csv, ligne 3) : il manque motif"),
        ("ligne: 3", "ligne: trois", "Correction 1 (a.csv, ligne trois), ligne : « trois » n'a pas la forme attendue"),
        ("ligne: 3", "ligne: 0", "« 0 » n'a pas la forme attendue"),
        ("par: A", "auteur: A", "clé inconnue : auteur"),
        ("2020-10-05", "10/2020", "date : « 10/2020 » n'a pas la forme attendue"),
        ("2020-10-05", "2020-02-31", "Correction 1 (a.csv, ligne 3) : « 2020-02-31 » n'est pas une date"),
        ("motif: Relu.", "motif: ''", "motif : «  » n'a pas la forme attendue"),
    ],
)
def test_an_entry_that_is_not_as_it_should_be_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = f"- fichier: a.csv\n{COMPLETE}"
    assert old in text
    sentence = refusal(tmp_path, text.replace(old, new))
    assert sentence.startswith("Le fichier corrections.yml de 2019-2020 n'est pas utilisable : ")
    assert told in sentence


@pytest.mark.parametrize("text", ["fichier: a.csv\n", "- fichier: 'a\n", "corriger la ligne 3"])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    assert "corrections.yml de 2019-2020" in refusal(tmp_path, text)


@pytest.mark.parametrize("sheet", ["", "  feuille: Bilan\n"])
def test_two_corrections_of_one_cell_are_refused(tmp_path: Path, sheet: str) -> None:
    one = f"- fichier: a.csv\n{COMPLETE}"
    sentence = refusal(tmp_path, f"{one}{one}{sheet}")
    assert "Les corrections 1 et 2 portent sur la même case (a.csv, ligne 3, nb_enfants) : gardez-en une." in sentence


def test_the_same_cell_of_two_sheets_is_two_cells(tmp_path: Path) -> None:
    one = f"- fichier: a.csv\n{COMPLETE}"
    assert len(load(tmp_path, f"{one}  feuille: A\n{one}  feuille: B\n")) == 2


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1\u202f234,50\u00a0€", "1 234,50 €", True),
        ("  environ\t12 ", "environ 12", True),
        ("e\u0301le\u0300ve", "élève", True),
        ("", " ", True),
        ("12", "1 2", False),
        ("Oui", "oui", False),
    ],
)
def test_texts_are_compared_as_people_see_them(first: str, second: str, same: bool) -> None:
    assert same_text(first, second) is same
