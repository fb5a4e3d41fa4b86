"""The files of an export -> datapackage.json: what each is and what each of its columns holds (Data Package v1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from socle.files.manifest import Manifest
from socle.licences import LICENCES
from socle.words.french import NARROW_SPACE, listing
from warehouse.open_data.tables import ENUMS, REQUIRED, TITLES, ExportedTable
from warehouse.open_data.write import column_types, rows

NAMED = 3
"""Above so many départements, they are counted and not named."""
_FICTITIOUS = "Données fictives : elles montrent l'outil et ne disent rien d'aucun territoire. "
_DESCRIPTION = (
    "Ce qui peut être diffusé du bilan annuel du Clas : les seules années dont le comité a arrêté les chiffres, sans "
    "rien qui laisse connaître ce qu'un porteur a déclaré."
)
_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "number",
    "INTEGER": "integer",
    "BIGINT": "integer",
}
"""DuckDB -> Table Schema: a column of another type waits for someone to say how it is written."""
_LABELLED = {"type_structure": "type_structure", "zonage": "territoire_urbain_rural"}
"""niveau -> the variable whose answers are its codes."""


@dataclass(frozen=True)
class ExportedFile:
    """A file written, and its declaration in datapackage.json."""

    name: str
    rows: int
    bytes: int
    sha256: str
    resource: dict[str, Any] = field(compare=False)


def tabular(connection: duckdb.DuckDBPyConnection, table: ExportedTable) -> dict[str, Any]:
    """Return the declaration of a table's CSV, but for its size and hash."""
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": french(table.description),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": dialect(","),
        "schema": _schema(connection, table),
    }


def binary(connection: duckdb.DuckDBPyConnection, table: ExportedTable) -> dict[str, Any]:
    """Return the declaration of a table's Parquet: a file, since its columns bear their types themselves."""
    return {
        "profile": "data-resource",
        "type": "file",
        "name": f"{table.name}-parquet",
        "title": f"{table.title} (Parquet)",
        "description": f"Les mêmes lignes et les mêmes colonnes que {table.name}.csv, pour un outil qui lit Parquet.",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


def french(text: str) -> str:
    """Return a text with the narrow spaces of French punctuation, on one line."""
    spaced = re.sub(r" ([;:!?»])", rf"{NARROW_SPACE}\1", " ".join(text.split()))
    return spaced.replace("« ", f"«{NARROW_SPACE}")


def dialect(delimiter: str) -> dict[str, Any]:
    """Return how a CSV is written."""
    return {"delimiter": delimiter, "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}


def describe(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, licence: str, files: Sequence[ExportedFile]
) -> bytes:
    """Return datapackage.json; the same build and licence give the same bytes."""
    fictitious = " (données fictives)" if manifest.fictif else ""
    stated = LICENCES[licence]
    package = {
        "profile": "data-package",
        "name": "bilan-clas-donnees-fictives" if manifest.fictif else "bilan-clas",
        "title": f"Contrat local d'accompagnement à la scolarité (Clas), chiffres {_scope(connection)}{fictitious}",
        "description": french((_FICTITIOUS if manifest.fictif else "") + _DESCRIPTION),
        "version": f"{manifest.version or '0'}+{manifest.build}",
        "created": manifest.created_at,
        **({"licenses": [vars(stated)]} if stated else {}),
        "keywords": ["Clas", "accompagnement à la scolarité", "Caf", "parentalité"],
        "sources": [{"title": source} for source in _sources(connection)],
        "resources": [
            {**file.resource, "path": file.name, "bytes": file.bytes, "hash": f"sha256:{file.sha256}"} for file in files
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode() + b"\n"


def read_files(package: Path) -> list[str] | None:
    """Return the names of the files that a datapackage.json describes; None when it is not one of ours."""
    try:
        content = json.loads(package.read_bytes())
        ours = content["name"] in ("bilan-clas", "bilan-clas-donnees-fictives")
        return [str(resource["path"]) for resource in content["resources"]] if ours else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _schema(connection: duckdb.DuckDBPyConnection, table: ExportedTable) -> dict[str, Any]:
    schema, name = table.table.split(".")
    comments = dict(
        connection.execute(
            "select column_name, comment from duckdb_columns() where database_name = current_database() "
            "and schema_name = ? and table_name = ?",
            [schema, name],
        ).fetchall()
    )
    fields = [
        _field(column, kind, table.descriptions.get(column) or comments.get(column), table)
        for column, kind in column_types(connection, table).items()
    ]
    if table.name == "chiffres":
        code = next(field for field in fields if field["name"] == "code")
        code["description"] = french(_codes(connection))
    key = {"uniqueKeys": [list(table.key)]} if table.nullable_key else {"primaryKey": list(table.key)}
    foreign = [
        {"fields": column, "reference": {"resource": resource, "fields": column}}
        for column, resource in table.references
    ]
    return {"fields": fields, "missingValues": [""], **key, **({"foreignKeys": foreign} if foreign else {})}


def _field(column: str, kind: str, description: str | None, table: ExportedTable) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column, "type": _TYPES[kind], "title": TITLES[column]}
    if description:
        described["description"] = french(description)
    constraints: dict[str, Any] = {}
    if column in ENUMS:
        constraints["enum"] = list(ENUMS[column])
    if column in (REQUIRED if table.nullable_key else table.key):
        constraints["required"] = True
    return described | ({"constraints": constraints} if constraints else {})


def _codes(connection: duckdb.DuckDBPyConnection) -> str:
    """What a code is at each level, the answers being named."""
    said = ["FR pour la France, code Insee de la région ou du département, Siren de l'intercommunalité"]
    for niveau, variable in _LABELLED.items():
        found = connection.execute(
            "select code, libelle from marts.libelle where variable = ? order by all", [variable]
        ).fetchall()
        if found:
            said.append(f"pour {niveau}, {', '.join(f'{code} ({label})' for code, label in found)}")
    return f"{' ; '.join(said)}."


def _scope(connection: duckdb.DuckDBPyConnection) -> str:
    """« du Loiret, années scolaires 2014-2015 à 2023-2024 »."""
    names = rows(
        connection,
        "select distinct c.departement, coalesce(d.forme_de, 'du département ' || c.departement) "
        "from marts.campagne as c left join reference.departements as d on c.departement = d.code order by all",
    )
    where = listing([name for _, name in names]) if len(names) <= NAMED else f"de {len(names)} départements"
    [(first, last)] = rows(connection, "select min(campagne), max(campagne) from marts.campagne")
    when = f"année scolaire {first}" if first == last else f"années scolaires {first} à {last}"
    return f"{where}, {when}"


def _sources(connection: duckdb.DuckDBPyConnection) -> list[str]:
    query = "select distinct source from marts.indicateur_valeur where source is not null order by all"
    return [source for (source,) in rows(connection, query)]
