-- One row per adopted campagne, rule of today and question that would be counted, set aside or read otherwise than in
-- its adopted figures, if it were reopened: how many lines received, and since when. Nothing of it is applied before.
with attentes as (
    select
        campagne,
        regle,
        variable,
        effet,
        effet_avant,
        null::varchar as message,
        count(distinct concat_ws('#', fichier, feuille, ligne))::integer as nb_concernes
    from qualite.effet_en_attente
    group by campagne, regle, variable, effet, effet_avant
    union all by name
    select
        campagne,
        regle,
        variable,
        if(ligne is null, 'fichier_refuse', 'lue_autrement') as effet,
        null::varchar as effet_avant,
        any_value(message) as message,
        count(distinct concat_ws('#', fichier, feuille, ligne))::integer as nb_concernes
    from qualite.lecture_en_attente
    group by campagne, regle, variable, ligne is null
)

select
    a.campagne,
    a.regle,
    a.variable,
    r.depuis::date as depuis,
    a.effet,
    a.effet_avant,
    coalesce(
        a.message,
        replace(r.libelle, '{libelle}', coalesce(v.libelle, a.variable, '…')),
        '« ' || coalesce(v.libelle, a.variable, '…') || ' » se lirait autrement.'
    ) as libelle,
    a.nb_concernes
from attentes as a
left join staging.regle as r on a.regle = r.regle
left join staging.variable as v on a.variable = v.variable
