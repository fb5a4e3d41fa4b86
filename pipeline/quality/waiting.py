"""Returns that are received and wait for the Caf: out of staging.reponse, kept in staging.reponse_en_attente."""

from __future__ import annotations

import duckdb

_COLUMNS = (
    "campagne, fichier, feuille, ligne, format, grain, departement, reponse_id, porteur_id, action_id, date_validation"
)
_ATTENTE = {
    "reponse_a_valider": "statut",
    "reponse_a_choisir": "choix",
    "departement_inconnu": "departement",
    "agrement_a_situer": "departement",
}
"""{rule: what such a return waits for}."""

# One cause, one point: that the return waits says what its status holds.
_SAID_ONCE = """
delete from qualite.anomalie as a
where a.variable = 'statut_reponse' and a.effet = 'valeur_ecartee' and exists (
    select 1 from qualite.anomalie as o
    where o.regle = 'reponse_a_valider' and o.campagne = a.campagne and o.fichier = a.fichier
        and o.feuille is not distinct from a.feuille and o.ligne = a.ligne
)
"""


def keep_waiting(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy there the returns that a rule has wait; those that are set aside for another reason are not received."""
    place = "a.campagne = r.campagne and a.fichier = r.fichier and a.feuille is not distinct from r.feuille "
    place += "and a.ligne = r.ligne"
    waits = " ".join(f"when '{rule}' then '{attente}'" for rule, attente in _ATTENTE.items())
    columns = ", ".join(f"r.{name}" for name in _COLUMNS.split(", "))
    connection.execute(
        f"insert into staging.reponse_en_attente select {columns}, any_value(case a.regle {waits} end), "
        f"any_value(e.ecrit) from staging.reponse as r "
        f"inner join qualite.anomalie as a on {place} and a.effet = 'en_attente' "
        "left join staging.statut_ecrit as e on e.campagne = r.campagne and e.fichier = r.fichier "
        "and e.feuille is not distinct from r.feuille and e.ligne = r.ligne "
        f"where not exists (select 1 from qualite.anomalie as a where {place} and a.effet = 'ligne_ecartee') "
        "group by all"
    )
    connection.execute(_SAID_ONCE)
