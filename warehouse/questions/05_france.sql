-- titre: Le département à côté de la France
-- description: Les parts et moyennes qui existent pour les deux, la même année ; « valeur » va de 0 à 1 pour une part.
-- parametre: annee | Année scolaire | 2019-2020
-- parametre: departement | Code du département | 45
select d.indicateur, i.libelle, d.valeur as departement, f.valeur as france, f.source as source_france, f.couverture
from marts.indicateur_valeur as d
inner join marts.indicateur_valeur as f
    on d.indicateur = f.indicateur and d.campagne = f.campagne and f.niveau = 'france'
inner join marts.indicateur as i on d.indicateur = i.indicateur
where d.campagne = {annee} and d.niveau = 'departement' and d.code = {departement} and i.unite in ('pct', 'ratio')
order by i.rang
