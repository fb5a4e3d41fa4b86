-- One row per porteur of the register, under the identifier it answers to today.
select
    porteur_id,
    siret,
    raison_sociale,
    alias,
    remplace_par
from staging.porteur
