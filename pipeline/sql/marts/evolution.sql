-- One row per indicator, département and pair of following campagnes: the change for all, and à champ constant, that is
-- among the porteurs who answered both years. Across a break in the question, or where one of the years was disturbed in
-- what the indicator counts, `comparable` is false.
with perturbes as (
    select
        x.annee as campagne,
        i.indicateur
    from reference.contexte as x
    cross join unnest(string_split(x.non_comparables, '|')) as n (serie)
    inner join marts.indicateur as i on n.serie = i.serie_de
),

porteurs as (
    select campagne, indicateur, departement, code as porteur_id, numerateur, denominateur
    from marts.indicateur_valeur
    where niveau = 'porteur'
),

constants as (
    select
        n.campagne,
        n.indicateur,
        n.departement,
        count(*)::integer as nb_porteurs_constants,
        sum(n.numerateur) as numerateur,
        sum(n.denominateur) as denominateur,
        sum(p.numerateur) as numerateur_precedent,
        sum(p.denominateur) as denominateur_precedent
    from porteurs as n
    inner join porteurs as p
        on n.indicateur = p.indicateur
        and n.departement = p.departement
        and n.porteur_id = p.porteur_id
        and (left(n.campagne, 4)::integer - 1)::varchar || '-' || left(n.campagne, 4) = p.campagne
    group by n.campagne, n.indicateur, n.departement
)

select
    c.campagne,
    c.indicateur,
    c.departement,
    c.campagne_precedente,
    c.valeur,
    c.valeur_precedente,
    c.valeur - c.valeur_precedente as ecart,
    k.nb_porteurs_constants,
    k.numerateur as numerateur_constant,
    k.denominateur as denominateur_constant,
    k.numerateur_precedent as numerateur_constant_precedent,
    k.denominateur_precedent as denominateur_constant_precedent,
    k.numerateur / case when i.denominateur is null then 1 else nullif(k.denominateur, 0) end as valeur_constante,
    k.numerateur_precedent / case when i.denominateur is null then 1 else nullif(k.denominateur_precedent, 0) end
        as valeur_constante_precedente,
    coalesce(c.campagne_precedente >= i.comparable_depuis, true)
    and (c.campagne, c.indicateur) not in (select (p.campagne, p.indicateur) from perturbes as p)
    and (c.campagne_precedente, c.indicateur) not in (select (p.campagne, p.indicateur) from perturbes as p)
        as comparable
from marts.comparaison as c
inner join marts.indicateur as i on c.indicateur = i.indicateur
left join constants as k
    on c.campagne = k.campagne and c.indicateur = k.indicateur and c.departement = k.departement
where c.campagne_precedente is not null
