-- One row per campagne and département: what was agreed, what was awaited, what came back.
with agrements as (
    select
        campagne,
        departement,
        count(*)::integer as nb_actions_agreees,
        count(distinct porteur_id)::integer as nb_porteurs_agrees,
        sum(nb_enfants_agrees)::integer as nb_enfants_agrees,
        count(*) filter (attendue)::integer as nb_actions_attendues,
        count(*) filter (a_repondu)::integer as nb_actions_ayant_repondu,
        count(*) filter (statut_agrement <> 'agreee')::integer as nb_actions_non_demarrees_ou_arretees
    from core.agrement
    group by campagne, departement
),

reponses as (
    select
        r.campagne,
        r.departement,
        min(r.grain) as grain,
        count(*) filter (r.comptee)::integer as nb_reponses,
        count(*) filter (not r.comptee)::integer as nb_reponses_en_attente,
        count(distinct r.porteur_id)::integer as nb_porteurs_ayant_repondu,
        max(r.date_validation) as derniere_reponse,
        count(*) filter (r.date_validation::date > c.cloture)::integer as nb_reponses_hors_delai
    from core.retour_recu as r
    inner join staging.departement as c on r.campagne = c.campagne and r.departement = c.departement
    group by r.campagne, r.departement
),

anomalies as (
    select
        campagne,
        departement,
        count(*) filter (gravite = 'critique')::integer as nb_anomalies_critiques,
        count(*) filter (gravite = 'alerte')::integer as nb_alertes
    from qualite.anomalie
    where fin is null
    group by campagne, departement
),

refus as (
    select
        campagne,
        departement,
        count(*)::integer as nb_retours_refuses
    from core.porteur_campagne
    where retour = 'refuse'
    group by campagne, departement
),

corrections as (
    select
        campagne,
        departement,
        count(*)::integer as nb_corrections
    from qualite.correction
    group by campagne, departement
),

perimes as (
    select
        f.campagne,
        d.departement,
        count(distinct f.fichier)::integer as nb_fichiers_perimes
    from qualite.fichier as f
    inner join core.fichier_departement as d on f.campagne = d.campagne and f.fichier = d.fichier
    where f.statut = 'perime'
    group by f.campagne, d.departement
)

select
    k.campagne,
    d.departement,
    k.fictif,
    s.etat,
    s.arretee_le,
    s.arretee_par,
    s.chiffres_modifies,
    d.contexte,
    d.ouverture,
    d.cloture,
    r.grain,
    coalesce(a.nb_actions_agreees, 0) as nb_actions_agreees,
    coalesce(a.nb_porteurs_agrees, 0) as nb_porteurs_agrees,
    a.nb_enfants_agrees,
    coalesce(a.nb_actions_attendues, 0) as nb_actions_attendues,
    coalesce(a.nb_actions_non_demarrees_ou_arretees, 0) as nb_actions_non_demarrees_ou_arretees,
    coalesce(r.nb_reponses, 0) as nb_reponses,
    coalesce(r.nb_reponses_en_attente, 0) as nb_reponses_en_attente,
    coalesce(r.nb_porteurs_ayant_repondu, 0) as nb_porteurs_ayant_repondu,
    -- A return per structure does not say which actions it speaks of.
    case when coalesce(r.grain, 'action') = 'action' then a.nb_actions_ayant_repondu / nullif(a.nb_actions_attendues, 0)
    end as taux_reponse_actions,
    r.derniere_reponse,
    coalesce(r.nb_reponses_hors_delai, 0) as nb_reponses_hors_delai,
    coalesce(n.nb_anomalies_critiques, 0) as nb_anomalies_critiques,
    coalesce(n.nb_alertes, 0) as nb_alertes,
    coalesce(f.nb_retours_refuses, 0) as nb_retours_refuses,
    coalesce(e.nb_fichiers_perimes, 0) as nb_fichiers_perimes,
    coalesce(o.nb_corrections, 0) as nb_corrections
from core.campagne as k
inner join staging.departement as d on k.campagne = d.campagne
inner join marts.campagne_etat as s on k.campagne = s.campagne and d.departement = s.departement
left join agrements as a on k.campagne = a.campagne and d.departement = a.departement
left join reponses as r on k.campagne = r.campagne and d.departement = r.departement
left join anomalies as n on k.campagne = n.campagne and d.departement = n.departement
left join refus as f on k.campagne = f.campagne and d.departement = f.departement
left join perimes as e on k.campagne = e.campagne and d.departement = e.departement
left join corrections as o on k.campagne = o.campagne and d.departement = o.departement
