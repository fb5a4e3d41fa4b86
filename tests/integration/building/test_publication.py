"""What readers see while builds are published, and what a build keeps to itself."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.builds.publish import row_counts
from socle.files.manifest import MANIFEST, PRIVATE, WAREHOUSE, published_builds
from socle.paths import DataFolder
from tests.support.builds import CHILDREN, child, publish_hand_made, quick_build, read_until_told
from tests.support.exports import agrement, make_folder, reponse

PUBLICATIONS = 10
READS_BETWEEN = 11


def test_through_ten_publications_a_reader_sees_only_whole_builds(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    names = [publish_hand_made(folder, rows=1).name]
    seen: list[str] = []
    ours, theirs = CHILDREN.Pipe()
    with child(read_until_told, tmp_path, theirs) as reader:
        for number in range(PUBLICATIONS):
            names.append(publish_hand_made(folder, rows=2 + number).name)
            seen += [ours.recv() for _ in range(READS_BETWEEN)]
        while seen[-1] != names[-1]:
            seen.append(ours.recv())
        ours.send("assez")
        while reader.exitcode is None:
            if ours.poll():
                ours.recv()
            reader.join(0)
        assert reader.exitcode == 0
    assert len(seen) > 100
    assert set(seen) <= set(names), "a read was torn or found nothing"
    assert seen == sorted(seen), "a reader went back to an older build"
    assert len(set(seen)) > 2


def test_the_files_that_hold_personal_data_are_their_owner_s_alone(demo: DataFolder, demo_build: Path) -> None:
    private = [demo_build / PRIVATE, *demo.staging.rglob("*.prive.parquet")]
    assert len(private) > 10
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in private} == {path.name: 0o600 for path in private}


def test_no_personal_value_of_the_demo_is_in_what_is_shown(demo_build: Path) -> None:
    with duckdb.connect(str(demo_build / PRIVATE), read_only=True) as connection:
        rows = connection.execute("select distinct variable, valeur from donnee_personnelle").fetchall()
    assert {"contact_courriel", "contact_nom", "besoins"} <= {variable for variable, _ in rows}
    leaks = {value for text in shown(demo_build) for _, value in rows if value in text}
    assert leaks == set()


def test_a_faulty_personal_cell_is_shown_nowhere(tmp_path: Path) -> None:
    secret = "Confidence-de-Zoé"
    answer = reponse("a1", besoins=f"=2+2 \u202e{secret}\x07", contact_courriel=f"{secret}\u202e@exemple.invalid")
    folder = make_folder(tmp_path, {"2019-2020": ([agrement("a1")], [answer])})
    build = quick_build(folder, rules=("somme_niveaux",)).folder
    with duckdb.connect(str(build / PRIVATE), read_only=True) as connection:
        assert connection.execute(
            "select count(*) from donnee_personnelle where contains(valeur, ?)", [secret]
        ).fetchone() == (2,)
    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        reported = connection.execute("select valeur from qualite.anomalie where variable like 'contact%'").fetchall()
    assert {value for (value,) in reported} <= {None, "masquée"}
    assert not any(secret in text for text in shown(build))


def test_a_refused_export_leaves_the_rest_published_and_is_said_to_be_refused(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder.raw / "2019-2020" / "notes.csv").write_text("Colonne;Autre\nune;deux\n", encoding="utf-8")
    built = quick_build(folder)
    [refused] = built.manifest.refused
    assert (refused["campagne"], refused["fichier"], refused["code"]) == ("2019-2020", "notes.csv", "format_inconnu")
    assert refused["message"].startswith("notes.csv n'a été reconnu comme aucun export connu")
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        files = connection.execute("select fichier, statut, message from qualite.fichier order by 1").fetchall()
        assert connection.execute("select count(*) from core.action").fetchone() == (2,)
    assert [row[:2] for row in files] == [
        ("agrements.csv", "charge"),
        ("notes.csv", "refuse"),
        ("porteurs.csv", "charge"),
        ("reponses.csv", "charge"),
    ]
    assert [row[2] for row in files if row[1] == "refuse"] == [refused["message"]]


def test_the_last_five_builds_are_kept(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    names = [publish_hand_made(folder, rows).name for rows in range(7)]
    assert [build.name for build in published_builds(folder)] == names[-5:]


def shown(build: Path) -> Iterator[str]:
    """Every text of a build outside its private database: its bytes, its cells, the parts of its workbooks."""
    files = [path for path in build.rglob("*") if path.is_file() and path.name != PRIVATE]
    assert {MANIFEST, WAREHOUSE, "anomalies.csv", "anomalies.xlsx", "reponse.html"} <= {path.name for path in files}
    for path in files:
        yield path.read_bytes().decode("utf-8", errors="ignore")
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                yield from (archive.read(name).decode("utf-8") for name in archive.namelist())
    yield from cells(build / WAREHOUSE)


def cells(warehouse: Path) -> Iterator[str]:
    """Each table as text: on disk a database compresses its texts. Views hold nothing more."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name in row_counts(connection):
            text = connection.execute(f"select string_agg(to_json(t)::varchar, chr(10)) from {name} as t").fetchone()
            yield (text[0] if text else None) or ""
