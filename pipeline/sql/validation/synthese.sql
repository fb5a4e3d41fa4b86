-- What the rules of expectations/synthese.yml see: every line of the national syntheses, whether the catalogue knows
-- its indicator (and in which unit), and whether another line gives that indicator otherwise: neither is then read.
with contenus as (
    select
        *,
        coalesce(indicateur, ligne::varchar) as cle,
        hash(*columns(* exclude (campagne, fichier, feuille, ligne, format, grain))) as contenu
    from staging.synthese
),

v as (select distinct campagne from staging.arret_ancien)

select
    s.* exclude (cle, contenu),
    null::varchar as departement,
    null::varchar as porteur_id,
    null::varchar as action_id,
    i.indicateur is not null as au_catalogue,
    i.unite,
    row_number() over meme as rang_doublon,
    -- A year adopted with older rules keeps its first line.
    min(s.contenu) over toutes <> max(s.contenu) over toutes
    and v.campagne is null
        as doublon_contredit,
    if(doublon_contredit, 'autrement : aucune des lignes n''est lue', 'à l''identique : une seule ligne est lue')
        as autrement_dit
from contenus as s
left join staging.indicateur_connu as i on s.indicateur = i.indicateur
left join v on s.campagne = v.campagne
window
    toutes as (partition by s.campagne, s.cle),
    meme as (partition by s.campagne, s.cle order by s.fichier, s.feuille, s.ligne)
