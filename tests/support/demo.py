"""The repository's demo, built once for a whole test run whatever the number of its workers."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.adopt import run_adoption
from pipeline.build import build
from pipeline.builds.lock import only_builder
from socle.files.manifest import current_build
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT, Settings
from tests.support.builds import silent
from tests.support.once import made_once

TOLD_ELSEWHERE = {
    "texte_nettoye", "texte_decode", "texte_abime", "valeur_en_erreur", "nombre_ambigu", "date_en_numero",
    "date_inattendue", "intitules_repetes", "ligne_hors_tableau", "compte_non_entier", "synthese_incoherente",
    "aucun_et_un_autre", "tout_contredit", "reponse_a_valider", "reponse_a_choisir", "reponse_identique",
    "porteur_contredit", "agrement_contredit", "decision_sans_objet", "departement_non_declare",
    "departement_contredit", "departement_inconnu", "agrement_a_situer", "numero_en_double", "rattachement_ambigu",
    "collectif_ambigu",
}  # fmt: skip
"""Rules that the fictitious files do not break: tests of their own do."""

LAST = "2024-2025"
"""The one campagne that the demo's committee has not adopted."""


def built_demo(base: Path) -> DataFolder:
    """A copy of data/raw, built; read it only."""
    return made_once(base, "demo", _build)


def adopted_demo(base: Path) -> DataFolder:
    """The same, every campagne but the last being adopted as `clas demo` does; read it only."""
    demo = built_demo(base)
    return made_once(base, "demo-arretee", lambda folder: _adopt(demo, folder))


def _build(folder: DataFolder) -> None:
    shutil.copytree(PROJECT_ROOT / "data" / "raw", folder.raw, dirs_exist_ok=True)
    # What `make demo` of this very program read of these very files is not read again: a hash of both names each.
    if (read := DataFolder(PROJECT_ROOT / "data").staging).is_dir():
        shutil.copytree(read, folder.staging)
    with only_builder(folder):
        build(folder, Settings(folder.root), silent)


def _adopt(demo: DataFolder, folder: DataFolder) -> None:
    shutil.copytree(demo.root, folder.root)
    years = sorted(path.name for path in folder.raw.iterdir() if path.is_dir() and path.name != LAST)
    run_adoption(folder, Settings(), silent, {year: f"{year[5:]}-10-12" for year in years}, "Comité")


def build_of(folder: DataFolder) -> Path:
    """Its published build."""
    published = current_build(folder)
    assert published is not None
    return published
