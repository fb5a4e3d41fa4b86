-- Every figure of a territory, a type of structure, a zone or France, one row per origin; those that are computed above
-- the département are added by staging/indicateur_regroupe.sql. Key: campagne, indicateur, niveau, code, departement,
-- region, origine: `departement` is null above it, `region` is that of its own figures only. At département level every
-- indicator of the catalogue has its row each campagne: where there is no value, `statut` says why. A share of which
-- too many answers could not be read has none; a total of which some are set aside, or a figure of which some actions
-- do not say whether they count, is a minimum (`au_moins`).
with perimetres as (
    select k.campagne, k.fictif, unnest(k.departements) as departement
    from core.campagne as k
),

remontees as (
    select campagne, departement, bool_or(grain = 'action') as par_action
    from core.retour_recu
    group by campagne, departement
),

exports as (
    select q.campagne, d.departement, bool_or(q.nature = 'collectif') as a_collectifs
    from core.question as q
    inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
    where q.nature in ('reponse', 'complement', 'collectif')
    group by q.campagne, d.departement
),

seuils as (
    select
        max(valeur) filter (reglage = 'illisibles_part_maximum') as part_maximum,
        max(valeur) filter (reglage = 'illisibles_minimum') as minimum
    from core.reglage
),

-- A figure that no question of the year asks for is not shown, unless something else stands in.
sommes as (
    select
        a.*,
        case
            when est_illisible(i.unite, a.nb_repondants, a.nb_illisibles, s.minimum, s.part_maximum) then 'illisible'
            when a.nb_repondants > 0 then 'diffusable'
            else 'a_verifier'
        end as statut
    from marts.indicateur_agrege as a
    inner join marts.indicateur as i on a.indicateur = i.indicateur
    cross join seuils as s
    where
        i.provenance_a_defaut is not null
        or not exists (
            select 1 from marts.indicateur_non_demande as n
            where n.campagne = a.campagne and n.departement = a.departement and n.indicateur = a.indicateur
        )
),

-- Nothing is judged by a threshold that is not known of the year.
sans_seuil as (
    select distinct
        s.annee as campagne,
        s.departement,
        i.indicateur
    from marts.indicateur as i
    inner join core.seuil as s on list_contains(i.seuils, s.reglage)
    where s.valeur is null
),

departements as (
    select
        p.campagne,
        i.indicateur,
        'departement' as niveau,
        p.departement as code,
        p.departement,
        a.numerateur,
        a.denominateur,
        coalesce(a.nb_repondants, 0) as nb_repondants,
        coalesce(a.nb_porteurs, 0) as nb_porteurs,
        coalesce(a.nb_ecartees, 0) as nb_ecartees,
        coalesce(a.nb_illisibles, 0) as nb_illisibles,
        case
            when a.statut in ('diffusable', 'illisible') then a.statut
            when i.reglage_vide or (i.bareme and f.campagne is null) then 'non_renseigne'
            when list_has_any(i.grains, ['action', 'collectif']) and not coalesce(r.par_action, true)
                then 'non_calculable'
            when i.source = 'core.collectif' and not coalesce(e.a_collectifs, true) then 'non_calculable'
            when n.campagne is not null then 'non_demande'
            when z.campagne is not null then 'sans_seuil'
            else coalesce(a.statut, 'non_renseigne')
        end as statut
    from perimetres as p
    cross join marts.indicateur as i
    left join remontees as r on p.campagne = r.campagne and p.departement = r.departement
    left join exports as e on p.campagne = e.campagne and p.departement = e.departement
    left join core.financement as f on p.campagne = f.campagne
    left join sans_seuil as z
        on p.campagne = z.campagne and p.departement = z.departement and i.indicateur = z.indicateur
    left join marts.indicateur_non_demande as n
        on p.campagne = n.campagne and p.departement = n.departement and i.indicateur = n.indicateur
    left join sommes as a
        on p.campagne = a.campagne
        and i.indicateur = a.indicateur
        and a.niveau = 'departement'
        and p.departement = a.departement
),

attendus as (
    select
        k.campagne,
        count(a.code) as nombre
    from core.campagne as k
    inner join reference.departements_attendus as a
        on coalesce(k.campagne >= a.depuis, true) and coalesce(k.campagne <= a.jusqu_a, true)
    group by k.campagne
),

calcules as (
    select * from departements
    union all by name
    from sommes
    where niveau <> 'departement' and statut <> 'a_verifier'
)

select
    c.campagne,
    c.indicateur,
    c.niveau,
    c.code,
    c.departement,
    null::varchar as region,
    case when c.statut <> 'illisible' then c.numerateur end as numerateur,
    case when c.statut <> 'illisible' then c.denominateur end as denominateur,
    case
        when c.statut = 'diffusable' then c.numerateur / case when i.denominateur is null then 1 else c.denominateur end
    end
        as valeur,
    c.nb_repondants,
    c.nb_porteurs,
    c.nb_ecartees,
    c.statut,
    c.statut = 'diffusable' and (
        (i.denominateur is null and c.nb_ecartees > 0) or (c.campagne, c.indicateur, c.departement) in (
            select (t.campagne, t.indicateur, t.departement)
            from marts.indicateur_incomplet as t
        )
    ) as au_moins,
    case when k.fictif then 'fictif' else 'calcule' end as origine,
    coalesce(f.provenance, i.provenance) || ' ' || c.campagne
    || case when k.fictif then ' (données fictives)' else '' end as source,
    null::varchar as couverture
from calcules as c
inner join marts.indicateur as i on c.indicateur = i.indicateur
inner join core.campagne as k on c.campagne = k.campagne
left join marts.indicateur_a_defaut as f
    on c.campagne = f.campagne and c.departement = f.departement and c.indicateur = f.indicateur
union all by name
select
    s.campagne,
    s.indicateur,
    'france' as niveau,
    'FR' as code,
    null as departement,
    null as region,
    s.numerateur,
    s.denominateur,
    -- The quotient first: a value that differs from it was reported, and must not stand beside it.
    coalesce(
        s.numerateur / case when i.denominateur is null then 1 else nullif(s.denominateur, 0) end, s.valeur
    ) as valeur,
    null as nb_repondants,
    null as nb_porteurs,
    null as nb_ecartees,
    'diffusable' as statut,
    false as au_moins,
    case when k.fictif then 'synthese_fictive' else 'synthese_nationale' end as origine,
    'Synthèse nationale ' || s.campagne || case when k.fictif then ' (données fictives)' else '' end as source,
    s.nb_departements || if(s.nb_departements > 1, ' départements', ' département') || ' sur ' || a.nombre as couverture
from core.synthese_nationale as s
inner join marts.indicateur as i on s.indicateur = i.indicateur
inner join core.campagne as k on s.campagne = k.campagne
inner join attendus as a on s.campagne = a.campagne
union all by name
select
    p.annee as campagne,
    p.indicateur,
    p.niveau,
    p.code,
    case when p.niveau not in ('france', 'region') then p.code end as departement,
    case when p.niveau = 'region' then p.code end as region,
    p.numerateur,
    p.denominateur,
    p.valeur,
    p.denominateur as nb_repondants,
    null as nb_porteurs,
    null as nb_ecartees,
    'diffusable' as statut,
    false as au_moins,
    'publie' as origine,
    p.source,
    p.couverture
from core.chiffre_publie as p
inner join marts.indicateur as i on p.indicateur = i.indicateur
where regexp_full_match(p.annee, '[0-9]{4}-[0-9]{4}')
