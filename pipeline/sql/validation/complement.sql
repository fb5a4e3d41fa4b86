-- What the rules of expectations/complement.yml see: every line of the sheets that complete a return, whether that
-- return is there, and whether another line of the same number says otherwise: neither is then read. A number is that
-- of a return of the same file; else of the same département, or of a file of which it is not known yet.
with cles as (
    select
        campagne,
        format,
        cle,
        cle_valeur,
        list(distinct fichier) as fichiers,
        list(distinct coalesce(perimetre, '')) as perimetres
    from staging.cle_de_reponse
    group by campagne, format, cle, cle_valeur
),

contenus as (
    select
        c.*,
        f.departement as perimetre,
        coalesce(c.cle_valeur, c.fichier || c.feuille || c.ligne::varchar) as numero,
        if(list_contains(k.fichiers, c.fichier), c.fichier, '') as portee,
        coalesce(
            list_contains(k.fichiers, c.fichier) or f.departement is null
            or list_has_any(k.perimetres, [f.departement, '']),
            false
        )
        and k.cle_valeur is not null as a_une_reponse,
        hash(*columns(
            c.* exclude (campagne, fichier, feuille, ligne, format, grain, departement, partie, cle)
        )) as contenu
    from staging.complement as c
    left join staging.fichier_situe as f on c.campagne = f.campagne and c.fichier = f.fichier
    left join cles as k
        on c.campagne = k.campagne and c.format = k.format and c.cle = k.cle and c.cle_valeur = k.cle_valeur
)

select
    c.* exclude (numero, contenu, departement, perimetre, portee),
    c.perimetre as departement,
    row_number() over meme as rang_doublon,
    -- A year adopted with older rules keeps its first line.
    min(c.contenu) over toutes <> max(c.contenu) over toutes
    and v.campagne is null
        as doublon_contredit,
    if(doublon_contredit, 'autrement : aucune des lignes n''est lue', 'à l''identique : une seule ligne est lue')
        as autrement_dit
from contenus as c
left join staging.arret_ancien as v on c.campagne = v.campagne and c.perimetre = v.departement
window
    toutes as (partition by c.campagne, c.perimetre, c.portee, c.format, c.partie, c.numero),
    meme as (
        partition by c.campagne, c.perimetre, c.portee, c.format, c.partie, c.numero
        order by c.fichier, c.feuille, c.ligne
    )
