-- One row per typed row whose département is known: its own, that of the returns that it completes or describes, else
-- that of its file. A code that the year does not declare is no place: what is said of its line is of the file's
-- département.
with lignes as (
    select campagne, fichier, coalesce(feuille, '') as feuille, ligne, departement from staging.agrement
    union all
    select campagne, fichier, coalesce(feuille, '') as feuille, ligne, departement from staging.reponse
    union all
    select campagne, fichier, coalesce(feuille, '') as feuille, ligne, departement from staging.collectif
    union all
    select
        s.campagne,
        s.fichier_source as fichier,
        coalesce(s.feuille_source, '') as feuille,
        s.ligne_source as ligne,
        r.departement
    from core.rattachement as s
    inner join staging.reponse as r
        on s.campagne = r.campagne and s.fichier = r.fichier and s.feuille = r.feuille and s.ligne = r.ligne
)

select
    l.campagne,
    l.fichier,
    l.feuille,
    l.ligne,
    any_value(l.departement) as departement
from lignes as l
semi join staging.departement as d on l.campagne = d.campagne and l.departement = d.departement
group by l.campagne, l.fichier, l.feuille, l.ligne
having count(distinct l.departement) = 1
