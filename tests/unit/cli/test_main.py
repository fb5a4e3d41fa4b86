"""Exit codes and French sentences, whatever happens: no English, no traceback."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from cli.building import status
from cli.main import main
from pipeline.run import ERROR_LOG
from socle.paths import DataFolder
from socle.words.refusal import DefinitionError, Refusal
from tests.support.builds import publish_hand_made

ENGLISH = re.compile(r"\b(Usage|Options:|Commands|Error|Try|Show this|Missing|Invalid|Traceback|No such|exit\.)\b")
COMMANDS = (
    "demo", "build", "publier", "check", "recognise", "status", "rollback", "points", "valider", "arreter", "rouvrir",
    "regles", "bilan", "synthese", "sql", "explain", "dictionary", "export", "backup", "restore", "dashboard",
    "decider", "access",
)  # fmt: skip

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return DataFolder(tmp_path)


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    assert ENGLISH.findall(out + err) == []
    return code, out.replace("\u202f", " "), err.replace("\u202f", " ")


@pytest.mark.parametrize("arguments", [(), ("--help",)])
def test_help_lists_every_command(capsys: Captured, arguments: tuple[str, ...]) -> None:
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert re.findall(r"^  (\w+)  ", out.split("Commandes")[1], re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help_in_french(capsys: Captured, command: str) -> None:
    code, out, _ = run(capsys, command, "--help")
    assert code == 0
    assert out.startswith(f"Utilisation : clas {command}")
    assert "Affiche cette aide." in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["bild"], "La commande « bild » n'existe pas (vouliez-vous dire build, bilan ?). Voir « clas --help »."),
        (["build", "--fore"], "L'option « --fore » n'existe pas (vouliez-vous dire --force ?). Voir « clas build"),
        (["status", "2019-2020"], "« 2019-2020 » est en trop."),
        (["build", "--force=oui"], "L'option « --force » n'attend pas de valeur."),
        (["check"], "Il manque l'argument FICHIER."),
        (["check", "absent.csv"], "« absent.csv » n'existe pas."),
        (["check", "."], "« . » est un dossier : indiquez un fichier."),
        (["explain"], "Il manque l'argument CHIFFRE."),
        (["explain", "nb_enfants", "--campagne"], "L'option « --campagne » attend une valeur."),
        (["sql", "select 1", "--format", "xml"], "La valeur donnée à l'option --format n'est pas acceptée : indiquez"),
        (["sql", "--file", "absent.sql"], "« absent.sql » n'existe pas."),
        (["sql", "select 1", "--out", "absent/x.csv"], "Le dossier « absent » n'existe pas."),
    ],
)
def test_a_command_line_that_is_wrong_exits_with_2(capsys: Captured, arguments: list[str], sentence: str) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_a_setting_that_cannot_be_used_exits_with_2(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_BUILDS_KEPT", "zéro")
    code, _, err = run(capsys, "status")
    assert code == 2
    assert "zéro" in err


@pytest.mark.parametrize("command", [["sql", "select 1"], ["explain", "nb_enfants"]])
def test_without_a_build_reading_is_refused(capsys: Captured, command: list[str]) -> None:
    code, _, err = run(capsys, *command)
    assert code == 1
    assert "clas demo" in err


def test_without_data_a_build_is_refused(capsys: Captured) -> None:
    code, _, err = run(capsys, "build")
    assert code == 1
    assert "ne contient aucune année scolaire" in err


def test_definitions_that_contradict_themselves_are_all_listed(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "status", _raiser(DefinitionError(["une faute", "une autre"])))
    code, _, err = run(capsys, "status")
    assert code == 1
    assert "- une faute\n- une autre" in err


def test_an_error_nobody_foresaw_is_a_reference_and_its_traceback_is_kept_apart(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, folder: DataFolder
) -> None:
    monkeypatch.setattr(status, "status", _raiser(ZeroDivisionError("secret")))
    code, out, err = run(capsys, "status")
    log = folder.etat / ERROR_LOG
    reference = re.search(r"référence (\d{8}-[0-9A-F]{6})", err)
    assert (code, out) == (3, "")
    assert "secret" not in err
    assert reference
    assert reference[1] in log.read_text(encoding="utf-8")
    assert "ZeroDivisionError: secret" in log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.etat.stat().st_mode) == 0o700


def test_an_error_whose_log_cannot_be_written_says_so(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, folder: DataFolder
) -> None:
    folder.etat.write_text("un fichier à la place du dossier", encoding="utf-8")
    monkeypatch.setattr(status, "status", _raiser(ZeroDivisionError()))
    code, _, err = run(capsys, "status")
    assert code == 3
    assert "n'a pas pu être écrit" in err


def test_an_interruption_says_that_nothing_changed(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "status", _raiser(KeyboardInterrupt()))
    code, _, err = run(capsys, "status")
    assert (code, err) == (130, "Interrompu. Ce qui était publié le reste.\n")


def test_a_refusal_with_an_order_to_the_terminal_shows_it(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "status", _raiser(Refusal("fichier_vide", fichier="\x1b]0;titre\x07.csv")))
    _, _, err = run(capsys, "status")
    assert "\x1b" not in err


def test_a_damaged_pointer_is_told_by_status(capsys: Captured, folder: DataFolder) -> None:
    build = publish_hand_made(folder)
    folder.current.write_text("?", encoding="utf-8")
    code, out, err = run(capsys, "status")
    assert code == 1
    assert build.name in out
    assert "CURRENT est illisible" in err
    assert "clas build --force" in err


def test_rollback_goes_back_and_refuses_what_does_not_exist(capsys: Captured, folder: DataFolder) -> None:
    first, second = publish_hand_made(folder), publish_hand_made(folder)
    assert run(capsys, "rollback")[:2] == (
        0,
        f"La construction {first.name}, du 24/11/2026 à 01 h 00, est de nouveau publiée.\n",
    )
    assert folder.current.read_text(encoding="utf-8").strip() == first.name
    code, _, err = run(capsys, "rollback")
    assert code == 1
    assert second.name in err
    assert run(capsys, "rollback", second.name)[0] == 0


def _raiser(error: BaseException):  # type: ignore[no-untyped-def]
    def raise_it() -> int:
        raise error

    return raise_it
