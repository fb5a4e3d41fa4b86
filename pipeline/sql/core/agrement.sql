-- One row per action agréée. An action is awaited when it is still running, or when it answered all the same: the
-- others are no non-response. A return that waits is received all the same. An action whose situation was not read and
-- that did not answer counts among no non-response: whether it is still running is not known. It is new when its line
-- names no action of the year before; nothing is said where the roster of that year is not held, or where this one does
-- not carry that column. Type and zone are what the porteur's return says, null while it has not answered.
with types as (
    select
        campagne,
        departement,
        porteur_id,
        arg_max(type_structure, coalesce(date_validation, timestamp '1970-01-01')) as type_structure
    from core.reponse
    group by campagne, departement, porteur_id
),

listes as (
    select distinct campagne, departement
    from staging.agrement
),

recus as (
    select distinct
        campagne,
        departement,
        grain,
        porteur_id,
        case when grain = 'action' then action_id end as action_id
    from core.retour_recu
),

suivies as (
    select distinct q.campagne, d.departement
    from core.question as q
    inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
    where q.nature = 'agrement' and q.variable = 'action_precedente'
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
    z.territoire_urbain_rural as zonage,
    a.nb_enfants_agrees,
    a.nb_collectifs_agrees,
    -- Blank is « Agréée », as variables.yml says; what was there and was not read, or is contradicted, is not blank.
    case
        when not coalesce(list_contains(e.ecartees, 'statut_agrement'), false)
            then coalesce(a.statut_agrement, 'agreee')
    end as statut_agrement,
    a.action_precedente,
    case when l.campagne is not null and v.campagne is not null then a.action_precedente is null end as nouvelle,
    a.date_decision,
    r.campagne is not null or s.campagne is not null as a_repondu,
    a_repondu
    or (
        not coalesce(list_contains(e.ecartees, 'statut_agrement'), false)
        and coalesce(a.statut_agrement, 'agreee') = 'agreee'
    ) as attendue,
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
left join core.reponse as z
    on a.campagne = z.campagne and a.departement = z.departement and a.action_id = z.action_id and z.grain = 'action'
left join recus as r
    on a.campagne = r.campagne and a.departement = r.departement and a.action_id = r.action_id and r.grain = 'action'
left join recus as s
    on a.campagne = s.campagne
    and a.departement = s.departement
    and a.porteur_id = s.porteur_id
    and s.grain = 'structure'
left join types as t
    on a.campagne = t.campagne and a.departement = t.departement and a.porteur_id = t.porteur_id
left join listes as l
    on (left(a.campagne, 4)::integer - 1)::varchar || '-' || left(a.campagne, 4) = l.campagne
    and a.departement = l.departement
left join suivies as v on a.campagne = v.campagne and a.departement = v.departement
left join staging.ecartee as e
    on a.campagne = e.campagne and a.fichier = e.fichier and a.feuille = e.feuille and a.ligne = e.ligne
