"""A folder of what the demo has too little of: answers left blank, zeros, types unsaid, years without a roster, axes or
collectifs."""

from __future__ import annotations

from pathlib import Path

from socle.paths import DataFolder
from tests.support.exports import agrement, declare, make_folder, reponse, siret, write_csv, write_export

FORMATS = """
- id: questionnaire-court
  libelle: Questionnaire court et tableau des groupes
  modele: true
  nature: reponse
  grain: action
  sans_statut: true
  campagnes: [2021-2022, 2023-2024]
  colonnes:
    - {entete: Fiche, variable: reponse_id}
    - {entete: Fiche validée le, variable: date_validation}
    - {entete: Action menée, variable: action_id}
    - {entete: Siret du porteur, variable: siret}
    - {entete: Porteur de l'action, variable: raison_sociale}
    - {entete: Lieu, variable: commune}
    - {entete: Quartier prioritaire, variable: qpv}
    - {entete: Lequel, variable: qpv_nom}
    - {entete: Enfants venus, variable: nb_enfants}
    - {entete: Enfants attendus, variable: nb_enfants_prevu}
    - {entete: Groupes, variable: nb_collectifs}
    - {entete: Aide aux devoirs, variable: socle_enfants__appui_methodologique}
    - {entete: Sorties, variable: socle_enfants__ressources_locales}
    - {entete: Accueil des parents, variable: socle_parents__information_inscription}
    - {entete: Échanges avec l'école, variable: concertation}
    - {entete: Cahier de liaison, variable: outil_liaison}
    - {entete: Bonus enfants, variable: bonus_enfants}
    - {entete: Bonus parents, variable: bonus_parents}
    - {entete: Réussite éducative, variable: partenaires__pre}
    - {entete: Aucun dispositif, variable: partenaires__aucun}
"""
GROUPS = """
  parties:
    - nom: groupes
      nature: collectif
      cle: reponse_id
      colonnes:
        - {entete: Numéro de fiche, variable: reponse_id}
        - {entete: Groupe, variable: collectif_id}
        - {entete: Inscrits, variable: inscrits}
        - {entete: Présents, variable: presents_moyens}
        - {entete: Encadrants, variable: intervenants_par_seance}
        - {entete: Séances, variable: seances_par_semaine}
        - {entete: Durée, variable: duree_seance}
        - {entete: Semaines, variable: semaines}
        - {entete: Dépenses, variable: depenses}
        - {entete: Bonus enfants attribué, variable: bonus_enfants_attribue}
        - {entete: Bonus parents attribué, variable: bonus_parents_attribue}
"""
HEADERS = [line.split("entete: ")[1].split(", variable")[0] for line in FORMATS.splitlines() if "entete" in line]
GROUP_HEADERS = [line.split("entete: ")[1].split(", variable")[0] for line in GROUPS.splitlines() if "entete" in line]

P1, P2, P3, P4, P5 = (
    {"porteur_id": f"p{number}", "siret": siret(number), "raison_sociale": f"Association numéro {number}"}
    for number in range(1, 6)
)
LEVEL = "effectif_niveau__"
ONE_BLANK = {f"{LEVEL}elementaire": "6", f"{LEVEL}college": "", f"{LEVEL}lycee": "2"}
ALL_BLANK = dict.fromkeys(ONE_BLANK, "")
NONE = dict.fromkeys(ONE_BLANK, "0")
RURAL = {"territoire_urbain_rural": "Rural", "commune": "45155"}
NO_TYPE = {"type_structure": ""}


def awkward_folder(root: Path) -> DataFolder:
    """Return the folder, written."""
    folder = make_folder(root, {"2019-2020": _first_year()}, (P1, P2, P3, P4, P5))
    _described(folder)
    _declared(folder)
    _without_roster(folder)
    return folder


