"""A year whose keys are not all read: returns without a status, replies whose order is unknown, points to end."""

from __future__ import annotations

from pathlib import Path

from pipeline.build import Built
from socle.paths import DataFolder
from tests.support.builds import quick_build
from tests.support.exports import PORTEURS, agrement, make_folder, reponse

ALPHA, BETA = PORTEURS
YEAR = "2019-2020"
RULES = ("reponse_en_double", "reponse_identique", "reponse_a_choisir", "reponse_a_valider", "reponse_non_validee",
         "porteur_inconnu", "porteur_contredit", "agrement_en_double", "qpv_superieur", "collectif_hors_8_12",
         "collectif_en_double")  # fmt: skip
AGREED = [
    *(agrement(f"a{number}") for number in range(1, 6)),
    *(agrement(f"b{number}", BETA) for number in range(1, 8)),
]
RETURNED = [
    reponse("a1", statut_reponse=""),
    reponse("a2", statut_reponse="Transmis"),
    reponse("a3", statut_reponse="En cours de saisie"),
    reponse("a4"),
    # The older one is below: the order of the file says nothing.
    reponse("b1", BETA, reponse_id="b1-2", date_validation="04/09/2020 10:00", nb_enfants="12"),
    reponse("b1", BETA, reponse_id="b1-1", date_validation="03/09/2020 10:00"),
    reponse("b2", BETA, reponse_id="b2-1", date_validation="04/09/2020"),
    reponse("b2", BETA, reponse_id="b2-2", date_validation="04/09/2020 10:00", nb_enfants="11"),
    reponse("b3", BETA, reponse_id="b3-1", date_validation="vers Noël"),
    reponse("b3", BETA, reponse_id="b3-2"),
    reponse("b4", BETA, reponse_id="b4-1", statut_reponse="Validée"),
    reponse("b4", BETA, reponse_id="b4-2", statut_reponse="En cours de saisie", date_validation="10/09/2020 10:00"),
    reponse("b5", BETA, siret=ALPHA["siret"]),
    reponse("b6", BETA, nb_enfants_qpv="14"),
    reponse("b7", BETA, nb_enfants="30", nb_collectifs="1"),
]


def waiting_folder(root: Path) -> DataFolder:
    """The folder, not built."""
    return make_folder(root, {YEAR: (AGREED, RETURNED)})


def build_waiting(folder: DataFolder) -> Built:
    """A quick build of it, with the rules of its keys."""
    return quick_build(folder, rules=RULES)
