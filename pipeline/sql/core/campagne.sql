-- One row per campagne declared in data/raw, with its départements; a context or a date that is not the same in all of
-- them is in marts.campagne alone.
select
    k.campagne,
    k.fictif,
    list_sort(k.departements) as departements,
    if(count(distinct coalesce(d.contexte, '')) = 1, any_value(d.contexte), null) as contexte,
    if(count(distinct d.ouverture) = 1, any_value(d.ouverture), null) as ouverture,
    if(count(distinct d.cloture) = 1, any_value(d.cloture), null) as cloture
from staging.campagne as k
inner join staging.departement as d on k.campagne = d.campagne
group by k.campagne, k.fictif, k.departements
