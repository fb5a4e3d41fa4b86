-- One row per fault of the register on which no figure may rest: a porteur or a SIRET that stands twice, a successor
-- that the register does not hold, porteurs that succeed one another in a loop.
with recursive suites as (
    select
        porteur_id,
        remplace_par as suivant
    from staging.porteur
    where remplace_par is not null
    union distinct
    select
        s.porteur_id,
        p.remplace_par as suivant
    from suites as s
    inner join staging.porteur as p on s.suivant = p.porteur_id
    where p.remplace_par is not null
),

numeros_en_double as (
    select
        'porteur_id' as colonne,
        porteur_id as valeur,
        list_sort(list(ligne)) as lignes
    from staging.porteur
    group by porteur_id
    having count(*) > 1
),

sirets_en_double as (
    select
        'siret' as colonne,
        siret as valeur,
        list_sort(list(ligne)) as lignes
    from staging.porteur
    where siret is not null and remplace_par is null
    group by siret
    having count(*) > 1
),

sans_successeur as (
    select
        'remplace_par' as colonne,
        p.remplace_par as valeur,
        [p.ligne] as lignes
    from staging.porteur as p
    anti join staging.porteur as s on p.remplace_par = s.porteur_id
    where p.remplace_par is not null
),

-- Whoever comes back to himself: those that he goes through are the whole loop.
boucles as (
    select
        'succession' as colonne,
        string_agg('« ' || p.porteur_id || ' » (ligne ' || p.ligne || ')', ', ' order by p.ligne) as valeur,
        list_sort(list(p.ligne)) as lignes
    from suites as t
    inner join suites as s on t.porteur_id = s.porteur_id
    inner join staging.porteur as p on s.suivant = p.porteur_id
    where t.porteur_id = t.suivant
    group by t.porteur_id
)

from numeros_en_double
union all
from sirets_en_double
union all
from sans_successeur
union all
from boucles
