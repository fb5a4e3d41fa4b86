"""Years adopted by an older program: they keep the figures of then, and today's rules change nothing by themselves."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from cli.main import main
from pipeline.build import build
from pipeline.builds.adoption import find
from pipeline.builds.lock import only_builder
from pipeline.builds.result import changes
from pipeline.codebook.model import Codebook
from pipeline.reading.campaigns import input_text
from pipeline.renew import figures_if_reopened, pending_rules, renew
from pipeline.safekeeping.health import health
from socle.files.manifest import PRIVATE, WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.adopted_v1 import YEARS, as_it_was_left
from tests.support.builds import cut_down, plain, silent
from tests.support.dashboard import open_page, visitor_of
from tests.support.exports import codebook

PER_STRUCTURE, PER_ACTION = YEARS
NEEDED = ("porteur_inconnu", "reponse_non_validee", "reponse_en_double", "action_inconnue", "agrement_en_double",
          "indicateur_inconnu", "synthese_en_double", "synthese_sans_valeur")  # fmt: skip
"""Rules that set rows aside in these two years: without them their figures would not be those adopted."""
DATED = "familles_superieures"


@cache
def stricter() -> Codebook:
    """The program of later, cut down: « O » is no longer read as a yes, a rule takes effect in 2099."""
    shipped = codebook()
    yes = tuple(word for word in shipped.yes_words if word != "o")
    later = replace(shipped.messages[DATED], effet="valeur_ecartee", depuis="2099-01-01", effet_avant="aucun")
    return replace(
        cut_down(shipped, ("nb_enfants_accueillis", "part_actions_qpv", "part_porteurs_reaap")),
        rules=tuple(rule for rule in shipped.rules if rule.message in (*NEEDED, DATED)),
        messages={**shipped.messages, DATED: later},
        yes_words=yes,
        hash="plus stricte",
    )


def build_with(folder: DataFolder, definitions: Codebook) -> None:
    with patch("pipeline.build.load_codebook", lambda *_: definitions), only_builder(folder):
        build(folder, Settings(folder.root), silent)


def published(folder: DataFolder) -> Path:
    found = current_build(folder)
    assert found
    return found


def rows(folder: DataFolder, query: str, *values: object, base: str = WAREHOUSE) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(published(folder) / base), read_only=True) as connection:
        return connection.execute(query, list(values)).fetchall()


def states(folder: DataFolder) -> dict[str, tuple[str, int]]:
    found = rows(folder, "select campagne, etat, chiffres_modifies from marts.campagne_etat")
    return {campagne: (state, changed) for campagne, state, changed in found}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The folder of the older program, built by this one."""
    folder = as_it_was_left(tmp_path_factory.mktemp("ancienne") / "data")
    build_with(folder, codebook())
    return folder


