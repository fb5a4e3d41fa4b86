-- One row per adopted campagne and rule of today that would count, set aside or read otherwise what its figures were
-- made from, if it were reopened: how many answers, and since when. Nothing of it is applied as long as it is not.
with attentes as (
    select
        campagne,
        regle,
        effet,
        effet_avant,
        null::varchar as message,
        count(distinct (fichier, feuille, ligne))::integer as nb_concernes
    from qualite.effet_en_attente
    group by campagne, regle, effet, effet_avant
    union all by name
    select
        campagne,
        regle,
        if(ligne is null, 'fichier_refuse', 'lue_autrement') as effet,
        null::varchar as effet_avant,
        any_value(message) as message,
        count(distinct (fichier, feuille, ligne))::integer as nb_concernes
    from qualite.lecture_en_attente
    group by campagne, regle, ligne is null
)

select
    a.campagne,
    a.regle,
    r.depuis::date as depuis,
    a.effet,
    a.effet_avant,
    coalesce(a.message, r.libelle, 'Des réponses se liraient autrement.') as libelle,
    a.nb_concernes
from attentes as a
left join staging.regle as r on a.regle = r.regle
