-- One row per campagne declared in data/raw.
select
    campagne,
    fictif,
    departements,
    contexte,
    ouverture,
    cloture
from staging.campagne
