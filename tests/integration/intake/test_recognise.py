"""From an export nobody has seen to its figures: refused, drafted, answered in the YAML, built; no Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from socle.files.manifest import current_build
from socle.paths import DataFolder
from tests.support.exports import write_csv
from tests.support.tables import Grid, write_xlsx
from tests.support.unknown import CAMPAGNE, answer, campaign, one_line, two_lines

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out.replace("\u202f", " "), err.replace("\u202f", " ")


def as_csv(folder: Path) -> Path:
    return write_csv(folder / "dépôt.csv", one_line(), encoding="cp1252")


def as_workbook(folder: Path) -> Path:
    grid: Grid = two_lines()
    return write_xlsx(folder / "dépôt.xlsx", {"Bilans": grid, "Notice": [["Lisez-moi"]]})


def rows(folder: DataFolder, query: str) -> list[Any]:
    published = current_build(folder)
    assert published
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_an_export_never_seen_goes_from_refusal_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, write: Callable[[Path], Path]
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    folder = campaign(tmp_path)
    path = write(folder.raw / CAMPAGNE)
    code, _, err = run(capsys, "build")
    assert code == 1
    assert f"{path.name} n'a été reconnu comme aucun export connu" in err
    assert "« clas recognise »" in err

    code, out, _ = run(capsys, "recognise", str(path), "--json")
    report = json.loads(out)
    assert code == 1
    waiting = [column["entete"] for column in report["a_completer"]]
    assert 5 <= len(waiting) <= 16
    code, _, err = run(capsys, "build")
    assert code == 1
    assert "attend que son brouillon soit complété dans formats.yml" in err

    formats = folder.raw / CAMPAGNE / "formats.yml"
    answer(formats, waiting)
    code, _, err = run(capsys, "build")
    assert (code, "refusé" in err) == (0, False)
    assert rows(
        folder,
        "select count(*), sum(nb_enfants), sum(effectif_niveau__elementaire), sum(effectif_sexe__filles), "
        "sum(nb_familles), sum(nb_collectifs), sum(produits__caf_ps)::integer, count(*) filter (where qpv), "
        "list_sort(list(distinct commune)), list_sort(list(distinct type_structure)) from core.action",
    ) == [(7, 161, 91, 63, 84, 14, 28000, 4, ["45155", "45234"], ["association_locale", "centre_social"])]
    assert rows(
        folder,
        "select valeur from marts.indicateur_valeur where campagne = '2026-2027' and origine = 'fictif' "
        "and niveau = 'departement' and code = '45' and indicateur = 'nb_enfants_accueillis'",
    ) == [(161,)]
    regle = rows(folder, "select distinct regle from qualite.anomalie order by 1")
    assert regle == [("collectif_hors_8_12",), ("reponse_non_validee",)]

    written = formats.read_bytes()
    code, out, _ = run(capsys, "recognise", str(path))
    assert (code, formats.read_bytes()) == (0, written)
    assert "est déjà reconnu" in out
