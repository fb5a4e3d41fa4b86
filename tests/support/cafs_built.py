"""The three Cafs built together and each alone, once for a whole run of the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from pipeline.codebook.model import Codebook
from socle.paths import DataFolder
from tests.support.builds import cut_down, quick_build
from tests.support.cafs import CODES, flat, nested
from tests.support.exports import codebook
from tests.support.once import made_once

NESTED, FLAT = "un dossier par Caf", "côte à côte"
LAYOUTS: dict[str, Callable[[Path], DataFolder]] = {NESTED: nested, FLAT: flat}
_MAKES: dict[str, Callable[[Path], DataFolder]] = {
    **LAYOUTS,
    **{code: partial(nested, codes=[code]) for code in CODES},
}

# One indicator a source, those that the files are counted for, and the rules that look from one row to another.
KEPT = (
    "nb_actions", "nb_enfants", "nb_porteurs", "taux_reponse_actions", "taux_reponse_porteurs", "nb_familles",
    "part_porteurs_type__centre_social", "part_porteurs_reaap", "nb_enfants_accueillis", "part_enfants_qpv",
    "enfants_par_collectif", "part_actions_qpv", "part_actions_nouvelles", "cout_par_enfant", "taux_presence",
)  # fmt: skip
RULES = (
    "action_inconnue", "action_d_un_autre_porteur", "reponse_en_double", "reponse_a_valider", "reponse_identique",
    "agrement_en_double", "agrement_contredit", "agrement_hors_departement", "agrement_a_situer",
    "departement_non_declare", "departement_inconnu", "numero_en_double", "rattachement_ambigu",
    "collectifs_differents",
)  # fmt: skip


def few() -> Codebook:
    """The definitions of the short tests."""
    return cut_down(codebook(), KEPT)


def cafs_built(base: Path, which: str, definitions: Codebook | None = None, rules: Sequence[str] = RULES) -> DataFolder:
    """The folder of that layout, or of that Caf alone, built; read it only. Other definitions make another one."""
    name = "trois-caf" if definitions is None else "trois-caf-entieres"

    def build(folder: DataFolder) -> None:
        quick_build(_MAKES[which](folder.root), definitions=definitions or few(), rules=rules)

    return made_once(base, f"{name}-{which}", build)
