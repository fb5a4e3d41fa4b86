"""The invented figures of France -> the rows of a national synthesis, one an indicator."""

from __future__ import annotations

from pipeline.demo.model import Value

LABEL = "données fictives"

# campagne: (actions agréées, started, with a return, porteurs, porteurs with a return, children agreed, départements)
_FRANCE = {
    "2016-2017": (4105, 4022, 3411, 2318, 1966, 43870, 91),
    "2017-2018": (4188, 4096, 3528, 2342, 2021, 44655, 93),
    "2018-2019": (4266, 4171, 3655, 2361, 2079, 45310, 94),
    "2019-2020": (4312, 4203, 3571, 2374, 2034, 45720, 96),
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
_NIVEAUX = {"elementaire": 0.618, "college": 0.339, "lycee": 0.043}


def national_rows(campagne: str) -> list[dict[str, Value]]:
    """Return the rows of the national synthesis of a campagne, keyed by variable; all of them are invented."""
    actions, started, returned, porteurs, answered, agreed, departements = _FRANCE[campagne]
    welcomed = round(agreed * returned / started * 0.972)
    collectifs = round(welcomed / 10.4)
    volunteers, intervenants = collectifs * 3, round(collectifs * 4.7)
    counts = {"nb_actions": actions, "nb_enfants": agreed, "nb_porteurs": porteurs,
              "nb_enfants_accueillis": welcomed, "nb_collectifs": collectifs}  # fmt: skip
    ratios = {
        "taux_reponse_porteurs": (answered, porteurs),
        "taux_reponse_actions": (returned, started),
        "taux_realisation": (welcomed, round(welcomed / 0.972)),
        "enfants_par_collectif": (welcomed, collectifs),
        "part_benevoles": (volunteers, intervenants),
        **{f"part_porteurs_type__{code}": (round(answered * share), answered) for code, share in _TYPES.items()},
        **{f"part_enfants_niveau__{code}": (round(welcomed * share), welcomed) for code, share in _NIVEAUX.items()},
    }
    rows = [_row(campagne, indicateur, float(count), None, None) for indicateur, count in counts.items()]
    rows += [_row(campagne, name, round(n / d, 4), n, d) for name, (n, d) in ratios.items()]
    return [row | {"nb_departements": departements} for row in rows]


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
