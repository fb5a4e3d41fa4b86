"""Names and SIRET of returns and rosters + the register -> porteur_id, or candidates where it does not know.

The register is the only source of porteur_id. Identifier, then SIRET, then the exact name once normalised; a name that
merely looks alike is proposed, never applied.
"""

from __future__ import annotations

import duckdb

from socle.words.french import line_ranges
from socle.words.refusal import Refusal

_MATCHES = """
create or replace table staging.nom_connu as
with recursive ecrits as (
    select porteur_id, unnest(string_split(concat_ws('|', raison_sociale, alias), '|')) as texte from staging.porteur
),
noms as (select distinct porteur_id, nullif(normaliser_nom(texte), '') as nom from ecrits),
successeur(porteur_id, actuel, rang) as (
    select porteur_id, porteur_id, 0 from staging.porteur
    union all
    select s.porteur_id, p.remplace_par, s.rang + 1
    from successeur as s inner join staging.porteur as p on s.actuel = p.porteur_id
    where p.remplace_par is not null and s.rang < 20
),
actuels as (select porteur_id, arg_max(actuel, rang) as actuel from successeur group by porteur_id)
select n.nom, p.raison_sociale, p.siret, n.porteur_id, a.actuel
from noms as n
inner join staging.porteur as p using (porteur_id)
inner join actuels as a using (porteur_id)
"""

_IDENTIFY = """
create or replace table staging.{table} as
with ids as (select porteur_id, any_value(actuel) as actuel from staging.nom_connu group by porteur_id),
sirets as (
    select siret, any_value(actuel) as actuel from staging.nom_connu
    where siret is not null group by siret having count(distinct actuel) = 1
),
noms as (select nom, any_value(actuel) as actuel from staging.nom_connu group by nom having count(distinct actuel) = 1)
select r.* replace (coalesce(i.actuel, s.actuel, n.actuel) as porteur_id)
from staging.{table} as r
left join ids as i on r.porteur_id = i.porteur_id
left join sirets as s on r.siret = s.siret
left join noms as n on normaliser_nom(r.raison_sociale) = n.nom
"""

_CANDIDATES = """
create or replace table staging.candidat as
with inconnus as (
    select distinct raison_sociale from staging.reponse where porteur_id is null and raison_sociale is not null
    union
    select distinct raison_sociale from staging.agrement where porteur_id is null and raison_sociale is not null
),
proches as (
    select
        i.raison_sociale,
        k.actuel,
        any_value(k.raison_sociale) as proche,
        max(jaro_winkler_similarity(normaliser_nom(i.raison_sociale), k.nom)) as score
    from inconnus as i cross join staging.nom_connu as k
    group by i.raison_sociale, k.actuel
    having score > 0.8
    qualify row_number() over (partition by i.raison_sociale order by score desc, k.actuel) <= 3
)
select
    raison_sociale,
    string_agg('« ' || proche || ' » (' || actuel || ')', ', ' order by score desc, actuel) as candidats
from proches group by raison_sociale
"""


_FAULTS = """
with recursive suite(porteur_id, suivant) as (
    select porteur_id, remplace_par from staging.porteur where remplace_par is not null
    union
    select s.porteur_id, p.remplace_par
    from suite as s inner join staging.porteur as p on s.suivant = p.porteur_id
    where p.remplace_par is not null
),
tournants as (select porteur_id from suite where porteur_id = suivant)
select 'porteur_id' as colonne, porteur_id as valeur, list_sort(list(ligne)) as lignes
from staging.porteur group by porteur_id having count(*) > 1
union all
select 'siret', siret, list_sort(list(ligne))
from staging.porteur where siret is not null and remplace_par is null group by siret having count(*) > 1
union all
select 'remplace_par', p.remplace_par, [p.ligne]
from staging.porteur as p anti join staging.porteur as s on p.remplace_par = s.porteur_id
where p.remplace_par is not null
union all
-- Whoever comes back to himself: those that he goes through are the whole loop.
select
    'succession',
    string_agg('« ' || p.porteur_id || ' » (ligne ' || p.ligne || ')', ', ' order by p.ligne),
    list_sort(list(p.ligne))
from tournants as t
inner join suite as s on t.porteur_id = s.porteur_id
inner join staging.porteur as p on s.suivant = p.porteur_id
group by t.porteur_id
order by all limit 1
"""

_CODES = {"remplace_par": "registre_sans_successeur", "succession": "registre_en_boucle"}


def identify(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the register's identifier in staging.reponse and staging.agrement, null where it is not known for sure.

    Leave in staging.candidat (raison_sociale, candidats) up to three known porteurs whose name is near. Raise Refusal
    when the register names one porteur twice, a successor that it does not hold, or porteurs that succeed one another
    in a loop: every figure would rest on it.
    """
    fault = connection.execute(_FAULTS).fetchone()
    if fault:
        colonne, valeur, lignes = fault
        code = _CODES.get(colonne, "registre_en_double")
        raise Refusal(code, colonne=colonne, valeur=valeur, lignes=line_ranges(lignes))
    connection.execute(_MATCHES)
    for table in ("reponse", "agrement"):
        connection.execute(_IDENTIFY.format(table=table))
    connection.execute(_CANDIDATES)
