"""Staged files -> the staging tables of a build, the list of its files and the questions they asked.

staging.campagne, staging.porteur, staging.reponse, staging.complement, staging.collectif, staging.agrement,
staging.synthese: every typed row of every campagne, with its file, sheet and line. qualite.fichier, qualite.anomalie,
core.question. Personal cells go straight to the attached private database and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from pipeline.codebook.model import Codebook, Column
from pipeline.reading.campaigns import Campaign
from pipeline.staging.staged import Staged, StagedTable
from socle.files.sqltext import identifier, literal, sql_map
from socle.words.states import OUTDATED, READ, REFUSED

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


_SITUATED = ("reponse", "complement", "collectif")
"""Tables whose rows are given their département (core/situate.py); a roster says its own."""
_TABLES = {
    "staging.campagne": "campagne varchar, fictif boolean, departements varchar[]",
    "staging.departement": ("campagne varchar, departement varchar, contexte varchar, ouverture date, cloture date"),
    "staging.fichier_situe": "campagne varchar, fichier varchar, departement varchar",
    "staging.reponse_en_attente": (
        f"{_PROVENANCE}, departement varchar, reponse_id varchar, porteur_id varchar, action_id varchar, "
        "date_validation timestamp, attente varchar, statut_ecrit varchar"
    ),
    "qualite.decision": (
        "campagne varchar, departement varchar, rang_decision integer, nature varchar, fichier varchar, feuille "
        "varchar, ligne integer, variable varchar, regle varchar, valeur varchar, reponse_id varchar, motif varchar, "
        "auteur varchar, date_decision date, appliquee boolean"
    ),
    "qualite.anomalie": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, colonne varchar, variable "
        "varchar, valeur varchar, gravite varchar, effet varchar, regle varchar, message varchar, "
        "departement varchar, porteur_id varchar, action_id varchar, reponse_id varchar, fin varchar, fin_par "
        "varchar, fin_le date, fin_motif varchar"
    ),
    "qualite.effet_en_attente": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, variable varchar, regle "
        "varchar, effet varchar, effet_avant varchar, departement varchar, porteur_id varchar, action_id varchar"
    ),
    "qualite.lecture_en_attente": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, variable varchar, regle "
        "varchar, message varchar, departement varchar"
    ),
    "staging.porteur_contredit": (
        "nature varchar, campagne varchar, fichier varchar, feuille varchar, ligne integer, "
        "porteur_du_siret varchar, par_siret varchar, par_nom varchar"
    ),
    "staging.illisible": "campagne varchar, fichier varchar, feuille varchar, ligne integer, variable varchar",
    "staging.ecartee": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, ecartees varchar[], illisibles varchar[]"
    ),
    "core.seuil": "annee varchar, departement varchar, reglage varchar, valeur double, source varchar",
    "staging.arret_ancien": "campagne varchar, departement varchar",
    "core.arret": (
        "campagne varchar, departement varchar, arretee_le date, arretee_par varchar, build varchar, nb_chiffres "
        "integer, regles varchar"
    ),
    "qualite.fichier": (
        "campagne varchar, fichier varchar, sha256 varchar, feuille varchar, nature varchar, format "
        "varchar, encodage varchar, lignes_lues integer, statut varchar, message varchar, porteur_id "
        "varchar"
    ),
    "qualite.correction": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, variable varchar, colonne "
        "varchar, ancienne_valeur varchar, nouvelle_valeur varchar, motif varchar, auteur varchar, "
        "date_correction date, departement varchar, porteur_id varchar"
    ),
    "core.question": (
        "campagne varchar, fichier varchar, feuille varchar, variable varchar, colonne varchar, ligne "
        "integer, nature varchar, format varchar"
    ),
    "prive.donnee_personnelle": (
        "campagne varchar, fichier varchar, feuille varchar, ligne integer, variable varchar, valeur varchar"
    ),
}
"""Tables of what is not read from a definition: their columns."""


def create_staging(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create the empty tables that `load` fills, and attach nothing: `prive` must already be attached."""
    for schema in ("staging", "core", "marts", "qualite"):
        connection.execute(f"create schema if not exists {schema}")
    for table in _ENTITIES:
        columns = ", ".join(f"{identifier(c.id)} {c.sql_type}" for c in public_columns(codebook, table))
        situated = ", departement varchar" if table in _SITUATED else ""
        joined = f", {_JOINED}" if table in ("complement", "collectif") else ""
        connection.execute(f"create table staging.{table} ({_PROVENANCE}{situated}, {columns}{joined})")
    for table, columns in _TABLES.items():
        connection.execute(f"create table {table} ({columns})")


