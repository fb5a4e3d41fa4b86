-- One row per adopted campagne and département: what was agreed and what came back.
select
    campagne,
    departement,
    fictif,
    etat,
    arretee_le,
    contexte,
    ouverture,
    cloture,
    grain,
    nb_actions_agreees,
    nb_porteurs_agrees,
    nb_enfants_agrees,
    nb_actions_attendues,
    nb_actions_non_demarrees_ou_arretees,
    nb_reponses,
    nb_porteurs_ayant_repondu,
    taux_reponse_actions
from warehouse.marts.campagne
where etat = 'arretee'
order by campagne, departement
