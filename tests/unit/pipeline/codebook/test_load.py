"""Definitions as the program sees them: expansion, additions of a data folder, and every way of being wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.codebook import load as definition_loader
from pipeline.codebook.funding import threshold_sql
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Variable
from socle.files.documents import read_yaml
from socle.settings import PROJECT_ROOT
from socle.words.refusal import DefinitionError

CODEBOOK = load_codebook()

INDICATOR = """
indicateurs:
  - id: {id}
    numero: null
    famille: public
    libelle: Filles
    libelle_court: Filles
    description: Filles accueillies.
    unite: n
    polarite: neutre
    grain: action
    diffusion: E
    synthese_porteur: false
    ou: annexe
    calcul: {{source: core.action, numerateur: effectif_sexe__filles}}
    variables: [effectif_sexe__filles]
    question: null
    comparable_depuis: null
    prudence: null
    phrase: null
"""
FORMATS = """
- id: export-local
  libelle: Export local
  modele: false
  nature: reponse
  grain: action
  campagnes: [2016-2017, null]
  colonnes:
    - {{entete: Action, variable: {variable}}}
"""


def columns(name: str) -> list[str]:
    return [column.id for column in CODEBOOK.columns_of(name)]


def test_a_question_with_an_answer_a_modality_gives_one_column_a_modality() -> None:
    assert columns("effectif_niveau") == [f"effectif_niveau__{m}" for m in ("elementaire", "college", "lycee")]
    assert columns("axe") == [f"axe__{m}" for m in ("enfants", "parents", "ecole", "territoire")]
    assert CODEBOOK.column("charges__60").sql_type == "decimal(18, 2)"
    assert CODEBOOK.column("locaux__autre").sql_type == CODEBOOK.column("axe__ecole").sql_type == "boolean"


def test_a_choice_is_one_column_that_holds_the_code() -> None:
    assert columns("type_structure") == ["type_structure"]
    assert CODEBOOK.column("type_structure").sql_type == "varchar"


def test_a_column_of_a_modality_is_labelled_by_both() -> None:
    assert CODEBOOK.column("produits__caf_ps").libelle == "Produits\u202f: Caf, prestation de service"


def test_columns_are_those_of_an_entity_in_the_order_declared() -> None:
    agreed = [column.id for column in CODEBOOK.columns("agrement")]
    assert agreed == [column.id for column in CODEBOOK.columns() if "agrement" in column.variable.entites]
    assert {"action_id", "nb_enfants_agrees", "departement"} <= set(agreed)


@pytest.mark.parametrize("name", ["effectif_niveau", "inconnue"])
def test_asking_the_one_column_of_what_has_none_or_several_is_a_fault(name: str) -> None:
    with pytest.raises(KeyError):
        CODEBOOK.column(name)


def test_free_text_is_personal_whatever_it_declares() -> None:
    entry = {
        "id": "mot",
        "entite": "action",
        "type": "texte_libre",
        "libelle": "Mot",
        "description": "Mot.",
        "source": "[A]",
    }
    assert definition_loader.variable(entry).personnel
    assert Variable("mot", ("action",), "texte", "Mot", "Mot.").personnel is False


def test_a_family_gives_a_series_a_modality_with_its_own_sql_and_label() -> None:
    series = {s.id: s for s in CODEBOOK.indicators if s.serie_de == "part_porteurs_type"}
    assert len(series) == 7
    centre = series["part_porteurs_type__centre_social"]
    assert (centre.numerateur, centre.libelle_court) == ("type_structure = 'centre_social'", "Centres sociaux")
    assert centre.libelle == "Type de structure du porteur\u202f: Centre social"


def test_a_threshold_is_written_once_and_is_that_of_the_year_in_rules_and_indicators() -> None:
    (rule,) = [rule for rule in CODEBOOK.rules if rule.id == "collectif_hors_8_12"]
    (share,) = [indicator for indicator in CODEBOOK.indicators if indicator.id == "part_collectifs_8_12"]
    assert (
        threshold_sql("collectif_minimum") in (rule.condition or "")
        and threshold_sql("collectif_maximum") in share.numerateur
    )
    assert share.seuils == ("collectif_minimum", "collectif_maximum") and not share.reglage_vide
    # None of its years has it: it waits to be set, as before.
    (frequency,) = [indicator for indicator in CODEBOOK.indicators if indicator.id == "part_collectifs_frequence"]
    assert frequency.reglage_vide and frequency.seuils == ()


def test_the_years_of_the_referentiel_are_declared_once_each_and_nothing_stands_between() -> None:
    first, second = CODEBOOK.funding.referentiel
    assert (first.depuis, first.jusqu_a, first.valeurs["collectif_minimum"], first.valeurs["collectif_maximum"]) == (
        "2006-2007",
        "2006-2007",
        5,
        15,
    )
    assert (
        second.depuis,
        second.jusqu_a,
        second.valeurs["collectif_minimum"],
        second.valeurs["collectif_maximum"],
    ) == (
        "2019-2020",
        None,
        8,
        12,
    )


def test_a_rule_has_the_gravity_of_its_message() -> None:
    assert {rule.id: rule.gravite for rule in CODEBOOK.rules}["action_inconnue"] == "critique"


def test_importing_the_codebook_imports_nothing_heavy() -> None:
    code = (
        "import sys, pipeline.codebook.model; "
        "print(*sorted({'yaml', 'jsonschema', 'duckdb', 'pandas', 'great_expectations'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# What a data folder adds


def test_a_data_folder_adds_an_indicator(tmp_path: Path) -> None:
    book = load_codebook((data_folder(tmp_path, indicator="nb_filles"),))
    assert book.indicators[-1].id == "nb_filles"
    assert len(book.indicators) == len(CODEBOOK.indicators) + 1
    assert book.hash != CODEBOOK.hash


def test_a_data_folder_replaces_an_indicator_in_its_place(tmp_path: Path) -> None:
    book = load_codebook((data_folder(tmp_path, indicator="nb_collectifs"),))
    assert [s.id for s in book.indicators] == [s.id for s in CODEBOOK.indicators]
    assert next(s for s in book.indicators if s.id == "nb_collectifs").libelle == "Filles"


def test_a_campagne_adds_a_format(tmp_path: Path) -> None:
    folder = data_folder(tmp_path, variable="action_id")
    for extra in (folder, folder / "raw" / "2019-2020"):
        assert load_codebook((extra,)).formats_for("2019-2020")[0].id == "export-local"


def test_a_wrong_format_of_a_campagne_names_its_file(tmp_path: Path) -> None:
    errors = errors_of((data_folder(tmp_path, variable="action"),))
    assert errors == [
        "raw/2019-2020/formats.yml › export-local › colonnes › Action\u202f: pour un export de cette nature, "
        "la variable «\u202faction\u202f» est inconnue (proche\u202f: action_id)."
    ]


def data_folder(root: Path, *, indicator: str | None = None, variable: str | None = None) -> Path:
    (root / "definitions").mkdir()
    (root / "raw" / "2019-2020").mkdir(parents=True)
    if indicator:
        (root / "definitions" / "indicators.yml").write_text(INDICATOR.format(id=indicator), encoding="utf-8")
    if variable:
        (root / "raw" / "2019-2020" / "formats.yml").write_text(FORMATS.format(variable=variable), encoding="utf-8")
    return root


# Each way of being wrong

BROKEN = read_yaml((PROJECT_ROOT / "tests" / "fixtures" / "broken_definitions.yml").read_text(encoding="utf-8"))


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the definitions that the loader reads instead of the shipped ones."""
    shutil.copytree(PROJECT_ROOT / "pipeline" / "definitions", tmp_path / "definitions")
    shutil.copytree(PROJECT_ROOT / "expectations", tmp_path / "definitions" / "expectations")
    monkeypatch.setattr(definition_loader, "DEFINITIONS", tmp_path / "definitions")
    return tmp_path / "definitions"


