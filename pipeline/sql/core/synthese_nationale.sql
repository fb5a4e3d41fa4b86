-- National figures as the Caf received them, one row per campagne and indicator.
select
    campagne,
    indicateur,
    valeur,
    numerateur,
    denominateur,
    nb_departements,
    fichier,
    ligne
from staging.synthese
