-- One row per campagne, indicator of the synthèse and département: how the porteurs spread, where there are enough of
-- them and the département's own figure is shown; rounded.
select
    d.campagne,
    d.indicateur,
    d.departement,
    d.nb_porteurs,
    arrondi(d.premier_quartile, getvariable('arrondis_quartiles')[i.unite]) as premier_quartile,
    arrondi(d.mediane, getvariable('arrondis_quartiles')[i.unite]) as mediane,
    arrondi(d.troisieme_quartile, getvariable('arrondis_quartiles')[i.unite]) as troisieme_quartile
from warehouse.marts.distribution as d
inner join warehouse.marts.indicateur as i on d.indicateur = i.indicateur
inner join marts.indicateur_valeur as v
    on d.campagne = v.campagne
    and d.indicateur = v.indicateur
    and d.departement = v.departement
    and v.niveau = 'departement'
    and v.statut = 'diffusable'
    and v.origine in ('calcule', 'fictif')
where
    i.synthese_porteur
    and i.diffusion <> 'X'
    and d.nb_porteurs >= getvariable('porteurs_minimum_quartiles')
order by d.campagne, d.indicateur, d.departement
