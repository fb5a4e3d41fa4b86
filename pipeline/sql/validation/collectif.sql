-- What the rules of expectations/collectif.yml see: every line of the collectifs described, whether its return is
-- there, and whether another line of the same number in that return says otherwise: neither is then read.
with retours as (
    select
        campagne,
        reponse_id,
        any_value(porteur_id) as porteur_id
    from staging.reponse
    group by campagne, reponse_id
),

contenus as (
    select
        *,
        coalesce(reponse_id, fichier || feuille || ligne::varchar) as numero,
        hash(*columns(* exclude (campagne, fichier, feuille, ligne, format, grain, partie, cle))) as contenu
    from staging.collectif
)

select
    c.* exclude (numero, contenu),
    r.porteur_id,
    r.reponse_id is not null as a_une_reponse,
    row_number() over meme as rang_doublon,
    -- A year adopted with older rules keeps its first line.
    min(c.contenu) over toutes <> max(c.contenu) over toutes
    and v.campagne is null
        as doublon_contredit,
    if(doublon_contredit, 'autrement : aucune des lignes n''est lue', 'à l''identique : une seule ligne est lue')
        as autrement_dit
from contenus as c
left join retours as r on c.campagne = r.campagne and c.reponse_id = r.reponse_id
left join staging.arret_ancien as v on c.campagne = v.campagne
window
    toutes as (partition by c.campagne, c.numero, c.collectif_id),
    meme as (partition by c.campagne, c.numero, c.collectif_id order by c.fichier, c.feuille, c.ligne)