def load_copy(folder: Path) -> Codebook:
    return load_codebook(expectations_dir=folder / "expectations")


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors_of(extra: tuple[Path, ...] = (), expectations: Path | None = None) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load_codebook(extra, expectations)
    return caught.value.errors


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def test_the_copy_used_below_is_sound(definitions: Path) -> None:
    assert load_copy(definitions).hash == CODEBOOK.hash


@pytest.mark.parametrize("case", BROKEN)
def test_a_definition_broken_in_one_way_is_reported_with_its_file_and_entry(definitions: Path, case: str) -> None:
    broken = BROKEN[case]
    spoil(definitions / broken["fichier"], broken["avant"], broken["apres"])
    errors = [plain(error) for error in errors_of((), definitions / "expectations")]
    expected = (Path(broken["fichier"]).name, broken["entree"], broken["dit"])
    assert any(all(part in error for part in expected) for error in errors), errors


def test_a_threshold_left_empty_is_missed_by_the_rules_that_need_it(definitions: Path) -> None:
    spoil(definitions / "funding.yml", "tolerance_euros: 1", "tolerance_euros: null")
    errors = [plain(error) for error in errors_of((), definitions / "expectations")]
    assert errors and all("le réglage {tolerance_euros} est inconnu ou vide" in error for error in errors)


def test_all_errors_of_all_files_are_reported_together(definitions: Path) -> None:
    cases = ("an_unknown_type", "a_header_given_twice", "an_unknown_family", "an_unknown_gravity")
    for broken in (BROKEN[case] for case in (*cases, "a_rule_without_sentence")):
        spoil(definitions / broken["fichier"], broken["avant"], broken["apres"])
    with pytest.raises(DefinitionError) as caught:
        load_copy(definitions)
    files = {match[1] for error in caught.value.errors if (match := re.search(r"(\w[\w-]*\.yml)", error))}
    assert files == {"variables.yml", "questionnaire-2016.yml", "indicators.yml", "messages.yml", "reponse.yml"}
    assert str(caught.value) == "\n".join(caught.value.errors)


def test_what_refers_to_an_ill_formed_entry_is_not_reported_as_well(definitions: Path) -> None:
    spoil(definitions / "variables.yml", "type: siret", "type: sirret")
    assert len(errors_of((), definitions / "expectations")) == 1


def test_a_date_of_a_definition_stays_text() -> None:
    assert read_yaml("jour: 2020-09-01") == {"jour": "2020-09-01"}


def test_definitions_are_read_again_when_one_of_them_changes_and_only_then(tmp_path: Path) -> None:
    folder = data_folder(tmp_path, indicator="nb_filles")
    first = load_codebook((folder,))
    assert load_codebook((folder,)) is first
    path = folder / "definitions" / "indicators.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# a word more\n", encoding="utf-8")
    assert load_codebook((folder,)).hash != first.hash
