"""`clas access` and `clas dashboard` from one end to the other, on a small published folder."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from access.entry.local_codes import LocalCodes
from access.entry.sessions import find, open_session
from access.journal.journal import entries
from access.people.accounts import account, accounts
from cli.main import main
from dashboard.server.listen import listen
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal
from tests.support.access import AGENT, ALPHA, BETA, COMITE, make_accounts
from tests.support.builds import plain
from tests.support.documents import text_of
from tests.support.exports import siret
from tests.support.porteurs import publish_porteurs
from tests.support.server import free_port

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
ENGLISH = re.compile(r"\b(Usage|Error|Traceback|Missing|Invalid|Warning|default)\b")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    publish_porteurs(folder)
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def codes(folder: DataFolder) -> dict[str, str]:
    return make_accounts(folder)


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    assert ENGLISH.findall(out + err) == []
    return code, out.replace("\u202f", " "), err.replace("\u202f", " ")


def identified(folder: DataFolder, identifiant: str, text: str) -> bool:
    """Whether the code written in that text opens a session."""
    code = CODE.search(text)
    assert code is not None
    try:
        LocalCodes(folder).identify({"identifiant": identifiant, "code": code[0]}, "192.0.2.1")
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("command", ["add", "list", "reset", "change", "revoke", "letters", "export", "erase", "purge"])
def test_every_command_has_its_help_in_french(capsys: Captured, command: str) -> None:
    code, out, _ = run(capsys, "access", command, "--help")
    assert code == 0
    assert out.startswith(f"Utilisation : clas access {command}")
    assert "Affiche cette aide." in out


def test_the_group_lists_its_commands(capsys: Captured) -> None:
    code, out, _ = run(capsys, "access", "--help")
    assert code == 0
    assert re.findall(r"^  (\w+)  ", out.split("Commandes")[1], re.MULTILINE) == [
        "add", "list", "reset", "change", "revoke", "letters", "export", "erase", "purge",
    ]  # fmt: skip


def test_an_account_is_added_with_its_code_shown_once(capsys: Captured, folder: DataFolder) -> None:
    code, out, _ = run(capsys, "access", "add", BETA, "--porteur", "p2", "--jusqu-au", "2099-06-30")
    assert code == 0
    assert f"Compte créé : {BETA}, Centre social Bêta." in out
    assert "valable jusqu'au 30/06/2099 ; il ne sera plus montré" in out
    assert identified(folder, BETA, out)
    made = account(folder, BETA)
    assert (made.role, made.territoire, made.code_jusqu_au) == ("porteur", "45", "2099-06-30")
    assert not CODE.search(run(capsys, "access", "list")[1])
    assert [one.origine for one in entries(folder)[1:]] == ["commande", "commande"]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["add"], 2, "Il manque l'argument IDENTIFIANT, ou l'option « --registre »."),
        (["add", "martine", "--porteur", "p2"], 1, "« martine » ne peut pas être un identifiant."),
        (["add", "x@caf.example", "--role", "comite"], 1, "n'a pas de nom"),
        (
            ["add", "x@caf.example", "--role", "roi", "--nom", "X"],
            1,
            "Le rôle « roi » n'existe pas. Rôles : agent, comite",
        ),
        (["add", "x@caf.example", "--nom", "X"], 1, "doit nommer un porteur de projet"),
        (["add", "x@caf.example", "--porteur", "p9"], 1, "Le porteur « p9 » n'est pas dans le registre publié."),
        (["add", "x@caf.example", "--porteur", "p5"], 1, "Le porteur « p5 » n'est pas dans le registre publié."),
        (["add", "x@caf.example", "--role", "agent", "--nom", "X", "--territoire", "20"], 1, "n'est pas un territoire"),
        (["add", AGENT, "--role", "agent", "--nom", "X"], 1, "existe déjà"),
        (["add", "x@caf.example", "--porteur", "p2", "--jusqu-au", "demain"], 1, "« demain » n'est pas une date."),
        (["reset", AGENT, "--jusqu-au", "2020-01-01"], 1, "Le 01/01/2020 est déjà passé : aucun code n'a été émis."),
        (["reset", "x@caf.example"], 1, "Aucun compte n'a pour identifiant « x@caf.example »."),
        (["reset"], 2, "Il manque l'argument IDENTIFIANT."),
        (["revoke", "x@caf.example"], 1, "Aucun compte"),
        (["change", AGENT, "--territoire", "20"], 1, "n'est pas un territoire"),
        (["change", ALPHA, "--role", "porteur", "--territoire", "83", "--porteur", ""], 0, ""),
        (["letters", "--out", "absent/lettres.html"], 2, "Le dossier « absent » n'existe pas."),
        (["letters", "--out", "lettres.html"], 1, "Aucun compte n'attend de lettre."),
        (["letters", "x@caf.example", "--out", "lettres.html"], 1, "Aucun compte n'a pour identifiant"),
        (["export", "x@caf.example"], 1, "Aucun compte"),
        (["erase", "x@caf.example"], 1, "Aucun compte"),
        (["autre"], 2, "La commande « autre » n'existe pas"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_the_right_exit_code(
    capsys: Captured, codes: dict[str, str], arguments: list[str], code: int, sentence: str
) -> None:
    found, out, err = run(capsys, "access", *arguments)
    assert (found, sentence in err) == (code, True), err
    assert err.count("\n") <= 1
    assert not CODE.search(out)


def test_when_the_code_cannot_be_given_no_account_is_left_half_made(capsys: Captured, folder: DataFolder) -> None:
    assert run(capsys, "access", "add", BETA, "--porteur", "p2", "--jusqu-au", "2020-01-01")[0] == 1
    assert accounts(folder) == []


def test_the_list_is_for_people_or_for_programs(capsys: Captured, codes: dict[str, str]) -> None:
    _, out, _ = run(capsys, "access", "list")
    assert re.search(r"agent@caf.example +Agent Caf +agent Caf +45 +peut s'identifier +\d\d/\d\d/\d{4}", out)
    listed = json.loads(run(capsys, "access", "list", "--json")[1])
    assert {one["identifiant"] for one in listed} == set(codes)
    assert listed[0].keys() == {
        "identifiant", "nom", "role", "territoire", "porteur_id", "etat", "code_jusqu_au",
    }  # fmt: skip


def test_with_no_account_the_list_says_how_to_make_one(capsys: Captured, folder: DataFolder) -> None:
    assert run(capsys, "access", "list")[1] == "Aucun compte. Créez-en un avec « clas access add ».\n"
    assert json.loads(run(capsys, "access", "list", "--json")[1]) == []


def test_a_year_s_letters_in_three_commands(capsys: Captured, folder: DataFolder, tmp_path: Path) -> None:
    _, out, _ = run(capsys, "access", "add", "--registre")
    assert out.startswith("3 comptes créés.")
    assert {one.state for one in accounts(folder)} == {"sans_code"}
    code, out, err = run(capsys, "access", "letters", "--out", "lettres.html")
    assert (code, out) == (0, "3 lettres dans lettres.html.\n")
    assert "imprimez-le, puis supprimez-le" in err
    text = (tmp_path / "lettres.html").read_text(encoding="utf-8")
    assert text.count("<section>") == 3
    of_alpha = next(part for part in text.split("<section>") if siret(1) in part)
    assert identified(folder, siret(1), of_alpha)
    assert run(capsys, "access", "add", "--registre")[1].startswith("0 compte créé")
    assert run(capsys, "access", "letters", siret(1), "--out", "lettres.pdf")[0] == 0
    assert not identified(folder, siret(1), of_alpha)
    said = text_of((tmp_path / "lettres.pdf").read_bytes(), tmp_path)
    assert identified(folder, siret(1), said)


def test_resetting_changing_and_revoking_end_sessions_at_once(
    capsys: Captured, folder: DataFolder, codes: dict[str, str]
) -> None:
    def opened() -> str:
        return open_session(folder, account(folder, COMITE).identity)

    token = opened()
    _, out, _ = run(capsys, "access", "reset", COMITE)
    assert find(folder, token) is None
    assert identified(folder, COMITE, out)
    assert not identified(folder, COMITE, codes[COMITE])
    token = opened()
    assert (
        "analyste, territoire 83"
        in run(capsys, "access", "change", COMITE, "--role", "analyste", "--territoire", "83")[1]
    )
    assert find(folder, token) is None
    token = opened()
    assert run(capsys, "access", "revoke", COMITE)[1].startswith(f"Compte révoqué : {COMITE}")
    assert find(folder, token) is None
    assert account(folder, COMITE).state == "revoque"


def test_a_porteur_becomes_a_member_of_the_committee(
    capsys: Captured, folder: DataFolder, codes: dict[str, str]
) -> None:
    assert run(capsys, "access", "change", ALPHA, "--role", "comite")[0] == 0
    assert account(folder, ALPHA).porteur_id is None


def test_what_is_kept_of_a_person_is_given_then_erased(
    capsys: Captured, folder: DataFolder, codes: dict[str, str]
) -> None:
    given = json.loads(run(capsys, "access", "export", ALPHA)[1])
    assert given["compte"]["nom"] == "Association Alpha"
    number = account(folder, ALPHA).id
    assert f"compte {number}" in run(capsys, "access", "erase", ALPHA)[1]
    assert ALPHA not in {one.identifiant for one in accounts(folder)}
    assert plain(run(capsys, "access", "purge")[1]) == (
        "0 compte effacé, 0 entrée du journal retirée.\n"
        "0 fichier déposé, 0 chargement de l'historique : durée de conservation passée.\n"
    )


def test_a_damaged_file_of_accounts_is_said_in_one_sentence(capsys: Captured, folder: DataFolder) -> None:
    folder.etat.mkdir(exist_ok=True)
    folder.access.write_bytes(b"x" * 5000)
    code, _, err = run(capsys, "access", "list")
    assert code == 1
    assert "etat/access.sqlite, qui garde les comptes, ne peut pas être lu" in err


@pytest.fixture
def child(folder: DataFolder, codes: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`clas dashboard` running, and its port."""
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "dashboard", "--port", str(port)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "CLAS_DATA": str(folder.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield running, port
    running.kill()
    running.communicate()


def test_the_dashboard_says_its_address_serves_and_stops_without_a_word_too_many(
    child: tuple[subprocess.Popen[str], int],
) -> None:
    running, port = child
    assert running.stdout is not None
    assert running.stdout.readline().replace("\u202f", " ") == (
        f"Tableau de bord : http://127.0.0.1:{port} (Ctrl+C pour l'arrêter)\n"
    )
    transport = httpx.HTTPTransport(retries=8, verify=False)
    with httpx.Client(transport=transport, timeout=20) as client:
        assert client.get(f"http://127.0.0.1:{port}/healthz").text == "ok"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (0, "Tableau de bord arrêté.\n")
    assert "Traceback" not in err
    assert "Rien n'est encore publié" not in err


def test_a_port_that_is_taken_or_is_none_is_said(capsys: Captured, codes: dict[str, str]) -> None:
    port = free_port()
    with listen(port):
        code, _, err = run(capsys, "dashboard", "--port", str(port))
    assert code == 1
    assert f"Le port {port} est déjà pris sur cette machine" in err
    code, _, err = run(capsys, "dashboard", "--port", "70000")
    assert code == 1
    assert "Le port 70000 ne peut pas être ouvert : ce n'est pas un port." in err
    assert run(capsys, "dashboard", "--port", "huit")[0] == 2


def test_nothing_published_and_nobody_to_identify_are_said_and_it_serves_all_the_same(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path / "vide"))
    monkeypatch.setattr("dashboard.server.server.serve", lambda settings, bound: None)
    code, _, err = run(capsys, "dashboard", "--port", str(free_port()))
    assert code == 0
    assert "Rien n'est encore publié" in err
    assert "Aucun compte ne peut s'identifier : créez-en un avec « clas access add »." in err
