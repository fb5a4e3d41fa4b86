-- What the rules of expectations/complement.yml see: every line of the sheets that complete a return, whether that
-- return is there, and whether another line of the same number says otherwise: neither is then read.
with contenus as (
    select
        *,
        coalesce(cle_valeur, fichier || feuille || ligne::varchar) as numero,
        hash(*columns(* exclude (campagne, fichier, feuille, ligne, format, grain, partie, cle))) as contenu
    from staging.complement
)

select
    c.* exclude (numero, contenu),
    k.cle_valeur is not null as a_une_reponse,
    row_number() over meme as rang_doublon,
    -- A year adopted with older rules keeps its first line.
    min(c.contenu) over toutes <> max(c.contenu) over toutes
    and v.campagne is null
        as doublon_contredit,
    if(doublon_contredit, 'autrement : aucune des lignes n''est lue', 'à l''identique : une seule ligne est lue')
        as autrement_dit
from contenus as c
left join staging.cle_de_reponse as k
    on c.campagne = k.campagne and c.format = k.format and c.cle = k.cle and c.cle_valeur = k.cle_valeur
left join staging.arret_ancien as v on c.campagne = v.campagne
window
    toutes as (partition by c.campagne, c.format, c.partie, c.numero),
    meme as (partition by c.campagne, c.format, c.partie, c.numero order by c.fichier, c.feuille, c.ligne)
