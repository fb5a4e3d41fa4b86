-- titre: Combien d'actions et d'enfants agréés, année par année ?
-- description: Ce que le comité a agréé dans un département, publié ou calculé, avec la source de chaque chiffre.
-- parametre: departement | Code du département | 45
select campagne, indicateur, valeur, origine, source
from marts.indicateur_valeur
where niveau = 'departement' and code = {departement} and indicateur in ('nb_actions', 'nb_enfants')
order by campagne, indicateur, origine
