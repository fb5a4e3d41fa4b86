-- One row per figure above the départements, to be added to marts.indicateur_valeur_agregee: France and régions, their
-- types and zones, and the intercommunalités of several départements. Each is the sum of those of the départements
-- that give the figure (marts.couverture), and of no other. A porteur of several of them, staging.porteur_partage, is
-- counted once.
with couverts as (
    select
        c.campagne,
        c.indicateur,
        unnest(c.departements) as departement
    from marts.couverture as c
    where c.niveau = 'france'
),

-- Those in which several départements of the year agreed actions: all of them must give the figure.
epci_partages as (
    select
        a.campagne,
        a.code,
        list(distinct a.departement order by a.departement) as departements
    from marts.indicateur_agrege as a
    inner join core.campagne as k on a.campagne = k.campagne and list_contains(k.departements, a.departement)
    where a.niveau = 'epci'
    group by a.campagne, a.code
    having count(distinct a.departement) > 1
),

-- Where the figures and the porteurs of a département go: itself, its types and zones go to France and to its région.
destinations as (
    select
        c.campagne,
        c.indicateur,
        c.departement,
        s.niveau as ensemble,
        s.code as ensemble_code,
        if(s.niveau = 'region', s.code, null) as region,
        s.nb_departements || if(s.nb_departements > 1, ' départements', ' département') || ' sur ' || s.nb_attendus
            as couverture
    from couverts as c
    inner join reference.departements as d on c.departement = d.code
    inner join marts.couverture as s
        on c.campagne = s.campagne
        and c.indicateur = s.indicateur
        and s.suffisante
        and s.code = case s.niveau when 'france' then 'FR' else d.region end
),

lignes as (
    select
        a.*,
        v.au_moins,
        v.source
    from marts.indicateur_agrege as a
    inner join couverts as c
        on a.campagne = c.campagne and a.indicateur = c.indicateur and a.departement = c.departement
    left join marts.indicateur_valeur_agregee as v
        on a.campagne = v.campagne
        and a.indicateur = v.indicateur
        and a.niveau = v.niveau
        and a.code = v.code
        and a.departement = v.departement
        and v.origine in ('calcule', 'fictif')
),

portees as (
    select
        l.*,
        d.region,
        d.couverture,
        if(l.niveau = 'departement', d.ensemble, l.niveau) as niveau_dessus,
        if(l.niveau = 'departement', d.ensemble_code, l.code) as code_dessus
    from lignes as l
    inner join destinations as d
        on l.campagne = d.campagne and l.indicateur = d.indicateur and l.departement = d.departement
    where l.niveau <> 'epci'
    union all by name
    select
        l.*,
        null::varchar as region,
        'Départements ' || array_to_string(e.departements, ', ') as couverture,
        l.niveau as niveau_dessus,
        l.code as code_dessus
    from lignes as l
    inner join epci_partages as e on l.campagne = e.campagne and l.code = e.code
    where
        l.niveau = 'epci'
        and list_has_all((
            select c.departements from marts.couverture as c
            where c.campagne = l.campagne and c.indicateur = l.indicateur and c.niveau = 'france'
        ), e.departements)
),

sommes as (
    select
        campagne,
        indicateur,
        niveau_dessus as niveau,
        code_dessus as code,
        region,
        any_value(couverture) as couverture,
        sum(numerateur) as numerateur,
        sum(denominateur) as denominateur,
        sum(nb_repondants)::integer as nb_repondants,
        sum(nb_porteurs)::integer as nb_porteurs,
        sum(nb_ecartees)::integer as nb_ecartees,
        sum(nb_illisibles)::integer as nb_illisibles,
        coalesce(bool_or(au_moins), false) as au_moins,
        string_agg(distinct source, ' ; ' order by source) as source
    from portees
    group by campagne, indicateur, niveau_dessus, code_dessus, region
),

-- One line per porteur of several départements and place of a département where it answered.
partages as (
    unpivot (
        select
            campagne,
            indicateur,
            departement as du_departement,
            porteur_id,
            a_repondu,
            compte,
            sur,
            departement,
            epci,
            type_structure,
            zonage
        from staging.porteur_partage
    )
    on departement, epci, type_structure, zonage
    into name niveau value code
),

partages_dessus as (
    select
        p.*,
        d.region,
        if(p.niveau = 'departement', d.ensemble, p.niveau) as niveau_dessus,
        if(p.niveau = 'departement', d.ensemble_code, p.code) as code_dessus
    from partages as p
    inner join destinations as d
        on p.campagne = d.campagne and p.indicateur = d.indicateur and p.du_departement = d.departement
    where p.niveau <> 'epci'
    union all by name
    select
        p.*,
        null::varchar as region,
        p.niveau as niveau_dessus,
        p.code as code_dessus
    from partages as p
    inner join epci_partages as e
        on p.campagne = e.campagne and p.code = e.code and list_contains(e.departements, p.du_departement)
    where p.niveau = 'epci'
),

chaque_porteur as (
    select
        campagne,
        indicateur,
        niveau_dessus as niveau,
        code_dessus as code,
        region,
        greatest(count(distinct du_departement) - 1, 0) as porteurs,
        greatest(count(distinct du_departement) filter (compte) - 1, 0) as comptes,
        greatest(count(distinct du_departement) filter (sur) - 1, 0) as sur
    from partages_dessus
    group by campagne, indicateur, niveau_dessus, code_dessus, region, porteur_id
),

de_trop as (
    select
        campagne,
        indicateur,
        niveau,
        code,
        region,
        sum(porteurs)::integer as porteurs,
        sum(comptes)::integer as comptes,
        sum(sur)::integer as sur
    from chaque_porteur
    group by campagne, indicateur, niveau, code, region
),

seuils as (
    select
        max(valeur) filter (reglage = 'illisibles_part_maximum') as part_maximum,
        max(valeur) filter (reglage = 'illisibles_minimum') as minimum
    from core.reglage
),

ensembles as (
    select
        s.* replace (
            s.nb_porteurs - coalesce(t.porteurs, 0) as nb_porteurs,
            s.numerateur - if(i.distinct_sur is null, 0, coalesce(t.comptes, 0)) as numerateur,
            s.denominateur - if(i.distinct_sur is null, 0, coalesce(t.sur, 0)) as denominateur
        ),
        i.denominateur is not null as est_un_quotient,
        est_illisible(i.unite, s.nb_repondants, s.nb_illisibles, r.minimum, r.part_maximum) as est_illisible
    from sommes as s
    inner join marts.indicateur as i on s.indicateur = i.indicateur
    cross join seuils as r
    left join de_trop as t
        on s.campagne = t.campagne
        and s.indicateur = t.indicateur
        and s.niveau = t.niveau
        and s.code = t.code
        and s.region is not distinct from t.region
    where s.nb_repondants > 0
)

select
    e.campagne,
    e.indicateur,
    e.niveau,
    e.code,
    null::varchar as departement,
    e.region,
    if(e.est_illisible, null, e.numerateur) as numerateur,
    if(e.est_illisible, null, e.denominateur) as denominateur,
    case
        when e.est_illisible then null
        when e.est_un_quotient then e.numerateur / e.denominateur
        else e.numerateur
    end as valeur,
    e.nb_repondants,
    e.nb_porteurs,
    e.nb_ecartees,
    if(e.est_illisible, 'illisible', 'diffusable') as statut,
    e.au_moins and not e.est_illisible as au_moins,
    if(k.fictif, 'fictif', 'calcule') as origine,
    e.source,
    e.couverture
from ensembles as e
inner join core.campagne as k on e.campagne = k.campagne
