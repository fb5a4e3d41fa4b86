-- One row per campagne that is adopted in every département expected that year: none is missing.
select k.campagne
from core.campagne as k
where not exists (
    select 1 from reference.departements_attendus as a
    where
        coalesce(k.campagne >= a.depuis, true)
        and coalesce(k.campagne <= a.jusqu_a, true)
        and (k.campagne, a.code) not in (select (d.campagne, d.departement) from campagne_diffusee as d)
)
