"""SQL typed by people -> its rows, from the published build, in child processes that may be killed at any moment.

    with Engine(folder, settings) as engine:
        answer = engine.run(scope, "select * from marts.action_large", session="…")

The same for the page and for `clas sql`. The checks of the text (warehouse/sql/statements.py) are not what protects:
the kernel lets the child open one database alone (warehouse/engine/landlock.py), and the system bounds its time and
memory (warehouse/engine/limits.py).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from socle.files.manifest import WAREHOUSE, pointed_build
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from warehouse.engine.limits import Limits
from warehouse.engine.process import QueryProcess, Task
from warehouse.engine.turns import Turns
from warehouse.engine.values import decoded
from warehouse.published import published_build
from warehouse.scope import EVERYWHERE, Scope

READERS = ("analyste", "agent")
"""Roles that write SQL, and are shown that of a figure; the others read it in words."""
Format = Literal["csv", "parquet", "json"]


@dataclass(frozen=True)
class SqlAnswer:
    """The answer to one query."""

    columns: tuple[str, ...]
    """As the query names them: a name may come twice."""
    types: tuple[str, ...]
    """DuckDB's own: VARCHAR, INTEGER, DECIMAL(18,2)…"""
    rows: list[tuple[Any, ...]]
    """Texts, whole numbers, floats, Decimal, bool, date, datetime, time or None; lists are texts in JSON."""
    truncated: bool
    """« résultat tronqué »: there are more rows, or longer texts; `Engine.stream` gives all."""
    seconds: float
    warning: str | None
    """French sentence when the published build is damaged and an earlier one answered."""


class Engine:
    """Runs queries, a few at once, each session in its turn. Close it, or use `with`: its children end with it."""

    def __init__(self, folder: DataFolder, settings: Settings, limits: Limits | None = None) -> None:
        """Nothing is started before the first query. `limits` are those of `settings`, unless given."""
        self.limits = limits or Limits.of(settings)
        self._folder = folder
        self._turns = Turns(self.limits.processes, self.limits.waiting)
        self._lock = threading.Lock()
        self._idle: list[QueryProcess] = []
        self._busy: list[_Request] = []
        self._sound: Path | None = None
        self._closed = False

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the children; queries under way are refused as cancelled."""
        with self._lock:
            self._closed = True
            for request in self._busy:
                request.cancel()
            for process in self._idle:
                process.close()
            self._idle.clear()

    def run(self, scope: Scope, sql: str, session: str = "", rows: int | None = None) -> SqlAnswer:
        """Return the first rows of a query, `rows` or as many as the limits let.

        Raise Refusal when it is not accepted, fails, takes too long or too much, or is cancelled; where it points at a
        place of the text, the refusal's values `ligne` and `colonne` say which, from 1.
        """
        _check(scope)
        with self._turns.turn(session), self._process(scope, session, for_streams=False) as (process, warning):
            said = process.ask(sql, min(rows or self.limits.rows, self.limits.rows))
        return SqlAnswer(
            tuple(said["colonnes"]),
            tuple(said["types"]),
            decoded(said["lignes"], said["types"]),
            said["tronque"],
            said["secondes"],
            warning,
        )

    def stream(self, scope: Scope, sql: str, format: Format, session: str = "") -> Iterator[bytes]:
        """Yield the file of all the rows of a query, in pieces, as it is written; nothing is held in memory.

        Without an ORDER BY, rows come in any order. CSV: comma, UTF-8, header, empty for what is null, texts that a
        spreadsheet would run made safe. JSON: a list of objects. Raise as `run` does, even in the midst of the file:
        what was received is then no file.
        """
        _check(scope)
        return self._stream(scope, sql, format, session)

    def warning(self) -> str | None:
        """Return what to say when the published build is damaged and an earlier one answers; None when all is well.

        Raise Refusal when there is none to answer.
        """
        return published_build(self._folder)[1]

    def cancel(self, session: str) -> int:
        """Stop the queries of that session, waiting or running, and return how many."""
        cancelled = self._turns.cancel(session)
        with self._lock:
            concerned = [request for request in self._busy if request.session == session]
            for request in concerned:
                request.cancel()
        return cancelled + len(concerned)

    def _stream(self, scope: Scope, sql: str, format: Format, session: str) -> Iterator[bytes]:
        with self._turns.turn(session), self._process(scope, session, for_streams=True) as (process, _):
            yield from process.stream(sql, format)

    @contextmanager
    def _process(self, scope: Scope, session: str, for_streams: bool) -> Iterator[tuple[QueryProcess, str | None]]:
        """A process on the published build, kept for other queries unless an error other than a refusal came."""
        build, warning = self._published()
        request = _Request(session)
        with self._lock:
            if self._closed:
                raise Refusal("requete_annulee")
            self._busy.append(request)
        serves_again = False
        try:
            process = self._given(request, Task(build / WAREHOUSE, scope.role == "agent", for_streams))
            _check_territory(scope, process.departements)
            yield process, warning
            serves_again = True
        except Refusal:
            serves_again = True
            raise
        finally:
            self._take_back(request, serves_again)

    def _published(self) -> tuple[Path, str | None]:
        """The published build: hashed when it is first met, for that takes longer than most queries."""
        pointed = pointed_build(self._folder)
        if self._sound is None or self._sound.name != pointed:
            build, warning = published_build(self._folder)
            self._sound = build if warning is None else None
            return build, warning
        return self._sound, None

    def _given(self, request: _Request, task: Task) -> QueryProcess:
        """Give the request an idle process, or a new one; raise Refusal when it was cancelled meanwhile."""
        with self._lock:
            process = next((idle for idle in self._idle if idle.task == task and idle.is_alive), None)
            # A session whose turn it is gets a process: when no idle one fits, another is stopped to make room.
            leaving = [idle for idle in self._idle if not idle.is_alive]
            if process is None and len(self._idle) + len(self._busy) > self.limits.processes:
                leaving = leaving or self._idle[:1]
            self._idle = [idle for idle in self._idle if idle is not process and idle not in leaving]
        for idle in leaving:
            idle.close()
        process = process or self._started(task)
        with self._lock:
            request.process = process
            if request.is_cancelled:
                raise Refusal("requete_annulee")
        return process

    def _started(self, task: Task) -> QueryProcess:
        try:
            return QueryProcess(task, self.limits)
        except (Refusal, OSError):
            self._sound = None  # it was damaged, or removed, since it was met: the next query looks again
            raise

    def _take_back(self, request: _Request, serves_again: bool) -> None:
        process = request.process
        with self._lock:
            self._busy.remove(request)
            is_fit = serves_again and not request.is_cancelled and not self._closed
            if process is not None and is_fit and process.is_alive:
                self._idle.append(process)
                process = None
        if process is not None:
            process.close()


@dataclass(eq=False)
class _Request:
    """A query that holds a turn."""

    session: str
    process: QueryProcess | None = None
    is_cancelled: bool = False

    def cancel(self) -> None:
        self.is_cancelled = True
        if self.process is not None:
            self.process.stop("requete_annulee")


def _check(scope: Scope) -> None:
    if scope.role not in READERS:
        raise Refusal("sql_non_permis")


def _check_territory(scope: Scope, departements: list[str]) -> None:
    """Rows are not filtered by territory: an account limited to one may query only a build that holds no other."""
    others = [code for code in departements if scope.territoire not in (EVERYWHERE, code)]
    if others:
        shown = ", ".join(others[:5]) + ("…" if len(others) > 5 else "")
        raise Refusal("sql_hors_territoire", territoire=scope.territoire, autres=shown)
