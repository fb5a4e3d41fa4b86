-- One row per campagne: its figures are adopted while they are those that the committee adopted; where some are not,
-- they are provisional again and `chiffres_modifies` says how many.
with ecarts as (
    select
        campagne,
        count(*)::integer as nb_ecarts
    from marts.arret_ecart
    group by campagne
)

select
    k.campagne,
    case when a.campagne is not null and e.campagne is null then 'arretee' else 'provisoire' end as etat,
    a.arretee_le,
    a.arretee_par,
    coalesce(e.nb_ecarts, 0) as chiffres_modifies
from core.campagne as k
left join core.arret as a on k.campagne = a.campagne
left join ecarts as e on k.campagne = e.campagne
