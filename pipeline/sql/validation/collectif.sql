-- What the rules of expectations/collectif.yml see: every line of the collectifs described, whether its return is
-- there, and its rank among those of the same number in that return.
with retours as (
    select
        campagne,
        reponse_id,
        any_value(porteur_id) as porteur_id
    from staging.reponse
    group by campagne, reponse_id
)

select
    c.*,
    r.porteur_id,
    r.reponse_id is not null as a_une_reponse,
    row_number() over (
        partition by
            c.campagne, coalesce(c.reponse_id, c.fichier || c.feuille || c.ligne::varchar), c.collectif_id
        order by c.fichier, c.feuille, c.ligne
    ) as rang_doublon
from staging.collectif as c
left join retours as r on c.campagne = r.campagne and c.reponse_id = r.reponse_id
