-- One row per campagne, département and key question: how many returns were asked it, how many answer. A question that
-- has several boxes is answered as soon as one of them is.
with posees as (
    select distinct
        campagne,
        format,
        split_part(variable, '__', 1) as variable
    from core.question
    where
        nature in ('reponse', 'complement')
        and list_contains(getvariable('variables_cles')::varchar[], split_part(variable, '__', 1))
),

attendues as (
    select
        r.campagne,
        r.departement,
        p.variable,
        count(*)::integer as nb_posees
    from core.reponse as r
    inner join posees as p on r.campagne = p.campagne and r.format = p.format
    group by r.campagne, r.departement, p.variable
),

remplies as (
    select
        campagne,
        departement,
        split_part(colonne, '__', 1) as variable,
        count(distinct reponse_id)::integer as nb_remplies
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
    group by all
),

-- Of a question that has several boxes, what comes before the label of each.
libelles as (
    select
        variable_mere as variable,
        if(count(*) = 1, min(libelle), split_part(min(libelle), chr(8239) || ': ', 1)) as libelle
    from staging.variable
    group by variable_mere
)

select
    a.campagne,
    a.departement,
    a.variable,
    l.libelle,
    a.nb_posees,
    coalesce(r.nb_remplies, 0) as nb_remplies
from attendues as a
inner join libelles as l on a.variable = l.variable
left join remplies as r
    on a.campagne = r.campagne and a.departement is not distinct from r.departement and a.variable = r.variable
