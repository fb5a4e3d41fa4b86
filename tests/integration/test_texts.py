"""The texts of the agent are raw files: every rebuild finds them again, and an upgrade of anything else changes none."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.manifest import WAREHOUSE
from pipeline.messages import Refusal
from tests.support.builds import quick_build
from tests.support.exports import agrement, make_folder, write_export

YEAR = "2019-2020"


def texts(build: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        return connection.execute(
            "select campagne, departement, nature, chapitre, rubrique, texte from core.texte order by campagne, rang"
        ).fetchall()


def test_the_texts_survive_every_rebuild(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder.raw / YEAR / "textes.yml").write_text(
        "mot_du_comite: Merci.\ncommentaires: {enfants: Un mot.}\ndispositif: {reunions: Deux.}\n", encoding="utf-8"
    )
    with (folder.raw / YEAR / "campagne.yml").open("a", encoding="utf-8") as file:
        file.write("contexte: Déclaré.\n")
    expected = [
        (YEAR, None, "contexte", None, None, "Déclaré."),
        (YEAR, None, "mot_du_comite", None, None, "Merci."),
        (YEAR, None, "dispositif", "dispositif", "reunions", "Deux."),
        (YEAR, None, "commentaire", "enfants", None, "Un mot."),
    ]
    assert texts(quick_build(folder).folder) == expected
    write_export(folder.raw / YEAR / "agrements.csv", "agrements", [agrement("a1")])
    assert texts(quick_build(folder).folder) == expected
    shutil.rmtree(folder.curated)
    assert texts(quick_build(folder).folder) == expected


def test_texts_that_cannot_be_read_publish_nothing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder.raw / YEAR / "textes.yml").write_text("commentaires: {enfant: Un mot.}\n", encoding="utf-8")
    with pytest.raises(Refusal, match=r"le plus proche est «\u202fenfants\u202f»"):
        quick_build(folder)
    assert not folder.builds.exists()
