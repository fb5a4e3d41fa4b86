"""The files of an export: which table of diffusion.duckdb each one holds, its columns, and what they read as."""

from __future__ import annotations

from dataclasses import dataclass, field

from socle.words.states import FIGURE_STATES, ORIGINS


@dataclass(frozen=True)
class ExportedTable:
    """A table to publish. Its columns are named one by one: a column added to the mart is not published unawares."""

    name: str
    title: str
    description: str
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """Its rows are in this order, and no two of them have the same."""
    references: tuple[tuple[str, str], ...] = ()
    """(column, name of the file whose column of the same name holds it)."""
    parquet: bool = False
    descriptions: dict[str, str] = field(default_factory=dict)
    """Of the columns whose comment in the tables says something else than what is exported."""
    nullable_key: bool = False
    """A column of the key may be empty: Table Schema then knows it for a unique key, not for a primary one."""


CHIFFRES = ExportedTable(
    "chiffres",
    "Chiffres",
    "Une ligne par chiffre, année scolaire, territoire (ou type de structure, ou zone) et origine. Une part va de 0 à "
    "1. Les chiffres qui laisseraient connaître ce qu'un porteur a déclaré ne sont pas montrés (statut secret). "
    "Ne moyennez pas les parts : divisez la somme des numérateurs par celle des dénominateurs.",
    "marts.indicateur_valeur",
    (
        "campagne", "indicateur", "niveau", "code", "departement", "region", "numerateur", "denominateur", "valeur",
        "nb_repondants", "nb_porteurs", "nb_ecartees", "statut", "au_moins", "origine", "source", "couverture",
    ),
    ("campagne", "indicateur", "niveau", "code", "departement", "region", "origine"),
    references=(("indicateur", "indicateurs"),),
    parquet=True,
    nullable_key=True,
    descriptions={
        "niveau": "Ce que décrit le chiffre : la France, une région, un département, une intercommunalité (epci), un "
        "type de structure ou une zone d'un de ces territoires.",
        "departement": "Code du département (45, 2A, 974) ; vide pour ce qui en couvre plusieurs.",
        "region": "Code de la région, pour ses propres chiffres, ses types de structure et ses zones ; vide ailleurs.",
        "couverture": "Sur combien de départements repose un chiffre de la France ou d'une région, ou ce que dit sa "
        "source.",
        "numerateur": "Somme des numérateurs ; vide quand le chiffre est arrondi ou n'est connu que publié.",
        "denominateur": "Somme des dénominateurs ; vide pour un comptage, et quand le numérateur est vide.",
        "valeur": "Valeur, dans l'unité de l'indicateur ; les parts vont de 0 à 1. Vide quand le statut n'est pas "
        "diffusable.",
        "statut": "diffusable : la valeur est là. secret : trop peu de porteurs pour la montrer. non_renseigne : la "
        "question était posée, personne n'y a répondu. non_demande : elle n'était pas posée. non_calculable : le "
        "questionnaire de l'année n'était pas assez détaillé. sans_seuil : aucun seuil n'est connu pour "
        "l'année. illisible : trop de réponses n'ont pas pu être lues. "
        "a_verifier : toutes les réponses sont mises de côté.",
        "origine": "publie : repris d'une publication, tel quel. synthese_nationale : transmis par la Cnaf. calcule : "
        "calculé à partir des agréments et des bilans. fictif : données inventées. synthese_fictive : synthèse "
        "nationale inventée.",
        "source": "D'où vient le chiffre.",
    },
)  # fmt: skip
INDICATEURS = ExportedTable(
    "indicateurs",
    "Indicateurs",
    "Le catalogue : une ligne par indicateur, ce qu'il veut dire, son unité et ce qu'il faut savoir avant de le "
    "comparer.",
    "marts.indicateur",
    (
        "indicateur", "serie_de", "modalite", "numero", "rang", "famille", "famille_libelle", "libelle",
        "libelle_court", "description", "unite", "polarite", "diffusion", "provenance", "question",
        "comparable_depuis", "prudence",
    ),
    ("indicateur",),
    descriptions={
        "indicateur": "Nom de l'indicateur : chiffres et distribution y renvoient.",
        "unite": "n (nombre), pct (part de 0 à 1), ratio, h (heures) ou eur (euros).",
        "diffusion": "Règle de diffusion : L, libre ; E, effectifs ; F, finances ; X, sensible.",
    },
)  # fmt: skip
DISTRIBUTION = ExportedTable(
    "distribution",
    "Répartition des porteurs",
    "Une ligne par année scolaire, indicateur et département où les porteurs sont assez nombreux : les quartiles, "
    "arrondis, de ce que chacun déclare.",
    "marts.distribution",
    ("campagne", "indicateur", "departement", "nb_porteurs", "premier_quartile", "mediane", "troisieme_quartile"),
    ("campagne", "indicateur", "departement"),
    references=(("indicateur", "indicateurs"),),
)
CAMPAGNES = ExportedTable(
    "campagnes",
    "Années scolaires",
    "Une ligne par année scolaire dont le comité a arrêté les chiffres et par département : ce qui a été agréé, "
    "attendu et reçu.",
    "marts.campagne",
    (
        "campagne", "departement", "fictif", "etat", "arretee_le", "contexte", "ouverture", "cloture", "grain",
        "nb_actions_agreees", "nb_porteurs_agrees", "nb_enfants_agrees", "nb_actions_attendues",
        "nb_actions_non_demarrees_ou_arretees", "nb_reponses", "nb_porteurs_ayant_repondu", "taux_reponse_actions",
    ),
    ("campagne", "departement"),
    descriptions={"etat": "arretee : seules ces années sont diffusées."},
)  # fmt: skip
TABLES = (CHIFFRES, INDICATEURS, DISTRIBUTION, CAMPAGNES)

