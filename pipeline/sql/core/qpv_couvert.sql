-- One row per quartier prioritaire of the départements whose list is known and in force in the campagne, covered when
-- an action names it. Of the communes whose quartiers are counted but not named, as many are covered as there are
-- different names given by their actions, at most all. An action in one that names none, or a name that is of no list,
-- may be any of those that are not covered.
with listes as (
    select k.campagne, q.departement, q.commune_nom, q.nb_qpv, q.noms
    from core.campagne as k
    inner join reference.qpv as q on right(k.campagne, 4)::integer >= q.millesime
    qualify q.millesime = max(q.millesime) over (partition by k.campagne, q.departement)
),

-- An action outside any quartier names none: it says so by its « no ».
reponses as (
    select
        a.campagne,
        a.departement,
        c.nom as commune_nom,
        a.qpv_nom,
        a.qpv,
        regexp_replace(
            normaliser_nom(a.qpv_nom), '^((qpv|quartier|prioritaire|de|du|des|d|l|la|le|les) )*', ''
        ) as cite
    from core.action as a
    left join reference.communes as c on a.commune = c.code
    where
        (a.qpv_nom is not null or a.qpv is not null)
        and (a.campagne, a.departement) in (
            select (q.campagne, d.departement)
            from core.question as q
            inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
            where q.variable = 'qpv_nom'
        )
),

nommes as (
    select
        l.campagne,
        l.departement,
        l.commune_nom,
        unnest(string_split(l.noms, '|')) as nom,
        regexp_replace(
            normaliser_nom(nom), '^((qpv|quartier|prioritaire|de|du|des|d|l|la|le|les) )*', ''
        ) as compare
    from listes as l
    where l.noms is not null
),

comptes as (
    select
        l.campagne,
        l.departement,
        l.commune_nom,
        unnest(range(1, l.nb_qpv + 1)) as rang
    from listes as l
    where l.noms is null
),

cites as (
    select
        l.campagne,
        l.departement,
        l.commune_nom,
        list_sort(list(distinct r.cite)) as noms
    from listes as l
    inner join reponses as r
        on l.campagne = r.campagne
        and l.departement = r.departement
        and list_contains(string_split(l.commune_nom, '|'), r.commune_nom)
    where l.noms is null and r.cite is not null
    group by l.campagne, l.departement, l.commune_nom
),

sans_quartier as (
    select
        r.campagne,
        r.departement,
        count(*)::integer as nb_actions_sans_quartier
    from reponses as r
    left join nommes as n
        on r.campagne = n.campagne and r.departement = n.departement and r.cite = n.compare
    left join cites as c
        on r.campagne = c.campagne
        and r.departement = c.departement
        and list_contains(string_split(c.commune_nom, '|'), r.commune_nom)
        and list_contains(c.noms, r.cite)
    where coalesce(r.qpv, true) and n.compare is null and c.noms is null
    group by r.campagne, r.departement
),

quartiers as (
    select
        n.campagne,
        n.departement,
        n.commune_nom,
        n.nom,
        (n.campagne, n.departement, n.compare) in (
            select (r.campagne, r.departement, r.cite)
            from reponses as r
            where r.cite is not null
        ) as couvert
    from nommes as n
    union all by name
    select
        k.campagne,
        k.departement,
        k.commune_nom,
        coalesce(c.noms[k.rang], 'quartier n° ' || k.rang) as nom,
        c.noms[k.rang] is not null as couvert
    from comptes as k
    left join cites as c
        on k.campagne = c.campagne and k.departement = c.departement and k.commune_nom = c.commune_nom
)

select
    q.*,
    coalesce(s.nb_actions_sans_quartier, 0) as nb_actions_sans_quartier
from quartiers as q
left join sans_quartier as s on q.campagne = s.campagne and q.departement = s.departement
where (q.campagne, q.departement) in (select (r.campagne, r.departement) from reponses as r)
