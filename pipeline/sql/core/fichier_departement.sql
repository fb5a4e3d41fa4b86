-- One row per file and département that it concerns: that of its folder (or the only one of its year), else those in
-- which its rows count.
select
    campagne,
    fichier,
    departement
from staging.fichier_situe
where departement is not null
union
select
    l.campagne,
    l.fichier,
    l.departement
from staging.lieu as l
