"""The least that can be done: DuckDB alone reads a file of returns into typed columns on disk and writes Parquet.

No cell is cleaned, no fault is listed, nothing is checked. `python -m bench.floor REPONSES.CSV FOLDER`
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb

from bench.measure import timed
from bench.national import returns_format
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, FormatColumn
from socle.files.sqltext import identifier, literal

_CAST = {
    "entier": "try_cast({cell} as integer)",
    "decimal": "try_cast(replace({cell}, ',', '.') as double)",
    "montant": "try_cast(replace({cell}, ',', '.') as decimal(18, 2))",
    "oui_non": "lower({cell}) = 'oui'",
    "horodatage": "try_strptime({cell}, '%d/%m/%Y %H:%M')",
}


def read_and_write(codebook: Codebook, returns: Path, folder: Path) -> dict[str, Any]:
    """Fill `folder` with floor.duckdb and floor.parquet; return the number of rows and of columns."""
    columns = returns_format(codebook).colonnes
    texts = ", ".join(f"'c{rank}': 'varchar'" for rank in range(len(columns)))
    typed = ", ".join(
        f"{_typed(codebook, source, f'c{rank}')} as {identifier(source.entete)}" for rank, source in enumerate(columns)
    )
    with duckdb.connect(str(folder / "floor.duckdb")) as connection:
        connection.execute(
            f"create table reponse as select {typed} from read_csv({literal(str(returns))}, auto_detect = false, "
            f"header = true, delim = ';', quote = '\"', escape = '\"', columns = {{{texts}}})"
        )
        target = literal(str(folder / "floor.parquet"))
        connection.execute(f"copy reponse to {target} (format parquet, compression zstd)")
        rows = connection.execute("select count(*) from reponse").fetchall()[0][0]
    return {"rows": rows, "columns": len(columns)}


def _typed(codebook: Codebook, source: FormatColumn, cell: str) -> str:
    columns = codebook.columns_of(source.variable) if source.variable else ()
    return _CAST.get(columns[0].variable.type, "{cell}").format(cell=cell) if columns else cell


def main() -> None:
    """Run as a step of the bench: what is declared is read before the clock starts."""
    codebook, returns, folder = load_codebook(), Path(sys.argv[1]), Path(sys.argv[2])
    timed(lambda: read_and_write(codebook, returns, folder))


if __name__ == "__main__":
    main()
