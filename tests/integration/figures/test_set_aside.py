"""What is doubtful does not count: an answer set aside leaves every figure that it enters, and is told everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from bilan.synthese.write import synthese
from bilan.words.reading import read
from bilan.words.wording import respondents, series_of
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from tests.support.builds import cut_down, plain, quick_build
from tests.support.exports import PORTEURS, agrement, codebook, make_folder, reponse
from warehouse.listings.set_aside import answers_set_aside
from warehouse.open import open_current
from warehouse.origins.explain import explain
from warehouse.origins.figure_name import resolve
from warehouse.scope import LOCAL, Scope

YEAR = "2019-2020"
RULES = (
    "formes_superieurs", "handicap_superieur", "allophones_superieur", "nouveaux_superieur", "familles_superieures",
    "familles_participantes_superieures", "somme_niveaux", "somme_sexes", "tout_contredit_nb_enfants",
    "aucun_partenaire_et_un_autre", "qpv_nomme_hors_qpv",
)  # fmt: skip
FIGURES = (
    "part_intervenants_formes", "nb_intervenants", "part_enfants_besoin__handicap", "nb_enfants_accueillis",
    "part_enfants_nouveaux", "nb_familles", "part_familles_participantes", "part_actions_lien__pre",
    "part_actions_outil_liaison", "part_benevoles", "part_qpv_couverts", "part_actions_qpv", "taux_realisation",
)  # fmt: skip
RETURNS = (
    # Thirty trained of four: that answer leaves, the four stay in their own total.
    {"nb_intervenants_formes": "30"},
    # Fourteen of ten children, and the sexes make twelve: the ten are contradicted twice.
    {"nb_handicap": "14", "effectif_sexe__filles": "6", "effectif_sexe__garcons": "6"},
    # More families than children: the families leave their total, and the rate that they are the base of.
    {"nb_familles": "11", "nb_familles_participantes": "5"},
    {"nb_nouveaux": "11"},
    # None, and one: neither.
    {"partenaires": "Aucun;PRE"},
    # A blank is no zero, and four trained of three volunteers is too many.
    {"nb_salaries": "", "nb_vacataires": "", "nb_services_civiques": "", "nb_intervenants_formes": "4"},
    {"nb_benevoles": "une dizaine"},
    {"qpv": "Non", "qpv_nom": "La Source"},
)
SOUND: dict[str, str] = {
    "nb_intervenants_formes": "1", "nb_handicap": "1", "nb_allophones": "0", "nb_nouveaux": "2", "nb_familles": "8",
    "nb_familles_participantes": "4", "effectif_sexe__filles": "5", "effectif_sexe__garcons": "5",
    "partenaires": "PRE", "outil_liaison": "Oui", "qpv": "Oui",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Eight returns, each with its own doubt, and four sound ones."""
    root = tmp_path_factory.mktemp("ecartees")
    names = [f"a{rank}" for rank in range(len(RETURNS) + 4)]
    doubts = (*RETURNS, {}, {}, {}, {})
    returns = [reponse(name, PORTEURS[0], **SOUND | doubt) for name, doubt in zip(names, doubts, strict=True)]
    made = make_folder(root, {YEAR: ([agrement(name) for name in names], returns)})
    quick_build(made, rules=RULES, definitions=cut_down(codebook(), FIGURES))
    return made


def figure(folder: DataFolder, indicateur: str) -> tuple[Any, ...]:
    """Numerator, denominator, rows that count, rows of which an answer is set aside, « au moins », state."""
    return _one(
        folder,
        "select numerateur, denominateur, nb_repondants, nb_ecartees, au_moins, statut "
        "from marts.indicateur_valeur_agregee where indicateur = ? and niveau = 'departement' and origine = 'fictif'",
        [indicateur],
    )


def _one(folder: DataFolder, query: str, parameters: list[Any]) -> tuple[Any, ...]:
    build = folder.curated / "builds" / (folder.curated / "CURRENT").read_text().strip()
    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        (row,) = connection.execute(query, parameters).fetchall()
    return tuple(row)


