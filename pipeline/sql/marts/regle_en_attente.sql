-- One row per adopted campagne and département, rule of today and question that would be counted, set aside or read
-- otherwise than in its adopted figures, if it were reopened: how many lines received, and since when. Nothing of it is
-- applied before. What is of no known département is of each that its file may concern.
with lignes as (
    select
        campagne,
        departement,
        fichier,
        feuille,
        ligne,
        regle,
        variable,
        effet,
        effet_avant,
        null::varchar as message
    from qualite.effet_en_attente
    union all by name
    select
        campagne,
        departement,
        fichier,
        feuille,
        ligne,
        regle,
        variable,
        if(ligne is null, 'fichier_refuse', 'lue_autrement') as effet,
        null::varchar as effet_avant,
        message
    from qualite.lecture_en_attente
),

situees as (
    select l.* replace (coalesce(l.departement, f.departement) as departement)
    from lignes as l
    left join core.fichier_departement as f
        on l.departement is null and l.campagne = f.campagne and l.fichier = f.fichier
),

attentes as (
    select
        k.campagne,
        k.departement,
        s.regle,
        s.variable,
        s.effet,
        s.effet_avant,
        any_value(s.message) as message,
        count(distinct concat_ws('#', s.fichier, s.feuille, s.ligne))::integer as nb_concernes
    from situees as s
    inner join core.arret as k
        on s.campagne = k.campagne and (s.departement = k.departement or s.departement is null)
    group by all
)

select
    a.campagne,
    a.departement,
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
