"""The codebook's bounds and expectations/*.yml -> the checks of each table, run, and what they set aside taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import cast

import duckdb

from pipeline.codebook.funding import YEARLY, threshold_sql
from pipeline.codebook.model import Codebook, Column, Rule
from pipeline.codebook.relations import sum_sql
from pipeline.codebook.sentences import sql_expression
from pipeline.core.load import public_columns
from pipeline.core.situate import situate_points
from pipeline.quality.check import Check, CheckOutcome, Kind
from pipeline.quality.contradicted import contradicted_checks
from pipeline.quality.dated_rules import keep_former_effects
from pipeline.quality.endings import end_points, lift_rules, note_choices, say_once
from pipeline.quality.locate import locate
from pipeline.quality.past import before_sql, compare_with_past, compared_columns
from pipeline.quality.rules import validate
from pipeline.quality.waiting import keep_waiting
from pipeline.sql.create import read_select
from pipeline.sql.insert import insert_rows
from socle.files.sqltext import identifier, literal
from socle.words.french import number
from socle.words.refusal import placeholders, render
from socle.words.states import Effect, Severity

TABLES = ("agrement", "synthese", "collectif", "reponse", "doublon")
"""In this order: a return is checked against the roster once the roster's own faults are set aside, and against the
other replies to the same action once those that count for nothing are."""
_ROWS_OF = {"doublon": "reponse"}
"""Staging table of the rows that are seen under another name."""
KEY = "cle_valeur"
"""Column of the number that joins a row to its return, in a complement or a collectif."""
_SAME_ROW = "campagne, fichier, feuille, ligne"
_ASKED = {
    "obligatoire_vide": "réponse nécessaire",
    "peu_plausible": "valeur en général {attendu}",
    "hors_bornes": "valeur {attendu}",
    "ecart_passe": "valeur proche de celle de l'année précédente",
}
"""What a check on one column asks, for the Data Docs, where the message's {attendu} does not say it alone."""


def check_complements(
    connection: duckdb.DuckDBPyConnection, codebook: Codebook, docs: Path, progress: Callable[[str], None]
) -> list[CheckOutcome]:
    """Set aside the rows of staging.complement that no return can be given; what they answer is checked later."""
    _create_view(connection, "complement")
    outcomes = _check(connection, codebook, "complement", docs, progress)
    connection.execute("drop view main.complement")
    return outcomes


def check_tables(
    connection: duckdb.DuckDBPyConnection, codebook: Codebook, docs: Path, progress: Callable[[str], None]
) -> list[CheckOutcome]:
    """Validate the staging tables of TABLES, all campagnes at once, and set aside the faults.

    Rows and cells set aside are gone from staging and listed in qualite.anomalie; staging.ecartee says which cells of
    each row that is left. `docs` receives the Data Docs.
    """
    outcomes = []
    connection.execute("create or replace table staging.indicateur_connu (indicateur varchar, unite varchar)")
    insert_rows(connection, "staging.indicateur_connu", [[one.id, one.unite] for one in codebook.indicators])
    for table in TABLES:
        _create_view(connection, table)
    for table in TABLES:
        if table == "reponse":
            compare_with_past(connection, codebook)
        outcomes += _check(connection, codebook, table, docs, progress)
    for table in TABLES:
        connection.execute(f"drop view main.{table}")
    connection.execute(f"insert into staging.ecartee by name {read_select('staging', 'ecartee')}")
    locate(connection)
    say_once(connection)
    end_points(connection, codebook)
    return outcomes


