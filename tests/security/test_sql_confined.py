"""What holds a query when its text got past every check, and what others see of it: nothing."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT, Settings
from socle.words.refusal import Refusal
from tests.support.builds import plain, publish_hand_made
from tests.support.demo import build_of
from tests.support.sql import SENSITIVE, build_small
from warehouse.engine import process as engine_process
from warehouse.engine.engine import Engine
from warehouse.engine.landlock import version
from warehouse.engine.limits import MIB, Limits
from warehouse.engine.process import QueryProcess, Task
from warehouse.scope import LOCAL, Scope

ANALYST = Scope("analyste", "*")
LIMITS = Limits(seconds=2, megabytes=256, addresses=1024 * MIB)
LONG = "select count(*) from range(100000) a, range(100000) b, range(100000) c"

# Each attack as someone who rules the connection, or the whole process, would write it.
ATTACKS = """
import json, os, socket, sys
from pathlib import Path
from warehouse.engine.open_confined import confined, open_database
base, other, folder, parent, port = sys.argv[1:]
print(json.dumps(confined(Path(base))))
connection, _ = open_database(Path(base), 256, "/dev/fd/1", everything=False)
def sql(text):
    connection.execute(text).fetchall()
def reach():
    socket.create_connection(("127.0.0.1", int(port)), 2)
attempts = {
    "compter": lambda: sql("select count(*) from clas.core.action"),
    "écraser": lambda: sql(f"copy (select 'junk') to '{base}' (format csv, use_tmp_file false)"),
    "rouvrir": lambda: Path(base).open("r+b"),
    "vider": lambda: os.truncate(base, 0),
    "effacer": lambda: os.unlink(base),
    "renommer": lambda: os.rename(base, base + ".x"),
    "lire un texte": lambda: sql(f"from read_text('{other}')"),
    "lire un fichier": lambda: Path(other).read_bytes(),
    "lister": lambda: os.listdir(folder),
    "créer": lambda: sql(f"copy (select 1) to '{folder}/x.csv'"),
    "créer un fichier": lambda: Path(folder, "x").touch(),
    "créer un dossier": lambda: os.mkdir(folder + "/y"),
    "attacher": lambda: sql(f"attach '{other}' as autre"),
    "lire l'environnement": lambda: Path("/proc/self/environ").read_bytes(),
    "lire un autre processus": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
    "tuer": lambda: os.kill(int(parent), 0),
    "appeler": reach,
    "lancer": lambda: os.execv("/bin/sh", ["sh", "-c", "exit 0"]),
    "déverrouiller": lambda: sql("set enable_external_access = true"),
    "installer": lambda: sql("install httpfs"),
}
for name, attempt in attempts.items():
    try:
        attempt()
        print(json.dumps([name, "réussi"]))
    except Exception as error:
        print(json.dumps([name, type(error).__name__]))
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return build_small(tmp_path_factory.mktemp("confine") / "data")


@pytest.fixture(scope="module")
def engine(small: DataFolder) -> Iterator[Engine]:
    with Engine(small, Settings(), LIMITS) as engine:
        yield engine


