-- One row per campagne, porteur and département that agreed one of its actions, got one of its returns, or refused
-- the file of one. A return that waits is received. What a porteur says of its structure is taken from its last
-- return of the year that says it.
with reponses as (
    select
        campagne,
        porteur_id,
        departement,
        arg_max(columns(getvariable('colonnes_structure')), coalesce(date_validation, timestamp '1970-01-01'))
    from core.reponse
    group by campagne, porteur_id, departement
),

recus as (
    select distinct campagne, porteur_id, departement
    from core.retour_recu
),

agrements as (
    select
        campagne,
        porteur_id,
        departement,
        bool_or(attendue) as a_demarre,
        count(*)::integer as nb_actions_agreees
    from core.agrement
    -- The roster may give an action to two porteurs: it is neither's until one line is left.
    where porteur_id is not null
    group by campagne, porteur_id, departement
),

refus as (
    select distinct
        f.campagne,
        f.porteur_id,
        s.departement
    from qualite.fichier as f
    inner join staging.fichier_situe as s on f.campagne = s.campagne and f.fichier = s.fichier
    where f.statut = 'refuse' and f.porteur_id is not null
),

lignes as (
    select
        campagne,
        porteur_id,
        departement
    from agrements
    union
    select
        campagne,
        porteur_id,
        departement
    from recus
    union
    -- Neither agreed nor answered, as far as is known: its refused file is all there is.
    select f.*
    from refus as f
    anti join agrements as a
        on f.campagne = a.campagne
        and f.porteur_id = a.porteur_id
        and coalesce(f.departement, a.departement) = a.departement
    anti join recus as r
        on f.campagne = r.campagne
        and f.porteur_id = r.porteur_id
        and coalesce(f.departement, r.departement) is not distinct from r.departement
)

select
    l.campagne,
    l.porteur_id,
    l.departement,
    a.porteur_id is not null as a_agrement,
    coalesce(a.a_demarre, false) as a_demarre,
    e.porteur_id is not null as a_repondu,
    case
        when e.porteur_id is not null then 'recu'
        when f.porteur_id is not null then 'refuse'
        when a.a_demarre then 'attendu'
        else 'non_attendu'
    end as retour,
    -- The year of this département has no roster: those who answered are all that is known of its porteurs.
    l.departement is null
    or (l.campagne, l.departement) not in (select (g.campagne, g.departement) from core.agrement as g) as sans_liste,
    coalesce(a.nb_actions_agreees, 0) as nb_actions_agreees,
    r.* exclude (campagne, porteur_id, departement)
from lignes as l
left join agrements as a
    on l.campagne = a.campagne and l.porteur_id = a.porteur_id and l.departement is not distinct from a.departement
left join reponses as r
    on l.campagne = r.campagne and l.porteur_id = r.porteur_id and l.departement is not distinct from r.departement
left join recus as e
    on l.campagne = e.campagne and l.porteur_id = e.porteur_id and l.departement is not distinct from e.departement
left join refus as f
    on l.campagne = f.campagne
    and l.porteur_id = f.porteur_id
    and coalesce(f.departement, l.departement) is not distinct from l.departement
