"""From an export nobody has seen to its figures: refused, drafted, answered in the YAML, built; no Python."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from socle.files.manifest import current_build
from socle.paths import DataFolder
from tests.support.builds import cut_down
from tests.support.exports import write_csv
from tests.support.tables import Grid, write_xlsx
from tests.support.unknown import CAMPAGNE, LATER, answer, campaigns, one_line, two_lines

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out.replace("\u202f", " "), err.replace("\u202f", " ")


def as_csv(folder: Path) -> Path:
    return write_csv(folder / "dépôt.csv", one_line(folder.name), encoding="cp1252")


def as_workbook(folder: Path) -> Path:
    grid: Grid = two_lines(folder.name)
    return write_xlsx(folder / "classeur.xlsx", {"Bilans": grid, "Notice": [["Lisez-moi"]]})


def quick(extra: tuple[Path, ...] = ()) -> Codebook:
    """The definitions of the folder, its formats included, with few indicators and no rule."""
    return cut_down(load_codebook(extra))


def with_every_rule(extra: tuple[Path, ...] = ()) -> Codebook:
    whole = load_codebook(extra)
    return replace(whole, indicators=cut_down(whole, ("nb_enfants_accueillis",)).indicators)


def rows(folder: DataFolder, query: str) -> list[Any]:
    published = current_build(folder)
    assert published
    with duckdb.connect(str(published / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_an_export_never_seen_goes_from_refusal_to_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A CSV and a workbook, each in a campagne of its own: what one draft says counts for its campagne only."""
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    monkeypatch.setattr("pipeline.build.load_codebook", quick)
    folder = campaigns(tmp_path)
    paths = {CAMPAGNE: as_csv(folder.raw / CAMPAGNE), LATER: as_workbook(folder.raw / LATER)}
    code, _, err = run(capsys, "build")
    assert code == 1
    for path in paths.values():
        assert f"{path.name} n'a été reconnu comme aucun export connu" in err
    assert err.count("« clas recognise »") == 2

    waiting = {campagne: drafted(capsys, path) for campagne, path in paths.items()}
    code, _, err = run(capsys, "build")
    assert code == 1
    assert err.count("attend que son brouillon soit complété dans formats.yml") == 2

    for campagne, asked in waiting.items():
        answer(folder.raw / campagne / "formats.yml", asked)
    monkeypatch.setattr("pipeline.build.load_codebook", with_every_rule)
    code, _, err = run(capsys, "build")
    assert (code, "refusé" in err) == (0, False)
    for campagne, path in paths.items():
        check_read(folder, campagne)
        check_known(capsys, path)


def drafted(capsys: Captured, path: Path) -> list[str]:
    """The headers that wait for an answer, once the format of a file is drafted."""
    code, out, _ = run(capsys, "recognise", str(path), "--json")
    waiting = [column["entete"] for column in json.loads(out)["a_completer"]]
    assert code == 1
    assert 5 <= len(waiting) <= 16
    return waiting


def check_read(folder: DataFolder, campagne: str) -> None:
    """All that the export says was read, and nothing else is said of it."""
    assert rows(
        folder,
        "select count(*), sum(nb_enfants), sum(effectif_niveau__elementaire), sum(effectif_sexe__filles), "
        "sum(nb_familles), sum(nb_collectifs), sum(produits__caf_ps)::integer, count(*) filter (where qpv), "
        "list_sort(list(distinct commune)), list_sort(list(distinct type_structure)) from core.action "
        f"where campagne = '{campagne}'",
    ) == [(7, 161, 91, 63, 84, 14, 28000, 4, ["45155", "45234"], ["association_locale", "centre_social"])]
    assert rows(
        folder,
        f"select valeur from marts.indicateur_valeur where campagne = '{campagne}' and origine = 'fictif' "
        "and niveau = 'departement' and code = '45' and indicateur = 'nb_enfants_accueillis'",
    ) == [(161,)]
    regle = rows(folder, f"select distinct regle from qualite.anomalie where campagne = '{campagne}' order by 1")
    assert regle == [("collectif_hors_8_12",), ("reponse_non_validee",)]


def check_known(capsys: Captured, path: Path) -> None:
    """Recognised again, it is known, and what was written stays."""
    formats = path.with_name("formats.yml")
    written = formats.read_bytes()
    code, out, _ = run(capsys, "recognise", str(path))
    assert (code, formats.read_bytes()) == (0, written)
    assert "est déjà reconnu" in out