def public_columns(codebook: Codebook, table: str) -> list[Column]:
    """Return the columns of a staging table: those of its entities, in codebook order, personal ones left out."""
    entities = set(_ENTITIES[table])
    return [
        column
        for column in codebook.columns()
        if (entities & set(column.variable.entites) or column.id in _KEYS.get(table, ()))
        and not column.variable.personnel
    ]


def load(connection: duckdb.DuckDBPyConnection, campaigns: Sequence[Campaign], staged: Sequence[Staged]) -> None:
    """Insert the campaigns and every staged file; a refused file leaves its line in qualite.fichier and no row."""
    _insert_campaigns(connection, campaigns, staged)
    read = [(file, table) for file in staged for table in file.tables]
    _insert_files(connection, staged)
    _insert_questions(connection, read)
    for relation, target in _ALIKE.items():
        _insert_alike(connection, read, relation, target)
    # What is kept of an adopted year holds no personal cell: those that today's program reads are taken.
    current = [file.today or file for file in staged]
    personal = [(file, table) for file in current for table in file.tables]
    _insert_alike(connection, personal, "prive", "prive.donnee_personnelle")
    groups: dict[tuple[object, ...], list[tuple[Staged, StagedTable]]] = {}
    for file, table in read:
        groups.setdefault((table.format, table.nature, table.grain, table.partie, _number(table)), []).append(
            (file, table)
        )
    for group in groups.values():
        _insert_rows(connection, group)
    # What was never read, apart from what is set aside later although it was.
    connection.execute(
        "insert into staging.illisible select distinct campagne, fichier, feuille, ligne, variable "
        "from qualite.anomalie where effet = 'valeur_ecartee' and variable is not null"
    )


def _insert_campaigns(
    connection: duckdb.DuckDBPyConnection, campaigns: Sequence[Campaign], staged: Iterable[Staged]
) -> None:
    """The campagnes, what each is in its départements, and the files whose département is known without their rows."""
    for campaign in campaigns:
        connection.execute(
            "insert into staging.campagne values (?, ?, ?)",
            [campaign.name, campaign.fictif, list(campaign.departements)],
        )
    apart = [
        (campaign.name, code, said.contexte, said.ouverture, said.cloture)
        for campaign in campaigns
        for code, said in campaign.par_departement.items()
    ]
    _insert(connection, "staging.departement", ("campagne", "departement", "contexte", "ouverture", "cloture"), apart)
    by_name = {campaign.name: campaign for campaign in campaigns}
    known = [
        (file.campagne, file.fichier, by_name[file.campagne].departement_of(file.fichier))
        for file in staged
        if file.campagne
    ]
    _insert(connection, "staging.fichier_situe", ("campagne", "fichier", "departement"), known)


