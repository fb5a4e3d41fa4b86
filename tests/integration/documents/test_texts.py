"""What the agent wrote for the bilan is in every build, and what is wrong in textes.yml is said in one sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain, quick_build
from tests.support.exports import agrement, declare, make_folder, write_export

EMPTY = "2018-2019"
TEXTS = """
contexte: Une année sans bus.
mot_du_comite: Merci à tous.
dispositif:
  reunions: Trois réunions.
commentaires:
  enfants: Plus de collégiens.
"""


def write(folder: DataFolder, text: str) -> None:
    (folder.raw / "2019-2020" / "textes.yml").write_text(text, encoding="utf-8")


def test_texts_survive_every_rebuild_and_an_empty_file_says_nothing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    write(folder, TEXTS)
    declare(folder, EMPTY)
    write_export(folder.raw / EMPTY / "agrements.csv", "agrements", [agrement("b1", campagne_declaree=EMPTY)])
    (folder.raw / EMPTY / "textes.yml").write_text("{}", encoding="utf-8")
    for _ in range(2):
        with duckdb.connect(str(quick_build(folder).folder / "warehouse.duckdb"), read_only=True) as connection:
            texts = connection.execute("select nature, chapitre, texte from core.texte order by all").fetchall()
            context = connection.execute("select campagne, contexte from marts.campagne order by 1").fetchall()
        assert texts == [
            ("commentaire", "enfants", "Plus de collégiens."),
            ("contexte", None, "Une année sans bus."),
            ("dispositif", "reunions", "Trois réunions."),
            ("mot_du_comite", None, "Merci à tous."),
        ]
        assert context == [(EMPTY, None), ("2019-2020", "Une année sans bus.")]
        shutil.rmtree(folder.curated)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("commentaires: {enfant: x}", "le chapitre « enfant » est inconnu (proche : enfants)"),
        ("mot: x", "clé inconnue : mot"),
        ("contexte: [x]", "n'est pas un texte"),
        ("contexte: 'x", "ce fichier ne peut pas être lu"),
    ],
)
def test_a_wrong_file_of_texts_is_refused(tmp_path: Path, text: str, said: str) -> None:
    folder = make_folder(tmp_path)
    write(folder, text)
    with pytest.raises(Refusal) as refusal:
        quick_build(folder)
    assert "textes.yml de 2019-2020" in plain(refusal.value)
    assert said in plain(refusal.value)
