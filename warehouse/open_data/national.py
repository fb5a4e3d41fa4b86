"""A build that makes figures of France -> the national synthesis of each campagne, in the format that Cafs receive.

One row an indicator: what the Cnaf may send, computed from the returns of the départements that give it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import duckdb

from pipeline.codebook.documents import DEFINITIONS
from pipeline.sql.steps import Step, in_steps
from socle.files.cells import NumberText, write_csv
from warehouse.open_data.package import dialect, french
from warehouse.open_data.write import rows

_SEPARATOR = ";"
# What is computed here has porteurs; what the Cnaf sent has none, and would only be sent back to it.
_COMPUTED = (
    "niveau = 'france' and origine in ('calcule', 'fictif') and nb_porteurs is not null and statut = 'diffusable'"
)
# As the loading reads a number: six decimals, a comma.
_NUMBER = "replace(rtrim(rtrim({0}::decimal(24, 6)::varchar, '0'), '.'), '.', ',')"
_VALUES = {
    "campagne_declaree": "v.campagne",
    "indicateur": "v.indicateur",
    "libelle": "i.libelle",
    "valeur": _NUMBER.format("v.valeur"),
    "numerateur": _NUMBER.format("v.numerateur"),
    "denominateur": _NUMBER.format("v.denominateur"),
    "nb_departements": "d.nb_departements::varchar",
}
_NUMBERS = ("valeur", "numerateur", "denominateur")


def national_campagnes(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the campagnes of which a synthesis may be written: those that have figures of France."""
    query = f"select distinct campagne from marts.indicateur_valeur where {_COMPUTED} order by all"
    return [campagne for (campagne,) in rows(connection, query)]


def file_name(campagne: str, fictif: bool) -> str:
    """Return the name of the file of a campagne."""
    return f"synthese-nationale-{'donnees-fictives-' if fictif else ''}{campagne}.csv"


def synthesis(connection: duckdb.DuckDBPyConnection, campagne: str) -> tuple[bytes, int]:
    """Return the file of a campagne and its number of rows."""
    columns = _columns()
    rows = connection.execute(_synthesis_sql([_VALUES[variable] for _, variable in columns]), [campagne]).fetchall()
    target = io.StringIO(newline="")
    numbers = [variable in _NUMBERS for _, variable in columns]
    figures = [
        [NumberText(value) if number and value else value for value, number in zip(row, numbers, strict=True)]
        for row in rows
    ]
    write_csv(target, [[header for header, _ in columns], *figures], delimiter=_SEPARATOR)
    return target.getvalue().encode("utf-8-sig"), len(rows)


def _synthesis_sql(cells: Sequence[str]) -> str:
    return in_steps(
        Step("chiffres", "from marts.indicateur_valeur where campagne = ?"),
        Step(
            "synthese_nationale",
            f"select {', '.join(cells)} from chiffres as v "
            "inner join marts.indicateur as i on v.indicateur = i.indicateur "
            "left join marts.couverture as d on v.campagne = d.campagne and v.indicateur = d.indicateur "
            "and d.niveau = 'france' "
            f"where {_COMPUTED.replace('niveau', 'v.niveau')} order by i.rang, v.indicateur",
        ),
    )


def declared(campagne: str, fictif: bool) -> dict[str, Any]:
    """Return the declaration of that file in datapackage.json, but for its size and hash."""
    fields = [
        {"name": header, "type": "number", "decimalChar": ","}
        if variable in _NUMBERS
        else {"name": header, "type": "integer" if variable == "nb_departements" else "string"}
        for header, variable in _columns()
    ]
    fictitious = " (données fictives)" if fictif else ""
    return {
        "profile": "tabular-data-resource",
        "name": f"synthese-nationale-{campagne}",
        "title": f"Synthèse nationale {campagne}{fictitious}",
        "description": french(
            "Les chiffres de la France, dans la forme que chaque Caf dépose dans le dossier de l'année : une ligne par "
            "indicateur."
        ),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "dialect": dialect(_SEPARATOR),
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": [_columns()[1][0]]},
    }


@cache
def _columns() -> list[tuple[str, str]]:
    """The headers that the format declares, and what is written under each; what it ignores is the label."""
    import yaml

    text = (DEFINITIONS / "formats" / "synthese-nationale.yml").read_text(encoding="utf-8")
    return [(column["entete"], column.get("variable", "libelle")) for column in yaml.safe_load(text)["colonnes"]]
