-- One row per collectif of the forms, joined to its return: by the number of the return, by that of the action, or,
-- in a fiche, because both stand on the same sheet. A number counts in its département: that of the file, else of the
-- returns of that number in the same file, else of all those of that number; of several, it is nobody's.
with retours as (
    select
        campagne,
        fichier,
        feuille,
        ligne,
        coalesce(departement, '') as departement,
        reponse_id,
        action_id,
        (campagne, fichier, coalesce(feuille, ''), ligne) in (
            select (d.campagne, d.fichier, coalesce(d.feuille, ''), d.ligne) from qualite.decision as d
            where d.nature = 'choix'
        ) as est_choisi,
        coalesce(statut_reponse, 'validee') = 'validee' as est_valide,
        date_validation
    from staging.reponse
),

-- By what a row finds its return: a number that it bears, or the sheet on which both stand.
places as (
    select
        c.campagne,
        c.fichier,
        c.feuille,
        c.ligne,
        coalesce(c.cle, 'feuille') as cle,
        case c.cle
            when 'reponse_id' then c.reponse_id
            when 'action_id' then c.cle_valeur
            else c.fichier || chr(31) || c.feuille
        end as valeur,
        f.departement as perimetre
    from staging.collectif as c
    left join staging.fichier_situe as f on c.campagne = f.campagne and c.fichier = f.fichier
),

cles as (
    select
        r as retour,
        unnest(['reponse_id', 'action_id', 'feuille']) as cle,
        unnest([r.reponse_id, r.action_id, r.fichier || chr(31) || r.feuille]) as valeur
    from retours as r
),

candidats as (
    select
        p.*,
        k.retour
    from places as p
    inner join cles as k on p.campagne = k.retour.campagne and p.cle = k.cle and p.valeur = k.valeur
),

situes as (
    select
        candidats.campagne,
        candidats.fichier,
        candidats.feuille,
        candidats.ligne,
        case
            when candidats.perimetre is not null then candidats.perimetre
            when count(distinct retour.departement) filter (retour.fichier = candidats.fichier) = 1
                then any_value(retour.departement) filter (retour.fichier = candidats.fichier)
            when count(distinct retour.departement) = 1 then any_value(retour.departement)
        end as departement,
        departement is null as est_ambigu
    from candidats
    group by candidats.campagne, candidats.fichier, candidats.feuille, candidats.ligne, candidats.perimetre
),

retenus as (
    select
        s.campagne,
        s.fichier,
        s.feuille,
        s.ligne,
        c.retour
    from situes as s
    inner join candidats as c
        on s.campagne = c.campagne and s.fichier = c.fichier and s.feuille = c.feuille and s.ligne = c.ligne
        and s.departement = c.retour.departement
    -- The one that will count, when the same action was answered twice.
    qualify row_number() over (
        partition by s.campagne, s.fichier, s.feuille, s.ligne
        order by
            (c.cle = 'reponse_id' and c.retour.fichier = s.fichier) desc,
            c.retour.est_choisi desc,
            c.retour.est_valide desc,
            c.retour.date_validation desc nulls last,
            c.retour.fichier desc,
            c.retour.feuille desc,
            c.retour.ligne desc
    ) = 1
)

select
    c.* replace (
        coalesce(r.retour.reponse_id, c.reponse_id) as reponse_id,
        coalesce(r.retour.action_id, c.action_id) as action_id,
        coalesce(nullif(r.retour.departement, ''), nullif(s.departement, ''), f.departement) as departement
    ),
    r.retour.fichier as fichier_reponse,
    r.retour.feuille as feuille_reponse,
    r.retour.ligne as ligne_reponse,
    coalesce(s.est_ambigu, false) as est_ambigu
from staging.collectif as c
left join situes as s
    on c.campagne = s.campagne and c.fichier = s.fichier and c.feuille = s.feuille and c.ligne = s.ligne
left join retenus as r
    on c.campagne = r.campagne and c.fichier = r.fichier and c.feuille = r.feuille and c.ligne = r.ligne
left join staging.fichier_situe as f on c.campagne = f.campagne and c.fichier = f.fichier
