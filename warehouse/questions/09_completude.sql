-- titre: À quelles questions répond-on le moins ?
-- description: Pour chaque question clé, le nombre de bilans à qui elle a été posée et le nombre de ceux qui y répondent.
-- parametre: annee | Année scolaire | 2019-2020
select libelle, sum(nb_posees) as posees, sum(nb_remplies) as remplies, sum(nb_remplies) / sum(nb_posees) as part
from marts.question_reponse
where campagne = {annee} and cle
group by libelle
order by part, libelle
