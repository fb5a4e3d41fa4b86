-- One row per campagne and département that is adopted: what may be diffused is of these.
select
    campagne,
    departement
from marts.campagne_etat
where etat = 'arretee'
