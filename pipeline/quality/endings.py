"""What the Caf decided (qualite.decision) -> the points that end by it: rules lifted, values confirmed, points closed.

A point ends for the value that it was decided for. A decision that finds nothing any more is a point of its own:
someone has to look at it again.
"""

from __future__ import annotations

import duckdb

from pipeline.codebook.model import Codebook
from pipeline.codebook.sentences import sql_expression
from pipeline.core.decisions import CLOSED, CONFIRMED, DECISIONS, KEPT, LEFT, LIFTED, VALIDATION
from socle.files.sqltext import literal

_ENDED = "fin_par = d.auteur, fin_le = d.date_decision, fin_motif = d.motif"
_RULE = "split_part(a.regle, '@', 2)"
_LIFT = f"""
update qualite.anomalie as a
set effet = 'aucun', gravite = 'info', fin = '{LIFTED}', {_ENDED}
from qualite.decision as d
where d.nature = '{LIFTED}' and d.campagne = a.campagne and d.regle = {_RULE} and contains(a.regle, '@')
    and coalesce(d.departement = a.departement, d.departement is null)
"""
_LIFTED = f"""
update qualite.decision as d set appliquee = true
from qualite.anomalie as a
where d.nature = '{LIFTED}' and d.campagne = a.campagne and d.regle = {_RULE} and contains(a.regle, '@')
    and coalesce(d.departement = a.departement, d.departement is null)
"""
_SAME_POINT = f"""
d.nature in ('{CONFIRMED}', '{CLOSED}')
    and d.campagne = a.campagne
    and d.fichier = a.fichier
    and coalesce(d.feuille, '') = coalesce(a.feuille, '')
    and d.ligne is not distinct from a.ligne
    and coalesce(d.variable, '') = coalesce(a.variable, '')
    and d.regle = a.regle
    and d.valeur = trim(regexp_replace(coalesce(a.valeur, ''), '[\\s\\p{{Zs}}]+', ' ', 'g'))
    -- A contradiction is not confirmed: what is out of the figures stays out.
    and (d.nature = '{CLOSED}' or a.effet = 'aucun')
"""
_END = f"""
update qualite.anomalie as a set fin = d.nature, {_ENDED}
from qualite.decision as d
where a.fin is null and {_SAME_POINT}
"""
_APPLIED = f"""
update qualite.decision as d set appliquee = true
from qualite.anomalie as a
where {_SAME_POINT}
"""
_CHOSEN = f"""
update qualite.decision as d set appliquee = true
from main.doublon as r
where d.nature in ('{KEPT}', '{LEFT}') and d.campagne = r.campagne and d.rang_decision = r.decision
"""
# Its porteur is not asked any more which one it meant.
_LEFT_OUT = f"""
update qualite.anomalie as a set fin = '{CLOSED}', {_ENDED}
from qualite.decision as d
where a.regle = 'reponse_en_double' and d.nature = '{LEFT}' and d.appliquee and d.campagne = a.campagne
    and (a.fichier, coalesce(a.feuille, ''), a.ligne) = (d.fichier, coalesce(d.feuille, ''), d.ligne)
"""
# A rule lifted that has nothing to say is in order; so is a status that the file itself now says.
_STALE = f"""
insert into qualite.anomalie (campagne, fichier, gravite, effet, regle, departement, valeur, message)
select d.campagne, '{DECISIONS}', ?, ?, 'decision_sans_objet', any_value(d.departement), any_value(d.valeur),
    {{message}}
from (
    select
        *,
        case
            when nature in ('{CONFIRMED}', '{CLOSED}') then 'le point relevé dans ' || fichier
                || coalesce(', feuille ' || feuille, '') || coalesce(', ligne ' || ligne, '')
                || coalesce(' (' || variable || ')', '')
            when nature = '{KEPT}' then 'les réponses parmi lesquelles «\u202f' || reponse_id || '\u202f» a été choisie'
            else 'le statut de la réponse «\u202f' || reponse_id || '\u202f»'
        end as quoi
    from qualite.decision
    where not appliquee and nature not in ('{LIFTED}', '{LEFT}')
) as d
anti join staging.reponse as r
    on d.nature = '{VALIDATION}' and d.campagne = r.campagne and d.reponse_id = r.reponse_id
    and r.statut_reponse is not null
group by d.campagne, d.rang_decision, d.quoi, d.auteur, d.date_decision
order by d.campagne, d.rang_decision, d.quoi
"""


def lift_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Have what the rules lifted for a year just wrote take nothing away; call before anything is set aside."""
    connection.execute(_LIFTED)
    connection.execute(_LIFT)


def note_choices(connection: duckdb.DuckDBPyConnection) -> None:
    """Note which choices among replies were followed; call while the replies left out are still there."""
    connection.execute(_CHOSEN)
    connection.execute(_LEFT_OUT)


def end_points(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Write in `fin` what became of the points that the Caf ended, and add a point a decision that no longer applies.

    Call once every point is written and has its place.
    """
    connection.execute(_APPLIED)
    connection.execute(_END)
    message = codebook.messages["decision_sans_objet"]
    terms = {"quoi": "d.quoi", "auteur": "d.auteur", "jour": "strftime(d.date_decision, '%d/%m/%Y')"}
    said = sql_expression(message.phrase, {name: f"any_value({term})" for name, term in terms.items()})
    connection.execute(_STALE.replace("{message}", said), [message.gravite, message.effet])


def say_once(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave open one point a file for the replies that repeat those of another one, and name no porteur in any.

    What is to look at in such a reply is said of the one that it repeats.
    """
    rule = literal("reponse_identique")
    connection.execute(
        f"update qualite.anomalie as a set fin = '{CLOSED}', fin_motif = 'La réponse en répète une autre' "
        "where a.fin is null and a.effet in ('aucun', 'valeur_ecartee') "
        f"and exists (select 1 from qualite.anomalie as o where o.regle = {rule} and o.campagne = a.campagne "
        "and o.fichier = a.fichier and coalesce(o.feuille, '') = coalesce(a.feuille, '') and o.ligne = a.ligne)"
    )
    connection.execute(
        f"update qualite.anomalie as a set fin = '{CLOSED}', fin_motif = 'Dit une fois pour le fichier' "
        f"where a.regle = {rule} and exists (select 1 from qualite.anomalie as o "
        f"where o.regle = {rule} and o.campagne = a.campagne and o.fichier = a.fichier "
        "and split_part(o.message, ':', 1) = split_part(a.message, ':', 1) "
        "and (coalesce(o.feuille, ''), o.ligne) < (coalesce(a.feuille, ''), a.ligne))"
    )
    connection.execute(f"update qualite.anomalie set porteur_id = null where regle = {rule}")
