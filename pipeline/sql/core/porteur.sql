-- One row per porteur of the register, those that another one replaces included: returns and agréments bear the
-- identifier of the one that answers today.
select
    porteur_id,
    siret,
    raison_sociale,
    alias,
    remplace_par
from staging.porteur
