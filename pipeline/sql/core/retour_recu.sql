-- One row per return received, whether its figures count or wait: what says who answered.
select campagne, reponse_id, porteur_id, grain, departement, action_id, date_validation, true as comptee
from core.reponse
union all
select campagne, reponse_id, porteur_id, grain, departement, action_id, date_validation, false as comptee
from core.reponse_en_attente
