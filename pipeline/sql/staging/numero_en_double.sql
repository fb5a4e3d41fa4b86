-- One row per number that is given in one département to returns of several things: nothing says whose the rows of
-- other sheets are; `fichiers` names the files.
select
    campagne,
    coalesce(departement, '') as departement,
    reponse_id,
    array_to_string(list_sort(list(distinct fichier)), ', ') as fichiers
from staging.reponse
group by campagne, coalesce(departement, ''), reponse_id
having count(distinct if(
    porteur_id is not null and (grain = 'structure' or action_id is not null),
    concat_ws(chr(31), porteur_id, grain, case when grain = 'action' then action_id end),
    null
)) > 1
