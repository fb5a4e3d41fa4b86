-- One row per action agréée and campagne: what the committee agreed, who conducts it, and, when it answered, all that
-- it declared. Made to be opened as it is; codes of choice read in marts.libelle.
select
    g.campagne,
    g.action_id,
    g.departement,
    d.nom as departement_nom,
    g.porteur_id,
    p.raison_sociale,
    l.libelle as type_structure_libelle,
    g.intitule,
    g.commune,
    t.commune_nom,
    g.epci,
    t.epci_nom,
    g.statut_agrement,
    g.nb_enfants_agrees,
    g.nb_collectifs_agrees,
    g.action_precedente,
    g.nouvelle,
    g.a_repondu,
    a.* exclude (
        campagne, action_id, departement, porteur_id, intitule, commune, epci, statut_agrement, nb_enfants_agrees,
        nb_collectifs_agrees, action_precedente, siret, raison_sociale, format, fichier, feuille, ligne, nb_allophones,
        nb_handicap
    )
from core.agrement as g
left join core.action as a
    on g.campagne = a.campagne and g.departement = a.departement and g.action_id = a.action_id
left join core.porteur as p on g.porteur_id = p.porteur_id
left join core.territoire as t on g.commune = t.commune
left join reference.departements as d on g.departement = d.code
left join marts.libelle as l on l.variable = 'type_structure' and coalesce(a.type_structure, g.type_structure) = l.code
