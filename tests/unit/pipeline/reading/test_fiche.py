"""A sheet laid out for people: each label finds its answer, each inner table its rows, nothing fades away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.codebook.model import FormatColumn
from pipeline.reading.fiche import MAX_ROWS, Fiche, labels_share, read_fiche
from pipeline.reading.recognise import recognise
from pipeline.reading.text_tables import read_tables
from socle.words.refusal import Refusal
from tests.support.exports import write_csv
from tests.support.tables import small_format

FORMAT = replace(
    small_format(
        FormatColumn("Nom", "raison_sociale"),
        FormatColumn("Enfants", "nb_enfants"),
        FormatColumn("Heures", "heures_encadrement", facultative=True),
        FormatColumn("Locaux › Autre", "locaux__autre", facultative=True),
        FormatColumn("Partenaires › Autre", "partenaires__autre", facultative=True),
        FormatColumn("60 Achats", "charges__60", facultative=True),
        FormatColumn("70 Ventes", "produits__autre", facultative=True),
        FormatColumn("Besoins", "besoins", facultative=True, place="dessous"),
    ),
    disposition="fiche",
)
GROUPS = replace(
    small_format(FormatColumn("N°", "collectif_id"), FormatColumn("Inscrits", "inscrits")),
    nature="collectif",
    partie="collectifs",
)
TOP = [["Nom", "Alpha"], ["Enfants", "12"]]


def fiche(tmp_path: Path, lines: Sequence[Sequence[str]]) -> Fiche:
    width = max(map(len, lines))
    path = write_csv(tmp_path / "fiche.csv", [[*line, *[""] * (width - len(line))] for line in lines])
    (table,) = read_tables(path, path.name, tmp_path)
    return read_fiche(table, FORMAT, [GROUPS])


def answers(found: Fiche) -> dict[str, tuple[str, int]]:
    """{label: (answer, row)}."""
    texts, headers = found.table.path.read_text(encoding="utf-8").splitlines()[1].split(","), found.table.head[0]
    return {header: (text, line) for header, text, line in zip(headers, texts, found.lines, strict=True)}


def test_an_answer_is_the_next_filled_cell_on_the_right_and_keeps_its_row(tmp_path: Path) -> None:
    found = fiche(tmp_path, [["Bilan"], [], ["", "Nom :", "", "", "Alpha"], ["Enfants", "12"]])
    assert answers(found) == {"Nom :": ("Alpha", 3), "Enfants": ("12", 4)}
    assert found.unknown == ()


def test_a_label_without_an_answer_is_blank(tmp_path: Path) -> None:
    assert answers(fiche(tmp_path, [["Nom"], ["Enfants", "12"]])) == {"Nom": ("", 1), "Enfants": ("12", 2)}


def test_several_pairs_stand_on_one_row_and_a_blank_one_does_not_take_the_next_label(tmp_path: Path) -> None:
    found = answers(fiche(tmp_path, [*TOP, ["60 Achats", "", "70 Ventes", "5"]]))
    assert (found["60 Achats"], found["70 Ventes"]) == (("", 3), ("5", 3))


def test_a_section_tells_apart_two_labels_of_the_same_words(tmp_path: Path) -> None:
    found = fiche(tmp_path, [*TOP, ["Locaux"], ["Autre", "X"], ["Partenaires"], ["Autre", "Non"]])
    assert answers(found)["Locaux › Autre"] == ("X", 4)
    assert answers(found)["Partenaires › Autre"] == ("Non", 6)


@pytest.mark.parametrize(("below", "expected"), [(["Du temps", ""], "Du temps"), (["", "Du temps"], "Du temps")])
def test_an_answer_may_stand_below_its_label(tmp_path: Path, below: list[str], expected: str) -> None:
    assert answers(fiche(tmp_path, [*TOP, ["Besoins"], below]))["Besoins"] == (expected, 4)


def test_a_label_just_below_is_no_answer(tmp_path: Path) -> None:
    found = answers(fiche(tmp_path, [["Nom", "Alpha"], ["Besoins"], ["Enfants", "12"]]))
    assert (found["Besoins"], found["Enfants"]) == (("", 2), ("12", 3))


def test_a_text_after_an_answer_is_a_note(tmp_path: Path) -> None:
    found = fiche(tmp_path, [*TOP, ["Heures", "30", "heures", "60 Achats", "5", "euros"]])
    assert (answers(found)["Heures"][0], answers(found)["60 Achats"][0], found.unknown) == ("30", "5", ())


def test_what_stands_above_the_first_label_is_a_title(tmp_path: Path) -> None:
    assert fiche(tmp_path, [["Caf du Loiret", "données fictives"], *TOP]).unknown == ()


def test_a_first_label_that_is_astray_is_not_taken_for_a_title(tmp_path: Path) -> None:
    assert fiche(tmp_path, [["Nom de la structure", "Alpha"], ["Enfants", "12"]]).unknown == ("Nom de la structure",)


def test_an_unknown_label_is_refused_with_the_nearest_wording(tmp_path: Path) -> None:
    lines = [["Nom", "Alpha"], ["Heures", "3"], ["60 Achats", "5"], ["Enfants venus", "12"]]
    path = write_csv(tmp_path / "a.csv", lines)
    with pytest.raises(Refusal, match=r"« Enfants venus » est inconnu .*« Enfants »"):
        recognise(read_tables(path, "a.csv", tmp_path), [FORMAT])


def test_a_label_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*TOP, ["Nom", "Bêta"]])
    with pytest.raises(Refusal) as caught:
        recognise(read_tables(path, "a.csv", tmp_path), [FORMAT])
    assert caught.value.code == "entete_en_double"


def test_an_inner_table_ends_at_a_blank_row_and_leaves_rows_printed_beforehand(tmp_path: Path) -> None:
    table = [["N°", "", "Inscrits"], ["1", "", "10"], ["2"], ["3", "", "9"], [], ["Besoins"], ["Rien"]]
    found = fiche(tmp_path, [*TOP, [], *table])
    ((part, inner),) = found.tables
    assert (part, inner.lines) == (GROUPS, (5, 7))
    assert inner.path.read_text(encoding="utf-8").splitlines() == ["N°,Inscrits", "1,10", "3,9"]
    assert answers(found)["Besoins"] == ("Rien", 10)


def test_a_sheet_without_its_inner_table_is_read_all_the_same(tmp_path: Path) -> None:
    assert fiche(tmp_path, TOP).tables == ()


@pytest.mark.parametrize(("more", "expected"), [(0, (2, 1.0)), (MAX_ROWS, (0, 0.0))])
def test_a_sheet_too_long_to_be_filled_in_by_hand_is_no_fiche(
    tmp_path: Path, more: int, expected: tuple[int, float]
) -> None:
    path = write_csv(tmp_path / "a.csv", [*TOP, *[["note", "1"]] * more])
    (table,) = read_tables(path, "a.csv", tmp_path)
    assert labels_share(table, FORMAT) == expected


@pytest.mark.parametrize(
    ("beside", "read"),
    [
        (["Oui", "Non"], "Oui Non"),
        (["Oui", "☒", "Non", "☐"], "Oui ☒ Non ☐"),
        (["☐", "Oui", "☒", "Non"], "☐ Oui ☒ Non"),
        (["x", "Oui", "Non"], "x Oui Non"),
        (["12", "14"], "12 14"),
        (["Urbain", "Rural"], "Urbain Rural"),
        (["12", "heures"], "12"),
        (["Alpha", "(nom complet)"], "Alpha"),
        (["☒"], "☒"),
    ],
)
def test_all_that_answers_a_label_is_read_or_told(tmp_path: Path, beside: list[str], read: str) -> None:
    found = fiche(tmp_path, [["Nom", *beside], ["Enfants", "3"]])
    assert answers(found)["Nom"] == (read, 1)
    assert found.unknown == ()


@pytest.mark.parametrize("text", ["12", "1 234.5", "80 %", "☒", "oui"])
def test_an_answer_alone_right_below_its_label_is_its_own(tmp_path: Path, text: str) -> None:
    found = fiche(tmp_path, [["Nom", "Alpha"], ["Enfants", "", "Heures", "4"], [text], ["60 Achats", "5"]])
    assert answers(found)["Enfants"] == (text, 3)
    assert answers(found)["60 Achats"][0] == "5"


def test_a_title_below_a_blank_label_stays_a_title(tmp_path: Path) -> None:
    lines = [*TOP, ["Heures"], ["Locaux"], ["Autre", "X"], ["Heures 2", "9"]]
    found = answers(fiche(tmp_path, lines))
    assert found["Heures"][0] == ""
    assert found["Locaux › Autre"][0] == "X"


def test_a_number_below_a_label_that_is_answered_is_no_answer(tmp_path: Path) -> None:
    assert answers(fiche(tmp_path, [["Nom", "Alpha"], ["Enfants", "12"], ["7"]]))["Enfants"] == ("12", 2)
