-- One row per return that a row of another file may complete or not: its number is that of returns of several
-- départements, and it speaks of one of them.
with partages as (
    select
        s.campagne,
        s.fichier_source,
        s.feuille_source,
        s.ligne_source
    from core.rattachement as s
    inner join staging.reponse as r
        on s.campagne = r.campagne and s.fichier = r.fichier and s.feuille = r.feuille and s.ligne = r.ligne
    where s.cle in ('reponse_id', 'action_id') and s.fichier <> s.fichier_source
    group by s.campagne, s.fichier_source, s.feuille_source, s.ligne_source
    having count(distinct coalesce(r.departement, '')) > 1
)

select
    s.campagne,
    s.fichier,
    s.feuille,
    s.ligne,
    any_value(s.fichier_source) as fichier_partage
from core.rattachement as s
semi join partages as p
    on s.campagne = p.campagne and s.fichier_source = p.fichier_source and s.feuille_source = p.feuille_source
    and s.ligne_source = p.ligne_source
group by s.campagne, s.fichier, s.feuille, s.ligne
