-- titre: Combien d'actions et d'enfants par commune ?
-- description: Les actions agréées d'une année, regroupées par commune.
-- parametre: annee | Année scolaire | 2019-2020
select t.nom as commune, count(*) as actions, sum(g.nb_enfants_agrees) as enfants_agrees
from core.agrement as g
left join reference.communes as t on g.commune = t.code
where g.campagne = {annee}
group by t.nom
order by actions desc, commune
