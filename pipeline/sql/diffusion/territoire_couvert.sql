-- One row per adopted campagne, département and intercommunalité or quartier prioritaire: is there an action? The list
-- of those that have none is that of the bilan.
select *
from warehouse.marts.territoire_couvert
where (campagne, departement) in (select (k.campagne, k.departement) from campagne_diffusee as k)
order by all
