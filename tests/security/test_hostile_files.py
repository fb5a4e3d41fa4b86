"""Files built to harm, or damaged: one clear sentence, bounded time and memory, and nothing else is touched."""

from __future__ import annotations

import csv
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.reading.received import received_hash, shown_name
from pipeline.staging import process as module
from pipeline.staging.process import INTERRUPTED, Reader
from pipeline.staging.stage_all import Stager
from pipeline.staging.stage_file import MADE, Source
from pipeline.staging.staged import Staged, read_staged
from socle.paths import DataFolder
from socle.process.child import ChildError
from socle.words.refusal import Refusal
from tests.support.builds import quick_build, quick_codebook
from tests.support.exports import declare, make_folder, reponse, write_export
from tests.support.hostile import FORMAT, HOSTILE, Hostile, sound

SECONDS = 20
MEMORY_KB = 1_500_000
YEAR = "2019-2020"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(quick_codebook()) as reader:
        yield reader


def staged(reader: Reader, path: Path, workspace: Path) -> Staged:
    """What a build would keep of a file."""
    workspace.mkdir(exist_ok=True)
    reader.stage(Source(YEAR, ("45",), path, shown_name(path.name)), received_hash(path), workspace)
    found = read_staged(YEAR, path.name, "", workspace / MADE)
    assert found is not None
    return found


