-- One row per campagne and département: its figures are adopted while they are those that the committee adopted; where
-- some are not, they are provisional again and `chiffres_modifies` says how many.
with ecarts as (
    select
        campagne,
        departement,
        count(*)::integer as nb_ecarts
    from marts.arret_ecart
    group by campagne, departement
)

select
    k.campagne,
    d.departement,
    case when a.campagne is not null and e.campagne is null then 'arretee' else 'provisoire' end as etat,
    a.arretee_le,
    a.arretee_par,
    coalesce(e.nb_ecarts, 0) as chiffres_modifies
from core.campagne as k
cross join unnest(k.departements) as d (departement)
left join core.arret as a on k.campagne = a.campagne and d.departement = a.departement
left join ecarts as e on k.campagne = e.campagne and d.departement = e.departement
