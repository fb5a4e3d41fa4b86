-- One row per action agréée. An action is awaited when it is still running, or when it answered all the same: the
-- others are no non-response. It is new when its line names no action of the year before; nothing is said where the
-- roster of that year is not held, or where this one does not carry that column. Type and zone are what the porteur's
-- return says, null while it has not answered.
with types as (
    select
        campagne,
        porteur_id,
        arg_max(type_structure, coalesce(date_validation, timestamp '1970-01-01')) as type_structure
    from core.reponse
    group by campagne, porteur_id
),

listes as (
    select distinct campagne, departement
    from staging.agrement
),

suivies as (
    select distinct campagne
    from core.question
    where nature = 'agrement' and variable = 'action_precedente'
)

select
    a.campagne,
    a.action_id,
    a.porteur_id,
    a.intitule,
    a.departement,
    a.commune,
    c.epci,
    t.type_structure,
    r.territoire_urbain_rural as zonage,
    a.nb_enfants_agrees,
    a.nb_collectifs_agrees,
    coalesce(a.statut_agrement, 'agreee') as statut_agrement,
    a.action_precedente,
    case when l.campagne is not null and v.campagne is not null then a.action_precedente is null end as nouvelle,
    a.date_decision,
    r.reponse_id is not null or s.porteur_id is not null as a_repondu,
    coalesce(a.statut_agrement, 'agreee') = 'agreee' or a_repondu as attendue,
    -- Without the number of the action of the year before, nothing says whether it is new; the children that a return
    -- expected do not stand in for those agreed, where these could not be read.
    case
        when e.ecartees is not null
            then list_concat(
                e.ecartees,
                if(list_contains(e.ecartees, 'action_precedente'), ['nouvelle'], []),
                if(list_contains(e.ecartees, 'nb_enfants_agrees'), ['nb_enfants_attendus'], [])
            )
    end as ecartees,
    case
        when e.illisibles is not null
            then list_concat(
                e.illisibles,
                if(list_contains(e.illisibles, 'action_precedente'), ['nouvelle'], []),
                if(list_contains(e.illisibles, 'nb_enfants_agrees'), ['nb_enfants_attendus'], [])
            )
    end as illisibles,
    a.fichier,
    a.feuille,
    a.ligne
from staging.agrement as a
left join reference.communes as c on a.commune = c.code
left join core.reponse as r on a.campagne = r.campagne and a.action_id = r.action_id and r.grain = 'action'
left join core.reponse as s on a.campagne = s.campagne and a.porteur_id = s.porteur_id and s.grain = 'structure'
left join types as t on a.campagne = t.campagne and a.porteur_id = t.porteur_id
left join listes as l
    on (left(a.campagne, 4)::integer - 1)::varchar || '-' || left(a.campagne, 4) = l.campagne
    and a.departement = l.departement
left join suivies as v on a.campagne = v.campagne
left join staging.ecartee as e
    on a.campagne = e.campagne and a.fichier = e.fichier and a.feuille = e.feuille and a.ligne = e.ligne
