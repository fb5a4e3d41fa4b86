-- One row per campagne, porteur and département that agreed one of its actions or got one of its returns.
-- What a porteur says of its structure is taken from its last return of the year that says it.
with reponses as (
    select
        campagne,
        porteur_id,
        departement,
        arg_max(columns(getvariable('colonnes_structure')), coalesce(date_validation, timestamp '1970-01-01'))
    from core.reponse
    group by campagne, porteur_id, departement
),

agrements as (
    select
        campagne,
        porteur_id,
        departement,
        bool_or(attendue) as a_demarre,
        count(*)::integer as nb_actions_agreees
    from core.agrement
    group by campagne, porteur_id, departement
)

select
    coalesce(a.campagne, r.campagne) as campagne,
    coalesce(a.porteur_id, r.porteur_id) as porteur_id,
    coalesce(a.departement, r.departement) as departement,
    a.porteur_id is not null as a_agrement,
    coalesce(a.a_demarre, false) as a_demarre,
    r.porteur_id is not null as a_repondu,
    -- The whole year has no roster: those who answered are all that is known of its porteurs.
    coalesce(a.campagne, r.campagne) not in (select g.campagne from core.agrement as g) as sans_liste,
    coalesce(a.nb_actions_agreees, 0) as nb_actions_agreees,
    r.* exclude (campagne, porteur_id, departement)
from agrements as a
full join reponses as r
    on a.campagne = r.campagne and a.porteur_id = r.porteur_id and a.departement = r.departement
