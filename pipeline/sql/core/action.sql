-- One row per action that answered, in the campagnes whose returns are per action: what was declared, beside what was
-- agreed. A return per structure makes no row here. Collectifs are those it describes one by one, else the number it
-- gives. Where the form does not ask for the axes, an axis is deduced from what the action does: one item is enough.
with axes_demandes as (
    select distinct campagne, format
    from core.question
    where starts_with(variable, 'axe__')
),

collectifs as (
    select
        campagne,
        reponse_id,
        count(*)::integer as nb_collectifs_decrits
    from staging.collectif
    group by campagne, reponse_id
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
        grain
    )
from core.reponse as r
left join core.agrement as a on r.campagne = a.campagne and r.action_id = a.action_id
left join axes_demandes as d on r.campagne = d.campagne and r.format = d.format
left join collectifs as n on r.campagne = n.campagne and r.reponse_id = n.reponse_id
left join reference.communes as c on coalesce(r.commune, a.commune) = c.code
where r.grain = 'action'
