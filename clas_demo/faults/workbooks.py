"""The faults to plant in the workbooks received since 2020-2021: dossiers, exports of ELAN, trame nationale."""

from __future__ import annotations

from clas_demo.faults.faults import (
    NO_SIRET,
    Fault,
    alone,
    and_one,
    children_and,
    in_montargis,
    lost_zeros,
    of_a_collectivite,
    one_group,
    outside_qpv,
    scientific,
    times_ten,
    two_groups,
    wrong_key,
)

_GROUPS = "collectifs"
_TOO_MANY = Fault("inscrits_hors_8_12", "inscrits", "14", "Collectif de plus de douze enfants.", partie=_GROUPS)
_TOO_FEW = Fault("inscrits_hors_8_12", "inscrits", "7", "Collectif de moins de huit enfants.", partie=_GROUPS,
                 autres={"presents_moyens": "6"})  # fmt: skip
_PRESENT = Fault("presents_superieurs", "presents_moyens", "13", "Plus de présents que d'inscrits.", partie=_GROUPS,
                 quand=lambda values: values["inscrits"] != 12)  # fmt: skip
_ONE_FOR_TWO = Fault("collectif_hors_8_12", "nb_collectifs", "1", "Deux collectifs comptés pour un.", quand=two_groups,
                     aussi=("collectifs_differents",))  # fmt: skip
_NONE = Fault("enfants_sans_collectif", "nb_collectifs", "0", "Des enfants, mais aucun collectif.", quand=one_group,
              aussi=("peu_plausible", "collectifs_differents"))  # fmt: skip
_LEVELS = Fault("somme_niveaux", "effectif_niveau__elementaire", and_one("effectif_niveau__elementaire"),
                "Les niveaux font un enfant de trop.")  # fmt: skip
_SEXES = Fault("somme_sexes", "effectif_sexe__filles", and_one("effectif_sexe__filles"), "Un enfant de trop.")
_AGES = Fault("somme_ages", "effectif_age__6_10", and_one("effectif_age__6_10"), "Les âges font un enfant de trop.")
_QPV = Fault("qpv_superieur", "nb_enfants_qpv", children_and(4), "Plus d'enfants en QPV que d'enfants.")
_REP = Fault("rep_superieur", "nb_enfants_rep", children_and(2), "Plus d'enfants en REP que d'enfants.")
_NEW = Fault("nouveaux_superieur", "nb_nouveaux", children_and(1), "Plus de nouveaux que d'enfants.")
_ALLOPHONES = Fault("allophones_superieur", "nb_allophones", children_and(1), "Plus d'allophones que d'enfants.")
_HANDICAP = Fault("handicap_superieur", "nb_handicap", children_and(2), "Plus que d'enfants.")
_FAMILIES = Fault("familles_superieures", "nb_familles", children_and(3), "Plus de familles que d'enfants.")
_TAKING_PART = Fault("familles_participantes_superieures", "nb_familles_participantes", and_one("nb_familles"),
                     "Plus de familles participantes que de familles.")  # fmt: skip
_NO_MEETING = Fault("participation_sans_rencontre", "nb_parents_participants", "15", "Aucun temps organisé.",
                    autres={"nb_rencontres_parents": "0"})  # fmt: skip
_TRAINED = Fault("formes_superieurs", "nb_intervenants_formes", "30", "Plus d'intervenants formés que d'intervenants.")
_NAMED = Fault("qpv_nomme_hors_qpv", "qpv_nom", "Argonne", "L'action n'est pas en QPV.", quand=outside_qpv)
_UNEQUAL = Fault("contributions_inegales", "charges__86", "1900,00", "Compte 86 différent du compte 87.",
                 autres={"produits__87": "900,00"})  # fmt: skip
_CAF = Fault("caf_superieure_aux_charges", "produits__caf_ps", "48000,00", "Prestation supérieure aux charges.")
_SCIENTIFIC = Fault("siret_scientifique", "siret", scientific, "SIRET abîmé ; le porteur est retrouvé par son nom.",
                    quand=alone)  # fmt: skip
_WRONG_KEY = Fault("siret_invalide", "siret", wrong_key, "Clé de Luhn fausse ; le porteur est retrouvé par son nom.",
                   quand=alone)  # fmt: skip
_LOST_ZEROS = Fault("siret_invalide", "siret", lost_zeros, "SIRET devenu un nombre, qui a perdu ses zéros.",
                    quand=alone)  # fmt: skip


def _nobody(name: str) -> Fault:
    return Fault("porteur_inconnu", "raison_sociale", name, "Nom absent du registre.", autres=NO_SIRET, quand=alone)


def _unknown_action(number: str) -> Fault:
    return Fault("action_inconnue", "action_id", number, "Numéro absent de la liste des actions agréées.")


def _of_another(number: str) -> Fault:
    return Fault("action_d_un_autre_porteur", "action_id", number, "Numéro d'une action sans réponse.",
                 quand=of_a_collectivite)  # fmt: skip


