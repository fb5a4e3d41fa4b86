-- One row per action that answered, in the campagnes whose returns are per action: what was declared, beside what was
-- agreed. A return per structure makes no row here. Collectifs are those it describes one by one, else the number it
-- gives. Where the form does not ask for the axes, an axis is deduced from what the action does: one item is enough.
with axes_demandes as (
    select distinct q.campagne, d.departement, q.format
    from core.question as q
    inner join core.fichier_departement as d on q.campagne = d.campagne and q.fichier = d.fichier
    where starts_with(q.variable, 'axe__')
),

collectifs as (
    select
        r.campagne,
        r.departement,
        r.reponse_id,
        count(*)::integer as nb_collectifs_decrits
    from staging.collectif as c
    inner join core.reponse as r
        on c.campagne = r.campagne
        and c.fichier_reponse = r.fichier
        and c.feuille_reponse = r.feuille
        and c.ligne_reponse = r.ligne
    group by r.campagne, r.departement, r.reponse_id
),

-- What is made of other answers is set aside with them, unless it stands without them.
faits_de as (
    select
        r.campagne,
        r.departement,
        r.reponse_id,
        r.ecartees,
        r.illisibles,
        unnest([
            'nb_collectifs_comptes', 'nb_enfants_attendus', 'axe_retenu__enfants', 'axe_retenu__parents',
            'axe_retenu__ecole', 'axe_retenu__territoire'
        ]) as fait,
        unnest([
            if(n.reponse_id is null, ['nb_collectifs'], []),
            if(a.nb_enfants_agrees is null, ['nb_enfants_prevu'], []),
            if(
                d.format is not null,
                ['axe__enfants'],
                [
                    'socle_enfants__appui_methodologique', 'socle_enfants__ressources_locales',
                    'socle_enfants__vie_collective', 'socle_enfants__valorisation_entraide',
                    'socle_enfants__suivi_presences'
                ]
            ),
            if(
                d.format is not null,
                ['axe__parents'],
                [
                    'socle_parents__information_inscription', 'socle_parents__convivialite',
                    'socle_parents__codes_ecole', 'socle_parents__orientation_partenaires',
                    'socle_parents__echanges_informels'
                ]
            ),
            if(d.format is not null, ['axe__ecole'], ['concertation', 'outil_liaison', 'nb_etablissements']),
            if(
                d.format is not null,
                ['axe__territoire'],
                [
                    'partenaires', 'partenaires__reaap', 'partenaires__pre', 'partenaires__pedt', 'partenaires__pel',
                    'partenaires__cite_educative', 'partenaires__ctg', 'partenaires__mediatheque', 'partenaires__aucun'
                ]
            )
        ]) as de
    from core.reponse as r
    left join axes_demandes as d
        on r.campagne = d.campagne and r.departement is not distinct from d.departement and r.format = d.format
    left join collectifs as n
        on r.campagne = n.campagne
        and r.departement is not distinct from n.departement
        and r.reponse_id = n.reponse_id
    left join core.agrement as a
        on r.campagne = a.campagne and r.departement = a.departement and r.action_id = a.action_id
    where r.ecartees is not null
),

derives as (
    select
        campagne,
        departement,
        reponse_id,
        list(fait) filter (list_has_any(de, ecartees)) as ecartees,
        list(fait) filter (list_has_any(de, illisibles)) as illisibles
    from faits_de
    group by campagne, departement, reponse_id
),

mis_de_cote as (
    select
        r.campagne,
        r.departement,
        r.reponse_id,
        list_concat(r.ecartees, a.ecartees, f.ecartees) as ecartees,
        list_concat(r.illisibles, a.illisibles, f.illisibles) as illisibles
    from core.reponse as r
    left join core.agrement as a
        on r.campagne = a.campagne and r.departement = a.departement and r.action_id = a.action_id
    left join derives as f
        on r.campagne = f.campagne
        and r.departement is not distinct from f.departement
        and r.reponse_id = f.reponse_id
    where r.ecartees is not null or a.ecartees is not null
)

select
    r.campagne,
    r.action_id,
    r.reponse_id,
    r.porteur_id,
    r.departement,
    coalesce(r.commune, a.commune) as commune,
    c.epci,
    coalesce(r.type_structure, a.type_structure) as type_structure,
    r.territoire_urbain_rural as zonage,
    a.nb_enfants_agrees,
    a.nb_collectifs_agrees,
    coalesce(a.nb_enfants_agrees, r.nb_enfants_prevu) as nb_enfants_attendus,
    a.statut_agrement,
    a.action_precedente,
    n.nb_collectifs_decrits,
    coalesce(n.nb_collectifs_decrits, r.nb_collectifs) as nb_collectifs_comptes,
    d.format is null as axes_deduits,
    case
        when d.format is not null then r.axe__enfants
        else
            list_bool_or([
                r.socle_enfants__appui_methodologique,
                r.socle_enfants__ressources_locales,
                r.socle_enfants__vie_collective,
                r.socle_enfants__valorisation_entraide,
                r.socle_enfants__suivi_presences
            ])
    end as axe_retenu__enfants,
    case
        when d.format is not null then r.axe__parents
        else
            list_bool_or([
                r.socle_parents__information_inscription,
                r.socle_parents__convivialite,
                r.socle_parents__codes_ecole,
                r.socle_parents__orientation_partenaires,
                r.socle_parents__echanges_informels
            ])
    end as axe_retenu__parents,
    case
        when d.format is not null then r.axe__ecole
        else list_bool_or([r.concertation <> 'jamais', r.outil_liaison, r.nb_etablissements > 0])
    end as axe_retenu__ecole,
    case
        when d.format is not null then r.axe__territoire
        -- One box ticked is enough; « aucun » alone is a no; boxes all left blank are no answer.
        when
            list_bool_or([
                r.partenaires__reaap,
                r.partenaires__pre,
                r.partenaires__pedt,
                r.partenaires__pel,
                r.partenaires__cite_educative,
                r.partenaires__ctg,
                r.partenaires__mediatheque
            ]) then true
        when r.partenaires__aucun then false
    end as axe_retenu__territoire,
    m.ecartees,
    m.illisibles,
    r.fichier,
    r.feuille,
    r.ligne,
    r.* exclude (
        campagne,
        action_id,
        reponse_id,
        porteur_id,
        departement,
        commune,
        type_structure,
        fichier,
        feuille,
        ligne,
        grain,
        ecartees,
        illisibles
    )
from core.reponse as r
left join core.agrement as a
    on r.campagne = a.campagne and r.departement = a.departement and r.action_id = a.action_id
left join axes_demandes as d
    on r.campagne = d.campagne and r.departement is not distinct from d.departement and r.format = d.format
left join collectifs as n
    on r.campagne = n.campagne and r.departement is not distinct from n.departement and r.reponse_id = n.reponse_id
left join mis_de_cote as m
    on r.campagne = m.campagne and r.departement is not distinct from m.departement and r.reponse_id = m.reponse_id
left join reference.communes as c on coalesce(r.commune, a.commune) = c.code
where r.grain = 'action'
