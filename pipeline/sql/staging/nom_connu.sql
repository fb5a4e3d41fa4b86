-- One row per name that the register gives to a porteur, normalised, with the porteur that it has become.
with recursive ecrits as (
    select
        porteur_id,
        unnest(string_split(concat_ws('|', raison_sociale, alias), '|')) as texte
    from staging.porteur
),

noms as (
    select distinct
        porteur_id,
        nullif(normaliser_nom(texte), '') as nom
    from ecrits
),

successeurs as (
    select
        porteur_id,
        porteur_id as actuel,
        0 as rang
    from staging.porteur
    union all
    select
        s.porteur_id,
        p.remplace_par as actuel,
        s.rang + 1 as rang
    from successeurs as s
    inner join staging.porteur as p on s.actuel = p.porteur_id
    where p.remplace_par is not null and s.rang < 20
),

actuels as (
    select
        porteur_id,
        arg_max(actuel, rang) as actuel
    from successeurs
    group by porteur_id
)

select
    n.nom,
    p.raison_sociale,
    p.siret,
    n.porteur_id,
    a.actuel
from noms as n
inner join staging.porteur as p on n.porteur_id = p.porteur_id
inner join actuels as a on n.porteur_id = a.porteur_id
