-- titre: Comment une question était-elle posée chaque année ?
-- description: Les intitulés d'une variable dans les fichiers reçus ; cherchez son nom dans le dictionnaire.
-- parametre: variable | Variable | nb_enfants
select distinct campagne, fichier, colonne as intitule
from core.question
where variable = {variable}
order by campagne, fichier
