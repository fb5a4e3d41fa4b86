"""What the forms ask since 2020, beside what they always did: the rest of a return, and its collectifs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from clas_demo.world.model import DISTURBED, Action, MadeUpPorteur, Value, first_year, stream, whole

Values = dict[str, Value]

BONUS_SINCE = 2021
"""First year of the campagne in which a collectif may be given a bonus."""
_BONUS_EUROS = 300
_CLASSES = {"elementaire": ("cp", "ce1", "ce2", "cm1", "cm2"), "college": ("6e", "5e", "4e", "3e"),
            "lycee": ("2nde", "1re", "terminale")}  # fmt: skip
_STATUTES = {"ccas": ("etablissement_public",), "centre_social": ("association", "association", "commune"),
             "collectivite": ("commune",)}  # fmt: skip


def more_answers(seed: int, action: Action, values: Values) -> Values:
    """Return the answers to the questions that came later, consistent with `values`."""
    rng = stream(seed, "more", action.action_id)
    porteur = action.porteur
    return {
        "tiers_id": f"T{porteur.porteur_id[1:3]}{int(porteur.porteur_id[4:]) * 37:05d}",
        "statut_juridique": _statute(stream(seed, "statute", porteur.porteur_id), porteur),
        "veille_active": porteur.qpv is None and not porteur.rural and rng.random() < 0.1,
        "frr_zrr": porteur.rural,
        "rep": whole(values, "nb_enfants_rep") > 0,
        "jours_ouverture": rng.choice((2, 2, 3, 4, 4)),
        **_classes(rng, values),
        "animation_departementale": rng.random() < 0.65,
        "projet_culturel__intervenants_exterieurs": rng.random() < 0.6,
        "projet_culturel__sorties": rng.random() < 0.7,
        "projet_culturel__materiel": rng.random() < 0.5,
        "projet_culturel__projet_annuel": rng.random() < 0.45,
        "parentalite__espace_parole": rng.random() < 0.5,
        "parentalite__soiree_debat": rng.random() < 0.3,
        "parentalite__ecoute_individualisee": rng.random() < 0.6,
        **_bonus(rng, action, values),
    }


def collectifs(seed: int, action: Action, values: Values) -> tuple[Values, ...]:
    """Return the collectifs of a return: its children and its charges, shared between them."""
    rng = stream(seed, "collectifs", action.action_id)
    number, children = whole(values, "nb_collectifs"), whole(values, "nb_enfants")
    spent = _charges(values)
    each = (spent / number).quantize(Decimal("0.01"))
    disturbed = action.campagne in DISTURBED
    groups = []
    for rank in range(number):
        enrolled = children // number + (rank < children % number)
        present = round(enrolled * rng.uniform(*((0.6, 0.8) if disturbed else (0.74, 0.96))) * 2) / 2
        groups.append(
            {
                "action_id": action.action_id,
                "collectif_id": str(rank + 1),
                "niveau": action.projet.niveau,
                "inscrits": enrolled,
                "presents_moyens": present,
                "intervenants_par_seance": rng.choice((2, 2, 2, 2, 2, 3, 1.5, 1)),
                "seances_par_semaine": values["seances_par_semaine"],
                "duree_seance": values["duree_seance_h"],
                "semaines": whole(values, "semaines_ouverture") - rng.choice((0, 0, 1)),
                "depenses": spent - each * (number - 1) if rank == 0 else each,
                **{f"{name}_attribue": _granted(rng, values, name) for name in ("bonus_enfants", "bonus_parents")},
            }
        )
    return tuple(groups)


def totals(values: Mapping[str, Value]) -> tuple[str, str]:
    """Return the totals of charges and of produits as a form shows them, blank where there is no budget."""
    if "charges__60" not in values:
        return "", ""
    return f"{_charges(values):.2f}".replace(".", ","), f"{_produits(values):.2f}".replace(".", ",")


def _statute(rng: random.Random, porteur: MadeUpPorteur) -> str:
    if "ommunauté" in porteur.raison_sociale or "Pays" in porteur.raison_sociale:
        return "intercommunalite"
    return rng.choice(_STATUTES.get(porteur.type_structure, ("association",)))


def _classes(rng: random.Random, values: Values) -> Values:
    """The children of each niveau, shared between its classes."""
    shared: Values = {}
    for niveau, classes in _CLASSES.items():
        total = whole(values, f"effectif_niveau__{niveau}")
        cuts = sorted(rng.randint(0, total) for _ in classes[1:])
        parts = [after - before for before, after in pairwise((0, *cuts, total))]
        shared |= {f"effectif_classe__{name}": part for name, part in zip(classes, parts, strict=True)}
    return shared


def _bonus(rng: random.Random, action: Action, values: Values) -> Values:
    """The bonus asked for; what the Caf gives for them is that much less to find elsewhere."""
    if first_year(action.campagne) < BONUS_SINCE:
        return {"resultat": _produits(values) - _charges(values)}
    asked = {"bonus_enfants": rng.random() < 0.8, "bonus_parents": rng.random() < 0.65}
    given = {
        f"produits__caf_{name}": Decimal(_BONUS_EUROS * whole(values, "nb_collectifs")) if wanted else Decimal(0)
        for name, wanted in asked.items()
    }
    left = _amount(values, "produits__fonds_propres") - sum(given.values())
    moved = {
        "produits__fonds_propres": max(left, Decimal(0)),
        "produits__commune_epci": max(_amount(values, "produits__commune_epci") + min(left, Decimal(0)), Decimal(0)),
    }
    money = values | given | moved
    return {**asked, **given, **moved, "resultat": _produits(money) - _charges(money)}


def _granted(rng: random.Random, values: Values, name: str) -> Value:
    asked = values.get(name)
    return None if asked is None else bool(asked) and rng.random() < 0.9


def _amount(values: Mapping[str, Value], name: str) -> Decimal:
    amount = values[name]
    return amount if isinstance(amount, Decimal) else Decimal(0)


def _charges(values: Mapping[str, Value]) -> Decimal:
    """The charges, without the volunteers' account."""
    return sum((_amount(values, n) for n in values if n.startswith("charges__") and n != "charges__86"), Decimal(0))


def _produits(values: Mapping[str, Value]) -> Decimal:
    return sum((_amount(values, n) for n in values if n.startswith("produits__") and n != "produits__87"), Decimal(0))
