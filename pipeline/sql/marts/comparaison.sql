-- One row per campagne, indicator and département: its figure beside that of France for the same year and its own of
-- the year before. Of several origins, which one is retained is declared (core.origine); the one set aside is named.
-- Where there is no figure of France, `absence_france` says why. France of another year is quoted in
-- `derniere_france_*`, never compared. Across a break in the question, or where one of the two years was disturbed in
-- what the indicator counts, `comparable` is false.
with perturbes as (
    select
        x.annee as campagne,
        i.indicateur
    from reference.contexte as x
    cross join unnest(string_split(x.non_comparables, '|')) as n (serie)
    inner join marts.indicateur as i on n.serie = i.serie_de
),

choix as (
    select
        v.*,
        row_number() over figure as rang,
        lead(v.valeur) over figure as autre_valeur,
        lead(v.origine) over figure as autre_origine
    from marts.indicateur_valeur_agregee as v
    inner join core.origine as o on v.origine = o.origine
    where v.niveau in ('departement', 'france')
    window figure as (
        partition by v.campagne, v.indicateur, v.niveau, v.code
        order by v.statut = 'diffusable' desc, o.rang
    )
),

retenus as (
    select * from choix
    where rang = 1
),

cites as (
    select
        indicateur,
        annee,
        valeur,
        qualificatif,
        source,
        couverture
    from core.chiffre_publie
    where niveau = 'france' and indicateur is not null
    qualify row_number() over (partition by indicateur order by annee desc) = 1
)

select
    d.campagne,
    d.indicateur,
    d.departement,
    d.valeur,
    d.numerateur,
    d.denominateur,
    d.nb_repondants,
    d.nb_porteurs,
    d.nb_ecartees,
    d.statut,
    d.au_moins,
    d.origine,
    d.source,
    d.autre_valeur,
    d.autre_origine,
    f.valeur as valeur_france,
    f.numerateur as numerateur_france,
    f.denominateur as denominateur_france,
    f.nb_repondants as nb_repondants_france,
    f.au_moins as au_moins_france,
    f.origine as origine_france,
    f.source as source_france,
    f.couverture as couverture_france,
    f.autre_valeur as autre_valeur_france,
    f.autre_origine as autre_origine_france,
    case
        when f.statut = 'diffusable' then null
        when f.statut = 'secret' then 'ce chiffre laisserait connaître ce qu''un porteur a déclaré'
        when f.statut = 'illisible' then 'trop de réponses n''ont pas pu être lues'
        when c.suffisante then 'tous les départements n''ont pas arrêté leurs chiffres'
        else
            c.nb_departements || if(c.nb_departements > 1, ' départements', ' département') || ' sur ' || c.nb_attendus
            || ', il en faut ' || c.minimum
    end as absence_france,
    q.annee as derniere_france_annee,
    q.valeur as derniere_france_valeur,
    q.qualificatif as derniere_france_qualificatif,
    q.source as derniere_france_source,
    q.couverture as derniere_france_couverture,
    p.campagne as campagne_precedente,
    p.valeur as valeur_precedente,
    p.au_moins as au_moins_precedente,
    case
        when p.campagne is not null
            then
                coalesce(p.campagne >= i.comparable_depuis, true)
                and (d.campagne, d.indicateur) not in (select (t.campagne, t.indicateur) from perturbes as t)
                and (p.campagne, p.indicateur) not in (select (t.campagne, t.indicateur) from perturbes as t)
    end as comparable
from retenus as d
inner join marts.indicateur as i on d.indicateur = i.indicateur
left join retenus as f
    on d.campagne = f.campagne
    and d.indicateur = f.indicateur
    and f.niveau = 'france'
left join marts.couverture as c
    on d.campagne = c.campagne
    and d.indicateur = c.indicateur
    and c.niveau = 'france'
left join cites as q on d.indicateur = q.indicateur
left join retenus as p
    on d.indicateur = p.indicateur
    and d.niveau = p.niveau
    and d.code = p.code
    and (left(d.campagne, 4)::integer - 1)::varchar || '-' || left(d.campagne, 4) = p.campagne
where d.niveau = 'departement'
