"""What the référentiel expects, by school years -> core.seuil: the thresholds of each campagne, null if not known.

One row a threshold of the campagne, whatever the département, and one for each of its départements.
"""

from __future__ import annotations

import duckdb

from pipeline.codebook.funding import YEARLY
from pipeline.codebook.model import Codebook
from pipeline.sql.steps import Step, in_steps

# What was adopted before thresholds had their years keeps those that judged every year.
_OF_A_CAMPAGNE = in_steps(
    Step("seuils", "select unnest($reglages::varchar[]) as reglage"),
    Step(
        "periodes",
        "select unnest($depuis::varchar[]) as depuis, unnest($jusqu_a::varchar[]) as jusqu_a, "
        "unnest($noms::varchar[]) as reglage, unnest($valeurs::double[]) as valeur, "
        "unnest($sources::varchar[]) as source",
    ),
    Step("avant", "select unnest($reglages::varchar[]) as reglage, unnest($avant::double[]) as valeur"),
    Step(
        "lieux",
        "select campagne, null::varchar as departement from staging.campagne "
        "union all select campagne, unnest(departements) from staging.campagne",
    ),
    Step(
        "seuil",
        "select k.campagne as annee, k.departement, s.reglage, if(a.campagne is null, p.valeur, v.valeur) as valeur, "
        "if(a.campagne is null, p.source, null) as source "
        "from lieux as k cross join seuils as s left join core.arret as a "
        "on k.campagne = a.campagne and k.departement = a.departement and a.regles < $jusqu_au "
        "left join avant as v on s.reglage = v.reglage "
        "left join periodes as p on s.reglage = p.reglage and k.campagne >= p.depuis "
        "and k.campagne <= coalesce(p.jusqu_a, k.campagne)",
    ),
)


def create_thresholds(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Fill core.seuil (annee, departement, reglage, valeur, source) with the thresholds of YEARLY."""
    periods = [(years, name) for years in codebook.funding.referentiel for name in YEARLY]
    former = codebook.funding.avant
    connection.execute(
        f"insert into core.seuil by name {_OF_A_CAMPAGNE}",
        {
            "reglages": list(YEARLY),
            "depuis": [years.depuis for years, _ in periods],
            "jusqu_a": [years.jusqu_a for years, _ in periods],
            "noms": [name for _, name in periods],
            "valeurs": [years.valeurs[name] for years, name in periods],
            "sources": [years.source for years, _ in periods],
            "avant": [former.valeurs[name] if former else None for name in YEARLY],
            "jusqu_au": former.jusqu_au if former else "",
        },
    )
