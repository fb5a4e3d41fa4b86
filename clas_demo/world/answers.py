"""One action agréée -> the return its porteur would send, every answer consistent with the others."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from clas_demo.world.actions import MAXIMUM, MINIMUM
from clas_demo.world.activity import collectifs, more_answers
from clas_demo.world.budget import budget
from clas_demo.world.model import ANCHOR, DISTURBED, Action, Answer, MadeUpPorteur, Value, first_year, stream, whole
from clas_demo.world.wording import CONTACTS, free_texts

Values = dict[str, Value]

_NIVEAUX = ("elementaire", "college", "lycee")
_SOCLES = {
    "enfants": ("appui_methodologique", "ressources_locales", "vie_collective", "valorisation_entraide",
                "suivi_presences"),
    "parents": ("information_inscription", "convivialite", "codes_ecole", "orientation_partenaires",
                "echanges_informels"),
}  # fmt: skip
_PROJETS_EDUCATIFS = (("pedt",), ("pedt",), ("cel_pel",), ("cel_pel", "pedt"), ("autre",), ("non",), ("non",))
_CONCERTATIONS = ("hebdomadaire", "mensuelle", "mensuelle", "trimestrielle", "trimestrielle", "annuelle")


def answer(seed: int, action: Action) -> Answer:
    """Return the validated return of an action; its number is given later, once all are sorted by date."""
    porteur = action.porteur
    rng = stream(seed, "answer", action.action_id)
    values: Values = {"campagne_declaree": action.campagne, "statut_reponse": "validee", "action_id": action.action_id}
    values["date_validation"] = validated = _validated_on(rng, action.campagne)
    values |= _structure(stream(seed, "structure", porteur.porteur_id), action)
    values |= _place(rng, porteur)
    values |= _children(rng, action)
    children = whole(values, "nb_enfants")
    values |= _public(rng, action, children)
    values |= _sessions(rng, action)
    values |= _staff(rng, action, values)
    values |= _axes(rng)
    values |= _parents_and_school(rng, values)
    values |= budget(rng, action, children)
    values |= free_texts(rng, action.campagne)
    values |= more_answers(seed, action, values)
    return Answer(action, values, validated, collectifs=collectifs(seed, action, values))


def structure_answer(seed: int, action: Action) -> Answer:
    """Return the validated return of the porteur of an action, in the years when a structure answered once."""
    porteur = action.porteur
    rng = stream(seed, "structure answer", action.campagne, porteur.porteur_id)
    values: Values = {"campagne_declaree": action.campagne, "statut_reponse": "validee"}
    values["date_validation"] = validated = _validated_on(rng, action.campagne)
    values |= _structure(stream(seed, "structure", porteur.porteur_id), action)
    # « Espace de vie sociale » was not among the answers proposed.
    if porteur.type_structure == "espace_vie_sociale":
        values["type_structure"] = "association_locale"
    return Answer(action, values | {"commune": porteur.commune, "porteur_id": porteur.porteur_id}, validated)


def _validated_on(rng: random.Random, campagne: str) -> datetime:
    """From mid-June to the end of September, by day."""
    day = datetime(first_year(campagne) + 1, 6, 15) + timedelta(days=int(rng.triangular(0, 105, 70)))
    return day + timedelta(hours=rng.randint(8, 18), minutes=rng.randint(0, 59))


def _structure(rng: random.Random, action: Action) -> Values:
    """The same for every action of a porteur, year after year."""
    porteur = action.porteur
    first, last = rng.choice(CONTACTS)
    known_as = (porteur.raison_sociale, porteur.raison_sociale, *porteur.alias)
    return {
        "siret": porteur.siret,
        "raison_sociale": rng.choice(known_as),
        "type_structure": porteur.type_structure,
        "porte_reaap": rng.random() < 0.45,
        "articulation_projet_educatif": rng.choice(_PROJETS_EDUCATIFS),
        "contact_nom": f"{last} {first}",
        "contact_courriel": f"{first}.{last}@exemple.invalid".lower().replace("é", "e").replace("ë", "e"),
        "intitule": action.intitule,
    }


def _place(rng: random.Random, porteur: MadeUpPorteur) -> Values:
    return {
        "commune": porteur.commune,
        "quartier": porteur.quartier,
        "qpv": porteur.qpv is not None,
        "qpv_nom": porteur.qpv,
        "territoire_urbain_rural": "rural" if porteur.rural else "urbain",
        "locaux__structure": (own := rng.random() < 0.6),
        "locaux__mis_a_disposition": not own or rng.random() < 0.15,
        "locaux__etablissement_scolaire": rng.random() < 0.25,
        "locaux__autre": rng.random() < 0.05,
        "nb_sites": 1 if rng.random() < 0.8 else 2,
    }


def _children(rng: random.Random, action: Action) -> Values:
    collectifs = action.projet.collectifs
    drawn = action.nb_enfants_agrees + rng.randint(-2, 2)
    children = min(max(drawn, MINIMUM * collectifs), MAXIMUM * collectifs)
    families = children - rng.randint(0, children // 6)
    in_qpv = action.porteur.qpv is not None
    return {
        "nb_collectifs": collectifs,
        "nb_enfants_prevu": action.nb_enfants_agrees,
        "nb_enfants": children,
        "nb_familles": families,
        "nb_enfants_qpv": children - rng.randint(0, children // 3) if in_qpv else rng.randint(0, 2),
        "nb_enfants_rep": rng.randint(children // 2, children) if in_qpv else 0,
        "nb_nouveaux": rng.randint(children // 4, children * 2 // 3),
        "nb_allophones": rng.choice((0, 0, 1, 1, 2, 3)),
        "nb_handicap": rng.choice((0, 0, 0, 0, 1)),
        "liste_attente": rng.choice((0, 0, 0, 1, 2, 4, 6)),
    }


def _public(rng: random.Random, action: Action, children: int) -> Values:
    """Three breakdowns of the same children, each summing to their number."""
    by_level = dict.fromkeys(_NIVEAUX, 0)
    if action.projet.niveau == "mixte":
        by_level["college"] = rng.randint(children // 4, children // 2)
        by_level["elementaire"] = children - by_level["college"]
    else:
        by_level[action.projet.niveau] = children
    girls = round(children * rng.uniform(0.4, 0.62))
    grown = rng.randint(0, 1) if by_level["elementaire"] > 3 else 0
    adults = by_level["lycee"] // 3
    return {
        **{f"effectif_niveau__{niveau}": number for niveau, number in by_level.items()},
        "effectif_sexe__filles": girls,
        "effectif_sexe__garcons": children - girls,
        "effectif_age__6_10": by_level["elementaire"] - grown,
        "effectif_age__11_16": children - by_level["elementaire"] + grown - adults,
        "effectif_age__17_plus": adults,
        "origine_demande": _some(rng, {"parents": 0.8, "enseignants": 0.7, "jeune": 0.3, "travailleurs_sociaux": 0.25,
                                       "autre": 0.05}) or ("parents",),
    }  # fmt: skip


def _some(rng: random.Random, chances: dict[str, float]) -> tuple[str, ...]:
    return tuple(code for code, chance in chances.items() if rng.random() < chance)


def _sessions(rng: random.Random, action: Action) -> Values:
    weeks = rng.randint(20, 24) if action.campagne == ANCHOR else rng.randint(26, 33)
    if action.campagne in DISTURBED and action.campagne != ANCHOR:
        weeks -= 5
    return {
        "seances_par_semaine": rng.choice((1.5, 2, 2, 2, 2, 3, 4)),
        "duree_seance_h": rng.choice((1.25, 1.5, 1.5, 1.5, 2)),
        "semaines_ouverture": weeks,
    }


def _staff(rng: random.Random, action: Action, values: Values) -> Values:
    collectifs = action.projet.collectifs
    paid = 0 if rng.random() < 0.15 else rng.randint(1, 1 + collectifs)
    occasional = rng.choice((0, 0, 0, 1))
    volunteers = rng.randint(2, 6) * collectifs
    service = rng.choice((0, 0, 0, 1))
    at_work = 2 * collectifs if rng.random() < 0.85 else collectifs
    hours = 1.0
    for name in ("seances_par_semaine", "duree_seance_h", "semaines_ouverture"):
        hours *= float(str(values[name]))
    return {
        "nb_coordinateurs": 1,
        "nb_salaries": paid,
        "nb_benevoles": volunteers,
        "nb_vacataires": occasional,
        "nb_services_civiques": service,
        "nb_intervenants_formes": rng.randint(0, (paid + volunteers + occasional + service) // 2),
        "heures_encadrement": hours * at_work,
    }


def _axes(rng: random.Random) -> Values:
    axes = {"enfants": 1.0, "parents": 0.94, "ecole": 0.92, "territoire": 0.83}
    return {
        **{f"axe__{axe}": rng.random() < chance for axe, chance in axes.items()},
        **{f"socle_enfants__{item}": rng.random() < 0.93 for item in _SOCLES["enfants"]},
        **{f"socle_parents__{item}": rng.random() < 0.88 for item in _SOCLES["parents"]},
    }


def _parents_and_school(rng: random.Random, values: Values) -> Values:
    families = whole(values, "nb_familles")
    meetings = rng.randint(2, 8)
    taking_part = rng.randint(families // 3, families)
    links = _some(rng, {"reaap": 0.4, "pre": 0.25, "pedt": 0.3, "pel": 0.08, "mediatheque": 0.55})
    return {
        "nb_rencontres_parents": meetings,
        "nb_parents_participants": taking_part + rng.randint(0, meetings * 4),
        "nb_familles_participantes": taking_part,
        "nb_etablissements": rng.randint(1, 4),
        "concertation": rng.choice(_CONCERTATIONS),
        "outil_liaison": rng.random() < 0.7,
        "partenaires": links or ("aucun",),
    }
