-- One row per campagne, département and intercommunalité (niveau epci) or quartier prioritaire (niveau qpv), covered or
-- not. Of a commune whose quartiers are counted but not named, `nom` is what its actions call them, else their rank.
select
    campagne,
    departement,
    'epci' as niveau,
    nom,
    null::varchar as commune_nom,
    couvert
from core.epci_couvert
union all by name
select
    campagne,
    departement,
    'qpv' as niveau,
    nom,
    replace(commune_nom, '|', ', ') as commune_nom,
    couvert
from core.qpv_couvert
