"""What the agent wrote for the bilan is in every build, and what is wrong in textes.yml is said in one sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain, quick_build
from tests.support.exports import make_folder

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


def test_texts_survive_every_rebuild(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    write(folder, TEXTS)
    for _ in range(2):
        with duckdb.connect(str(quick_build(folder).folder / "warehouse.duckdb"), read_only=True) as connection:
            texts = connection.execute("select nature, chapitre, texte from core.texte order by all").fetchall()
            context = connection.execute("select distinct contexte from marts.campagne").fetchall()
        assert texts == [
            ("commentaire", "enfants", "Plus de collégiens."),
            ("contexte", None, "Une année sans bus."),
            ("dispositif", "reunions", "Trois réunions."),
            ("mot_du_comite", None, "Merci à tous."),
        ]
        assert context == [("Une année sans bus.",)]
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


def test_an_empty_file_of_texts_says_nothing(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    write(folder, "{}")
    quick_build(folder)
