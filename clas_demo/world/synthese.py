"""The invented figures of France -> the rows of a national synthesis, one an indicator."""

from __future__ import annotations

from clas_demo.world.model import FORMATS, Value, first_year

LABEL = "données fictives"

# campagne: (actions agréées, started, with a return, porteurs, porteurs with a return, children agreed, départements)
_FRANCE = {
    "2014-2015": (4012, 3941, 3320, 2287, 1898, 42950, 88),
    "2015-2016": (4057, 3980, 3365, 2301, 1921, 43390, 90),
    "2016-2017": (4105, 4022, 3411, 2318, 1966, 43870, 91),
    "2017-2018": (4188, 4096, 3528, 2342, 2021, 44655, 93),
    "2018-2019": (4266, 4171, 3655, 2361, 2079, 45310, 94),
    "2019-2020": (4312, 4203, 3571, 2374, 2034, 45720, 96),
    "2020-2021": (4288, 4120, 3390, 2352, 1951, 45260, 93),
    "2021-2022": (4371, 4287, 3802, 2398, 2133, 46480, 97),
    "2022-2023": (4455, 4379, 3921, 2421, 2187, 47350, 98),
    "2023-2024": (4502, 4433, 3968, 2433, 2204, 47810, 98),
    "2024-2025": (4536, 4458, 3874, 2440, 2149, 48105, 96),
}
_TYPES = {
    "centre_social": 0.371,
    "association_locale": 0.286,
    "association_tete_de_reseau": 0.082,
    "collectivite": 0.118,
    "ccas": 0.049,
    "espace_vie_sociale": 0.064,
    "autre": 0.03,
}
_STRUCTURES = {"part_porteurs_reaap": 0.446, "part_articulation__cel_pel": 0.297, "part_articulation__pedt": 0.338,
               "part_articulation__autre": 0.061, "part_articulation__non": 0.402}  # fmt: skip
_NIVEAUX = {"elementaire": 0.618, "college": 0.339, "lycee": 0.043}
_CHILDREN = {"part_enfants_nouveaux": 0.447, "part_enfants_qpv": 0.523, "part_enfants_rep": 0.478, "part_filles": 0.511,
             "part_enfants_age__6_10": 0.606, "part_enfants_age__11_16": 0.372, "part_enfants_age__17_plus": 0.022,
             "part_enfants_besoin__allophones": 0.083, "part_enfants_besoin__handicap": 0.021}  # fmt: skip
_ACTIONS = {
    "part_actions_qpv": 0.542, "part_actions_zone__urbain": 0.836, "part_actions_zone__rural": 0.164,
    "part_actions_liste_attente": 0.381, "part_actions_origine__parents": 0.842,
    "part_actions_origine__enseignants": 0.711, "part_actions_origine__jeune": 0.294,
    "part_actions_origine__travailleurs_sociaux": 0.263, "part_actions_origine__autre": 0.057,
    "part_actions_locaux__structure": 0.588, "part_actions_locaux__mis_a_disposition": 0.392,
    "part_actions_locaux__etablissement_scolaire": 0.241, "part_actions_locaux__autre": 0.048,
    "part_actions_benevoles_seuls": 0.117, "part_actions_4_axes": 0.694, "part_actions_axe__enfants": 0.998,
    "part_actions_axe__parents": 0.936, "part_actions_axe__ecole": 0.911, "part_actions_axe__territoire": 0.807,
    "part_actions_socle_complet__enfants": 0.703, "part_actions_socle_complet__parents": 0.548,
    "part_actions_concertation": 0.872, "part_actions_outil_liaison": 0.688, "part_actions_lien__reaap": 0.407,
    "part_actions_lien__pre": 0.246, "part_actions_lien__pedt": 0.311, "part_actions_lien__mediatheque": 0.536,
    "part_actions_lien__aucun": 0.132,
}  # fmt: skip
_GROUPS = {"part_collectifs_8_12": 0.881, "part_collectifs_2_intervenants": 0.842}
_SINCE_ELAN = {"part_actions_animation_dept": 0.634, "part_actions_parentalite__espace_parole": 0.487,
               "part_actions_parentalite__soiree_debat": 0.301,
               "part_actions_parentalite__ecoute_individualisee": 0.593,
               "part_actions_projet_culturel__sorties": 0.702}  # fmt: skip
