-- titre: Un indicateur d'année en année
-- description: Sa valeur et ce qui la porte. Une question qui a changé ne se compare pas : voyez comparable_depuis.
-- parametre: indicateur | Indicateur | part_actions_qpv
-- parametre: departement | Code du département | 45
select v.campagne, v.valeur, v.numerateur, v.denominateur, v.nb_repondants, v.statut, i.comparable_depuis
from marts.indicateur_valeur as v
inner join marts.indicateur as i on v.indicateur = i.indicateur
where v.indicateur = {indicateur} and v.niveau = 'departement' and v.code = {departement}
order by v.campagne
