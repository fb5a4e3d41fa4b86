-- One row per typed return: the département in which it counts. That of the folder of its file, else the one whose
-- roster gives its action to its porteur, else that of the porteur's agréments when they are all of one; a commune
-- settles what is left between several, or names a declared département that has no roster. What says nothing by itself
-- follows its file, when all the rest of it is of one département. Null is not known: nothing is guessed.
with listes as (
    select distinct
        a.campagne,
        a.departement,
        a.action_id,
        a.porteur_id
    from staging.agrement as a
    semi join staging.departement as d on a.campagne = d.campagne and a.departement = d.departement
),

porteurs as (
    select
        campagne,
        porteur_id,
        list(distinct departement) as departements
    from listes
    where porteur_id is not null
    group by campagne, porteur_id
),

actions as (
    select
        campagne,
        porteur_id,
        action_id,
        list(distinct departement) as departements
    from listes
    where porteur_id is not null and action_id is not null
    group by campagne, porteur_id, action_id
),

numeros as (
    select
        campagne,
        action_id,
        list(distinct departement) as departements
    from listes
    where action_id is not null
    group by campagne, action_id
),

-- Where a declared département has no roster, the commune of a return is all that says that it was agreed there.
sans_liste as (
    select
        campagne,
        departement
    from staging.departement
    except
    select
        campagne,
        departement
    from listes
),

indices as (
    select
        r.campagne,
        r.fichier,
        r.feuille,
        r.ligne,
        f.departement as du_fichier,
        coalesce(a.departements, p.departements, if(r.porteur_id is null, n.departements, null), []) as possibles,
        a.departements is not null as est_agreee,
        d.departement as de_la_commune,
        s.departement is not null as commune_sans_liste
    from staging.reponse as r
    left join staging.fichier_situe as f on r.campagne = f.campagne and r.fichier = f.fichier
    left join actions as a
        on r.campagne = a.campagne and r.porteur_id = a.porteur_id and r.action_id = a.action_id
    left join porteurs as p on r.campagne = p.campagne and r.porteur_id = p.porteur_id
    left join numeros as n on r.campagne = n.campagne and r.action_id = n.action_id
    left join reference.communes as c on r.commune = c.code
    left join staging.departement as d on r.campagne = d.campagne and c.departement = d.departement
    left join sans_liste as s on d.campagne = s.campagne and d.departement = s.departement
),

dits as (
    select
        campagne,
        fichier,
        feuille,
        ligne,
        case
            when du_fichier is not null then du_fichier
            when not est_agreee and commune_sans_liste then de_la_commune
            when len(possibles) = 1 then possibles[1]
            when len(possibles) = 0 or list_contains(possibles, de_la_commune) then de_la_commune
        end as departement
    from indices
),

fichiers as (
    select
        campagne,
        fichier,
        any_value(departement) as departement
    from dits
    group by campagne, fichier
    having count(distinct departement) = 1
)

select
    d.campagne,
    d.fichier,
    d.feuille,
    d.ligne,
    coalesce(d.departement, f.departement) as departement
from dits as d
left join fichiers as f on d.campagne = f.campagne and d.fichier = f.fichier
