"""`python -m warehouse.engine.child`: the child of process.py, where queries run. It may be killed without harm.

On argv what Start holds, as JSON; on stdin one request a line, {"requete": …, "format": null or csv, parquet, json}; on
stdout one JSON object a line: first {"departements": […]}, or why it does not serve;
then {"colonnes": …}, {"refus": …, "valeurs": …}
or {"erreur": …} with the traceback of anything else. "fin" is true when the child should not serve again. Streams are
written to the descriptor that `output` names.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import duckdb

from socle.refusal import Refusal
from warehouse.engine.answers import read_answer, write_stream
from warehouse.engine.limits import Memory, allow_processor_time, bound_process
from warehouse.engine.open_confined import confined, open_database
from warehouse.engine.start import Start
from warehouse.sql.analyst_views import USE_VIEWS, VIEWS
from warehouse.sql.errors import refused_by
from warehouse.sql.statements import check_statement, load_functions

_DEPARTEMENTS = (
    f"select distinct departement from {VIEWS}.marts.campagne where departement is not null order by departement"
)


class EngineChild:
    """Answers requests, each on a connection of its own: nothing of one session is left for the next."""

    def __init__(self, start: Start, memory: Memory) -> None:
        self._memory = memory
        self._limits = start.limits
        self._output = f"/dev/fd/{start.output}"
        self._connection, self._names = open_database(
            Path(start.database), start.limits.megabytes, self._output, start.everything, not start.for_streams
        )

    def departements(self) -> list[str]:
        """Return those of which the database holds rows."""
        if "marts.campagne" not in self._names.tables:
            return []
        return [code for (code,) in self._connection.execute(_DEPARTEMENTS).fetchall()]

    def answer(self, requete: str, format: str | None, lignes: int) -> dict[str, Any]:
        """Return the answer to one request, ready for JSON."""
        try:
            found = self._run(requete, format, lignes)
        except Refusal as refusal:
            found = _refused(refusal)
        except (duckdb.Error, MemoryError) as error:
            found = self._failed(error, requete)
        except Exception:
            return {"erreur": traceback.format_exc(), "fin": True}
        return {"fin": self._memory.is_swollen(self._limits)} | found

    def _failed(self, error: duckdb.Error | MemoryError, query: str) -> dict[str, Any]:
        if isinstance(error, MemoryError) or _is_too_heavy(error):
            return _refused(Refusal("requete_trop_lourde", memoire=self._limits.megabytes)) | {"fin": True}
        found = _refused(refused_by(error, query, self._names))
        return found | ({"fin": True} if isinstance(error, duckdb.FatalException | duckdb.InternalException) else {})

    def _run(self, query: str, format: str | None, rows: int) -> dict[str, Any]:
        start = time.perf_counter()
        with self._connection.cursor() as cursor:
            cursor.execute(USE_VIEWS)
            statement = check_statement(cursor, query, self._names)
            if format is None:
                found = read_answer(cursor, statement, rows, self._limits.characters)
            else:
                found = write_stream(cursor, statement, format, self._output)
        return found | {"secondes": time.perf_counter() - start}


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"refus": refusal.code, "valeurs": refusal.values}


def _is_too_heavy(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.OutOfMemoryException) or "bad_alloc" in str(error) or "Out of Memory" in str(error)


def main() -> None:
    """Answer requests until the parent closes the pipe, or is gone."""
    start = Start.decode(sys.argv[1])
    os.environ.clear()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a library that prints does not answer

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer, separators=(",", ":")) + "\n")
        answers.flush()

    memory = Memory()
    load_functions()
    bound_process(start.limits)
    if not confined(Path(start.database)) and not start.is_copy:
        say({"sans_protection": True})
        return
    try:
        child = EngineChild(start, memory)
        say({"departements": child.departements()})
        for line in sys.stdin:
            allow_processor_time(start.limits.stream_seconds if json.loads(line)["format"] else start.limits.seconds)
            say(child.answer(**json.loads(line)))
    except BrokenPipeError:
        return
    except duckdb.Error as error:
        say({"abimee": str(error)})
    except Exception:
        say({"erreur": traceback.format_exc()})


if __name__ == "__main__":
    main()
