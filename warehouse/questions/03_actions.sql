-- titre: Les actions d'une année, avec leur commune et leur taille
-- description: Une ligne par action : ce qui a été agréé et ce qu'elle déclare.
-- parametre: annee | Année scolaire | 2019-2020
select *
from marts.action_large
where campagne = {annee}
order by commune_nom, action_id
