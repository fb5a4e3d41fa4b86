"""A file is known by its headers; each is mapped, listed as ignored, or refused with the nearest wording."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.codebook.model import Format, FormatColumn
from pipeline.reading.headers import normalise_header
from pipeline.reading.recognise import Recognised, recognise
from pipeline.reading.text_tables import read_tables
from socle.words.refusal import Refusal
from tests.support.exports import codebook, headers, reponse, shipped_format, table, write_csv
from tests.support.tables import Grid, small_format, write_ods, write_xlsx
from tests.support.workbooks import grid

FORMATS = codebook().formats
ROSTER = shipped_format("agrements")
HEADERS = headers(ROSTER)


def recognised(tmp_path: Path, lines: Sequence[Sequence[str]]) -> list[Recognised]:
    path = write_csv(tmp_path / "dépôt.csv", lines)
    return recognise(read_tables(path, path.name, tmp_path), FORMATS)


def refusal(tmp_path: Path, lines: Sequence[Sequence[str]]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        recognised(tmp_path, lines)
    assert str(caught.value).startswith("dépôt.csv ")
    return caught.value


def without(*dropped: str) -> list[str]:
    return [header for header in HEADERS if header not in dropped]


def renamed(old: str, new: str) -> list[str]:
    return [new if header == old else header for header in HEADERS]


FICHES = {fmt.id for fmt in FORMATS if fmt.disposition == "fiche"}


# A table inside a fiche is never alone: tests/unit/pipeline/reading/test_fiche.py.
@pytest.mark.parametrize(
    "fmt", [fmt for fmt in FORMATS if not (fmt.partie and fmt.id in FICHES)], ids=lambda fmt: f"{fmt.id} {fmt.partie}"
)
def test_every_shipped_format_recognises_its_own_headers(tmp_path: Path, fmt: Format) -> None:
    (found,) = recognised(tmp_path, grid(fmt, []))
    assert found.format is fmt
    assert len(found.mapped) + len(found.ignored) == len(fmt.colonnes)
    assert [item.column for item in found.mapped] == [column for column in fmt.colonnes if not column.ignoree]


def test_headers_are_known_in_any_order_and_position(tmp_path: Path) -> None:
    (found,) = recognised(tmp_path, [HEADERS[::-1]])
    assert [item.position for item in found.mapped] == [
        len(HEADERS) - 1 - HEADERS.index(m.entete) for m in found.mapped
    ]


@pytest.mark.parametrize(
    "written",
    ["Numéro d’action", "NUMÉRO D'ACTION", "  Numéro   d'action ", "Numéro\u00a0d'action", "Nume\u0301ro d'action",
     "Numéro d'action :", "Numéro d'action *", "Numéro\nd'action", "Numéro d`action"],
)  # fmt: skip
def test_a_header_is_known_however_it_is_spelt(tmp_path: Path, written: str) -> None:
    (found,) = recognised(tmp_path, [renamed("Numéro d'action", written)])
    (item,) = (item for item in found.mapped if item.column.variable == "action_id")
    assert item.entete == written.strip()
    assert normalise_header(written) == "numéro d'action"


def test_titles_above_the_header_are_passed(tmp_path: Path) -> None:
    (found,) = recognised(
        tmp_path, [["Caf du Loiret"], [], ["Commune", "SIRET"], HEADERS, ["2019-2020"] * len(HEADERS)]
    )
    assert (found.header, found.header_line) == (2, 4)


def test_a_column_that_is_ignored_is_listed(tmp_path: Path) -> None:
    (found,) = recognised(tmp_path, [HEADERS])
    assert found.ignored == ("Observations",)
    assert "Observations" not in [item.entete for item in found.mapped]


def test_an_optional_header_may_be_absent(tmp_path: Path) -> None:
    optional = [column.entete for column in ROSTER.colonnes if column.facultative]
    (found,) = recognised(tmp_path, [without(*optional)])
    assert len(found.mapped) == len(HEADERS) - len(optional)


@pytest.mark.parametrize("entete", [c.entete for c in ROSTER.colonnes if not c.facultative])
def test_a_mandatory_header_that_is_missing_is_refused_by_name(tmp_path: Path, entete: str) -> None:
    error = refusal(tmp_path, [without(entete)])
    assert error.code == "entetes_inconnus"
    assert error.values["liste"] == f"« {entete} » est attendu et absent"


def test_an_unknown_header_is_refused_with_the_nearest_known_wording(tmp_path: Path) -> None:
    error = refusal(tmp_path, [renamed("Commune", "Commune de l'action")])
    assert error.values["liste"] == "« Commune de l'action » est inconnu (intitulé connu le plus proche : « Commune »)"


def test_an_unknown_header_like_none_is_refused_as_it_is(tmp_path: Path) -> None:
    error = refusal(tmp_path, [[*HEADERS, "Zzz 42"]])
    assert error.values["liste"] == "« Zzz 42 » est inconnu"


def test_every_header_astray_is_named_at_once(tmp_path: Path) -> None:
    liste = str(refusal(tmp_path, [[*without("SIRET", "Département"), "Xyz", "Siret du siège"]]).values["liste"])
    assert [part.split(" »")[0] for part in liste.split(" ; ")] == ["« Xyz", "« Siret du siège", "« Département"]


@pytest.mark.parametrize("twice", ["SIRET", "siret ", "Observations"])
def test_a_header_written_twice_is_refused(tmp_path: Path, twice: str) -> None:
    error = refusal(tmp_path, [[*HEADERS, twice]])
    assert (error.code, error.values["entete"]) == ("entete_en_double", twice.strip())


def test_headers_left_blank_are_not_duplicates(tmp_path: Path) -> None:
    (found,) = recognised(tmp_path, [[*HEADERS, "", " "]])
    assert len(found.mapped) + len(found.ignored) == len(HEADERS)


def test_a_header_split_over_two_lines_is_refused(tmp_path: Path) -> None:
    two = [[header.partition(" ")[0] for header in HEADERS], [header.partition(" ")[2] for header in HEADERS]]
    assert refusal(tmp_path, two).code in ("entetes_inconnus", "format_inconnu")


def test_a_file_of_no_known_format_says_what_it_is_nearest_to(tmp_path: Path) -> None:
    assert "aucun de ses intitulés n'est connu" in str(refusal(tmp_path, [["a", "b"], ["1", "2"]]))
    error = refusal(tmp_path, [["SIRET", "Commune", "Autre chose"]])
    assert error.code == "format_inconnu"
    assert f"« {ROSTER.libelle} », dont 29\u202f% des intitulés" in str(error)


def test_a_damaged_export_is_not_taken_for_a_shorter_format(tmp_path: Path) -> None:
    short = small_format("siret", "commune", id="court", libelle="Court")
    long = small_format("siret", "commune", "intitule", "action_id", "departement", id="long", libelle="Long")
    path = write_csv(tmp_path / "a.csv", [["siret", "commune", "intitule", "action_id"]])
    tables = read_tables(path, "a.csv", tmp_path)
    for formats in ([short, long], [long, short]):
        with pytest.raises(Refusal, match="« departement » est attendu et absent") as caught:
            recognise(tables, formats)
        assert caught.value.values["format"] == "Long"


def test_the_longer_of_two_formats_that_fit_is_chosen(tmp_path: Path) -> None:
    short = small_format("siret", "commune", id="court")
    long = small_format("siret", "commune", FormatColumn("intitule", "intitule", facultative=True), id="long")
    for names, expected in ((["siret", "commune", "intitule"], "long"), (["siret", "commune"], "court")):
        path = write_csv(tmp_path / "a.csv", [names])
        (found,) = recognise(read_tables(path, "a.csv", tmp_path), [short, long])
        assert found.format.id == expected


@pytest.mark.parametrize(("name", "write"), [("a.xlsx", write_xlsx), ("a.ods", write_ods)])
def test_each_sheet_of_a_known_format_is_recognised_and_notes_are_left(
    tmp_path: Path, name: str, write: Callable[[Path, Mapping[str, Grid]], Path]
) -> None:
    sheets: dict[str, Grid] = {"Lisez-moi": [["Notes"]], "Agréments": [["Titre"], HEADERS], "Suite": [HEADERS]}
    found = recognise(read_tables(write(tmp_path / name, sheets), name, tmp_path), FORMATS)
    assert [(item.table.feuille, item.header_line) for item in found] == [("Agréments", 2), ("Suite", 1)]


@pytest.mark.parametrize("title", ["Budget prévisionnel 2019-2020", "BILAN PREVISIONNEL", "Le projet prévisionnel"])
def test_what_is_planned_is_refused_by_its_title(tmp_path: Path, title: str) -> None:
    lines = table(shipped_format("questionnaire-2016"), [reponse("a1")])
    found = refusal(tmp_path, [[title], [], *lines])
    assert found.code == "previsionnel"
    assert title in str(found)
    path = write_xlsx(tmp_path / "a.xlsx", {title: lines})
    with pytest.raises(Refusal) as caught:
        recognise(read_tables(path, path.name, tmp_path), FORMATS)
    assert caught.value.code == "previsionnel"


def test_a_word_of_a_header_or_of_an_answer_plans_nothing(tmp_path: Path) -> None:
    lines = table(shipped_format("questionnaire-2016"), [reponse("a1", besoins="Revoir le budget prévisionnel")])
    assert recognised(tmp_path, [["Bilan réalisé, budget compris"], *lines])


def test_a_format_that_declares_what_is_planned_refuses_its_files(tmp_path: Path) -> None:
    planned = replace(ROSTER, id="projet", libelle="Projet", nature="reponse", grain="action", exercice="previsionnel")
    path = write_csv(tmp_path / "a.csv", [HEADERS])
    with pytest.raises(Refusal, match="est un prévisionnel"):
        recognise(read_tables(path, path.name, tmp_path), [planned])


def test_every_shipped_format_of_returns_says_what_happened() -> None:
    assert {fmt.exercice for fmt in FORMATS} == {"reel"}
