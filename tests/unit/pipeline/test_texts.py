"""textes.yml: what the agent writes, chapter by chapter, and every fault of it in French."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.inputs import load_campaigns
from pipeline.messages import Refusal
from pipeline.texts import Text, chapters, read_texts
from socle.paths import DataFolder
from tests.support.builds import plain
from tests.support.exports import declare

YEAR = "2019-2020"
WHOLE = """
perspectives: "Davantage de collectifs au collège."
commentaires:
  parents: |
    Deux paragraphes.

    Le second.
  enfants: Moins de lycéens que l'an dernier.
dispositif: {priorites: Le collège., formations: Deux journées.}
mot_du_comite: Merci à tous.
contexte: Une année ordinaire.
"""


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "textes.yml").write_text(text, encoding="utf-8")
    return folder


def test_texts_come_in_the_order_of_the_bilan(tmp_path: Path) -> None:
    assert read_texts(write(tmp_path / YEAR, WHOLE)) == (
        Text("contexte", None, None, "Une année ordinaire."),
        Text("mot_du_comite", None, None, "Merci à tous."),
        Text("dispositif", "dispositif", "priorites", "Le collège."),
        Text("dispositif", "dispositif", "formations", "Deux journées."),
        Text("commentaire", "enfants", None, "Moins de lycéens que l'an dernier."),
        Text("commentaire", "parents", None, "Deux paragraphes.\n\nLe second."),
        Text("perspectives", "perspectives", None, "Davantage de collectifs au collège."),
    )


def test_a_campagne_without_texts_has_none(tmp_path: Path) -> None:
    assert read_texts(tmp_path) == ()


def test_the_chapters_are_those_of_the_bilan() -> None:
    assert list(chapters()) == [
        "dispositif", "porteurs", "territoires", "enfants", "seances", "parents", "ecole", "partenaires", "moyens",
        "paroles", "perspectives", "methode",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("commentaires: {enfant: Un mot.}", "commentaires › enfant : ce chapitre est inconnu, le plus proche est "
                                            "« enfants »"),
        ("mot: Merci.", "clé inconnue : mot. Clés connues : contexte, mot_du_comite"),
        ("mot_du_comite: 3", "mot_du_comite : « 3 » n'est pas un texte."),
        ("dispositif: {reunion: Deux.}", "dispositif : clé inconnue : reunion."),
        ("contexte: ", "contexte : « None » n'est pas un texte."),
        ("contexte: un\ncontexte: deux", "la clé « contexte » est donnée deux fois"),
        ("- une liste", "n'est pas une suite de « clé : valeur »."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_file_and_its_entry(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_texts(write(tmp_path / YEAR, text))
    said = plain(refusal.value)
    assert said.startswith(f"Le fichier textes.yml de {YEAR} n'est pas utilisable : ")
    assert fault.rstrip(".") in said


@pytest.mark.parametrize(("texts", "context"), [("contexte: Celui des textes.", "Celui des textes."), (None, "Autre.")])
def test_the_context_of_the_texts_replaces_the_declared_one(tmp_path: Path, texts: str | None, context: str) -> None:
    folder = DataFolder(tmp_path)
    declare(folder, YEAR)
    with (folder.raw / YEAR / "campagne.yml").open("a", encoding="utf-8") as file:
        file.write("contexte: Autre.\n")
    if texts:
        write(folder.raw / YEAR, texts)
    assert [campaign.contexte for campaign in load_campaigns(folder)] == [context]
