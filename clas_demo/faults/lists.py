"""The faults to plant in the rosters of agréments and in the national syntheses, campagne by campagne."""

from __future__ import annotations

from clas_demo.faults.faults import Fault, about, lost_zeros, not_started, running

ROSTERS: dict[str, tuple[Fault, ...]] = {
    "2016-2017": (
        Fault("agrement_hors_8_12", "nb_collectifs_agrees", "1", "Deux collectifs comptés pour un.",
              quand=lambda values: values["nb_collectifs_agrees"] == 2, jugee=False),
        Fault("agrement_hors_departement", "commune", "41018", "Commune du Loir-et-Cher.", quand=running),
    ),
    "2017-2018": (
        Fault("obligatoire_vide", "departement", "", "Département laissé vide.", quand=not_started),
    ),
    "2018-2019": (
        Fault("cellule_illisible", "nb_collectifs_agrees", "deux", "Nombre écrit en lettres.", quand=running),
        Fault("valeur_hors_liste", "statut_agrement", "Suspendue", "Situation qui n'est pas proposée.", quand=running),
    ),
    "2014-2015": (
        Fault("cellule_illisible", "nb_collectifs_agrees", "un", "Nombre écrit en lettres.", quand=running),
    ),
    "2020-2021": (
        Fault("cellule_illisible", "date_decision", "juin", "Mois au lieu d'une date.", quand=running),
        Fault("valeur_hors_liste", "statut_agrement", "À voir", "Situation qui n'est pas proposée.", quand=running),
    ),
    "2021-2022": (
        Fault("nombre_approximatif", "nb_enfants_agrees", "environ 10", "Nombre approché.", quand=not_started),
        Fault("commune_inconnue", "commune", "Quartier du Lac", "Lieu-dit, qui n'est aucune commune.", quand=running),
    ),
    "2022-2023": (
        Fault("siret_invalide", "siret", lost_zeros, "SIRET devenu un nombre.", quand=running),
        Fault("hors_bornes", "nb_collectifs_agrees", "-1", "Nombre négatif.", quand=running,
              aussi=("agrement_hors_8_12",)),
    ),
    "2023-2024": (
        Fault("agrement_hors_8_12", "nb_collectifs_agrees", "1", "Deux collectifs comptés pour un.",
              quand=lambda values: values["nb_collectifs_agrees"] == 2),
    ),
    "2024-2025": (
        Fault("peu_plausible", "nb_enfants_agrees", "4", "Possible, mais inhabituel.", quand=not_started,
              autres={"nb_collectifs_agrees": ""}),
    ),
}  # fmt: skip

SYNTHESES: dict[str, tuple[Fault, ...]] = {
    "2016-2017": (
        Fault("part_hors_de_1", "valeur", "97,2", "Part écrite en pour cent.", quand=about("taux_realisation")),
        Fault("synthese_sans_valeur", "valeur", "", "Ni valeur, ni numérateur.",
              quand=about("part_porteurs_type__autre"), autres={"numerateur": "", "denominateur": ""}),
        Fault("indicateur_inconnu", "indicateur", "part_ccas", "Identifiant absent du catalogue.",
              quand=about("part_porteurs_type__ccas")),
    ),
    "2021-2022": (
        Fault("cellule_illisible", "valeur", "non diffusé", "Mot au lieu d'un nombre.",
              quand=about("part_articulation__autre")),
    ),
    "2023-2024": (
        Fault("nombre_approximatif", "valeur", "environ 0,5", "Nombre approché.", quand=about("part_enfants_rep")),
    ),
}  # fmt: skip
