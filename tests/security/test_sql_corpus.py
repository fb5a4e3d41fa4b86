"""Statements honest and hostile, through the engine: each has its exact outcome, and nothing else happens."""

from __future__ import annotations

import contextlib
import hashlib
import resource
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.demo import build_of
from tests.support.sql import SECRET, SENSITIVE, Case, build_small, corpus
from warehouse.engine.engine import Engine, SqlAnswer
from warehouse.engine.limits import MIB, Limits
from warehouse.scope import Scope

ANALYST = Scope("analyste", "*")
LIMITS = Limits(seconds=10, megabytes=256, addresses=1024 * MIB)
HASTY = replace(LIMITS, seconds=1)
"""For what is to be stopped."""
STARTING_SECONDS = 10
CASES = corpus()


@dataclass
class Machine:
    """What must not change, or hear of anything."""

    folder: DataFolder
    root: Path
    port: int
    heard: list[str] = field(default_factory=list)

    def text(self, sql: str) -> str:
        """The statement, its places named."""
        build = build_of(self.folder)
        places = {
            "canari": self.root / "canari.txt",
            "base": build / "warehouse.duckdb",
            "prive": build / "private.duckdb",
            "depot": self.root / "depot",
            "port": self.port,
        }
        for name, place in places.items():
            sql = sql.replace(f"{{{name}}}", str(place))
        return sql

    def files(self) -> dict[str, tuple[int, int]]:
        """{path: size and moment of the last change} of all that it holds."""
        return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(self.root.rglob("*"))}

    def hashes(self) -> dict[str, str]:
        """{file: hash}."""
        return {
            path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in self.files() if Path(path).is_file()
        }


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    root = tmp_path_factory.mktemp("sql")
    (root / "canari.txt").write_text(SECRET)
    (root / "depot").mkdir()
    folder = build_small(root / "data")
    with socket.create_server(("127.0.0.1", 0)) as server:
        machine = Machine(folder, root, server.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # closed: the tests are over
                    return
                machine.heard.append("connexion")
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield machine
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def engine(machine: Machine) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CLAS_CANARI", SECRET)
        with Engine(machine.folder, Settings(), LIMITS) as engine:
            yield engine


@pytest.fixture(scope="module")
def hasty(machine: Machine) -> Iterator[Engine]:
    with Engine(machine.folder, Settings(), HASTY) as engine:
        yield engine


@pytest.fixture(scope="module", autouse=True)
def peak(engine: Engine, hasty: Engine) -> Iterator[list[int]]:
    """What the children were seen to hold, in bytes."""
    seen = [0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            requests = (*engine._busy, *hasty._busy)
            running = [request.process for request in requests if request.process is not None]
            for process in running:
                with contextlib.suppress(OSError, IndexError):  # it has just ended
                    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
                    seen.append(pages * resource.getpagesize())

    looking = threading.Thread(target=look)
    looking.start()
    yield seen
    over.set()
    looking.join()


def outcome(engine: Engine, sql: str) -> SqlAnswer | Refusal:
    """The answer or the refusal; anything else (a crash) goes through, and fails the test."""
    try:
        return engine.run(ANALYST, sql)
    except Refusal as refusal:
        return refusal


@pytest.fixture(scope="module")
def before(machine: Machine) -> Iterator[dict[str, tuple[int, int]]]:
    """The files before any statement; their content is compared once all are done."""
    hashes = machine.hashes()
    yield machine.files()
    assert machine.hashes() == hashes


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_statement_has_its_outcome_and_no_other(
    engine: Engine, hasty: Engine, machine: Machine, before: dict[str, tuple[int, int]], case: Case
) -> None:
    start = time.monotonic()
    asked = hasty if "arretee" in case.expected else engine
    found = outcome(asked, machine.text(case.sql))
    seconds = time.monotonic() - start
    if isinstance(found, Refusal):
        said = plain(found)
        stopped = case.expected.get("arretee", "requete_refusee")
        assert found.code in ([stopped] if isinstance(stopped, str) else stopped), said
        assert "lignes" not in case.expected and "nombre" not in case.expected, said
        assert case.expected.get("dit", "") in said
        assert "\n" not in said and "Traceback" not in said
    else:
        assert {"lignes", "nombre", "tronque"} & set(case.expected), found.rows[:3]
        if "lignes" in case.expected:
            assert found.rows == [tuple(row) for row in case.expected["lignes"]]
        if case.expected.get("nombre") is not None:
            assert len(found.rows) == case.expected["nombre"]
        assert found.truncated is case.expected.get("tronque", False)
    told = str(found) if isinstance(found, Refusal) else repr(found.rows[:1000])
    assert SECRET not in told and str(SENSITIVE) not in told.replace(case.sql, "")
    assert seconds < asked.limits.seconds + STARTING_SECONDS
    assert machine.files() == before
    assert machine.heard == []


def test_the_corpus_is_large_and_holds_honest_questions() -> None:
    assert len(CASES) >= 120
    assert len({case.sql for case in CASES}) == len(CASES)
    honest = [case for case in CASES if case.family == "honnetes"]
    assert len(honest) >= 50


def test_no_child_ever_held_much_memory(peak: list[int]) -> None:
    """Runs after the corpus, in the same process."""
    assert 50 * MIB < max(peak) < LIMITS.addresses
