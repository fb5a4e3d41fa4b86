-- One row per campagne, indicator and place above the département whose figure may be decided: it is made, and all the
-- départements that it rests on are adopted.
select
    campagne,
    indicateur,
    niveau,
    code,
    departements
from marts.couverture as c
where
    suffisante
    and list_has_all(
        (
            select coalesce(list(d.departement), []) from campagne_diffusee as d
            where d.campagne = c.campagne
        ),
        departements
    )
