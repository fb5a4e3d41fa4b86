-- What is known of the bonus, since they exist: one row per collectif where the year's exports say which ones were
-- attributed, else one row per action with what its porteur declares. `base` says which.
with attributions as (
    select distinct q.campagne, d.departement
    from core.question as q
    inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
    where q.nature = 'collectif' and q.variable in ('bonus_enfants_attribue', 'bonus_parents_attribue')
)

select
    campagne,
    action_id,
    porteur_id,
    departement,
    epci,
    type_structure,
    zonage,
    'collectif' as base,
    bonus_enfants_attribue as bonus_enfants,
    bonus_parents_attribue as bonus_parents,
    list_transform(ecartees, lambda name: regexp_replace(name, '^(bonus_[a-z]+)_attribue$', '\1')) as ecartees,
    list_transform(illisibles, lambda name: regexp_replace(name, '^(bonus_[a-z]+)_attribue$', '\1')) as illisibles,
    fichier,
    feuille,
    ligne
from core.collectif
where
    campagne >= '2021-2022'
    and (campagne, departement) in (select (b.campagne, b.departement) from attributions as b)
union all by name
select
    campagne,
    action_id,
    porteur_id,
    departement,
    epci,
    type_structure,
    zonage,
    'action' as base,
    bonus_enfants,
    bonus_parents,
    ecartees,
    illisibles,
    fichier,
    feuille,
    ligne
from core.action
where
    campagne >= '2021-2022'
    and (campagne, departement) not in (select (b.campagne, b.departement) from attributions as b)