@pytest.mark.parametrize(
    ("indicateur", "expected"),
    [
        # 12 returns, of which three have their part or a part of their whole set aside.
        ("part_intervenants_formes", (9, 36, 9, 3, False, "diffusable")),
        # The whole keeps counting in its own total; where a part of it is unread, it is a minimum.
        ("nb_intervenants", (11 * 4 + 0 - 1 * 1 + 1, None, 12, 1, True, "diffusable")),
        ("part_enfants_besoin__handicap", (11, 110, 11, 1, False, "diffusable")),
        # Contradicted twice, the children leave their total.
        ("nb_enfants_accueillis", (110, None, 11, 1, True, "diffusable")),
        ("part_enfants_nouveaux", (20, 100, 10, 2, False, "diffusable")),
        ("nb_familles", (88, None, 11, 1, True, "diffusable")),
        ("part_familles_participantes", (44, 88, 11, 1, False, "diffusable")),
        ("part_actions_lien__pre", (11, 11, 11, 1, False, "diffusable")),
        ("part_actions_outil_liaison", (12, 12, 12, 0, False, "diffusable")),
        ("part_benevoles", (33, 43, 11, 1, False, "diffusable")),
        # « Non » keeps its place among the answers; the quartier that it names is not covered.
        ("part_actions_qpv", (11, 12, 12, 0, False, "diffusable")),
    ],
)
def test_a_figure_is_that_of_the_answers_that_nothing_contradicts(
    folder: DataFolder, indicateur: str, expected: tuple[Any, ...]
) -> None:
    assert figure(folder, indicateur) == expected


def test_what_was_answered_and_why_it_is_set_aside_is_listed_with_the_figures_it_leaves(folder: DataFolder) -> None:
    with open_current(folder) as warehouse:
        answers = {(a.action_id, a.question): a for a in answers_set_aside(warehouse, YEAR)}
    trained = answers["a0", "Intervenants formés dans l'année"]
    assert trained.valeur == "30"
    assert "30 formés pour 4 intervenants" in trained.message
    assert trained.chiffres == ("Intervenants formés",)
    assert {action for action, _ in answers} == {f"a{rank}" for rank in range(len(RETURNS))}


def test_the_sheet_of_a_figure_says_what_is_set_aside_of_it_and_whether_it_is_shown(folder: DataFolder) -> None:
    with open_current(folder) as warehouse:
        explained = explain(warehouse, resolve(warehouse, f"part_intervenants_formes/{YEAR}/45"))
        recomputed = warehouse.records(explained.sql or "")
    assert sorted(anomaly.ligne or 0 for anomaly in explained.set_aside) == [2, 7, 8]
    assert [(row["numerateur"], row["denominateur"], row["lignes"]) for row in recomputed] == [(9, 36, 9)]
    assert explained.diffusion_dite.startswith("Pas encore montré")


def test_the_method_box_counts_the_answers_that_are_not_counted(folder: DataFolder) -> None:
    reading = read(folder, LOCAL, YEAR, "45")
    box = respondents(reading, series_of(reading, ["part_intervenants_formes"]))
    assert plain(box) == "9 actions ; 3 réponses à vérifier, non comptées"
    box = respondents(reading, series_of(reading, ["nb_familles"]))
    assert plain(box) == "11 actions ; 1 réponse à vérifier, non comptée"


def test_the_porteur_sees_what_it_answered_and_that_it_does_not_count(folder: DataFolder) -> None:
    asked = synthese(folder, Scope("porteur", "45", "p1"), YEAR, "45")
    (said,) = [point for point in asked.to_check if "30 formés" in point]
    assert plain(said).endswith(
        "Votre réponse n'entre pas dans les chiffres du département ; indiquez la réponse exacte à votre Caf."
    )


@pytest.fixture
def garbled(tmp_path: Path) -> DataFolder:
    """Twelve returns: two answer something else than yes or no, two are blank; of another question, one is unread."""
    words = ["Oui"] * 6 + ["Non"] * 2 + ["peut-être", "à voir", "", ""]
    returns = [reponse(f"a{rank}", **SOUND | {"outil_liaison": word}) for rank, word in enumerate(words)]
    returns[0]["qpv"] = "peut-être"
    made = make_folder(tmp_path, {YEAR: ([agrement(f"a{rank}") for rank in range(len(words))], returns)})
    quick_build(made, definitions=cut_down(codebook(), FIGURES))
    return made


def test_a_share_of_which_too_many_answers_could_not_be_read_is_not_computed(garbled: DataFolder) -> None:
    assert figure(garbled, "part_actions_outil_liaison") == (None, None, 8, 2, False, "illisible")
    # Of the others, one answer is too few to give up the share of eleven.
    assert figure(garbled, "part_actions_qpv") == (11, 11, 11, 1, False, "diffusable")
    quantity = read(garbled, LOCAL, YEAR, "45").quantity("part_actions_outil_liaison")
    assert quantity is not None
    assert (quantity.said, quantity.state) == (False, "illisible")
