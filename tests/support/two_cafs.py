"""One year of two Cafs, the Loiret and the Var, who number alike: each its own folder, a roster that holds both."""

from __future__ import annotations

from pathlib import Path

from pipeline.build import Built
from socle.paths import DataFolder
from tests.support.builds import quick_build
from tests.support.exports import agrement, reponse, siret, write_export

YEAR = "2021-2022"
RULES = ("reponse_a_valider", "porteur_inconnu", "collectif_hors_8_12", "qpv_superieur")
LOIRET = {"porteur_id": "p45-1", "siret": siret(1), "raison_sociale": "Association Alpha"}
VAR = {"porteur_id": "p83-1", "siret": siret(2), "raison_sociale": "Foyer de la Rade"}
COMMON = "commun.csv"
"""The roster of both."""
OF = {"campagne_declaree": YEAR}


def two_cafs(root: Path) -> DataFolder:
    """The folder, not built. In each département: a return that counts, one that waits, one of a porteur unknown."""
    folder = DataFolder(root)
    write_export(folder.register, "porteurs", [LOIRET, VAR])
    declaration = folder.raw / YEAR / "campagne.yml"
    declaration.parent.mkdir(parents=True)
    declaration.write_text(f'campagne: {YEAR}\nfictif: true\ndepartements: ["45", "83"]\n', encoding="utf-8")
    places = (("45", LOIRET, "45234"), ("83", VAR, "83137"))
    agreed = [
        agrement(action, porteur, departement=code, commune=commune, **OF)
        for code, porteur, commune in places
        for action in ("a1", "a2", "a3")
    ]
    write_export(folder.raw / YEAR / COMMON, "agrements", agreed)
    for code, porteur, commune in places:
        own = {"commune": commune, "date_validation": "03/09/2022 10:00", **OF}
        unknown = {"siret": "", "raison_sociale": f"Inconnue du {code}"}
        returned = [
            reponse("a1", porteur, **own, nb_enfants="30", nb_collectifs="1", nb_enfants_qpv="31"),
            reponse("a2", porteur, **own, statut_reponse=""),
            reponse("a3", porteur, **own | unknown),
        ]
        write_export(folder.raw / YEAR / code / "bilans.csv", "questionnaire-2016", returned)
    return folder


def build_two_cafs(folder: DataFolder) -> Built:
    """A quick build of it, with the rules whose points the tests are about."""
    two_cafs(folder.root)
    return quick_build(folder, rules=RULES)