def refusal(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        work()
    return refused.value


def soon(condition: Callable[[], Any]) -> None:
    """Wait until it holds, ten seconds at most."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def running(engine: Engine) -> list[int]:
    """The numbers of the processes at work."""
    return [request.process.pid for request in engine._busy if request.process is not None]


@pytest.mark.parametrize("other", ["private.duckdb", "diffusion.duckdb"])
def test_whoever_rules_the_process_reaches_nothing_but_its_database(
    small: DataFolder, tmp_path: Path, other: str
) -> None:
    assert version() > 0, "these tests need a kernel with Landlock"
    build = build_of(small)
    base = build / "warehouse.duckdb"
    hashed = hashlib.sha256(base.read_bytes()).hexdigest()
    done = subprocess.run(
        [sys.executable, "-c", ATTACKS, base, build / other, tmp_path, str(os.getpid()), "9"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(PROJECT_ROOT)},
    )
    is_confined, *said = map(json.loads, done.stdout.splitlines())
    outcomes = dict(said)
    assert (is_confined, done.stderr) == (True, "")
    assert outcomes.pop("compter") == "réussi"
    assert len(outcomes) == 19
    assert [name for name, outcome in outcomes.items() if outcome == "réussi"] == []
    assert outcomes["appeler"] == outcomes["tuer"] == outcomes["lire un fichier"] == "PermissionError"
    assert hashlib.sha256(base.read_bytes()).hexdigest() == hashed
    assert list(tmp_path.iterdir()) == []


def test_where_the_kernel_protects_nothing_the_child_has_a_copy(
    small: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process.tempfile, "tempdir", str(tmp_path))
    base = build_of(small) / "warehouse.duckdb"
    process = QueryProcess(Task(base, False, False), LIMITS, trust_kernel=False)
    (copy,) = tmp_path.glob("*/warehouse.duckdb")
    assert (copy.parent.stat().st_mode & 0o777, copy.stat().st_size) == (0o700, base.stat().st_size)
    assert process.ask("select count(*) from core.action", 10)["lignes"] == [[3]]
    process.close()
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_finds_no_protection_opens_nothing(small: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-test, for real: a kernel told to be without Landlock lets the attempts succeed."""
    script = (
        "import warehouse.engine.open_confined as o; o.confine = lambda *_: {kernel}; "
        "from pathlib import Path; print(o.confined(Path('{base}')))"
    )
    for kernel in (False, True):  # True: it claims to protect, and does not
        text = script.format(kernel=kernel, base=build_of(small) / "warehouse.duckdb")
        assert subprocess.run([sys.executable, "-c", text], capture_output=True, text=True).stdout == "False\n"


def test_a_killed_child_is_replaced_and_the_other_queries_go_on(engine: Engine) -> None:
    with ThreadPoolExecutor() as threads:
        victim = threads.submit(refusal, lambda: engine.run(ANALYST, LONG, "a"))
        soon(lambda: running(engine))
        os.kill(running(engine)[0], signal.SIGKILL)
        assert victim.result().code == "requete_interrompue"
    assert engine.run(ANALYST, "select 1").rows == [(1,)]


@pytest.mark.parametrize("query", [LONG, "select 1"], ids=["au travail", "au repos"])
def test_a_child_does_not_outlive_its_parent(small: DataFolder, query: str) -> None:
    program = (
        "import sys, time; from pathlib import Path; from socle.paths import DataFolder; "
        "from socle.settings import Settings; from warehouse.engine.engine import Engine; "
        "from warehouse.engine.limits import Limits; from warehouse.scope import Scope; "
        "engine = Engine(DataFolder(Path(sys.argv[1])), Settings(), Limits(seconds=1)); "
        "engine.run(Scope('analyste', '*'), sys.argv[2]); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, small.root, query]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as parent:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        soon(lambda: children.read_text().split())
        (child,) = children.read_text().split()
        time.sleep(0.5)  # it opens the database
        parent.kill()
    soon(lambda: not Path(f"/proc/{child}").exists() or " Z" in Path(f"/proc/{child}/stat").read_text())


def test_a_killed_child_leaves_half_a_stream_and_says_so(engine: Engine) -> None:
    pieces = engine.stream(ANALYST, "select range, md5(range::varchar) from range(10000000)", "csv", "a")
    next(pieces)
    os.kill(running(engine)[0], signal.SIGKILL)
    assert refusal(lambda: list(pieces)).code == "requete_interrompue"


def test_a_query_that_is_cancelled_stops_at_once_running_or_waiting(engine: Engine) -> None:
    start = time.monotonic()
    with ThreadPoolExecutor() as threads:
        asked = [threads.submit(refusal, lambda: engine.run(ANALYST, LONG, "a")) for _ in range(3)]
        soon(lambda: len(running(engine)) == 2)
        soon(lambda: engine._turns._waiting)
        assert engine.cancel("b") == 0
        assert engine.cancel("a") == 3
        assert {one.result().code for one in asked} == {"requete_annulee"}
    assert time.monotonic() - start < LIMITS.seconds + 5
    assert engine.cancel("a") == 0


def test_a_session_with_many_queries_does_not_keep_another_waiting(small: DataFolder) -> None:
    """Six of one session ask first; the lone one of another comes third at the latest."""
    done: list[str] = []
    with Engine(small, Settings(), Limits(seconds=5, processes=1)) as engine, ThreadPoolExecutor(8) as threads:
        engine.run(ANALYST, "select 1")

        def ask(session: str) -> None:
            engine.run(ANALYST, "select count(*) from range(1000000) a(x) where md5(x::varchar) > 'f'", session)
            done.append(session)

        asked = [threads.submit(ask, "gourmande") for _ in range(6)]
        soon(lambda: engine._turns._waiting)
        asked.append(threads.submit(ask, "seule"))
        for one in asked:
            one.result()
    assert "seule" in done[:3]


def test_too_many_waiting_queries_of_one_session_are_refused(small: DataFolder) -> None:
    limits = Limits(seconds=2, processes=1, waiting=2)
    with Engine(small, Settings(), limits) as engine, ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(refusal, lambda: engine.run(ANALYST, LONG, "a")) for _ in range(4)]
        soon(lambda: any(one.done() for one in asked))
        engine.cancel("a")
        codes = sorted(one.result().code for one in asked)
    assert codes == ["requete_annulee", "requete_annulee", "requete_annulee", "requetes_en_attente"]


def test_ten_analysts_ask_while_builds_are_published(tmp_path: Path) -> None:
    """Each reads one build whole, and those who ask later read the newer one."""
    folder = DataFolder(tmp_path)
    publish_hand_made(folder, rows=10)
    over = threading.Event()
    with Engine(folder, Settings(), Limits(seconds=10)) as engine, ThreadPoolExecutor(11) as threads:

        def analyst(number: int) -> list[tuple[int, int]]:
            seen = []
            while not over.is_set():
                answer = engine.run(ANALYST, "select count(*), max(n) from core.action", f"analyste {number}")
                seen.append(answer.rows[0])
            return seen

        asked = [threads.submit(analyst, number) for number in range(10)]
        for rows in (20, 30, 40):
            time.sleep(1)
            publish_hand_made(folder, rows=rows)
        time.sleep(2)
        over.set()
        seen = [one.result() for one in asked]
        last = engine.run(ANALYST, "select count(*) from core.action").rows
    assert last == [(40,)]
    for answers in seen:
        counts = [count for count, _ in answers]
        assert counts == sorted(counts) and set(counts) <= {10, 20, 30, 40}
        assert all(highest == count - 1 for count, highest in answers)
    assert {count for answers in seen for count, _ in answers} == {10, 20, 30, 40}
    assert min(map(len, seen)) > 0.5 * max(map(len, seen))


def test_an_agent_reads_what_analysts_do_not(engine: Engine) -> None:
    query = "select max(nb_handicap), max(nb_allophones) from core.action"
    assert "donnée sensible" in str(refusal(lambda: engine.run(ANALYST, query)))
    # More than the children: the answer is set aside of the figures, and told to the agent.
    told = "select valeur from qualite.anomalie where regle = 'handicap_superieur'"
    assert engine.run(LOCAL, query).rows == [(None, None)]
    assert engine.run(LOCAL, told).rows == [(str(SENSITIVE),)]
    assert "donnée sensible" in str(refusal(lambda: engine.run(ANALYST, query)))


@pytest.mark.parametrize("role", ["comite", "porteur", "public"])
def test_other_roles_ask_nothing(engine: Engine, role: str) -> None:
    assert refusal(lambda: engine.run(Scope(role, "*"), "select 1")).code == "sql_non_permis"
    assert refusal(lambda: engine.stream(Scope(role, "*"), "select 1", "csv")).code == "sql_non_permis"


def test_an_account_of_one_departement_asks_where_there_is_no_other(engine: Engine) -> None:
    assert engine.run(Scope("analyste", "45"), "select 1").rows == [(1,)]
    refused = refusal(lambda: engine.run(Scope("analyste", "41"), "select 1"))
    assert refused.code == "sql_hors_territoire"
    assert "limité au département 41" in plain(refused) and "(45)" in plain(refused)


def test_an_answer_is_cut_at_so_many_characters(small: DataFolder) -> None:
    with Engine(small, Settings(), Limits(characters=10_000)) as engine:
        answer = engine.run(ANALYST, "select repeat('x', 1000) from range(100)")
    assert (answer.truncated, len(answer.rows)) == (True, 9)


def test_nothing_runs_once_the_engine_is_closed(small: DataFolder) -> None:
    with Engine(small, Settings(), LIMITS) as engine:
        engine.run(ANALYST, "select 1")
        pids = [process.pid for process in engine._idle]
    assert refusal(lambda: engine.run(ANALYST, "select 1")).code == "requete_annulee"
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 0)
            pytest.fail("the child outlived its engine")
