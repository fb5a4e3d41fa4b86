-- titre: Quels points ont été relevés dans les fichiers ?
-- description: Le nombre de points par question et par gravité ; « critique » met la ligne de côté.
-- parametre: annee | Année scolaire | 2019-2020
select coalesce(variable, colonne, 'ligne entière') as question, gravite, count(*) as points
from qualite.anomalie
where campagne = {annee}
group by question, gravite
order by points desc, question
