"""Staged files -> the staging tables of a build, the list of its files and the questions they asked.

staging.campagne, staging.porteur, staging.reponse, staging.complement, staging.collectif, staging.agrement,
staging.synthese: every typed row of every campagne, with its file, sheet and line. qualite.fichier, qualite.anomalie,
core.question. Personal cells go straight to the attached private database and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from pipeline.codebook import Codebook, Column
from pipeline.inputs import Campaign
from pipeline.messages import Refusal
from pipeline.sqltext import identifier, literal
from pipeline.staged import Staged, StagedTable

TABLE_OF_NATURE = {
    "reponse": "reponse",
    "agrement": "agrement",
    "synthese_nationale": "synthese",
    "porteurs": "porteur",
    "complement": "complement",
    "collectif": "collectif",
}
_ENTITIES = {
    "reponse": ("reponse", "structure", "action"),
    "agrement": ("agrement",),
    "synthese": ("synthese",),
    "porteur": ("porteur",),
    "complement": ("reponse", "structure", "action"),
    "collectif": ("collectif",),
}
_KEYS = {"collectif": ("reponse_id",)}
"""Columns of other entities by which the rows of a table are joined to a return."""
_JOINED = "partie varchar, cle varchar, cle_valeur varchar"
"""By which number a row of another sheet is joined to its return: its variable, its value."""
_PROVENANCE = "campagne varchar, fichier varchar, feuille varchar, ligne integer, format varchar, grain varchar"


def create_staging(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create the empty tables that `load` fills, and attach nothing: `prive` must already be attached."""
    for schema in ("staging", "core", "marts", "qualite"):
        connection.execute(f"create schema if not exists {schema}")
    for table in _ENTITIES:
        columns = ", ".join(f"{identifier(c.id)} {c.sql_type}" for c in public_columns(codebook, table))
        joined = f", {_JOINED}" if table in ("complement", "collectif") else ""
        connection.execute(f"create table staging.{table} ({_PROVENANCE}, {columns}{joined})")
    connection.execute(
        "create table staging.campagne (campagne varchar, fictif boolean, departements varchar[], contexte varchar, "
        "ouverture date, cloture date)"
    )
    connection.execute(
        "create table qualite.anomalie (campagne varchar, fichier varchar, feuille varchar, ligne integer, "
        "colonne varchar, variable varchar, valeur varchar, gravite varchar, effet varchar, regle varchar, "
        "message varchar, porteur_id varchar, action_id varchar, reponse_id varchar)"
    )
    connection.execute(
        "create table qualite.fichier (campagne varchar, fichier varchar, sha256 varchar, feuille varchar, "
        "nature varchar, format varchar, encodage varchar, lignes_lues integer, statut varchar, message varchar, "
        "porteur_id varchar)"
    )
    connection.execute(
        "create table qualite.correction (campagne varchar, fichier varchar, feuille varchar, ligne integer, "
        "variable varchar, colonne varchar, ancienne_valeur varchar, nouvelle_valeur varchar, motif varchar, "
        "auteur varchar, date_correction date, porteur_id varchar)"
    )
    connection.execute(
        "create table core.question (campagne varchar, fichier varchar, feuille varchar, variable varchar, "
        "colonne varchar, ligne integer, nature varchar, format varchar)"
    )
    connection.execute(
        "create table prive.donnee_personnelle (campagne varchar, fichier varchar, feuille varchar, ligne integer, "
        "variable varchar, valeur varchar)"
    )


def public_columns(codebook: Codebook, table: str) -> list[Column]:
    """Return the columns of a staging table: those of its entities, in codebook order, personal ones left out."""
    entities = set(_ENTITIES[table])
    return [
        column
        for column in codebook.columns()
        if (entities & set(column.variable.entites) or column.id in _KEYS.get(table, ()))
        and not column.variable.personnel
    ]


def load(connection: duckdb.DuckDBPyConnection, campaigns: Sequence[Campaign], staged: Iterable[Staged]) -> None:
    """Insert the campaigns and every staged file; a refused file leaves its line in qualite.fichier and no row."""
    for campaign in campaigns:
        connection.execute(
            "insert into staging.campagne values (?, ?, ?, ?, ?, ?)",
            [
                campaign.name,
                campaign.fictif,
                list(campaign.departements),
                campaign.contexte,
                campaign.ouverture,
                campaign.cloture,
            ],
        )
    for file in staged:
        if file.refusal and not file.tables:
            _insert_file(connection, file, None)
        for sheet in file.unread_sheets:
            _insert_unread_sheet(connection, file, sheet)
        for table in file.tables:
            _insert_file(connection, file, table)
            _insert_rows(connection, file, table)