_BONUS = {"part_collectifs_bonus__enfants": 0.716, "part_collectifs_bonus__parents": 0.583}
_DRIFT = 0.004  # what a share moves by, a year

Ratios = dict[str, tuple[int, int]]


def national_rows(campagne: str) -> list[dict[str, Value]]:
    """Return the rows of the national synthesis of a campagne, keyed by variable; all of them are invented."""
    actions, _, _, porteurs, _, agreed, departements = _FRANCE[campagne]
    counts = {"nb_actions": actions, "nb_enfants": agreed, "nb_porteurs": porteurs}
    ratios = _of_structures(campagne)
    if FORMATS[campagne] != "questionnaire-2014":
        welcomed, collectifs = _welcomed(campagne)
        counts |= {"nb_enfants_accueillis": welcomed, "nb_collectifs": collectifs}
        counts |= {"nb_familles": round(welcomed * 0.87), "nb_intervenants": round(collectifs * 4.7)}
        ratios |= _of_actions(campagne)
    rows = [_row(campagne, indicateur, float(count), None, None) for indicateur, count in counts.items()]
    rows += [_row(campagne, name, round(n / d, 4), n, d) for name, (n, d) in ratios.items()]
    return [row | {"nb_departements": departements} for row in rows]


def _welcomed(campagne: str) -> tuple[int, int]:
    _, started, returned, _, _, agreed, _ = _FRANCE[campagne]
    welcomed = round(agreed * returned / started * 0.972)
    return welcomed, round(welcomed / 10.4)


def _of_structures(campagne: str) -> Ratios:
    _, _, _, porteurs, answered, _, _ = _FRANCE[campagne]
    types = {f"part_porteurs_type__{code}": share for code, share in _TYPES.items()}
    if FORMATS[campagne] == "questionnaire-2014":
        types["part_porteurs_type__association_locale"] += types.pop("part_porteurs_type__espace_vie_sociale")
    return {"taux_reponse_porteurs": (answered, porteurs), **_shares(campagne, types | _STRUCTURES, answered)}


def _of_actions(campagne: str) -> Ratios:
    _, started, returned, _, _, _, _ = _FRANCE[campagne]
    welcomed, collectifs = _welcomed(campagne)
    intervenants = round(collectifs * 4.7)
    levels = {f"part_enfants_niveau__{code}": share for code, share in _NIVEAUX.items()}
    ratios = {
        "taux_reponse_actions": (returned, started),
        "taux_realisation": (welcomed, round(welcomed / 0.972)),
        "enfants_par_collectif": (welcomed, collectifs),
        "part_benevoles": (collectifs * 3, intervenants),
        "part_intervenants_formes": (round(intervenants * 0.38), intervenants),
        "part_familles_participantes": (round(welcomed * 0.56), round(welcomed * 0.87)),
        "rencontres_par_action": (round(returned * 4.6), returned),
        "etablissements_par_action": (round(returned * 2.3), returned),
        "cout_par_enfant": (welcomed * 462, welcomed),
        **_shares(campagne, levels | _CHILDREN, welcomed),
        **_shares(campagne, _ACTIONS, returned),
    }
    if FORMATS[campagne] != "questionnaire-2016":
        ratios |= _shares(campagne, _GROUPS, collectifs)
        ratios["taux_presence"] = (round(welcomed * 0.836), welcomed)
        ratios["seances_par_semaine"] = (round(collectifs * 2.2), collectifs)
    if FORMATS[campagne] in ("elan-2021", "trame-2025"):
        ratios |= _shares(campagne, _BONUS, collectifs) | _shares(campagne, _SINCE_ELAN, returned)
    return ratios


def _shares(campagne: str, shares: dict[str, float], base: int) -> Ratios:
    """Numerators and denominators; the first few move a little from one year to the next."""
    moved = _DRIFT * (first_year(campagne) - 2018)
    return {
        name: (round(base * (share + (moved if name.startswith("part_actions") and share < 0.9 else 0))), base)
        for name, share in shares.items()
    }


def _row(
    campagne: str, indicateur: str, valeur: float, numerateur: int | None, denominateur: int | None
) -> dict[str, Value]:
    return {
        "campagne_declaree": campagne,
        "indicateur": indicateur,
        "valeur": valeur,
        "numerateur": numerateur,
        "denominateur": denominateur,
    }
