"""`clas points`, `clas valider` and `clas decider`, in French, on a year that waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from access.journal.journal import entries
from cli.main import main
from pipeline.core.decisions import load_decisions
from socle.paths import DataFolder
from tests.support.builds import plain
from tests.support.once import copied
from tests.support.waiting import YEAR

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(waiting: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    copy = copied(waiting, tmp_path / "data")
    monkeypatch.setenv("CLAS_DATA", str(copy.root))
    return copy


def clas(captured: Captured, *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    shown = captured.readouterr()
    return code, plain(shown.out + shown.err)


def number_of(said: str, words: str) -> str:
    """The number of the first point whose line holds those words."""
    return next(line.split()[0] for line in said.splitlines() if words in line)


def test_what_waits_is_listed_then_decided(folder: DataFolder, capsys: Captured) -> None:
    code, said = clas(capsys, "points", YEAR)
    assert code == 0
    assert "2 bilans attendent d'être validés" in said and "b2-2" in said
    unusual, contradicted = number_of(said, "30,0 enfants en moyenne"), number_of(said, "Le SIRET de la ligne 14")
    assert clas(capsys, "valider", YEAR, "--motif", "Statut perdu", "--par", "Mme Roy")[0] == 0
    assert clas(capsys, "decider", "garder", YEAR, "b2-2", "--motif", "Le porteur le dit")[0] == 0
    assert clas(capsys, "decider", "confirmer", YEAR, unusual, "--motif", "Vérifié")[0] == 0
    assert clas(capsys, "decider", "clore", YEAR, contradicted, "--motif", "Dissous")[0] == 0
    assert clas(capsys, "decider", "lever", YEAR, "qpv_superieur", "--motif", "Redessiné")[0] == 0
    made = load_decisions(folder.raw / YEAR)
    assert [one.nature for one in made] == ["validation", "validation", "choix", "ecart", "confirmee", "close", "levee"]
    assert {(one.auteur, one.motif) for one in made[:2]} == {("Mme Roy", "Statut perdu")}
    noted = [plain(entry.objet) for entry in entries(folder) if entry.action == "decision"]
    assert len(noted) == 5 and f"{YEAR}, 2 validés" in noted
    code, said = clas(capsys, "points", YEAR)
    assert unusual not in said and contradicted not in said and "Décisions prises" in said
    assert clas(capsys, "decider", "retirer", YEAR, "1")[0] == 0
    assert len(load_decisions(folder.raw / YEAR)) == len(made) - 1


REFUSED = {
    "no reason": (("valider", YEAR), "La décision n'a pas de motif"),
    "an unknown point": (("decider", "clore", YEAR, "zzzzzz", "--motif", "Vu"), "Aucun point ouvert ne porte"),
    "a reply that does not wait": (("decider", "garder", YEAR, "r-a4", "--motif", "Vu"), "Aucun choix à faire"),
    "a rule of keys": (("decider", "lever", YEAR, "action_inconnue", "--motif", "Vu"), "que l'on peut lever"),
    "another year": (("points", "2030-2031"), "n'est pas dans les chiffres publiés"),
}


def test_a_decision_that_cannot_be_taken_says_why_and_writes_nothing(
    folder: DataFolder, capsys: Captured, subtests: pytest.Subtests
) -> None:
    for name, (arguments, sentence) in REFUSED.items():
        with subtests.test(name):
            code, said = clas(capsys, *arguments)
            assert (code, sentence in said) == (1, True), said
    assert not (folder.raw / YEAR / "decisions.yml").exists()
