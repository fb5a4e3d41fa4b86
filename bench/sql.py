"""SQL typed by people, on a published build: the engine against bare DuckDB, and a file streamed against its COPY.

`python -m bench.sql FOLDER REPEATS`: prints one JSON object. Both run each query in turn, once before the clock starts.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from socle.settings import Settings
from warehouse.engine.engine import Engine
from warehouse.published import published_build
from warehouse.scope import Scope

ANALYST = Scope("analyste", "*")
QUERIES = {
    "actions by département": "select departement, count(*) from core.action group by all order by all",
    "children by type of structure": (
        "select type_structure, sum(nb_enfants), avg(nb_enfants) from core.action group by all order by all"
    ),
    "the actions of a département": (
        "select raison_sociale, intitule, commune_nom, nb_enfants from marts.action_large "
        "where departement = '45' order by nb_enfants desc nulls last, action_id limit 100"
    ),
    "twenty largest porteurs": (
        "select raison_sociale, nb_enfants from marts.porteur_large order by nb_enfants desc nulls last, porteur_id "
        "limit 20"
    ),
    "response rate": (
        "select departement, count(*) filter (a_repondu) / count(*) from core.agrement group by all order by all"
    ),
    "children by level": (
        "select modalite, sum(valeur) from core.effectif where variable = 'effectif_niveau' group by all order by all"
    ),
    "anomalies by rule": "select gravite, regle, count(*) from qualite.anomalie group by all order by all",
    "an indicator in every département": (
        "select code, valeur, nb_porteurs from marts.indicateur_valeur_agregee "
        "where indicateur = 'nb_enfants_accueillis' and niveau = 'departement' order by code"
    ),
    "a département beside France": (
        "select indicateur, valeur, valeur_france from marts.comparaison where departement = '45' order by indicateur"
    ),
    "the largest actions of each département": (
        "select departement, action_id, nb_enfants from core.action "
        "qualify row_number() over (partition by departement order by nb_enfants desc, action_id) <= 3 order by all"
    ),
}
MORE = 5
STREAMED = (
    "select campagne, action_id, porteur_id, departement, commune, raison_sociale, type_structure, zonage, nb_enfants, "
    "nb_familles, qpv, date_validation, seances_par_semaine, charges__64, produits__caf_ps from core.action"
)


def compare(folder: DataFolder, repeats: int) -> dict[str, Any]:
    """Return {"queries": [{name, bare_ms, engine_ms, rows}], "stream": {…}} of the build that the folder publishes."""
    base = published_build(folder)[0] / WAREHOUSE
    with Engine(folder, Settings()) as engine, duckdb.connect(str(base), read_only=True) as bare:
        queries = [_query(engine, bare, name, sql, repeats) for name, sql in QUERIES.items()]
        return {"queries": queries, "stream": _stream(engine, bare, max(3, repeats // 3))}


def _query(engine: Engine, bare: duckdb.DuckDBPyConnection, name: str, sql: str, repeats: int) -> dict[str, Any]:
    rows = bare.execute(sql).fetchall()
    answered = engine.run(ANALYST, sql).rows
    if len(rows) != len(answered):
        raise ValueError(f"{name}: {len(answered)} rows, and {len(rows)} of bare DuckDB")
    times = [
        (_timed(lambda: bare.execute(sql).fetchall()), _timed(lambda: engine.run(ANALYST, sql))) for _ in range(repeats)
    ]
    bare_ms, engine_ms = (statistics.median(of) * 1000 for of in zip(*times, strict=True))
    return {"name": name, "rows": len(rows), "bare_ms": round(bare_ms, 2), "engine_ms": round(engine_ms, 2)}


def _stream(engine: Engine, bare: duckdb.DuckDBPyConnection, repeats: int) -> dict[str, Any]:
    """Both write a file; the memory of the child is its highest, after the rows once and after MORE times as many."""
    found = bare.execute("select count(*) from core.action").fetchone()
    rows = found[0] if found else 0
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "lignes.csv"

        def stream(sql: str) -> None:
            with target.open("wb") as file:
                for piece in engine.stream(ANALYST, sql, "csv"):
                    file.write(piece)

        stream(STREAMED)
        once, size = _highest_mb(engine), target.stat().st_size
        stream(" union all ".join([STREAMED] * MORE))
        more = _highest_mb(engine)
        copy = f"copy ({STREAMED}) to '{target}' (header)"
        times = [(_timed(lambda: bare.execute(copy)), _timed(lambda: stream(STREAMED))) for _ in range(repeats)]
    bare_s, engine_s = (statistics.median(of) for of in zip(*times, strict=True))
    return {
        "rows": rows,
        "megabytes": round(size / 1e6),
        "bare_s": round(bare_s, 3),
        "engine_s": round(engine_s, 3),
        "memory_mb": once,
        "memory_more_mb": more,
    }


def _highest_mb(engine: Engine) -> int:
    """The most that the children ever held."""
    statuses = [Path(f"/proc/{process.pid}/status").read_text(encoding="ascii") for process in engine._idle]
    return max(int(status.split("VmHWM:")[1].split()[0]) for status in statuses) // 1024


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(compare(DataFolder(Path(sys.argv[1])), int(sys.argv[2]))))