@pytest.fixture(scope="module")
def later(opened: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The same, the rows of one year being lost, built by a program that reads less."""
    folder = DataFolder(Path(shutil.copytree(opened.root, tmp_path_factory.mktemp("stricte") / "data")))
    shutil.rmtree(folder.arrets / f"{PER_STRUCTURE}.lignes")
    manifest = read_manifest(published(folder))
    assert manifest
    said = [plain(point.constat) for point in health(folder) if "lignes gardées" in point.constat]
    assert said == [f"Les lignes gardées avec l'arrêt de {PER_STRUCTURE} ont disparu : ses chiffres en étaient tirés."]
    assert [input_text(name) for name in changes(folder, manifest).removed] == [
        f"lignes gardées avec l'arrêt de {PER_STRUCTURE}"
    ]
    build_with(folder, stricter())
    return folder


def test_what_an_older_program_adopted_is_still_adopted(opened: DataFolder) -> None:
    assert states(opened) == dict.fromkeys(YEARS, ("arretee", 0))
    assert rows(opened, "select campagne, regles from core.arret order by 1") == [(year, "") for year in YEARS]


def test_the_rows_it_read_are_kept_private_and_without_personal_cells(opened: DataFolder) -> None:
    kept = [path for path in opened.arrets.rglob("*") if path.is_file() and ".lignes" in str(path)]
    assert {path.stat().st_mode & 0o077 for path in [*kept, *(path.parent for path in kept)]} == {0}
    assert not [path for path in kept if "prive" in path.name]
    assert len([path for path in kept if path.name.endswith("lignes.parquet")]) == 6
    # They still come from the files themselves.
    assert (PER_ACTION,) in rows(opened, "select distinct campagne from main.donnee_personnelle", base=PRIVATE)


def test_a_stricter_program_changes_no_figure_of_an_adopted_year_unless_its_rows_are_lost(later: DataFolder) -> None:
    assert states(later)[PER_ACTION] == ("arretee", 0)
    assert states(later)[PER_STRUCTURE][0] == "provisoire"


def test_what_it_would_change_is_listed_by_rule_with_its_number_of_lines(later: DataFolder) -> None:
    listed = {(row["regle"], row["variable"]): row for row in pending_rules(published(later))}
    assert {row["campagne"] for row in listed.values()} == {PER_ACTION}
    read, dated = listed["cellule_illisible", "qpv"], listed[DATED, "nb_familles"]
    (answered,) = rows(later, "select count(*) from core.reponse where campagne = ? and qpv", PER_ACTION)[0]
    assert read["effet"] == "lue_autrement" and 0 < read["nb_concernes"] < answered
    assert "«\u202fAction située en quartier prioritaire (QPV)\u202f»" in read["libelle"]
    assert (dated["effet"], dated["effet_avant"], dated["nb_concernes"]) == ("valeur_ecartee", "aucun", 1)
    assert dated["depuis"].isoformat() == "2099-01-01"


def test_the_command_and_the_page_say_it(
    later: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(later.root))
    assert main(["regles"]) == 0
    told = plain(capsys.readouterr().out)
    assert (
        f"{PER_ACTION}, arrêtée le 12/10/2017 : " in told
        and "1 ligne, valeur non comptée depuis le 01/01/2099 : " in told
    )
    assert f"{PER_STRUCTURE}, arrêtée le 12/10/2015 : rien ne change." in told
    page = open_page("regles", visitor_of(later))
    assert not page.exception
    shown = plain(page.table[0].value.to_csv()).replace("\\", "")
    assert PER_ACTION in shown and "01/01/2099" in shown and "valeur non comptée" in shown
    assert next(button for button in page.button if button.label == "Tout reprendre").disabled


def test_the_figures_that_would_change_are_told_and_nothing_is_published(later: DataFolder) -> None:
    before = current_build(later)
    with patch("pipeline.build.load_codebook", lambda *_: stricter()):
        found = figures_if_reopened(later, Settings(later.root), silent, [PER_ACTION])
    changed = {row["indicateur"]: (row["valeur_avant"], row["valeur"]) for row in found}
    assert {row["campagne"] for row in found} == {PER_ACTION}
    assert "part_actions_qpv" in changed and "nb_enfants_accueillis" not in changed
    assert current_build(later) == before and not list(later.candidates.glob("*-*"))


def test_renewed_with_a_reason_a_year_stays_adopted_with_its_new_figures(later: DataFolder, tmp_path: Path) -> None:
    folder = DataFolder(Path(shutil.copytree(later.root, tmp_path / "data")))
    former = (folder.arrets / f"{PER_ACTION}.figures.csv").read_bytes()
    known = {"pipeline.build.load_codebook", "pipeline.codebook.load.load_codebook"}
    with pytest.MonkeyPatch.context() as patched:
        for name in known:
            patched.setattr(name, lambda *_: stricter())
        with pytest.raises(Refusal, match="Dites pourquoi"):
            renew(folder, Settings(folder.root), silent, " ", [PER_ACTION])
        with pytest.raises(Refusal, match="n'est pas arrêtée"):
            renew(folder, Settings(folder.root), silent, "Règles de 2099", ["2015-2016"])
        renew(folder, Settings(folder.root), silent, "Règles de 2099", [PER_ACTION], "Ana")
    assert states(folder)[PER_ACTION] == ("arretee", 0)
    assert pending_rules(published(folder)) == []
    arret = find(folder, PER_ACTION, "45")
    assert arret and arret.regles == "2099-01-01"
    [first, event] = arret.historique
    assert (first["action"], event["action"], event["par"], event["motif"]) == (
        "arret",
        "reprise",
        "Ana",
        "Règles de 2099",
    )
    # The figures of before are kept, under the hash that the history gives.
    assert (folder.arrets / f"{PER_ACTION}-45.figures-{first['figures_hash'][:12]}.csv").read_bytes() == former
    assert (folder.arrets / f"{PER_ACTION}-45.figures.csv").read_bytes() != former
    assert [path.name for path in (folder.arrets / f"{PER_ACTION}-45.lignes").iterdir()] == [arret.build]
