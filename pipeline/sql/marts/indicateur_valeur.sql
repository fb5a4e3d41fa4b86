-- Every figure at every level. Key: campagne, indicateur, niveau, code, departement, region, origine. The rows of
-- porteurs and actions are computed on the fly from their returns; the others are stored. Rates are not to be averaged:
-- divide the sum of `numerateur` by the sum of `denominateur`.
select *
from marts.indicateur_valeur_agregee
union all by name
select
    d.campagne,
    d.indicateur,
    d.niveau,
    d.code,
    d.departement,
    d.numerateur,
    d.denominateur,
    d.numerateur / case when i.denominateur is null then 1 else d.denominateur end as valeur,
    d.nb_repondants,
    d.nb_porteurs,
    'diffusable' as statut,
    case when k.fictif then 'fictif' else 'calcule' end as origine,
    coalesce(f.provenance, i.provenance) || ' ' || d.campagne
    || case when k.fictif then ' (données fictives)' else '' end as source,
    null::varchar as couverture
from marts.indicateur_detail as d
inner join marts.indicateur as i on d.indicateur = i.indicateur
inner join core.campagne as k on d.campagne = k.campagne
left join marts.indicateur_a_defaut as f
    on d.campagne = f.campagne and d.departement = f.departement and d.indicateur = f.indicateur
where
    i.provenance_a_defaut is not null
    or not exists (
        select 1 from marts.indicateur_non_demande as n
        where n.campagne = d.campagne and n.departement = d.departement and n.indicateur = d.indicateur
    )
