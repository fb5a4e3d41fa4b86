-- What the rules of expectations/agrement.yml see: every typed line of the rosters, with its rank among those of the
-- same action and the names near that of an unknown porteur.
select
    a.*,
    coalesce(c.candidats, 'aucun') as porteur_candidats,
    row_number() over (
        partition by a.campagne, coalesce(a.action_id, a.fichier || a.ligne::varchar)
        order by a.fichier, a.feuille, a.ligne
    ) as rang_doublon
from staging.agrement as a
left join staging.candidat as c on a.raison_sociale = c.raison_sociale
