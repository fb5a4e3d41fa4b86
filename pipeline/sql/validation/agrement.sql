-- What the rules of expectations/agrement.yml see: every typed line of the rosters, beside those of the same action
-- (the first is kept, and `contredites` names the columns that they do not all write alike: none of the two is
-- guessed), and the names near that of an unknown porteur.
with rangees as (
    select
        *,
        coalesce(action_id, fichier || ligne::varchar) as cle,
        row_number() over (
            partition by campagne, coalesce(action_id, fichier || ligne::varchar) order by fichier, feuille, ligne
        ) as rang_doublon
    from staging.agrement
),

repetees as (
    select
        campagne,
        cle,
        min(ligne) filter (rang_doublon = 1) as premiere_ligne,
        string_agg(ligne::varchar, ', ' order by rang_doublon) filter (rang_doublon > 1) as autres_lignes,
        list_filter([
            if(count(distinct coalesce(porteur_id, '')) > 1, 'porteur_id', null),
            if(count(distinct coalesce(intitule, '')) > 1, 'intitule', null),
            if(count(distinct coalesce(departement, '')) > 1, 'departement', null),
            if(count(distinct coalesce(commune, '')) > 1, 'commune', null),
            if(count(distinct coalesce(nb_enfants_agrees, -1)) > 1, 'nb_enfants_agrees', null),
            if(count(distinct coalesce(nb_collectifs_agrees, -1)) > 1, 'nb_collectifs_agrees', null),
            if(count(distinct coalesce(statut_agrement, '')) > 1, 'statut_agrement', null),
            if(count(distinct coalesce(action_precedente, '')) > 1, 'action_precedente', null),
            if(count(distinct coalesce(date_decision, date '1900-01-01')) > 1, 'date_decision', null)
        ], lambda c: c is not null) as contredites
    from rangees
    group by campagne, cle
    having count(*) > 1
)

select
    a.* exclude (cle),
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
left join repetees as r on a.campagne = r.campagne and a.cle = r.cle
left join staging.candidat as c on a.raison_sociale = c.raison_sociale
left join staging.porteur_contredit as i
    on a.campagne = i.campagne
    and a.fichier = i.fichier
    and coalesce(a.feuille, '') = i.feuille
    and a.ligne = i.ligne
    and i.nature = 'agrement'
