-- One row per campagne that porteurs and the public may see. `national`: no département expected that year is missing.
select
    k.campagne,
    not exists (
        select 1 from reference.departements_attendus as a
        where
            coalesce(k.campagne >= a.depuis, true)
            and coalesce(k.campagne <= a.jusqu_a, true)
            and (k.campagne, a.code) not in (select (d.campagne, d.departement) from departement_diffuse as d)
    ) as national
from core.campagne as k
where k.campagne in (select f.campagne from departement_diffuse as f)
