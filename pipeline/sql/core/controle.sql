-- One row per return kept: how many of the key questions that its form asks it answers, and whether a point is still
-- to be looked at. A question that has several boxes counts once, and is answered as soon as one of them is.
with posees as (
    select
        q.campagne,
        d.departement,
        q.format,
        list_distinct(list(split_part(q.variable, '__', 1))) as variables
    from core.question as q
    inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
    where
        q.nature in ('reponse', 'complement')
        and list_contains(getvariable('variables_cles')::varchar[], split_part(q.variable, '__', 1))
    group by q.campagne, d.departement, q.format
),

remplies as (
    select
        campagne,
        departement,
        reponse_id,
        count(distinct split_part(colonne, '__', 1))::integer as nb_questions_cles_remplies
    from (
        unpivot (
            select
                campagne,
                departement,
                reponse_id,
                columns(getvariable('colonnes_cles')::varchar[])::varchar
            from core.reponse
        )
        on columns(* exclude (campagne, departement, reponse_id))
        into name colonne value valeur
    )
    group by campagne, departement, reponse_id
),

points as (
    select *
    from qualite.anomalie
    where gravite in ('critique', 'alerte') and fin is null
),

-- A point found while cells were read is of its line; the others name their return.
ouverts as (
    select campagne, departement, reponse_id
    from points
    where reponse_id is not null
    union
    select r.campagne, r.departement, r.reponse_id
    from points as o
    inner join core.reponse as r
        on o.campagne = r.campagne
        and o.fichier = r.fichier
        and coalesce(o.feuille, '') = coalesce(r.feuille, '')
        and o.ligne = r.ligne
    where o.reponse_id is null
)

select
    r.campagne,
    r.reponse_id,
    r.action_id,
    r.porteur_id,
    r.departement,
    a.epci,
    coalesce(a.type_structure, r.type_structure) as type_structure,
    a.zonage,
    coalesce(len(p.variables), 0)::integer as nb_questions_cles_posees,
    coalesce(m.nb_questions_cles_remplies, 0)::integer as nb_questions_cles_remplies,
    o.reponse_id is not null as a_verifier
from core.reponse as r
left join core.action as a
    on r.campagne = a.campagne and r.departement is not distinct from a.departement and r.reponse_id = a.reponse_id
left join posees as p
    on r.campagne = p.campagne and r.departement is not distinct from p.departement and r.format = p.format
left join remplies as m
    on r.campagne = m.campagne and r.departement is not distinct from m.departement and r.reponse_id = m.reponse_id
left join ouverts as o
    on r.campagne = o.campagne and r.departement is not distinct from o.departement and r.reponse_id = o.reponse_id
