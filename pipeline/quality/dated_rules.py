"""Rules that bear a date -> their former effect in what was adopted before it, and what they will set aside there.

A rule says in messages.yml since when it has its effect (`depuis`) and what it did before (`effet_avant`). A year
adopted in a département with older rules keeps its figures there; qualite.effet_en_attente lists what reopening it
would change. A row of which the département is not known follows the oldest rules of its year.
"""

from __future__ import annotations

import duckdb

from pipeline.codebook.model import Codebook

NOT_REPORTED = "non_signalee"
"""Former effect of a rule that did not exist."""
# Until checks._complete, what a rule has just written bears « rule@column »; what reading reported has had its effect.
_WAITING = """
core.arret as r inner join datee as d on r.regles < d.depuis
where a.campagne = r.campagne and (a.departement = r.departement or a.departement is null)
    and a.regle like d.regle || '@%' and a.effet <> d.effet_avant
"""
_LIST = f"""
insert into qualite.effet_en_attente by name
select distinct a.campagne, a.fichier, a.feuille, a.ligne, a.variable, d.regle, a.effet, d.effet_avant, a.departement,
    a.porteur_id, a.action_id
from qualite.anomalie as a, {_WAITING}
"""
_KEEP = f"update qualite.anomalie as a set effet = d.effet_avant from {_WAITING}"


def keep_former_effects(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Give what rules have just written in qualite.anomalie its former effect, in the years adopted before their date.

    What a rule that did not exist then found is taken out. Every row whose effect waits is in qualite.effet_en_attente.
    Call before anything is set aside.
    """
    dated = [(m.code, m.depuis, m.effet_avant) for m in codebook.messages.values() if m.depuis]
    connection.execute(
        "create or replace temp table datee as "
        "select unnest(?::varchar[]) as regle, unnest(?::varchar[]) as depuis, unnest(?::varchar[]) as effet_avant",
        [[row[at] for row in dated] for at in range(3)],
    )
    connection.execute(_LIST)
    connection.execute(_KEEP)
    connection.execute("delete from qualite.anomalie where effet = ?", [NOT_REPORTED])
    connection.execute("drop table datee")
