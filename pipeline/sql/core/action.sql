-- One row per action that answered, in the campagnes whose returns are per action: what was declared, beside what was
-- agreed. A return per structure makes no row here.
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
left join reference.communes as c on coalesce(r.commune, a.commune) = c.code
where r.grain = 'action'
