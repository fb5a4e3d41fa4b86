"""`python -m warehouse.engine.child`: the child of process.py, where queries run. It may be killed without harm.

It is told what Start holds, then asked queries: (text, format or None, rows). It says first {"departements": […]}, or
why it does not serve; then {"colonnes": …}. Streams are written to the descriptor that `output` names.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import duckdb

from socle.process.parent import Parent, failed, refused
from socle.process.unix import Memory, allow_processor_time, bound_process, descriptor_path
from socle.words.nearest import prepare_nearest
from socle.words.refusal import Refusal
from warehouse.engine.answers import read_answer, write_stream
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

    def __init__(self, start: Start) -> None:
        self._limits = start.limits
        self._output = descriptor_path(start.output)
        self._connection, self._names = open_database(
            Path(start.database), start.limits.megabytes, self._output, start.everything, not start.for_streams
        )

    def departements(self) -> list[str]:
        """Return those of which the database holds rows."""
        if "marts.campagne" not in self._names.tables:
            return []
        return [code for (code,) in self._connection.execute(_DEPARTEMENTS).fetchall()]

    def answer(self, request: tuple[str, str | None, int]) -> dict[str, Any]:
        """Return the answer to one request, ready for JSON; raise Refusal when it has none."""
        query, format, rows = request
        allow_processor_time(self._limits.stream_seconds if format else self._limits.seconds)
        try:
            return self._run(query, format, rows)
        except (duckdb.Error, MemoryError) as error:
            return self._failed(error, query)

    def _failed(self, error: duckdb.Error | MemoryError, query: str) -> dict[str, Any]:
        if isinstance(error, MemoryError) or _is_too_heavy(error):
            return refused(Refusal("requete_trop_lourde", memoire=self._limits.megabytes)) | {"fin": True}
        refusal = refused(refused_by(error, query, self._names))
        return refusal | ({"fin": True} if isinstance(error, duckdb.FatalException | duckdb.InternalException) else {})

    def _run(self, query: str, format: str | None, rows: int) -> dict[str, Any]:
        start = time.perf_counter()
        with self._connection.cursor() as cursor:
            cursor.execute(USE_VIEWS)
            statement = check_statement(cursor, query, self._names)
            if format is None:
                answer = read_answer(cursor, statement, rows, self._limits.characters)
            else:
                answer = write_stream(cursor, statement, format, self._output)
        return answer | {"secondes": time.perf_counter() - start}


def _is_too_heavy(error: duckdb.Error) -> bool:
    return isinstance(error, duckdb.OutOfMemoryException) or "bad_alloc" in str(error) or "Out of Memory" in str(error)


def main() -> None:
    """Answer requests until the parent closes the pipe, or is gone."""
    parent = Parent()
    start: Start = parent.request()
    os.environ.clear()
    memory = Memory(start.limits.addresses)
    load_functions()
    prepare_nearest()
    bound_process(start.limits.addresses, writes_files=False)
    if not confined(Path(start.database)) and not start.is_copy:
        parent.say({"sans_protection": True})
        return
    try:
        child = EngineChild(start)
        parent.say({"departements": child.departements()})
    except duckdb.Error as error:
        parent.say({"abimee": str(error)})
    except Exception:
        parent.say(failed())
    else:
        parent.serve(child.answer, memory)


if __name__ == "__main__":
    main()
