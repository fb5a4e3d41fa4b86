-- titre: Un indicateur par type de structure
-- description: Les lignes d'un département. Pour regrouper, divisez la somme des numérateurs par celle des dénominateurs.
-- parametre: annee | Année scolaire | 2019-2020
-- parametre: indicateur | Indicateur | part_benevoles
-- parametre: departement | Code du département | 45
select v.code, l.libelle, v.valeur, v.numerateur, v.denominateur, v.nb_porteurs
from marts.indicateur_valeur as v
left join marts.libelle as l on l.variable = 'type_structure' and v.code = l.code
where v.campagne = {annee} and v.indicateur = {indicateur} and v.niveau = 'type_structure'
    and v.departement = {departement}
order by v.nb_porteurs desc
