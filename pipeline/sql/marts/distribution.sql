-- One row per campagne, indicator and département: how the porteurs' own figures spread (internal use: not rounded).
select
    campagne,
    indicateur,
    departement,
    nb_porteurs,
    quartiles[1] as premier_quartile,
    quartiles[2] as mediane,
    quartiles[3] as troisieme_quartile
from (
    select
        campagne,
        indicateur,
        departement,
        count(*)::integer as nb_porteurs,
        quantile_cont(valeur, [0.25, 0.5, 0.75]) as quartiles
    from marts.indicateur_valeur
    where niveau = 'porteur' and valeur is not null
    group by campagne, indicateur, departement
) as reparties
