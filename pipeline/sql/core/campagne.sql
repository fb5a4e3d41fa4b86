-- One row per campagne declared in data/raw. Its départements are those declared and those of its roster: an action
-- agreed elsewhere has its figures too.
select
    campagne,
    fictif,
    list_sort(list_distinct(list_concat(
        departements,
        (
            select list(a.departement) from staging.agrement as a
            where a.campagne = k.campagne and a.departement is not null
        )
    ))) as departements,
    contexte,
    ouverture,
    cloture
from staging.campagne as k