DOSSIERS: dict[str, tuple[Fault, ...]] = {
    "2020-2021": (
        Fault("cellule_illisible", "nb_familles", "une dizaine", "Nombre écrit en lettres."),
        Fault("cellule_illisible", "semaines", "toute l'année", "Mots au lieu d'un nombre.", partie=_GROUPS),
        Fault("nombre_approximatif", "nb_rencontres_parents", "3 ou 4", "Nombre approché."),
        Fault("valeur_hors_liste", "concertation", "De temps en temps", "Réponse qui n'est pas proposée."),
        Fault("commune_ambigue", "commune", "Saint-Hilaire", "Trois communes du Loiret commencent ainsi."),
        Fault("commune_inconnue", "commune", "45800", "Code postal, qui n'est le code Insee d'aucune commune."),
        Fault("hors_bornes", "jours_ouverture", "36", "Jours de l'année, demandés par semaine."),
        Fault("peu_plausible", "semaines_ouverture", "8", "Possible, mais inhabituel."),
        Fault("peu_plausible", "depenses", "120,00", "Possible, mais inhabituel.", partie=_GROUPS),
        Fault("obligatoire_vide", "action_id", "", "Numéro d'action laissé vide."),
        _unknown_action("45-2020-099"),
        _of_another("45-2020-020"),
        _nobody("Les Amis du Cartable"),
        _SCIENTIFIC, _LOST_ZEROS, _TOO_MANY, _PRESENT, _ONE_FOR_TWO, _NONE, _LEVELS, _QPV, _FAMILIES, _NO_MEETING,
        _NAMED, _UNEQUAL, _TRAINED,
    ),
}  # fmt: skip

ELAN: dict[str, tuple[Fault, ...]] = {
    "2021-2022": (
        Fault("cellule_illisible", "charges__60", "voir annexe", "Renvoi au lieu d'un montant."),
        Fault("valeur_hors_liste", "partenaires", "Reaap,Comité de jumelage", "Une réponse qui n'est pas proposée."),
        Fault("valeur_hors_liste", "type_structure", "Amicale laïque", "Réponse qui n'est pas proposée.", quand=alone),
        Fault("obligatoire_vide", "action_id", "", "Numéro d'action laissé vide."),
        _unknown_action("45-2021-099"), _SCIENTIFIC, _TOO_MANY, _PRESENT, _ONE_FOR_TWO, _SEXES, _REP, _TAKING_PART,
    ),
    "2022-2023": (
        Fault("code_insee_ou_postal", "commune", "45200", "Code postal de Montargis, code Insee d'une autre commune.",
              quand=in_montargis),
        Fault("nombre_approximatif", "heures_encadrement", "environ 400", "Nombre approché."),
        Fault("hors_bornes", "duree_seance", "90", "Durée en minutes, demandée en heures.", partie=_GROUPS),
        Fault("peu_plausible", "resultat", "-45000,00", "Possible, mais inhabituel."),
        _of_another("45-2022-024"), _nobody("Cercle des Petits Savants"), _TOO_FEW, _NONE, _AGES, _NEW, _ALLOPHONES,
        _CAF,
    ),
    "2023-2024": (
        Fault("cellule_illisible", "date_validation", "rentrée", "Mot au lieu d'une date."),
        _WRONG_KEY, _HANDICAP, _FAMILIES, _UNEQUAL, _TRAINED, _NAMED, _NO_MEETING, _LEVELS, _QPV,
        # The last of those that any return suits: the others stay where they were.
        Fault("ecart_passe", "heures_encadrement", times_ten("heures_encadrement"), "Un zéro de trop."),
    ),
}  # fmt: skip

TRAME: dict[str, tuple[Fault, ...]] = {
    "2024-2025": (
        Fault("cellule_illisible", "date_validation", "début juillet", "Date en toutes lettres."),
        Fault("cellule_illisible", "depenses", "non calculé", "Mots au lieu d'un montant."),
        Fault("nombre_approximatif", "nb_enfants_prevu", "environ 12", "Nombre approché."),
        Fault("nombre_approximatif", "inscrits", "10 à 12", "Nombre approché."),
        Fault("valeur_hors_liste", "concertation", "Quand il le faut", "Réponse qui n'est pas proposée."),
        Fault("valeur_hors_liste", "niveau", "Maternelle", "Réponse qui n'est pas proposée."),
        Fault("commune_inconnue", "commune", "Quartier du Lac", "Lieu-dit, qui n'est aucune commune."),
        Fault("hors_bornes", "seances_par_semaine", "36", "Séances de l'année, demandées par semaine."),
        Fault("peu_plausible", "nb_sites", "24", "Possible, mais inhabituel."),
        _unknown_action("45-2024-099"), _of_another("45-2024-009"), _nobody("Club des Petits Lecteurs"),
        _SCIENTIFIC, _LOST_ZEROS, _TOO_FEW, _PRESENT, _ONE_FOR_TWO, _NONE, _SEXES, _AGES, _REP, _NEW, _TAKING_PART,
        _HANDICAP, _CAF,
    ),
}  # fmt: skip
