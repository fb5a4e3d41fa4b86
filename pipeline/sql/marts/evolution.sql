-- One row per indicator, département and pair of following campagnes: the change for all, and à champ constant, that is
-- among the porteurs who answered both years. It says nothing where `comparable` is false (see marts.comparaison).
with porteurs as (
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
    c.comparable
from marts.comparaison as c
inner join marts.indicateur as i on c.indicateur = i.indicateur
left join constants as k
    on c.campagne = k.campagne and c.indicateur = k.indicateur and c.departement = k.departement
where c.campagne_precedente is not null
