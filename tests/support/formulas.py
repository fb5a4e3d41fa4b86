"""Every series of the catalogue in pandas, written from INDICATORS: nothing here reads indicators.yml nor marts.*."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from tests.support.exports import codebook

Rows = pd.DataFrame
Numbers = pd.Series
Term = Callable[[Rows], Numbers]
TYPES = ("centre_social", "association_locale", "association_tete_de_reseau", "collectivite", "ccas",
         "espace_vie_sociale", "autre")  # fmt: skip
STAFF = ("nb_salaries", "nb_benevoles", "nb_vacataires", "nb_services_civiques")
AXES = ("enfants", "parents", "ecole", "territoire")


@dataclass(frozen=True)
class Formula:
    """One series: the rows it looks at, what each brings above and below. Without `below`, it is a count."""

    rows: str
    above: Term
    below: Term | None = None
    distinct: bool = False
    """One a porteur, whatever the number of its rows."""
    asked: str | None = None
    """Column without which a year has no figure, even when the other columns of its question are there."""


def codes(variable: str) -> tuple[str, ...]:
    """The modalities of a variable."""
    return tuple(next(v for v in codebook().variables if v.id == variable).modalites)


def boxes(variable: str, *without: str) -> list[str]:
    """The columns of a variable that has one a modality."""
    return [f"{variable}__{code}" for code in codes(variable) if code not in without]


def column(name: str) -> Term:
    return lambda rows: rows[name].astype(float)


def known(name: str) -> Term:
    return lambda rows: rows[name].notna().astype(float)


def ones(rows: Rows) -> Numbers:
    return pd.Series(1.0, index=rows.index)


def zero_if_blank(name: str) -> Term:
    return lambda rows: rows[name].astype(float).fillna(0)


def total(names: Sequence[str]) -> Term:
    """What is filled in, added up; nothing filled in is no number."""
    return lambda rows: rows[list(names)].astype(float).sum(axis=1, min_count=1)


def product(*names: str) -> Term:
    return lambda rows: rows[list(names)].astype(float).prod(axis=1, skipna=False)


def all_yes(names: Sequence[str]) -> tuple[Term, Term]:
    """All of them are yes, over the rows that answer each."""
    return (
        lambda rows: rows[list(names)].astype(float).min(axis=1),
        lambda rows: rows[list(names)].notna().all(axis=1).astype(float),
    )


def is_in(name: str, *values: str) -> Term:
    return lambda rows: rows[name].isin(values).astype(float).where(rows[name].notna())


def between(name: str, low: float, high: float = float("inf")) -> Term:
    return lambda rows: rows[name].astype(float).between(low, high).astype(float).where(rows[name].notna())


def volunteers_alone(rows: Rows) -> Numbers:
    others = rows[["nb_salaries", "nb_vacataires", "nb_services_civiques"]].astype(float).fillna(0).sum(axis=1)
    return ((rows["nb_benevoles"].astype(float) > 0) & (others == 0)).astype(float)


def staff_with_volunteers(rows: Rows) -> Numbers:
    """Who does not say how many volunteers gives no base."""
    return total(STAFF)(rows).where(rows["nb_benevoles"].notna())


def never(rows: Rows) -> Numbers:
    """The expected frequency is not settled: no row counts."""
    return pd.Series(float("nan"), index=rows.index)


def answered(name: str, rows: str = "action") -> Formula:
    """Yes over yes or no."""
    return Formula(rows, column(name), known(name))


def a_row(name: str, rows: str = "action") -> Formula:
    """A number over the rows that give it."""
    return Formula(rows, column(name), known(name))


def among(name: str, whole: str, rows: str = "action") -> Formula:
    return Formula(rows, column(name), column(whole))


def ticked(variable: str, code: str, rows: str = "action", distinct: bool = False) -> Formula:
    """One box ticked, over the rows that tick one at least."""
    name = f"{variable}__{code}"
    return Formula(
        rows,
        lambda found: found[name].eq(True).astype(float),
        lambda found: found[boxes(variable)].eq(True).any(axis=1).astype(float),
        distinct,
        name,
    )


def part(variable: str, code: str, *without: str) -> Formula:
    """One box over all: a blank beside a number is a zero, only blanks are no answer."""
    name = f"{variable}__{code}"
    return Formula("action", zero_if_blank(name), total(boxes(variable, *without)), asked=name)


def of_type(name: str) -> Formula:
    return Formula("porteur", is_in("type_structure", name), known("type_structure"), distinct=True)


def four_axes() -> Formula:
    return Formula("action", *all_yes([f"axe {axis}" for axis in AXES]))


CHARGES = total(boxes("charges", "86"))
FORMULAS = {
    # What came back.
    "taux_reponse_porteurs": Formula("porteur_agree", column("a_repondu"), column("a_demarre"), distinct=True),
    "taux_reponse_actions": Formula("action_attendue", column("a_repondu"), ones),
    "couverture_enfants": Formula(
        "action_attendue", product("a_repondu", "nb_enfants_agrees"), column("nb_enfants_agrees")
    ),
    "completude": Formula("bilan", column("remplies"), column("posees")),
    "part_reponses_sans_alerte": Formula("bilan", column("sans_alerte"), ones),
    # Agreed by the committee.
    "nb_actions": Formula("agrement", ones),
    "nb_enfants": Formula("agrement", column("nb_enfants_agrees")),
    "nb_porteurs": Formula("porteur_connu", ones, distinct=True),
    "part_actions_nouvelles": Formula("agrement", column("nouvelle"), known("nouvelle")),
    "part_epci_couverts": Formula("epci", column("couvert"), ones),
    # Said by the porteurs of themselves.
    **{f"part_porteurs_type__{name}": of_type(name) for name in TYPES},
    "part_porteurs_reaap": replace(answered("porte_reaap", "porteur"), distinct=True),
    **{
        f"part_articulation__{code}": ticked("articulation_projet_educatif", code, "porteur", distinct=True)
        for code in ("cel_pel", "pedt", "autre", "non")
    },
    # Children and families.
    "nb_enfants_accueillis": Formula("action", column("nb_enfants")),
    "taux_realisation": Formula("action", column("nb_enfants"), column("agrees_ou_prevus")),
    "nb_familles": Formula("action", column("nb_familles")),
    "part_enfants_nouveaux": among("nb_nouveaux", "nb_enfants"),
    "part_enfants_qpv": among("nb_enfants_qpv", "nb_enfants"),
    "part_enfants_rep": among("nb_enfants_rep", "nb_enfants"),
    "part_actions_liste_attente": Formula("action", between("liste_attente", 1), known("liste_attente")),
    "nb_liste_attente": Formula("action", column("liste_attente")),
    **{f"part_enfants_niveau__{c}": part("effectif_niveau", c) for c in ("elementaire", "college", "lycee")},
    "part_filles": Formula("action", zero_if_blank("effectif_sexe__filles"), total(boxes("effectif_sexe"))),
    **{f"part_enfants_age__{code}": part("effectif_age", code) for code in ("6_10", "11_16", "17_plus")},
    **{f"part_enfants_besoin__{need}": among(f"nb_{need}", "nb_enfants") for need in ("allophones", "handicap")},
    **{f"part_actions_origine__{code}": ticked("origine_demande", code)
       for code in ("parents", "enseignants", "jeune", "travailleurs_sociaux", "autre")},
    # Places.
    "part_actions_qpv": answered("qpv"),
    **{
        f"part_actions_zone__{code}": Formula(
            "action", is_in("territoire_urbain_rural", code), known("territoire_urbain_rural")
        )
        for code in ("urbain", "rural")
    },
    "part_qpv_couverts": Formula("qpv", column("couvert"), ones),
    **{f"part_actions_locaux__{code}": ticked("locaux", code)
       for code in ("structure", "mis_a_disposition", "etablissement_scolaire", "autre")},
    # Collectifs.
    "nb_collectifs": Formula("action", column("collectifs")),
    "enfants_par_collectif": Formula("action", column("nb_enfants"), column("collectifs")),
    "taux_presence": among("presents_moyens", "inscrits", "collectif"),
    "part_collectifs_8_12": Formula("collectif", between("inscrits", 8, 12), known("inscrits")),
    "seances_par_semaine": a_row("seances_par_semaine", "collectif"),
    "part_collectifs_frequence": Formula("collectif", never, ones),
    "duree_seance": Formula(
        "collectif", product("duree_seance", "seances_par_semaine"), column("seances_par_semaine")
    ),
    "semaines_ouverture": a_row("semaines", "collectif"),
    "heures_par_enfant": Formula(
        "collectif", product("seances_par_semaine", "duree_seance", "semaines", "inscrits"), column("inscrits")
    ),
    "part_collectifs_2_intervenants": Formula(
        "collectif", between("intervenants_par_seance", 2), known("intervenants_par_seance")
    ),
    **{f"part_collectifs_bonus__{who}": answered(f"bonus {who}", "bonus") for who in ("enfants", "parents")},
    # Staff.
    "nb_intervenants": Formula("action", total(STAFF)),
    "part_benevoles": Formula("action", column("nb_benevoles"), staff_with_volunteers),
    "part_actions_benevoles_seuls": Formula("action", volunteers_alone, known("nb_benevoles")),
    "part_intervenants_formes": Formula("action", column("nb_intervenants_formes"), total(STAFF)),
    "part_actions_animation_dept": answered("animation_departementale"),
    # The four axes, the socles, what marks a bonus.
    **{f"part_actions_axe__{axis}": answered(f"axe {axis}") for axis in AXES},
    "part_actions_4_axes": four_axes(),
    **{f"part_actions_{name}": answered(name) for socle in ("socle_enfants", "socle_parents") for name in boxes(socle)},
    **{
        f"part_actions_socle_complet__{who}": Formula("action", *all_yes(boxes(f"socle_{who}")))
        for who in ("enfants", "parents")
    },
    **{f"part_actions_{name}": answered(name) for name in [*boxes("projet_culturel"), *boxes("parentalite")]},
    # Parents, school, partners.
    "rencontres_par_action": a_row("nb_rencontres_parents"),
    "part_familles_participantes": among("nb_familles_participantes", "nb_familles"),
    "etablissements_par_action": a_row("nb_etablissements"),
    "part_actions_concertation": Formula(
        "action", is_in("concertation", "hebdomadaire", "mensuelle", "trimestrielle"), known("concertation")
    ),
    "part_actions_outil_liaison": answered("outil_liaison"),
    **{f"part_actions_lien__{code}": ticked("partenaires", code)
       for code in ("reaap", "pre", "pedt", "pel", "cite_educative", "ctg", "mediatheque", "aucun")},
    # Money.
    "cout_par_enfant": Formula("action", CHARGES, column("nb_enfants")),
    "cout_par_collectif": Formula("action", CHARGES, column("collectifs")),
    "charges_totales": Formula("action", CHARGES),
    "benevolat_valorise": Formula("action", column("charges__86")),
    **{f"part_produits__{code}": part("produits", code, "87") for code in codes("produits") if code != "87"},
    "ps_theorique": Formula("collectif", column("ps")),
    "part_collectifs_plafond": Formula("collectif", column("au_plafond"), known("au_plafond")),
}  # fmt: skip
