-- One row per row that is kept and of which an answer is set aside: the columns (or the whole question, where its cell
-- holds several answers), and among them those that could not be read. An answer of another sheet is of its return.
with cellules as (
    select
        a.campagne,
        coalesce(r.fichier, a.fichier) as fichier,
        coalesce(r.feuille, a.feuille) as feuille,
        coalesce(r.ligne, a.ligne) as ligne,
        a.variable,
        i.variable is not null as est_illisible
    from qualite.anomalie as a
    left join core.rattachement as r
        on a.campagne = r.campagne
        and a.fichier = r.fichier_source
        and a.feuille = r.feuille_source
        and a.ligne = r.ligne_source
    left join staging.illisible as i
        on a.campagne = i.campagne
        and a.fichier = i.fichier
        and a.feuille = i.feuille
        and a.ligne = i.ligne
        and a.variable = i.variable
    where
        a.effet = 'valeur_ecartee'
        and a.variable is not null
        -- Before that day such an answer was a blank among the others: a year adopted then keeps its figures.
        and not exists (
            select 1
            from staging.arret_ancien as k
            where k.campagne = a.campagne and k.departement = a.departement
        )
)

select
    campagne,
    fichier,
    feuille,
    ligne,
    list_sort(list(distinct variable)) as ecartees,
    list_sort(list(distinct variable) filter (est_illisible)) as illisibles
from cellules
group by campagne, fichier, feuille, ligne
