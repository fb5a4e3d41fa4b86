-- One row per porteur, campagne and département: what was agreed to it and the totals of what it declared.
with agrements as (
    select
        campagne,
        porteur_id,
        departement,
        sum(nb_enfants_agrees)::integer as nb_enfants_agrees,
        count(*) filter (a_repondu)::integer as nb_actions_ayant_repondu
    from core.agrement
    group by campagne, porteur_id, departement
),

declares as (
    select
        campagne,
        porteur_id,
        departement,
        sum(nb_collectifs)::integer as nb_collectifs,
        sum(nb_collectifs_comptes)::integer as nb_collectifs_comptes,
        sum(nb_enfants)::integer as nb_enfants,
        sum(nb_familles)::integer as nb_familles,
        sum(nb_salaries)::integer as nb_salaries,
        sum(nb_benevoles)::integer as nb_benevoles,
        sum(nb_vacataires)::integer as nb_vacataires,
        sum(nb_services_civiques)::integer as nb_services_civiques
    from core.action
    group by campagne, porteur_id, departement
)

select
    c.campagne,
    c.porteur_id,
    p.raison_sociale,
    c.departement,
    l.libelle as type_structure_libelle,
    c.* exclude (campagne, porteur_id, departement),
    g.nb_enfants_agrees,
    g.nb_actions_ayant_repondu,
    d.nb_collectifs,
    d.nb_collectifs_comptes,
    d.nb_enfants,
    d.nb_familles,
    d.nb_salaries,
    d.nb_benevoles,
    d.nb_vacataires,
    d.nb_services_civiques
from core.porteur_campagne as c
left join core.porteur as p on c.porteur_id = p.porteur_id
left join agrements as g
    on c.campagne = g.campagne and c.porteur_id = g.porteur_id and c.departement = g.departement
left join declares as d
    on c.campagne = d.campagne and c.porteur_id = d.porteur_id and c.departement = d.departement
left join marts.libelle as l on l.variable = 'type_structure' and c.type_structure = l.code
