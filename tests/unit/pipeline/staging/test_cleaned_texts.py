"""Invisible characters are taken out of a text, and its porteur is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.staging.try_file import try_file
from tests.support.exports import make_folder, reponse, write_export


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\x07", "\u2066"])
def test_an_invisible_character_is_reported(tmp_path: Path, mark: str) -> None:
    folder = make_folder(tmp_path)
    path = write_export(tmp_path / "essai.csv", "questionnaire-2016", [reponse("a1", intitule=f"Le{mark} relais")])

    (found,) = [a for a in try_file(folder, path, "2019-2020").anomalies if a.regle == "texte_nettoye"]

    assert (found.ligne, found.gravite) == (2, "info")
    assert "Intitulé de l'action" in found.message


@pytest.mark.parametrize("text", ["Le relais\nde l'école", "Les\u202famis\u00a0: l'aide", "Œuvre d'été"])
def test_an_ordinary_text_is_not(tmp_path: Path, text: str) -> None:
    folder = make_folder(tmp_path)
    path = write_export(tmp_path / "essai.csv", "questionnaire-2016", [reponse("a1", intitule=text)])

    assert "texte_nettoye" not in {a.regle for a in try_file(folder, path, "2019-2020").anomalies}
