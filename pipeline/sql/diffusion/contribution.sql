-- One row per figure of an adopted campagne and département and action that counts in it: what its porteur declared for
-- it. What the committee agreed is public and is not here. Key: campagne, indicateur, departement, porteur_id,
-- action_id, type_structure, zonage, epci.
select
    d.campagne,
    d.indicateur,
    i.diffusion,
    d.departement,
    d.porteur_id,
    coalesce(d.action_id, '') as action_id,
    d.type_structure,
    d.zonage,
    d.epci,
    sum(d.numerateur)::double as numerateur,
    sum(d.denominateur)::double as denominateur
from ligne as d
inner join marts.indicateur as i on d.indicateur = i.indicateur
inner join campagne_diffusee as k on d.campagne = k.campagne and d.departement = k.departement
where
    i.grains <> ['agrement']
    and d.porteur_id is not null
    -- A figure that no question of the year asks for is not shown, unless something else stands in.
    and (
        i.provenance_a_defaut is not null
        or not exists (
            select 1 from marts.indicateur_non_demande as n
            where n.campagne = d.campagne and n.departement = d.departement and n.indicateur = d.indicateur
        )
    )
    -- Nor is one of which too many answers could not be read.
    and (d.campagne, d.indicateur, d.departement) in (
        select (v.campagne, v.indicateur, v.departement)
        from marts.indicateur_valeur_agregee as v
        where v.niveau = 'departement' and v.statut = 'diffusable'
    )
group by all
