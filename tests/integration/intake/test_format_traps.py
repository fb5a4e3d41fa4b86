"""Each family of exports × each trap of real files (DOMAIN §5): what is read, what is reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from pipeline.reading.recognise import recognise
from pipeline.reading.text_tables import read_tables
from pipeline.staging.scan import open_scan
from pipeline.staging.stage_all import Stager
from pipeline.staging.stage_file import Source
from tests.support.builds import quick_codebook
from tests.support.exports import reponse, write_csv
from tests.support.families import YEARS, answers, collectifs, sheets, write_family
from tests.support.tables import Grid, write_xlsx
from tests.support.traps import CELLS, ELSEWHERE, FAMILIES, IMPOSSIBLE, LAYOUTS, packed, rows_of
from tests.support.workbooks import tables_of

CELL_ROWS = [(family, trap) for family in FAMILIES for _, _, trap in rows_of(family)]
LAYOUT_ROWS = [pair for pair in product(FAMILIES, LAYOUTS) if pair not in IMPOSSIBLE]


def test_every_trap_has_a_row_in_every_family_or_a_reason_why_not() -> None:
    names = {trap.name for trap in CELLS} | set(LAYOUTS)
    tested = {(family, trap.name) for family, trap in CELL_ROWS} | set(LAYOUT_ROWS)
    assert tested | set(IMPOSSIBLE) == set(product(FAMILIES, names))
    assert tested & set(IMPOSSIBLE) == set()
    assert all((Path(__file__).parents[3] / path).is_file() for path in ELSEWHERE.values())


# cells: as few returns as hold them all, in one export a family

Found = dict[tuple[str, str], tuple[Any, str | None]]
"""(variable, trap) -> value read, rule of the anomaly."""


def stage(path: Path, stager: Stager, campagne: str) -> list[dict[str, Any]]:
    """The tables of a staged file: its typed rows in order, and {(row, variable): rule}."""
    staged = stager.stage(Source(campagne, ("45",), path, path.name), sha256="")
    assert staged.refusal is None
    found = []
    with duckdb.connect() as connection:
        for table in staged.tables:
            lines = connection.execute(f"from '{staged.folder / table.name}.lignes.parquet' order by ligne")
            names = [column[0] for column in lines.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in lines.fetchall()]
            query = f"select ligne, variable, regle from '{staged.folder / table.name}.anomalies.parquet'"
            rules = {(line, variable): rule for line, variable, rule in connection.execute(query).fetchall()}
            found.append({"questions": table.questions, "lignes": rows, "regles": rules})
    return found


def trapped_rows(family: str) -> list[dict[str, str]]:
    """A return for each of the packed ones, with a number of its own in every sheet."""
    campagne = YEARS[family]
    return [
        reponse(f"a{n}", campagne_declaree=campagne, tiers_id=f"T{n}", date_validation="")
        | {variable: text for variable, (text, _) in held.items()}
        for n, held in enumerate(packed(rows_of(family)))
    ]


@pytest.fixture(scope="module", params=FAMILIES)
def cells(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Found, set[Any]]:
    """What the export of a family that holds every trap gives, and the anomalies that no trap accounts for."""
    family: str = request.param
    folder = tmp_path_factory.mktemp("pièges")
    stager = Stager(folder / "lecture", quick_codebook())
    paths = write_family(folder / YEARS[family], family, trapped_rows(family), [])
    one_each = family == "dossier-2020"
    tables = [table for path in sorted(paths) for table in stage(path, stager, YEARS[family])]
    returns = [table for table in tables if "date_validation" in table["questions"]]
    found: Found = {}
    reported = {(id(table), *place, rule) for table in tables for place, rule in table["regles"].items()}
    for number, held in enumerate(packed(rows_of(family))):
        for variable, (_, trap) in held.items():
            table = returns[number] if one_each else next(t for t in tables if variable in t["questions"])
            row = table["lignes"][0 if one_each else number]
            rule = table["regles"].get((row["ligne"], variable))
            reported.discard((id(table), row["ligne"], variable, rule))
            read = row[variable] if variable in row else row[f"{variable}__pedt"]
            found[variable, trap.name] = (read, rule)
    return family, found, reported


def test_a_cell_is_read_or_reported_as_it_should(cells: tuple[str, Found, set[Any]]) -> None:
    family, found, others = cells
    wanted = {(variable, trap.name): (trap.value, trap.rule) for variable, _, trap in rows_of(family)}
    assert found == wanted
    assert others == set()


# layouts: the same texts for the same questions as the plain export

Texts = list[tuple[str, list[tuple[str, str]]]]


def texts(paths: Sequence[Path], family: str, workspace: Path) -> Texts:
    """(part, (variable, text) of the filled cells) of every record, whatever its place."""
    records: Texts = []
    workspace.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        for path in paths:
            known = quick_codebook().formats_for(YEARS[family])
            for found in recognise(read_tables(path, path.name, workspace), known, YEARS[family]):
                assert found.format.id == family
                open_scan(connection, found, "lecture")
                columns = ", ".join(f"c{item.position}" for item in found.mapped)
                names = [str(item.column.variable) for item in found.mapped]
                for row in connection.execute(f"select {columns} from lecture").fetchall():
                    filled = [(name, text) for name, text in zip(names, row, strict=True) if text]
                    records.append((found.format.partie or "", sorted(filled)))
    return sorted(record for record in records if record[1])


Book = dict[str, Grid]


def _books(family: str) -> dict[str, Book]:
    campagne = YEARS[family]
    books = sheets(family, answers(campagne), collectifs(campagne))
    return {stem: {name or "Feuille": lines for name, lines in book.items()} for stem, book in books.items()}


def _as_workbooks(folder: Path, family: str, change: Callable[[str, Grid], Grid]) -> list[Path]:
    return [
        write_xlsx(folder / f"{stem}.xlsx", {name: change(family, grid) for name, grid in book.items()})
        for stem, book in _books(family).items()
    ]


def _as_csv(folder: Path, family: str, encoding: str) -> list[Path]:
    """Every sheet that says something in a CSV of its own, all rows as wide as the widest."""
    return [
        write_csv(folder / f"{stem}-{name}.csv", [[*row, *[""] * (max(map(len, grid)) - len(row))] for row in grid],
                  encoding)
        for stem, book in _books(family).items()
        for name, grid in book.items()
        if name != "Notice"
    ]  # fmt: skip


def _header_rows(family: str) -> int:
    return tables_of(family)[None].lignes_entete


def _titles(_: str, grid: Grid) -> Grid:
    return [["Caf du Loiret"], ["Bilan du Clas", "", "données fictives"], [], *grid]


def _two_lines(family: str, grid: Grid) -> Grid:
    """Groups above the wordings; the format of one line reads them as a title."""
    if _header_rows(family) == 2:
        assert grid[0] != grid[1]
        return grid
    return [["Le porteur", "", "", "L'action"], *grid]


def _blank_lines(family: str, grid: Grid) -> Grid:
    if family == "dossier-2020":  # where a blank line ends a table, and a label stands just above its answer
        return [line for row in grid for line in ([[], row] if len(row) == 3 and row[0] else [row])]
    head = _header_rows(family)
    return [*grid[:head], *(line for row in grid[head:] for line in ([], row, [], []))]


def _totals(family: str, grid: Grid) -> Grid:
    foot = len(grid) if grid[-1] else len(grid) - 1
    return [*grid[:foot], ["Total"], *grid[foot:]] if len(grid) > 1 else grid


def _merged(folder: Path, family: str) -> list[Path]:
    """Titles merged over the table, groups over their columns, answers of a fiche over several cells."""
    paths = _as_workbooks(folder, family, _titles)
    for path in paths:
        workbook = openpyxl.load_workbook(path)
        for sheet in workbook:
            sheet.merge_cells("A1:F1")
            if family == "dossier-2020":
                for line in range(6, sheet.max_row + 1):
                    if sheet.cell(line, 3).value and not any(sheet.cell(line, at).value for at in (2, 4, 5)):
                        sheet.merge_cells(start_row=line, end_row=line, start_column=3, end_column=5)
            elif _header_rows(family) == 2:
                _merge_groups(sheet, 4)
        workbook.save(path)
    return paths


def _merge_groups(sheet: Any, line: int) -> None:
    filled = [at for at in range(1, sheet.max_column + 1) if sheet.cell(line, at).value]
    for at, following in zip(filled, [*filled[1:], sheet.max_column + 1], strict=True):
        sheet.merge_cells(start_row=line, end_row=line, start_column=at, end_column=following - 1)


def _several_sheets(folder: Path, family: str) -> list[Path]:
    notes: Book = {"Lisez-moi": [["Comment remplir"], ["Une ligne par action"]], "Listes": [["Oui"], ["Non"]]}
    return [write_xlsx(folder / f"{stem}.xlsx", notes | book) for stem, book in _books(family).items()]


WRITERS: dict[str, Callable[[Path, str], list[Path]]] = {
    "CSV « ; » en cp1252": lambda folder, family: _as_csv(folder, family, "cp1252"),
    "CSV en UTF-8 avec BOM": lambda folder, family: _as_csv(folder, family, "utf-8-sig"),
    "CSV en UTF-16": lambda folder, family: _as_csv(folder, family, "utf-16"),
    "titres au-dessus": lambda folder, family: _as_workbooks(folder, family, _titles),
    "intitulés sur deux lignes": lambda folder, family: _as_workbooks(folder, family, _two_lines),
    "cellules fusionnées": _merged,
    "plusieurs feuilles": _several_sheets,
    "totaux en bas": lambda folder, family: _as_workbooks(folder, family, _totals),
    "lignes vides": lambda folder, family: _as_workbooks(folder, family, _blank_lines),
}


@pytest.mark.parametrize(("family", "trap"), LAYOUT_ROWS)
def test_a_layout_changes_nothing_of_what_is_read(tmp_path: Path, family: str, trap: str) -> None:
    (tmp_path / "plain").mkdir()
    plain = texts(_as_workbooks(tmp_path / "plain", family, lambda _, grid: grid), family, tmp_path / "a")
    assert len(plain) >= 2
    read = texts(WRITERS[trap](tmp_path, family), family, tmp_path / "b")
    # A total is a record that conform leaves out and reports: tests/integration/intake/test_format_faults.py.
    assert [record for record in read if ("Total" not in dict(record[1]).values())] == plain
