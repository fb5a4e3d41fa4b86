"""A file saved again by LibreOffice, as XLSX, ODS or CSV, says what it said; without LibreOffice these tests fail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
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


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Each family as it was written, and as LibreOffice saved it under each form, in a campagne of its own."""
    work, folder = tmp_path_factory.mktemp("originaux"), DataFolder(tmp_path_factory.mktemp("repris"))
    write_export(folder.register, "porteurs", PORTEURS)
    written = {key: write(work, key[0], campagne) for key, campagne in CAMPAGNES.items()}
    for family in ("questionnaire-2014", "questionnaire-2016"):
        encoding = tables_of(family)[None].fichier["encodage"]
        exports = [path for form in FORMS for path in written[family, form]]
        opened = save_again(exports, "xlsx", work / "ouverts", profile, encoding)
        for form in FORMS:
            written[family, form] = [opened / f"{path.stem}.xlsx" for path in written[family, form]]
    for form, how in FORMS.items():
        saved = save_again([p for f in FAMILIES for p in written[f, form]], how, work / f"repris-{form}", profile)
        for family in FAMILIES:
            campagne = CAMPAGNES[family, form]
            written[family, form] = [p for p in saved.glob(f"{campagne} *") if not p.stem.endswith("-Notice")]
    for key, campagne in CAMPAGNES.items():
        declare(folder, campagne)
        for path in written[key]:
            shutil.copy(path, folder.raw / campagne)
    built = quick_build(folder)
    with duckdb.connect(str(built.folder / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_file_saved_again_says_what_it_said(warehouse: duckdb.DuckDBPyConnection, family: str, form: str) -> None:
    campagne = CAMPAGNES[family, form]
    told = "select fichier, message from qualite.fichier where campagne = ? and statut = 'refuse'"
    assert warehouse.execute(told, [campagne]).fetchall() == []
    answered, *others = said(warehouse, campagne)
    assert len(answered) == 2
    assert [answered, *others] == said(warehouse, CAMPAGNES[family, "original"])
    assert warehouse.execute("select message from qualite.anomalie where campagne = ?", [campagne]).fetchall() == []


# the demo's own workbooks: one of each family and kind

RAW = PROJECT_ROOT / "data" / "raw"
_KINDS = {"dossier": "2020-2021", "elan": "2021-2022", "trame": "2024-2025", "agrements": "*"}
DEMO = [
    path
    for kind, campagne in _KINDS.items()
    for suffix in ("xlsx", "ods")
    for path in sorted(RAW.glob(f"{campagne}/{kind}-*.{suffix}"))[:1]
]


def rows(staged: Staged, connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str | None], list[Any]]:
    """The typed rows of each table of a file, whatever the sheet's name."""
    assert staged.refusal is None
    return {
        (table.format, table.partie): connection.execute(
            f"select * exclude (feuille, ligne) from '{staged.folder / table.name}.lignes.parquet' order by all"
        ).fetchall()
        for table in staged.tables
    }


@pytest.fixture(scope="module")
def demo_saved(tmp_path_factory: pytest.TempPathFactory, profile: Path) -> dict[Path, Path]:
    """Each of them as LibreOffice saved it under the other form, all those of a form in one start."""
    saved = {}
    for suffix, form in ((".xlsx", "ods"), (".ods", "xlsx")):
        paths = [path for path in DEMO if path.suffix == suffix]
        target = save_again(paths, form, tmp_path_factory.mktemp("repris"), profile)
        saved |= {path: target / f"{path.stem}.{form}" for path in paths}
    return saved


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.name)
def test_a_workbook_of_the_demo_saved_again_says_what_it_said(
    tmp_path: Path, demo_saved: dict[Path, Path], path: Path
) -> None:
    saved = demo_saved[path]
    stager = Stager(tmp_path / "lecture", quick_codebook())
    both = [
        stager.stage(Source(path.parent.name, ("45",), file, file.name), received_hash(file)) for file in (path, saved)
    ]
    with duckdb.connect() as connection:
        original, again = (rows(staged, connection) for staged in both)
    assert original
    assert again == original