def _insert_file(connection: duckdb.DuckDBPyConnection, file: Staged, table: StagedTable | None) -> None:
    state = "refuse" if table is None else "perime" if file.refusal else "charge"
    read = [table.feuille, table.nature, table.format, table.encodage, table.records] if table else [None] * 5
    connection.execute(
        "insert into qualite.fichier by name select ? as campagne, ? as fichier, ? as sha256, ? as feuille, "
        "? as nature, ? as format, ? as encodage, ? as lignes_lues, ? as statut, ? as message",
        [file.campagne, file.fichier, file.sha256, *read, state, str(file.refusal) if file.refusal else None],
    )


def _insert_unread_sheet(connection: duckdb.DuckDBPyConnection, file: Staged, sheet: str) -> None:
    connection.execute(
        "insert into qualite.fichier by name select ? as campagne, ? as fichier, ? as sha256, ? as feuille, "
        "'ignore' as statut, ? as message",
        [file.campagne, file.fichier, file.sha256, sheet, str(Refusal("feuille_non_lue", feuille=sheet))],
    )


def _insert_rows(connection: duckdb.DuckDBPyConnection, file: Staged, table: StagedTable) -> None:
    origin = f"{literal(file.campagne)} as campagne, {literal(file.fichier)} as fichier"

    def parquet(relation: str) -> str:
        return f"read_parquet({literal(str(file.folder / f'{table.name}.{relation}.parquet'))})"

    target = TABLE_OF_NATURE[table.nature]
    columns = ", ".join(["feuille", "ligne", *_held(connection, target, parquet("lignes"))])
    connection.execute(
        f"insert into staging.{target} by name select {origin}, {literal(table.format)} as format, "
        f"{_optional(table.grain)} as grain, {columns}{_number(table)} from {parquet('lignes')}"
    )
    connection.execute(f"insert into prive.donnee_personnelle by name select {origin}, * from {parquet('prive')}")
    connection.execute(f"insert into qualite.anomalie by name select {origin}, * from {parquet('anomalies')}")
    # Rows kept from a build of an older program have none.
    if (file.folder / f"{table.name}.corrections.parquet").is_file():
        connection.execute(f"insert into qualite.correction by name select {origin}, * from {parquet('corrections')}")
    connection.execute(
        "insert into core.question by name select ? as campagne, ? as fichier, ? as feuille, "
        "unnest(?::varchar[]) as variable, unnest(?::varchar[]) as colonne, unnest(?::integer[]) as ligne, "
        "? as nature, ? as format",
        [
            file.campagne,
            file.fichier,
            table.feuille,
            list(table.questions),
            list(table.questions.values()),
            [table.lines.get(variable) for variable in table.questions],
            table.nature,
            table.format,
        ],
    )


def _held(connection: duckdb.DuckDBPyConnection, target: str, rows: str) -> list[str]:
    """The columns of the rows that the table has: rows kept from an older build may hold others."""
    known = {row[0] for row in connection.execute(f"describe staging.{target}").fetchall()}
    read = [row[0] for row in connection.execute(f"describe from {rows}").fetchall()]
    return [identifier(name) for name in read if name in known - {"feuille", "ligne"}]


def _number(table: StagedTable) -> str:
    """What joins a row to its return; a number is made where the export gives none."""
    place = "fichier || '#' || feuille || '#' || ligne"
    match table.nature:
        case "reponse" if "reponse_id" not in table.questions:
            return f", {place} as reponse_id"
        case "complement":
            return f", {_joined(table)}"
        case "collectif" if "collectif_id" not in table.questions:
            return f", 'ligne ' || ligne as collectif_id, {_joined(table)}"
        case "collectif":
            return f", {_joined(table)}"
    return ""


def _joined(table: StagedTable) -> str:
    value = f"{identifier(table.cle)}::varchar" if table.cle else "null::varchar"
    return f"{_optional(table.partie)} as partie, {_optional(table.cle)} as cle, {value} as cle_valeur"


def _optional(text: str | None) -> str:
    return "null::varchar" if text is None else literal(text)