def _insert_files(connection: duckdb.DuckDBPyConnection, staged: Iterable[Staged]) -> None:
    """The lines of qualite.fichier: one a table read, one a thing left aside, one a file refused."""
    lines: list[tuple[object, ...]] = []
    for file in staged:
        known = (file.campagne, file.fichier, file.sha256)
        message = str(file.refusal) if file.refusal else None
        if file.refusal and not file.tables:
            lines.append((*known, None, None, None, None, None, REFUSED, message))
        for aside in file.asides:
            lines.append((*known, aside.feuille, None, None, None, None, aside.state, aside.sentence))
        for table in file.tables:
            state = OUTDATED if file.refusal else READ
            read = (table.feuille, table.nature, table.format, table.encodage, table.records)
            lines.append((*known, *read, state, message))
    names = ("campagne", "fichier", "sha256", "feuille", "nature", "format", "encodage", "lignes_lues", "statut")
    _insert(connection, "qualite.fichier", (*names, "message"), lines)


def _insert_questions(connection: duckdb.DuckDBPyConnection, read: Iterable[tuple[Staged, StagedTable]]) -> None:
    lines = [
        (file.campagne, file.fichier, table.feuille, variable, entete, table.lines.get(variable), table.nature,
         table.format)
        for file, table in read
        for variable, entete in table.questions.items()
    ]  # fmt: skip
    names = ("campagne", "fichier", "feuille", "variable", "colonne", "ligne", "nature", "format")
    _insert(connection, "core.question", names, lines)


def _insert(
    connection: duckdb.DuckDBPyConnection, target: str, names: Sequence[str], lines: Sequence[tuple[object, ...]]
) -> None:
    """Insert short lines in one statement: each statement costs more than what it inserts."""
    columns = ", ".join(f"unnest(?::varchar[]) as {name}" for name in names)
    values = [[None if line[at] is None else str(line[at]) for line in lines] for at in range(len(names))]
    connection.execute(f"insert into {target} by name select {columns}", values)


_ALIKE = {
    "anomalies": "qualite.anomalie",
    "corrections": "qualite.correction",
}
"""Relations that are of the same columns in every staged table."""


def _insert_alike(
    connection: duckdb.DuckDBPyConnection, read: Sequence[tuple[Staged, StagedTable]], relation: str, target: str
) -> None:
    # Rows kept from a build of an older program have no corrections.
    staged_tables = [(file, table) for file, table in read if _parquet(file, table, relation).is_file()]
    if staged_tables:
        connection.execute(
            f"insert into {target} by name select {origin_columns(staged_tables, relation)}, p.* exclude (filename) "
            f"from {scan_tables(staged_tables, relation)} as p"
        )


def _insert_rows(connection: duckdb.DuckDBPyConnection, group: Sequence[tuple[Staged, StagedTable]]) -> None:
    """Insert the rows of tables of one format and part."""
    table, scan = group[0][1], scan_tables(group, "lignes")
    target = TABLE_OF_NATURE[table.nature]
    columns = ", ".join([origin_columns(group, "lignes"), "feuille", "ligne", *_held(connection, target, scan)])
    connection.execute(
        f"insert into staging.{target} by name select *{_number(table)} from (select "
        f"{literal(table.format)} as format, {_optional(table.grain)} as grain, {columns} from {scan})"
    )


def _parquet(file: Staged, table: StagedTable, relation: str) -> Path:
    return file.folder / f"{table.name}.{relation}.parquet"


def scan_tables(read: Iterable[tuple[Staged, StagedTable]], relation: str) -> str:
    """Return the SQL that reads one relation of staged tables, `filename` among its columns."""
    paths = ", ".join(literal(str(_parquet(file, table, relation))) for file, table in read)
    return f"read_parquet([{paths}], union_by_name = true, filename = true)"


def origin_columns(read: Iterable[tuple[Staged, StagedTable]], relation: str) -> str:
    """Return the SQL of the columns that say of which file a row is: campagne, fichier."""
    known = {str(_parquet(file, table, relation)): file for file, table in read}
    campagnes = sql_map({path: literal(file.campagne) for path, file in known.items()})
    fichiers = sql_map({path: literal(file.fichier) for path, file in known.items()})
    return f"{campagnes}[filename] as campagne, {fichiers}[filename] as fichier"


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
