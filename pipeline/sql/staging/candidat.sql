-- One row per name of a return or of a roster that is not known for sure, with up to three known porteurs whose name
-- is near.
with inconnus as (
    select raison_sociale
    from staging.reponse
    where porteur_id is null and raison_sociale is not null
    union distinct
    select raison_sociale
    from staging.agrement
    where porteur_id is null and raison_sociale is not null
),

proches as (
    select
        i.raison_sociale,
        k.actuel,
        any_value(k.raison_sociale) as proche,
        max(jaro_winkler_similarity(normaliser_nom(i.raison_sociale), k.nom)) as score
    from inconnus as i
    cross join staging.nom_connu as k
    group by i.raison_sociale, k.actuel
    having score > 0.8
    qualify row_number() over (partition by i.raison_sociale order by score desc, k.actuel asc) <= 3
)

select
    raison_sociale,
    string_agg('« ' || proche || ' » (' || actuel || ')', ', ' order by score desc, actuel asc) as candidats
from proches
group by raison_sociale