def peak(reader: Reader) -> int:
    """The most memory that the present child ever held, in kB."""
    child = reader._child
    if child is None:
        return 0
    status = Path(f"/proc/{child.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_in_one_sentence(reader: Reader, tmp_path: Path, hostile: Hostile) -> None:
    place = tmp_path / "reçu"
    place.mkdir()
    path = hostile.make(place)
    start = time.monotonic()
    found = staged(reader, path, tmp_path / "atelier")
    seconds = time.monotonic() - start
    assert found.refusal is not None
    assert found.tables == ()
    sentence = str(found.refusal)
    assert hostile.refused in sentence
    assert sentence.startswith((shown_name(path.name)[:50],))
    assert "\n" not in sentence and "\x1b" not in sentence
    assert "mot de passe du serveur" not in sentence
    assert seconds < SECONDS
    assert peak(reader) < MEMORY_KB
    # The next file is read as if nothing had happened.
    after = staged(reader, sound(tmp_path, "suivant.csv"), tmp_path / "atelier2")
    assert (after.refusal, [table.records for table in after.tables]) == (None, [3])


def test_a_build_tells_them_all_and_publishes_the_rest(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    for number, hostile in enumerate(HOSTILE):
        place = folder.raw / YEAR / f"lot-{number:02}"
        place.mkdir()
        hostile.make(place)
    built = quick_build(folder)
    told = {refused["fichier"]: refused["message"] for refused in built.manifest.refused}
    for number, hostile in enumerate(HOSTILE):
        sentences = [message for name, message in told.items() if name.startswith(f"lot-{number:02}/")]
        assert [hostile.refused in sentence for sentence in sentences] == [True], hostile.name
    assert len(told) == len(HOSTILE)
    with duckdb.connect(str(built.folder / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select count(*) from core.reponse").fetchone() == (2,)
    assert not [path for path in folder.raw.rglob("*") if path.suffix in (".corps", ".fiche", ".utf8")]


def test_check_exits_with_1_and_one_sentence(tmp_path: Path) -> None:
    path = next(hostile for hostile in HOSTILE if "XFD" in hostile.name).make(tmp_path)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [sys.executable, "-m", "cli.main", "check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"CLAS_DATA": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, "")
    assert [line for line in done.stderr.splitlines() if "coin.xlsx est vide" in line]
    assert "Traceback" not in done.stderr
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < SECONDS


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, reader: Reader) -> None:
    path = sound(tmp_path)
    source, then = Source(YEAR, ("45",), path, path.name), received_hash(path)
    path.write_text(path.read_text(encoding="utf-8-sig") + "\n", encoding="utf-8")
    workspace = tmp_path / "atelier"
    workspace.mkdir()
    reader.stage(source, then, workspace)
    found = read_staged(YEAR, path.name, "", workspace / MADE)
    assert found is not None
    assert str(found.refusal).startswith("sain.csv a changé pendant sa lecture")


def test_a_reading_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.001)
    monkeypatch.setattr(module, "BYTES_A_SECOND", 10**12)
    with Reader(quick_codebook()) as hurried:
        found = staged(hurried, sound(tmp_path), tmp_path / "atelier")
        assert "trop longue" in str(found.refusal)


def test_what_stopped_a_child_is_tried_again_at_the_next_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine may have been short of memory: the file is not refused for ever."""
    source = Source(YEAR, ("45",), sound(tmp_path), "sain.csv")
    stager = Stager(tmp_path / "lecture", quick_codebook())
    sha256 = received_hash(source.path)
    with monkeypatch.context() as patch:
        patch.setattr(module, "SECONDS", 0.001)
        patch.setattr(module, "BYTES_A_SECOND", 10**12)
        stopped = stager.stage(source, sha256)
    assert stopped.refusal is not None and stopped.refusal.code == INTERRUPTED
    assert stager.stage(source, sha256).refusal is None


def test_a_child_that_a_file_brings_down_refuses_its_file_alone(tmp_path: Path) -> None:
    with Reader(quick_codebook()) as reader:
        os.kill(reader._started().pid, signal.SIGABRT)
        found = staged(reader, sound(tmp_path), tmp_path / "atelier")
        assert "s'est arrêtée d'elle-même" in str(found.refusal)
        assert staged(reader, sound(tmp_path), tmp_path / "atelier2").refusal is None


def test_a_child_killed_by_the_machine_refuses_no_file(tmp_path: Path) -> None:
    with Reader(quick_codebook()) as reader:
        os.kill(reader._started().pid, signal.SIGKILL)
        with pytest.raises(module.KilledReaderError):
            staged(reader, sound(tmp_path), tmp_path / "atelier")
        assert staged(reader, sound(tmp_path), tmp_path / "atelier2").refusal is None


def test_an_error_of_ours_is_no_fault_of_the_file(tmp_path: Path) -> None:
    with Reader(None) as reader, pytest.raises(ChildError, match="staging takes a codebook"):
        staged(reader, sound(tmp_path), tmp_path / "atelier")


def test_a_reader_closed_while_it_reads_refuses_nothing(tmp_path: Path) -> None:
    """Ctrl-C during a build must not leave the file staged as refused."""
    workspace, path = tmp_path / "atelier", sound(tmp_path)
    workspace.mkdir()
    reader = Reader(quick_codebook())
    reader.close()
    with pytest.raises(module.ClosedReaderError):
        reader.stage(Source(YEAR, ("45",), path, path.name), received_hash(path), workspace)
    assert not (workspace / MADE).exists()


def test_a_child_sees_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLAS_SECRET", "mot de passe")
    with Reader() as reader:
        reader.tables(sound(tmp_path), "sain.csv", tmp_path)
        child = reader._child
        assert child is not None
        assert b"mot de passe" not in Path(f"/proc/{child.pid}/environ").read_bytes()


def test_a_campagne_that_is_a_link_refuses_the_build(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "data")
    declare(DataFolder(tmp_path), "2020-2021")
    (folder.raw / "2020-2021").symlink_to(tmp_path / "raw" / "2020-2021")
    with pytest.raises(Refusal, match="2020-2021 est un lien"):
        quick_build(folder)


def test_a_file_of_no_year_is_told(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    sound(folder.raw, "oublié.csv")
    (told,) = quick_build(folder).manifest.refused
    assert told["message"].startswith("oublié.csv n'est dans le dossier d'aucune année scolaire")


def test_a_csv_below_titles_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """What is made from a file as received is made elsewhere."""
    folder = make_folder(tmp_path)
    path = folder.raw / YEAR / "reponses.csv"
    path.write_text("Bilan Clas\n\n" + path.read_text(encoding="utf-8-sig"), encoding="utf-8")
    before = {found: received_hash(found) for found in folder.raw.rglob("*") if found.is_file()}
    assert quick_build(folder).manifest.refused == []
    assert {found: received_hash(found) for found in folder.raw.rglob("*") if found.is_file()} == before


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(n, marks=pytest.mark.long) for n in range(12, 40))])
def test_the_number_of_records_is_that_of_another_reader(tmp_path: Path, reader: Reader, seed: int) -> None:
    """Quotes, line ends inside cells, blank lines, every line end and encoding: Python's csv counts the same."""
    chance = random.Random(seed)
    encoding = chance.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
    path = write_export(tmp_path / "export.csv", FORMAT, [_odd(chance, n) for n in range(chance.randrange(1, 60))])
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    end = chance.choice(("\n", "\r\n"))
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator=end, quoting=chance.choice((0, 1)))
        for row in rows:
            writer.writerow(row)
            if chance.random() < 0.1:
                file.write(chance.choice((end, f"  {end}")))
    with path.open(encoding=encoding, newline="") as file:
        expected = sum(any(cell.strip() for cell in row) for row in csv.reader(file, delimiter=";")) - 1
    found = staged(reader, path, tmp_path / "atelier")
    assert found.refusal is None
    assert [table.records for table in found.tables] == [expected]


def _odd(chance: random.Random, number: int) -> dict[str, str]:
    texts = ("", "oui ; non", 'dit « "tout" »', "deux\nlignes", "deux\r\nlignes", "l'été", '"', "\n")
    return reponse(f"a{number}", raison_sociale=chance.choice(texts), commune=chance.choice(texts))