def _first_year() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    agreed = [
        agrement("a1", P1), agrement("a2", P1, commune="45155"), agrement("b1", P2), agrement("b2", P2),
        agrement("b3", P2), agrement("c1", P3), agrement("c2", P3), agrement("c3", P3),
        agrement("d1", P4, statut_agrement="Non démarrée"),
        agrement("d2", P4, statut_agrement="Arrêtée en cours d'année", nb_enfants_agrees=""),
        agrement("e1", P5, statut_agrement="Non démarrée"),
    ]  # fmt: skip
    returned = [
        reponse("a1", P1, territoire_urbain_rural="Urbain"),
        reponse("a2", P1, type_structure="Centre social", date_validation="01/10/2020 10:00", **RURAL),
        reponse("b1", P2, nb_benevoles="", **ONE_BLANK),
        reponse("b2", P2, nb_salaries="", nb_vacataires="", nb_services_civiques="", **ALL_BLANK),
        reponse("b3", P2, nb_benevoles="0", nb_salaries="0", nb_collectifs="0", **NONE),
        reponse("c1", P3, nb_enfants="0", **NO_TYPE),
        reponse("c2", P3, nb_enfants="", nb_collectifs="2", **NO_TYPE),
        reponse("d2", P4, nb_enfants="7", **NO_TYPE),
    ]
    return agreed, returned


def _described(folder: DataFolder) -> None:
    """2021-2022, the year whose Ps is known: f1 describes three groups and says two, f2 describes none."""
    agreed = [agrement("a1", P1, nb_enfants_agrees=""), agrement("b1", P2, action_precedente="b0")]
    _roster(folder, "2021-2022", agreed)
    _returns(folder, "2021-2022", FORMATS + GROUPS, [
        _fiche("f1", "a1", P1, nb_enfants="30", prevus="25", groupes="2", aide="Oui", cahier="Non", aucun="Oui"),
        _fiche("f2", "b1", P2, nb_enfants="9", groupes="1", sorties="Non", parents="Oui", rythme="Jamais", pre="Oui"),
    ])  # fmt: skip
    write_csv(folder.raw / "2021-2022" / "groupes.csv", [
        GROUP_HEADERS,
        ["f1", "1", "8", "6,5", "2", "2", "1,5", "30", "8000", "Oui", "Oui"],
        ["f1", "2", "13", "10", "1", "1", "1", "20", "1000,10", "Non", ""],
        ["f1", "3", "", "7", "", "", "2", "", "", "", "Non"],
    ])  # fmt: skip


def _declared(folder: DataFolder) -> None:
    """2022-2023: no groups, the bonus is what the porteur says; b1 follows the action of the year before, a9 none."""
    _roster(folder, "2022-2023", [agrement("a9", P1), agrement("b1", P2, action_precedente="b1")])
    lines = [_fiche("f1", "a9", P1, bonus="Oui"), _fiche("f2", "b1", P2, bonus="Non", rythme="Hebdomadaire")]
    _returns(folder, "2022-2023", FORMATS, lines)


def _without_roster(folder: DataFolder) -> None:
    """2023-2024: no roster. La Source under two names, one of the four quartiers of Montargis, none at Gien."""
    declare(folder, "2023-2024")
    _returns(folder, "2023-2024", FORMATS, [
        _fiche("f1", "a1", P1, lieu="45234", qpv="Oui", nom="Quartier de La Source"),
        _fiche("f2", "a2", P1, lieu="45234", qpv="Oui", nom="la source"),
        _fiche("f3", "b1", P2, lieu="45208", qpv="Oui", nom="Le Plateau"),
        _fiche("f4", "c1", P3, lieu="45155", qpv="Non"),
    ])  # fmt: skip


def _roster(folder: DataFolder, campagne: str, lines: list[dict[str, str]]) -> None:
    declare(folder, campagne)
    rows = [line | {"campagne_declaree": campagne} for line in lines]
    write_export(folder.raw / campagne / "agrements.csv", "agrements", rows)


def _returns(folder: DataFolder, campagne: str, formats: str, lines: list[list[str]]) -> None:
    (folder.raw / campagne / "formats.yml").write_text(formats, encoding="utf-8")
    write_csv(folder.raw / campagne / "fiches.csv", [HEADERS, *lines])


def _fiche(
    number: str,
    action: str,
    porteur: dict[str, str],
    *,
    lieu: str = "45234",
    qpv: str = "",
    nom: str = "",
    nb_enfants: str = "10",
    prevus: str = "",
    groupes: str = "1",
    aide: str = "",
    sorties: str = "",
    parents: str = "",
    rythme: str = "",
    cahier: str = "",
    bonus: str = "",
    pre: str = "",
    aucun: str = "",
) -> list[str]:
    return [
        number, "01/09/2024", action, porteur["siret"], porteur["raison_sociale"], lieu, qpv, nom, nb_enfants, prevus,
        groupes, aide, sorties, parents, rythme, cahier, bonus, bonus, pre, aucun,
    ]  # fmt: skip
