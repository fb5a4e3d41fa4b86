-- One row per figure of a département that differs from the one the committee adopted. Key: campagne, indicateur,
-- niveau, code, departement: what stands above the départements follows from theirs, and no committee of one adopts it.
-- An indicator that the catalogue did not have then, or no longer has, makes no difference.
with actuels as (
    select
        campagne,
        indicateur,
        niveau,
        code,
        departement,
        valeur,
        numerateur,
        denominateur,
        statut
    from marts.indicateur_valeur_agregee
    where
        origine in ('calcule', 'fictif')
        and nb_porteurs is not null
        and departement is not null
        and (campagne, departement, indicateur) in (
            select (c.campagne, c.departement, c.indicateur) from core.arret_chiffre as c
        )
),

arretes as (
    select * from core.arret_chiffre
    where departement is not null and indicateur in (select i.indicateur from marts.indicateur as i)
)

select
    coalesce(a.campagne, n.campagne) as campagne,
    coalesce(a.indicateur, n.indicateur) as indicateur,
    coalesce(a.niveau, n.niveau) as niveau,
    coalesce(a.code, n.code) as code,
    coalesce(a.departement, n.departement) as departement,
    a.valeur as valeur_arretee,
    a.numerateur as numerateur_arrete,
    a.denominateur as denominateur_arrete,
    a.statut as statut_arrete,
    n.valeur,
    n.numerateur,
    n.denominateur,
    n.statut
from arretes as a
full join actuels as n
    on a.campagne = n.campagne
    and a.indicateur = n.indicateur
    and a.niveau = n.niveau
    and a.code is not distinct from n.code
    and a.departement = n.departement
where
    a.statut is distinct from n.statut
    or nombres_differents(a.valeur, n.valeur)
    or nombres_differents(a.numerateur, n.numerateur)
    or nombres_differents(a.denominateur, n.denominateur)
