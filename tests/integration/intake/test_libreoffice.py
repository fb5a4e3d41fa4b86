"""A file saved again by LibreOffice, as XLSX, ODS or CSV, says what it said; without LibreOffice these tests fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.reading.received import received_hash
from pipeline.staging.stage_all import Stager
from pipeline.staging.stage_file import Source
from pipeline.staging.staged import Staged
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.builds import quick_build, quick_codebook
from tests.support.exports import PORTEURS, declare, write_export
from tests.support.families import YEARS, Layout, answers, collectifs, said, write_family
from tests.support.libreoffice import SHEETS_TO_CSV, french_profile, save_again
from tests.support.tables import Grid
from tests.support.workbooks import tables_of

FAMILIES = list(YEARS)
FORMS = {"xlsx": "xlsx", "ods": "ods", "csv": SHEETS_TO_CSV}
CAMPAGNES = {
    (family, form): f"{year}-{year + 1}"
    for year, (family, form) in enumerate(((f, form) for f in FAMILIES for form in ("original", *FORMS)), start=2030)
}
RAW = PROJECT_ROOT / "data" / "raw"
_KINDS = {"dossier": "2020-2021", "elan": "2021-2022", "trame": "2024-2025", "agrements": "*"}
OTHER = {"ods": ".xlsx", "xlsx": ".ods"}
"""Form -> the suffix of the workbooks of the demo that are saved under it."""
DEMO = [
    path
    for kind, campagne in _KINDS.items()
    for suffix in ("xlsx", "ods")
    for path in sorted(RAW.glob(f"{campagne}/{kind}-*.{suffix}"))[:1]
]
"""The demo's own workbooks: one of each family and kind."""


def _typed(text: Any) -> Any:
    """The cell of a tool that writes numbers and dates as such; numbers of things stay texts."""
    match text:
        case "1 234,50 €":
            return 1234.5
        case "8 000,00 €":
            return 8000
        case "03/09/2020 10:00":
            return datetime(2020, 9, 3, 10)
        case str() if text.replace(",", "").isdigit() and len(text) < 9:
            return float(text.replace(",", ".")) if "," in text else int(text)
    return text


def typed(_: str, grid: Grid) -> Grid:
    return [[_typed(value) for value in row] for row in grid]


@pytest.fixture(scope="session")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return french_profile(tmp_path_factory.mktemp("profil"))


def write(folder: Path, family: str, campagne: str) -> list[Path]:
    """The export of a family, under a name of its own."""
    workbook = not family.startswith("questionnaire")
    rows, groups = answers(campagne), collectifs(campagne)
    paths = write_family(folder / campagne, family, rows, groups, layout=Layout(lines=typed) if workbook else Layout())
    return [path.rename(path.with_name(f"{campagne} {path.name}")) for path in paths]


@dataclass(frozen=True)
class Saved:
    """What LibreOffice saved, all the files of a form in one start."""

    exports: dict[tuple[str, str], list[Path]]
    """Each family as it was written, and under each form."""
    demo: dict[Path, Path]
    """Each workbook of the demo -> itself under the other form."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> Saved:
    work = tmp_path_factory.mktemp("originaux")
    written = {key: write(work, key[0], campagne) for key, campagne in CAMPAGNES.items()}
    for family in ("questionnaire-2014", "questionnaire-2016"):
        encoding = tables_of(family)[None].fichier["encodage"]
        exports = [path for form in FORMS for path in written[family, form]]
        opened = save_again(exports, "xlsx", work / "ouverts", profile, encoding)
        for form in FORMS:
            written[family, form] = [opened / f"{path.stem}.xlsx" for path in written[family, form]]
    demo = {}
    for form, how in FORMS.items():
        of_demo = [path for path in DEMO if path.suffix == OTHER.get(form)]
        paths = [*(p for f in FAMILIES for p in written[f, form]), *of_demo]
        target = save_again(paths, how, work / f"repris-{form}", profile)
        demo |= {path: target / f"{path.stem}.{form}" for path in of_demo}
        for family in FAMILIES:
            campagne = CAMPAGNES[family, form]
            written[family, form] = [p for p in target.glob(f"{campagne} *") if not p.stem.endswith("-Notice")]
    return Saved(written, demo)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, saved: Saved) -> Iterator[duckdb.DuckDBPyConnection]:
    """Each of these exports in a campagne of its own."""
    folder = DataFolder(tmp_path_factory.mktemp("repris"))
    write_export(folder.register, "porteurs", PORTEURS)
    for key, campagne in CAMPAGNES.items():
        declare(folder, campagne)
        for path in saved.exports[key]:
            shutil.copy(path, folder.raw / campagne)
    built = quick_build(folder)
    with duckdb.connect(str(built.folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def all_said(warehouse: duckdb.DuckDBPyConnection) -> dict[str, list[list[Any]]]:
    return said(warehouse)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_file_saved_again_says_what_it_said(
    warehouse: duckdb.DuckDBPyConnection, all_said: dict[str, list[list[Any]]], family: str, form: str
) -> None:
    campagne = CAMPAGNES[family, form]
    told = "select fichier, message from qualite.fichier where campagne = ? and statut = 'refuse'"
    assert warehouse.execute(told, [campagne]).fetchall() == []
    answered, *others = all_said[campagne]
    assert len(answered) == 2
    assert [answered, *others] == all_said[CAMPAGNES[family, "original"]]
    assert warehouse.execute("select message from qualite.anomalie where campagne = ?", [campagne]).fetchall() == []


def rows(staged: Staged, connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str | None], list[Any]]:
    """The typed rows of each table of a file, whatever the sheet's name."""
    assert staged.refusal is None
    return {
        (table.format, table.partie): connection.execute(
            f"select * exclude (feuille, ligne) from '{staged.folder / table.name}.lignes.parquet' order by all"
        ).fetchall()
        for table in staged.tables
    }


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.name)
def test_a_workbook_of_the_demo_saved_again_says_what_it_said(tmp_path: Path, saved: Saved, path: Path) -> None:
    stager = Stager(tmp_path / "lecture", quick_codebook())
    both = [
        stager.stage(Source(path.parent.name, ("45",), file, file.name), received_hash(file))
        for file in (path, saved.demo[path])
    ]
    with duckdb.connect() as connection:
        original, again = (rows(staged, connection) for staged in both)
    assert original
    assert again == original
