-- titre: Qui a répondu, qui n'a pas répondu ?
-- description: Une ligne par porteur qui a une action agréée cette année-là, avec ce qu'il a envoyé.
-- parametre: annee | Année scolaire | 2019-2020
select raison_sociale, nb_actions_agreees, nb_actions_ayant_repondu, nb_enfants_agrees, nb_enfants
from marts.porteur_large
where campagne = {annee}
order by nb_actions_ayant_repondu, raison_sociale
