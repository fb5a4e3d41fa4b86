"""The faults to plant, campagne by campagne: which cell, what it then says, which anomaly that must cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.demo.model import Value, whole
from pipeline.demo.porteurs import MONTARGIS

Values = Mapping[str, Value]


def anywhere(values: Values) -> bool:
    """Accept every row."""
    return True


@dataclass(frozen=True)
class Fault:
    """One fault, planted in a row that `quand` accepts."""

    regle: str
    variable: str
    ecrit: str | Callable[[Values], str]
    """What the cell says, or how to make it from the row's true values."""
    commentaire: str
    quand: Callable[[Values], bool] = anywhere
    autres: Mapping[str, str] = field(default_factory=dict)
    """Other cells of the row, so that the fault comes alone."""
    aussi: tuple[str, ...] = ()
    """Other anomalies that the same cell cannot but cause."""

    def text(self, values: Values) -> str:
        """Return what the cell says."""
        return self.ecrit if isinstance(self.ecrit, str) else self.ecrit(values)


def _children_and(extra: int) -> Callable[[Values], str]:
    return lambda values: str(whole(values, "nb_enfants") + extra)


def _and_one(name: str) -> Callable[[Values], str]:
    return lambda values: str(whole(values, name) + 1)


def _wrong_key(values: Values) -> str:
    siret = str(values["siret"])
    return siret[:-1] + str((int(siret[-1]) + 3) % 10)


def _scientific(values: Values) -> str:
    """What a spreadsheet shows of a SIRET in a narrow column."""
    return f"{int(str(values['siret'])):.2E}".replace(".", ",")


def _one_group(values: Values) -> bool:
    return values["nb_collectifs"] == 1


def _two_groups(values: Values) -> bool:
    return values["nb_collectifs"] == 2


def _outside_qpv(values: Values) -> bool:
    return values["qpv"] is False


def _of_a_collectivite(values: Values) -> bool:
    return values["type_structure"] == "collectivite"


def _in_montargis(values: Values) -> bool:
    return values["commune"] == MONTARGIS


def _running(values: Values) -> bool:
    return values["statut_agrement"] == "agreee"


def _not_started(values: Values) -> bool:
    return values["statut_agrement"] == "non_demarree"


def _about(indicateur: str) -> Callable[[Values], bool]:
    return lambda values: values["indicateur"] == indicateur


_NO_SIRET = {"siret": ""}

