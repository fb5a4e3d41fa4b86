-- What the rules of expectations/reponse.yml see: every typed return, what it holds in place of a status, the names
-- near that of an unknown porteur and the number of collectifs described.
with decrits as (
    select
        campagne,
        fichier_reponse as fichier,
        feuille_reponse as feuille,
        ligne_reponse as ligne,
        count(*)::integer as nb_collectifs_decrits
    from staging.collectif
    where fichier_reponse is not null
    group by campagne, fichier_reponse, feuille_reponse, ligne_reponse
),

avec_statut as (
    select distinct q.campagne, d.departement, q.format
    from core.question as q
    inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
    where q.variable = 'statut_reponse'
),

-- Their line of the roster does not say in which declared département it was agreed.
a_situer as (
    select
        campagne,
        porteur_id,
        action_id,
        list(distinct coalesce(departement, '')) as departements
    from qualite.anomalie
    where regle in ('departement_non_declare', 'departement_contredit') and action_id is not null
    group by campagne, porteur_id, action_id
)

select
    r.*,
    coalesce(c.candidats, 'aucun') as porteur_candidats,
    i.par_siret as porteur_du_siret,
    i.par_nom as porteur_du_nom,
    not exists (
        select 1 from staging.agrement as a
        where a.campagne = r.campagne and a.departement is not distinct from r.departement
    ) as sans_agrement,
    n.reponse_id is not null as numero_en_double,
    n.fichiers as fichiers_du_numero,
    s.action_id is not null as agrement_a_situer,
    b.fichier_partage,
    e.ecrit as statut_ecrit,
    case
        when q.campagne is null then 'n''est pas dans l''export'
        when e.ecrit <> '' then '(« ' || e.ecrit || ' ») n''a pas pu être lu'
        else 'n''est pas renseigné'
    end as statut_manquant,
    d.nb_collectifs_decrits
from staging.reponse as r
left join staging.candidat as c on r.raison_sociale = c.raison_sociale
left join staging.porteur_contredit as i
    on r.campagne = i.campagne
    and r.fichier = i.fichier
    and coalesce(r.feuille, '') = i.feuille
    and r.ligne = i.ligne
    and i.nature = 'reponse'
left join staging.statut_ecrit as e
    on r.campagne = e.campagne
    and r.fichier = e.fichier
    and coalesce(r.feuille, '') = coalesce(e.feuille, '')
    and r.ligne = e.ligne
left join avec_statut as q
    on r.campagne = q.campagne and r.departement is not distinct from q.departement and r.format = q.format
left join decrits as d
    on r.campagne = d.campagne and r.fichier = d.fichier and r.feuille = d.feuille and r.ligne = d.ligne
left join staging.numero_en_double as n
    on r.campagne = n.campagne and coalesce(r.departement, '') = n.departement and r.reponse_id = n.reponse_id
left join a_situer as s
    on r.campagne = s.campagne and r.action_id = s.action_id and r.porteur_id is not distinct from s.porteur_id
    and (r.departement is null or list_has_any(s.departements, [r.departement, '']))
left join staging.rattachement_ambigu as b
    on r.campagne = b.campagne and r.fichier = b.fichier and r.feuille = b.feuille and r.ligne = b.ligne
