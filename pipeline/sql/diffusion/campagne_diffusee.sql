-- One row per campagne that porteurs and the public may see. `national`: no département expected that year is missing.
select
    k.campagne,
    not exists (
        select 1 from reference.departements_attendus as a
        anti join departement_diffuse as d on a.code = d.departement and k.campagne = d.campagne
        where coalesce(k.campagne >= a.depuis, true) and coalesce(k.campagne <= a.jusqu_a, true)
    ) as national
from core.campagne as k
semi join departement_diffuse as d on k.campagne = d.campagne
