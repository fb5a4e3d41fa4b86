-- One row per commune of the present vintage, with the territories that hold it.
select
    c.code as commune,
    c.nom as commune_nom,
    c.epci,
    e.nom as epci_nom,
    c.departement,
    d.nom as departement_nom,
    d.region,
    r.nom as region_nom
from reference.communes as c
left join reference.epci as e on c.epci = e.code
left join reference.departements as d on c.departement = d.code
left join reference.regions as r on d.region = r.code
