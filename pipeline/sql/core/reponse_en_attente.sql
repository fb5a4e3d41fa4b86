-- One row per return received of which no figure is made yet: its status waits for the Caf to validate it (`attente`
-- = statut), it is one of several replies among which the Caf has to choose (choix), or its département is not known
-- (departement).
select
    campagne,
    reponse_id,
    porteur_id,
    grain,
    departement,
    action_id,
    date_validation,
    attente,
    statut_ecrit,
    fichier,
    feuille,
    ligne
from staging.reponse_en_attente