def _create_view(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    connection.execute(f"create view main.{table} as {read_select('validation', table)}")


def _check(
    connection: duckdb.DuckDBPyConnection,
    codebook: Codebook,
    table: str,
    docs: Path,
    progress: Callable[[str], None],
) -> list[CheckOutcome]:
    progress(f"Contrôle des données : {table}")
    rows = _ROWS_OF.get(table, table)
    row = connection.execute(f"select exists(from staging.{rows})").fetchone()
    if row == (False,):
        return []
    outcomes = validate(connection, table, list(table_checks(codebook, table)), docs=docs)
    if table != "complement":
        situate_points(connection)
    keep_former_effects(connection, codebook)
    lift_rules(connection)
    _complete(connection, table)
    _attribute(connection, rows)
    if rows == "reponse":
        keep_waiting(connection)
    if table == "doublon":
        note_choices(connection)
    _set_aside(connection, rows)
    return outcomes


def table_checks(codebook: Codebook, table: str) -> Iterator[Check]:
    """Yield the checks of a table: those of each column, from variables.yml, then its data contract."""
    # What a complement answers is checked in the return that it completes, and a return once.
    for column in public_columns(codebook, table) if table not in ("complement", "doublon") else ():
        if column.variable.obligatoire and not (table == "collectif" and column.id != "collectif_id"):
            yield _required(codebook, column, table)
        yield from _column_checks(codebook, column)
    for column in compared_columns(codebook) if table == "reponse" else ():
        yield _past_check(codebook, column)
    if table == "agrement":
        yield from contradicted_checks(codebook)
    for rule in codebook.rules:
        if rule.table == table:
            yield _rule_check(codebook, rule)


def _required(codebook: Codebook, column: Column, table: str) -> Check:
    if table != "reponse" or {"reponse", "structure"} & set(column.variable.entites):
        return _one_check(codebook, "obligatoire_vide", column, "not_null", {}, "")
    # A return filled in per structure says nothing of an action.
    condition = f"{identifier(column.id)} is not null or grain = 'structure'"
    return _one_check(codebook, "obligatoire_vide", column, "rows", {"condition": condition}, "")


def _column_checks(codebook: Codebook, column: Column) -> Iterator[Check]:
    variable, name = column.variable, identifier(column.id)
    if variable.type == "choix":
        values = tuple(variable.modalites)
        yield _one_check(
            codebook, "valeur_hors_liste", column, "in_set", {"values": values}, "une des réponses proposées"
        )
    if variable.bornes:
        low, high = variable.bornes
        yield _one_check(codebook, "hors_bornes", column, "between", {"min": low, "max": high}, _between(low, high))
    if variable.plausible:
        low, high = variable.plausible
        condition = f"{name} between {low} and {high}"
        if variable.bornes:
            # What is impossible is reported as such, and not a second time as unusual.
            condition += f" or {name} not between {variable.bornes[0]} and {variable.bornes[1]}"
        yield _one_check(codebook, "peu_plausible", column, "rows", {"condition": condition}, _between(low, high))


def _past_check(codebook: Codebook, column: Column) -> Check:
    params: dict[str, object] = {"condition": f"{before_sql(column)} is null"}
    before = _as_text(f"{before_sql(column)}::varchar", "double")
    return _one_check(codebook, "ecart_passe", column, "rows", params, "", {"avant": before})


def _between(low: float, high: float) -> str:
    return f"comprise entre {_short(low)} et {_short(high)}"


def _short(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)


def _one_check(
    codebook: Codebook,
    code: str,
    column: Column,
    kind: Kind,
    params: dict[str, object],
    attendu: str,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Check:
    message = codebook.messages[code]
    value = _value(column)
    known = {
        "libelle": literal(column.libelle),
        "attendu": literal(attendu),
        "valeur": value,
        "ligne": "ligne",
        "fichier": "fichier",
        **more,
    }
    return Check(
        id=f"{code}@{column.id}",
        kind=kind,
        column=column.id,
        params=params,
        severity=cast(Severity, message.gravite),
        effect=cast(Effect, message.effet),
        message_sql=sql_expression(message.phrase, known),
        value_sql=value,
        label=f"{column.libelle}\u202f: {_ASKED.get(code, attendu)}".format(attendu=attendu),
    )


def _value(column: Column) -> str:
    return _as_text(f"{identifier(column.id)}::varchar", column.sql_type)


def _as_text(text: str, sql_type: str) -> str:
    if sql_type == "double":
        text = f"regexp_replace({text}, '[.]0$', '')"
    return f"replace({text}, '.', ',')" if sql_type in ("double", "decimal(18, 2)") else text


def _rule_check(codebook: Codebook, rule: Rule) -> Check:
    message = codebook.messages[rule.message]
    value = f"({rule.valeur or identifier(rule.colonne or 'ligne')})::varchar"
    # Which number joins a row to its return depends on the export: its variable is written afterwards (_complete).
    label = codebook.column(rule.colonne).libelle if rule.colonne not in (None, KEY) else ""
    whole = sum_sql(rule.tout) if rule.tout else "null"
    known = {"valeur": value, "libelle": literal(label), "tout": whole}
    known |= {name: f"printf('%g', {threshold_sql(name)})" for name in YEARLY}
    terms = {name: known.get(name, identifier(name)) for name in placeholders(message.phrase)}
    return Check(
        id=f"{rule.message}@{rule.id}",
        kind="rows" if rule.type == "lignes" else cast(Kind, rule.type),
        column=rule.colonne,
        params={"condition": rule.condition, "columns": rule.colonnes, "table": rule.reference, "key": rule.cle},
        severity=cast(Severity, rule.gravite),
        effect=cast(Effect, message.effet),
        message_sql=sql_expression(message.phrase, terms),
        value_sql=value,
        label=f"Signalé quand\u202f: {render(message.phrase, **dict.fromkeys(placeholders(message.phrase), '…'))}",
    )


def _attribute(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Give the anomalies of a table's rows the porteur, the action and the return of their row."""
    same = "(a.campagne, a.fichier, a.feuille, a.ligne)"
    row = "(t.campagne, t.fichier, t.feuille, t.ligne)"
    known = "porteur_id = coalesce(t.porteur_id, a.porteur_id), action_id = coalesce(t.action_id, a.action_id)"
    if table == "agrement":
        connection.execute(f"update qualite.anomalie as a set {known} from staging.agrement as t where {same} = {row}")
    if table == "reponse":
        made_of = "select campagne, fichier_source as fichier, feuille_source as feuille, ligne_source as ligne, "
        connection.execute(
            f"update qualite.anomalie as a set {known}, reponse_id = t.reponse_id from ("
            "select campagne, fichier, feuille, ligne, porteur_id, action_id, reponse_id from staging.reponse "
            # A sheet of porteurs completes several returns: what is wrong there is of none of them alone.
            f"union all {made_of} any_value(porteur_id), if(count(*) = 1, any_value(action_id), null), "
            "if(count(*) = 1, any_value(reponse_id), null) from staging.reponse "
            f"inner join core.rattachement using (campagne, fichier, feuille, ligne) group by all) as t "
            f"where {same} = {row}"
        )
    if table == "collectif":
        connection.execute(
            f"update qualite.anomalie as a set {known}, reponse_id = t.reponse_id from ("
            "select c.campagne, c.fichier, c.feuille, c.ligne, r.porteur_id, c.action_id, r.reponse_id "
            "from staging.collectif as c inner join staging.reponse as r "
            "on (c.campagne, c.fichier_reponse, c.feuille_reponse, c.ligne_reponse) "
            f"= (r.campagne, r.fichier, r.feuille, r.ligne)) as t where {same} = {row}"
        )


def _complete(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Give the anomalies just written the code of their rule alone, and the variable that their number answers."""
    connection.execute("update qualite.anomalie set regle = split_part(regle, '@', 1) where contains(regle, '@')")
    if table in ("complement", "collectif"):
        connection.execute(
            f"update qualite.anomalie as a set variable = t.cle from staging.{table} as t "
            f"where variable = '{KEY}' "
            "and (a.campagne, a.fichier, a.feuille, a.ligne) = (t.campagne, t.fichier, t.feuille, t.ligne)"
        )


def _set_aside(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    rows = f"select {_SAME_ROW} from qualite.anomalie where effet in ('ligne_ecartee', 'en_attente')"
    connection.execute(f"delete from staging.{table} where ({_SAME_ROW}) in ({rows})")
    columns = {row[0] for row in connection.execute(f"describe staging.{table}").fetchall()}
    concerned = connection.execute(
        "select distinct variable from qualite.anomalie where effet = 'valeur_ecartee' and variable is not null"
    ).fetchall()
    for (variable,) in concerned:
        if variable in columns:
            connection.execute(
                f"update staging.{table} set {identifier(variable)} = null where ({_SAME_ROW}) in "
                f"(select {_SAME_ROW} from qualite.anomalie where effet = 'valeur_ecartee' and variable = ?)",
                [variable],
            )
