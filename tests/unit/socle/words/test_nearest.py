"""The known name that is proposed for one that is not known: one measure, one threshold, everywhere."""

from __future__ import annotations

import subprocess
import sys

import pytest

from socle.words.nearest import ALIKE, likeness, near, nearest, ranked

COLUMNS = ("action_id", "campagne", "nb_enfants", "nb_enfants_accueillis", "raison_sociale")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nb_enfant", "nb_enfants"),
        ("NB_ENFANTS", "nb_enfants"),
        ("enfants_nb", "nb_enfants"),
        ("campagnes", "campagne"),
        ("actoin_id", "action_id"),
        ("raison sociale", "raison_sociale"),
        ("raisonsociale", "raison_sociale"),
        ("sociale", "raison_sociale"),
        ("siret", None),
        ("", None),
        ("…", None),
    ],
)
def test_the_name_that_was_meant_is_proposed_or_none(name: str, found: str | None) -> None:
    assert nearest(name, COLUMNS) == found


def test_the_name_that_was_typed_is_never_proposed() -> None:
    assert nearest("nb_enfants", COLUMNS) == "nb_enfants_accueillis"
    assert nearest("campagne", ["campagne"]) is None


def test_accents_and_the_order_of_words_count_for_nothing() -> None:
    assert likeness("Écoles « élémentaires »", "elementaires, ecoles") == 100
    assert nearest("Ecole maternèle", ["Lycée", "École maternelle"]) == "École maternelle"


def test_another_number_is_another_thing() -> None:
    assert likeness("Achats (60)", "Achats (61)") < likeness("Achat", "Achats")
    assert nearest("Services (60)", ["Achats (60)", "Services (61)"]) == "Services (61)"
    assert nearest("C.60", ["C61", "C60", "C.61"]) == "C60"


def test_a_name_is_known_by_all_that_it_is_called_and_the_nearest_come_first() -> None:
    known = {"n1": ("enfants", "Enfants agréés"), "n2": ("enfants agrees en ecole",), "n3": ("montant",), "n4": ()}
    assert near("enfants agres", known) == ["n1", "n2"]
    assert near("enfants agres", known, most=1) == ["n1"]
    scores = [score for _, score in ranked("enfants agres", known)]
    assert scores == sorted(scores, reverse=True) and min(scores) >= ALIKE


def test_what_compares_texts_is_imported_with_the_first_comparison() -> None:
    program = "import sys, socle.words.nearest; print('rapidfuzz' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"