RETURNS: dict[str, tuple[Fault, ...]] = {
    "2016-2017": (
        Fault("cellule_illisible", "nb_familles", "une dizaine", "Nombre écrit en lettres."),
        Fault("nombre_approximatif", "nb_enfants_prevu", "environ 12", "Nombre approché."),
        Fault("siret_scientifique", "siret", _scientific, "SIRET abîmé ; le porteur est retrouvé par son nom."),
        Fault("siret_invalide", "siret", _wrong_key, "Clé de Luhn fausse ; le porteur est retrouvé par son nom."),
        Fault("commune_inconnue", "commune", "45800", "Code postal, qui n'est le code Insee d'aucune commune."),
        Fault("valeur_hors_liste", "type_structure", "Amicale laïque", "Réponse qui n'est pas proposée."),
        Fault("hors_bornes", "duree_seance_h", "90", "Durée en minutes, demandée en heures."),
        Fault("peu_plausible", "liste_attente", "140", "Possible, mais inhabituel."),
        Fault("obligatoire_vide", "action_id", "", "Numéro d'action laissé vide."),
        Fault("porteur_inconnu", "raison_sociale", "Les Passerelles du Loiret (fictif)", "Nom absent du registre.",
              autres=_NO_SIRET),
        Fault("action_inconnue", "action_id", "45-2016-099", "Numéro absent de la liste des actions agréées."),
        Fault("somme_niveaux", "effectif_niveau__elementaire", _and_one("effectif_niveau__elementaire"),
              "Les niveaux font un enfant de trop."),
        Fault("qpv_superieur", "nb_enfants_qpv", _children_and(4), "Plus d'enfants en QPV que d'enfants."),
        Fault("familles_superieures", "nb_familles", _children_and(3), "Plus de familles que d'enfants."),
        Fault("collectif_hors_8_12", "nb_collectifs", "1", "Deux collectifs comptés pour un.", quand=_two_groups),
    ),
    "2017-2018": (
        Fault("cellule_illisible", "charges__60", "voir annexe", "Renvoi au lieu d'un montant."),
        Fault("nombre_approximatif", "nb_rencontres_parents", "3 ou 4", "Nombre approché."),
        Fault("valeur_hors_liste", "partenaires", "Reaap ; Comité de jumelage", "Une réponse qui n'est pas proposée."),
        Fault("commune_ambigue", "commune", "Saint-Hilaire", "Trois communes du Loiret commencent ainsi."),
        Fault("action_d_un_autre_porteur", "action_id", "45-2017-006", "Numéro d'une action sans réponse.",
              quand=_of_a_collectivite),
        Fault("rep_superieur", "nb_enfants_rep", _children_and(2), "Plus d'enfants en REP que d'enfants."),
        Fault("nouveaux_superieur", "nb_nouveaux", _children_and(1), "Plus de nouveaux que d'enfants."),
        Fault("somme_sexes", "effectif_sexe__filles", _and_one("effectif_sexe__filles"), "Un enfant de trop."),
        Fault("enfants_sans_collectif", "nb_collectifs", "0", "Des enfants, mais aucun collectif.", quand=_one_group,
              aussi=("peu_plausible",)),
        Fault("participation_sans_rencontre", "nb_parents_participants", "15", "Aucun temps organisé.",
              autres={"nb_rencontres_parents": "0"}),
        Fault("formes_superieurs", "nb_intervenants_formes", "30", "Plus d'intervenants formés que d'intervenants."),
        Fault("qpv_nomme_hors_qpv", "qpv_nom", "Argonne", "L'action n'est pas en QPV.", quand=_outside_qpv),
        Fault("contributions_inegales", "charges__86", "1900,00", "Compte 86 différent du compte 87.",
              autres={"produits__87": "900,00"}),
    ),
    "2018-2019": (
        Fault("siret_scientifique", "siret", _scientific, "SIRET abîmé ; le porteur est retrouvé par son nom."),
        Fault("porteur_inconnu", "raison_sociale", "Club des Petits Lecteurs", "Nom absent du registre.",
              autres=_NO_SIRET),
        Fault("commune_ambigue", "commune", "Saint-Denis", "Deux communes du Loiret commencent ainsi."),
        Fault("code_insee_ou_postal", "commune", "45200", "Code postal de Montargis, code Insee d'une autre commune.",
              quand=_in_montargis),
        Fault("valeur_hors_liste", "concertation", "De temps en temps", "Réponse qui n'est pas proposée."),
        Fault("hors_bornes", "seances_par_semaine", "36", "Séances de l'année, demandées par semaine."),
        Fault("peu_plausible", "nb_sites", "24", "Possible, mais inhabituel."),
        Fault("somme_ages", "effectif_age__6_10", _and_one("effectif_age__6_10"), "Les âges font un enfant de trop."),
        Fault("allophones_superieur", "nb_allophones", _children_and(1), "Plus d'allophones que d'enfants."),
        Fault("handicap_superieur", "nb_handicap", _children_and(2), "Plus que d'enfants."),
        Fault("familles_participantes_superieures", "nb_familles_participantes", _and_one("nb_familles"),
              "Plus de familles participantes que de familles."),
        Fault("caf_superieure_aux_charges", "produits__caf_ps", "48000,00", "Prestation supérieure aux charges."),
    ),
    "2019-2020": (
        Fault("cellule_illisible", "nb_familles", "toutes", "Mot au lieu d'un nombre."),
        Fault("nombre_approximatif", "nb_parents_participants", "environ 25", "Nombre approché."),
        Fault("siret_invalide", "siret", _wrong_key, "Clé de Luhn fausse ; le porteur est retrouvé par son nom."),
        Fault("peu_plausible", "semaines_ouverture", "8", "Possible, mais inhabituel."),
        Fault("somme_sexes", "effectif_sexe__filles", _and_one("effectif_sexe__filles"), "Un enfant de trop."),
    ),
}  # fmt: skip

ROSTERS: dict[str, tuple[Fault, ...]] = {
    "2016-2017": (
        Fault("agrement_hors_8_12", "nb_collectifs_agrees", "1", "Deux collectifs comptés pour un.",
              quand=lambda values: values["nb_collectifs_agrees"] == 2),
        Fault("agrement_hors_departement", "commune", "41018", "Commune du Loir-et-Cher.", quand=_running),
    ),
    "2017-2018": (
        Fault("obligatoire_vide", "departement", "", "Département laissé vide.", quand=_not_started),
    ),
    "2018-2019": (
        Fault("cellule_illisible", "nb_collectifs_agrees", "deux", "Nombre écrit en lettres.", quand=_running),
        Fault("valeur_hors_liste", "statut_agrement", "Suspendue", "Situation qui n'est pas proposée.", quand=_running),
    ),
    "2019-2020": (),
}  # fmt: skip

SYNTHESES: dict[str, tuple[Fault, ...]] = {
    "2016-2017": (
        Fault("synthese_incoherente", "valeur", "97,2", "Part écrite en pour cent.", quand=_about("taux_realisation")),
        Fault("synthese_sans_valeur", "valeur", "", "Ni valeur, ni numérateur.",
              quand=_about("part_porteurs_type__autre"), autres={"numerateur": "", "denominateur": ""}),
        Fault("indicateur_inconnu", "indicateur", "part_ccas", "Identifiant absent du catalogue.",
              quand=_about("part_porteurs_type__ccas")),
    ),
}  # fmt: skip
