-- What the rules of expectations/collectif.yml see: every line of the collectifs described, whether its return is
-- there (a number that returns of several départements bear, in files of which it is not known, is nobody's), and
-- whether another line of the same number in that return says otherwise: neither is then read.
with contenus as (
    select
        *,
        if(
            fichier_reponse is null,
            fichier || feuille || ligne::varchar,
            concat_ws(chr(31), fichier_reponse, feuille_reponse, ligne_reponse)
        ) as bilan,
        hash(*columns(* exclude (
            campagne, fichier, feuille, ligne, format, grain, departement, partie, cle, fichier_reponse,
            feuille_reponse, ligne_reponse, est_ambigu
        ))) as contenu
    from staging.collectif
)

select
    c.* exclude (bilan, contenu),
    r.porteur_id,
    c.fichier_reponse is not null as a_une_reponse,
    row_number() over meme as rang_doublon,
    -- A year adopted with older rules keeps its first line.
    min(c.contenu) over toutes <> max(c.contenu) over toutes
    and v.campagne is null
        as doublon_contredit,
    if(doublon_contredit, 'autrement : aucune des lignes n''est lue', 'à l''identique : une seule ligne est lue')
        as autrement_dit
from contenus as c
left join staging.reponse as r
    on c.campagne = r.campagne
    and c.fichier_reponse = r.fichier
    and c.feuille_reponse = r.feuille
    and c.ligne_reponse = r.ligne
left join staging.arret_ancien as v on c.campagne = v.campagne and c.departement = v.departement
window
    toutes as (partition by c.campagne, c.bilan, c.collectif_id),
    meme as (partition by c.campagne, c.bilan, c.collectif_id order by c.fichier, c.feuille, c.ligne)
