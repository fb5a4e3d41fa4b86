-- What the rules of expectations/synthese.yml see: every line of the national syntheses, and whether the catalogue
-- knows its indicator, and in which unit.
select
    s.*,
    null::varchar as porteur_id,
    null::varchar as action_id,
    i.indicateur is not null as au_catalogue,
    i.unite,
    row_number() over (
        partition by s.campagne, coalesce(s.indicateur, s.ligne::varchar) order by s.fichier, s.feuille, s.ligne
    ) as rang_doublon
from staging.synthese as s
left join staging.indicateur_connu as i on s.indicateur = i.indicateur
