-- One row per campagne, indicator and département: how the porteurs' own figures spread (internal use: not rounded).
select
    campagne,
    indicateur,
    departement,
    count(*)::integer as nb_porteurs,
    quantile_cont(valeur, 0.25) as premier_quartile,
    median(valeur) as mediane,
    quantile_cont(valeur, 0.75) as troisieme_quartile
from marts.indicateur_valeur
where niveau = 'porteur' and valeur is not null
group by campagne, indicateur, departement
