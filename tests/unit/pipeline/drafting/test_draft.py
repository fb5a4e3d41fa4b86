"""The draft of a format: sure only of what wording and cells both say, quoting nobody, losing nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.drafting.columns import DraftColumn
from pipeline.drafting.draft import Draft, Known, draft
from pipeline.drafting.file import save
from pipeline.drafting.text import entry_text
from socle.words.refusal import Refusal
from tests.support.exports import codebook, reponse, shipped_format, table, write_csv
from tests.support.families import answers, collectifs, sheets
from tests.support.tables import write_xlsx
from tests.support.unknown import CAMPAGNE, answer, one_line


def drafted(path: Path) -> Draft:
    found = draft(path, path.name, CAMPAGNE, codebook(), ("45",))
    assert isinstance(found, Draft)
    return found


def column(found: Draft, header: str) -> DraftColumn:
    (held,) = [c for part in found.tables for c in part.colonnes if c.entete == header]
    return held


def unknown(folder: Path, **cells: str) -> Path:
    """The export never seen, one column answered the same everywhere."""
    lines = one_line()
    for header, text in cells.items():
        position = lines[0].index(header)
        for line in lines[1:]:
            line[position] = text
    return write_csv(folder / "dépôt.csv", lines)


def near(folder: Path, old: str, new: str) -> Path:
    """An export of 2016-2017 to 2019-2020 with one other wording."""
    rows = [reponse(f"a{n}") | {"reponse_id": f"r{n}"} for n in range(4)]
    lines = table(shipped_format("questionnaire-2016"), rows)
    lines[0] = [new if text == old else text for text in lines[0]]
    return write_csv(folder / "proche.csv", lines)


def test_a_wording_that_the_cells_contradict_is_not_sure(tmp_path: Path) -> None:
    assert column(drafted(unknown(tmp_path)), "Filles").variable == "effectif_sexe__filles"
    contradicted = column(drafted(unknown(tmp_path, Filles="beaucoup")), "Filles")
    assert contradicted.waits
    assert contradicted.proposals[0].variable == "effectif_sexe__filles"


def test_nobody_is_quoted_in_a_draft(tmp_path: Path) -> None:
    text = entry_text(drafted(unknown(tmp_path)))
    assert "réponses qui reviennent" in text
    assert [word for word in ("bleu", "Camille", "exemple.test", "froide", "Association Alpha") if word in text] == []


def test_a_variable_is_fed_once(tmp_path: Path) -> None:
    found = drafted(unknown(tmp_path))
    fed = [c.variable for part in found.tables for c in part.colonnes if c.variable]
    assert sorted(fed) == sorted(set(fed))


def test_near_a_known_format_only_the_differences_are_written(tmp_path: Path) -> None:
    found = drafted(near(tmp_path, "Numéro d'action Clas", "Matricule du dossier agréé"))
    assert found.etend
    assert (found.etend.id, [c.entete for _, c in found.waiting]) == (
        "questionnaire-2016",
        ["Matricule du dossier agréé"],
    )
    absent = column(found, "Numéro d'action Clas")
    assert (absent.variable, absent.facultative) == ("action_id", True)


def test_the_answer_of_a_header_takes_the_place_of_the_one_that_is_absent(tmp_path: Path) -> None:
    folder = tmp_path / "raw" / CAMPAGNE
    path = near(folder, "Numéro d'action Clas", "Matricule du dossier agréé")
    save(drafted(path), folder / "formats.yml", path.name)
    text = (folder / "formats.yml").read_text(encoding="utf-8")
    (folder / "formats.yml").write_text(text.replace("variable: null", "variable: action_id"), encoding="utf-8")
    known = load_codebook((tmp_path,))
    assert isinstance(draft(path, path.name, CAMPAGNE, known), Known)


def test_a_fiche_with_a_new_label_extends_the_fiche(tmp_path: Path) -> None:
    book = sheets("dossier-2020", answers("2020-2021"), collectifs("2020-2021"))["dossier-r-a1"]
    named = {"Familles concernées": "Foyers de l'action"}
    changed = {sheet: [[named.get(cell, cell) for cell in line] for line in lines] for sheet, lines in book.items()}
    path = write_xlsx(tmp_path / "dossier.xlsx", changed)
    found = drafted(path)
    assert found.etend and found.etend.id == "dossier-2020"
    assert [c.entete for _, c in found.waiting] == ["Foyers de l'action"]
    assert column(found, "Foyers de l'action").cells == "nombres entiers"
    assert column(found, "Familles concernées").facultative


def test_a_known_export_is_no_draft(tmp_path: Path) -> None:
    path = near(tmp_path, "", "")
    assert isinstance(draft(path, path.name, CAMPAGNE, codebook()), Known)


def test_a_draft_nobody_touched_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    formats = tmp_path / "formats.yml"
    own = "# à nous\n- etend: elan-2021\n  colonnes:\n    - {entete: Dossier, variable: reponse_id}\n"
    formats.write_text(own, encoding="utf-8")
    for filles in ("3", "beaucoup", "beaucoup"):
        path = unknown(tmp_path, Filles=filles)
        save(drafted(path), formats, path.name)
    text = formats.read_text(encoding="utf-8")
    assert text.startswith(own)
    assert text.count("- id: export-2026-2027") == text.count("# Brouillon") == 1
    assert text.count("  variable: null") == len(drafted(path).waiting)


def test_a_draft_that_somebody_answers_is_never_replaced(tmp_path: Path) -> None:
    formats = tmp_path / "formats.yml"
    path = unknown(tmp_path)
    found = drafted(path)
    save(found, formats, path.name)
    answer(formats, [found.waiting[0][1].entete])
    written = formats.read_bytes()
    with pytest.raises(Refusal) as caught:
        save(found, formats, path.name)
    assert caught.value.code == "brouillon_en_place"
    assert formats.read_bytes() == written


@pytest.mark.parametrize(
    "text", ["[{etend: elan-2021, colonnes: []}]", "id: seul\n", "- a: [\n", "  - etend: elan-2021\n"]
)
def test_a_formats_yml_that_takes_no_entry_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    formats = tmp_path / "formats.yml"
    formats.write_text(text, encoding="utf-8")
    path = unknown(tmp_path)
    with pytest.raises(Refusal) as caught:
        save(drafted(path), formats, path.name)
    assert (caught.value.code, formats.read_text(encoding="utf-8")) == ("formats_yml_illisible", text)


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "nombres.csv", [["1", "2"], ["3", "4"]])
    with pytest.raises(Refusal) as caught:
        draft(path, path.name, CAMPAGNE, codebook())
    assert caught.value.code == "entetes_introuvables"
