-- What the rules of expectations/agrement.yml see: every typed line of the rosters, beside those of the same action
-- (the first is kept, and `contredites` names the columns that they do not all write alike: none of the two is
-- guessed), and the names near that of an unknown porteur.
with cles as (
    select
        *,
        coalesce(action_id, fichier || ligne::varchar) as cle
    from staging.agrement
),

rangees as (
    select
        *,
        row_number() over (partition by campagne, departement, cle order by fichier, feuille, ligne) as rang_doublon,
        -- Where they are of several files, a line is told with the name of its own.
        if(
            min(fichier) over (partition by campagne, departement, cle)
            = max(fichier) over (partition by campagne, departement, cle),
            ligne::varchar,
            ligne || ' de ' || fichier
        ) as ligne_dite
    from cles
),

repetees as (
    select
        campagne,
        departement,
        cle,
        min(ligne_dite) filter (rang_doublon = 1) as premiere_ligne,
        string_agg(ligne_dite, ', ' order by rang_doublon) filter (rang_doublon > 1) as autres_lignes,
        list_filter([
            if(count(distinct coalesce(porteur_id, '')) > 1, 'porteur_id', null),
            if(count(distinct coalesce(intitule, '')) > 1, 'intitule', null),
            if(count(distinct coalesce(commune, '')) > 1, 'commune', null),
            if(count(distinct coalesce(nb_enfants_agrees, -1)) > 1, 'nb_enfants_agrees', null),
            if(count(distinct coalesce(nb_collectifs_agrees, -1)) > 1, 'nb_collectifs_agrees', null),
            if(count(distinct coalesce(statut_agrement, '')) > 1, 'statut_agrement', null),
            if(count(distinct coalesce(action_precedente, '')) > 1, 'action_precedente', null),
            if(count(distinct coalesce(date_decision, date '1900-01-01')) > 1, 'date_decision', null)
        ], lambda c: c is not null) as contredites
    from rangees
    group by campagne, departement, cle
    having count(*) > 1
),

-- Held across a border, and confirmed in an earlier year for the same porteur and commune: it is asked once.
confirmees as (
    select
        g.departement,
        g.porteur_id,
        g.commune,
        min(g.campagne) as depuis
    from qualite.decision as d
    inner join staging.agrement as g
        on d.campagne = g.campagne and d.fichier = g.fichier and coalesce(d.feuille, '') = coalesce(g.feuille, '')
        and d.ligne = g.ligne
    where d.nature = 'confirmee' and d.regle = 'agrement_hors_departement' and d.valeur = g.commune
    group by g.departement, g.porteur_id, g.commune
),

declares as (
    select
        campagne,
        array_to_string(list_sort(list(departement)), ', ') as departements_declares
    from staging.departement
    group by campagne
)

select
    a.* exclude (cle, ligne_dite),
    k.departements_declares,
    d.departement is not null as departement_declare,
    f.departement as departement_du_dossier,
    coalesce(o.depuis < a.campagne, false) as confirmee_avant,
    coalesce(c.candidats, 'aucun') as porteur_candidats,
    i.par_siret as porteur_du_siret,
    i.par_nom as porteur_du_nom,
    r.premiere_ligne,
    r.autres_lignes,
    r.contredites,
    if(
        len(r.contredites) > 0,
        'et elle y dit autre chose : l''action compte une fois, sans ce que les lignes ne disent pas de même',
        'et elle y dit la même chose : l''action compte une fois'
    ) as autrement_dit
from rangees as a
left join repetees as r
    on a.campagne = r.campagne and a.departement is not distinct from r.departement and a.cle = r.cle
left join declares as k on a.campagne = k.campagne
left join staging.departement as d on a.campagne = d.campagne and a.departement = d.departement
left join staging.fichier_situe as f on a.campagne = f.campagne and a.fichier = f.fichier
left join confirmees as o
    on a.departement = o.departement and a.porteur_id = o.porteur_id and a.commune = o.commune
left join staging.candidat as c on a.raison_sociale = c.raison_sociale
left join staging.porteur_contredit as i
    on a.campagne = i.campagne
    and a.fichier = i.fichier
    and coalesce(a.feuille, '') = i.feuille
    and a.ligne = i.ligne
    and i.nature = 'agrement'