ENUMS = {
    "niveau": ("france", "region", "departement", "epci", "type_structure", "zonage"),
    "statut": FIGURE_STATES,
    "origine": tuple(ORIGINS),
    "unite": ("n", "pct", "ratio", "h", "eur"),
    "diffusion": ("L", "E", "F", "X"),
}
REQUIRED = {"campagne", "indicateur", "niveau", "code", "statut", "origine"}
TITLES = {
    "arretee_le": "Chiffres arrêtés le",
    "au_moins": "Chiffre minimum",
    "campagne": "Année scolaire",
    "cloture": "Clôture de la saisie",
    "code": "Code",
    "comparable_depuis": "Comparable depuis",
    "contexte": "Contexte",
    "couverture": "Couverture",
    "denominateur": "Dénominateur",
    "departement": "Département",
    "description": "Description",
    "diffusion": "Classe de diffusion",
    "etat": "État",
    "famille": "Famille",
    "famille_libelle": "Nom de la famille",
    "fictif": "Données fictives",
    "grain": "Grain des bilans",
    "indicateur": "Indicateur",
    "libelle": "Libellé",
    "libelle_court": "Libellé court",
    "mediane": "Médiane",
    "modalite": "Réponse proposée",
    "nb_actions_agreees": "Actions agréées",
    "nb_actions_attendues": "Actions attendues au bilan",
    "nb_actions_non_demarrees_ou_arretees": "Actions non démarrées ou arrêtées",
    "nb_enfants_agrees": "Enfants et jeunes agréés",
    "nb_ecartees": "Réponses à vérifier, non comptées",
    "nb_porteurs": "Nombre de porteurs",
    "nb_porteurs_agrees": "Porteurs agréés",
    "nb_porteurs_ayant_repondu": "Porteurs ayant répondu",
    "nb_repondants": "Nombre de répondants",
    "nb_reponses": "Bilans retenus",
    "niveau": "Niveau",
    "numerateur": "Numérateur",
    "numero": "Numéro au catalogue",
    "origine": "Origine",
    "ouverture": "Ouverture de la saisie",
    "polarite": "Sens attendu",
    "premier_quartile": "Premier quartile",
    "provenance": "Provenance",
    "prudence": "Précaution de lecture",
    "question": "Question posée",
    "rang": "Rang",
    "region": "Région",
    "serie_de": "Série de",
    "source": "Source",
    "statut": "Statut",
    "taux_reponse_actions": "Taux de réponse des actions",
    "troisieme_quartile": "Troisième quartile",
    "unite": "Unité",
    "valeur": "Valeur",
}
