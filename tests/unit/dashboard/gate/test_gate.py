"""What the gate answers when what is behind it fails, or when accounts cannot be read."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.entry.sessions import open_session
from access.people.accounts import account
from dashboard.gate.gate import Gate
from dashboard.server.upkeep import upkeep
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.access import AGENT, make_accounts


async def failing(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("mot-de-passe-de-la-base")


async def failing_midway(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"server", b"x")]})
    raise RuntimeError("trop tard")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    make_accounts(folder)
    return folder


def ask(folder: DataFolder, app: ASGIApp, path: str, **headers: str) -> httpx.Response:
    """What the gate answers to a request for that path."""

    async def answer() -> httpx.Response:
        gate = Gate(app, Settings(data=folder.root))
        transport = httpx.ASGITransport(app=gate)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(answer())


def cookie(folder: DataFolder) -> str:
    return f"clas-session={open_session(folder, account(folder, AGENT).identity)}"


def test_a_fault_shows_a_number_in_french_and_the_log_has_the_detail(folder: DataFolder) -> None:
    answer = ask(folder, failing, "/identification")
    assert answer.status_code == 500
    assert "mot-de-passe" not in answer.text
    assert "Traceback" not in answer.text
    reference = answer.text.split("<strong>")[1].split("</strong>")[0]
    log = (folder.etat / "journal-erreurs.log").read_text(encoding="utf-8")
    assert reference in log
    assert "RuntimeError: mot-de-passe-de-la-base" in log
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_fault_once_the_answer_has_begun_adds_nothing_to_it(folder: DataFolder) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "path": "/healthz", "method": "GET", "headers": [], "query_string": b""}
    asyncio.run(Gate(failing_midway, Settings(data=folder.root))(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert b"server" not in dict(sent[0]["headers"])
    assert "trop tard" in (folder.etat / "journal-erreurs.log").read_text(encoding="utf-8")


def test_when_accounts_cannot_be_read_nobody_gets_in_and_the_sentence_says_why(folder: DataFolder) -> None:
    sent = cookie(folder)
    for left in folder.etat.glob("access.sqlite*"):
        left.write_bytes(b"abime" * 1000)
    answer = ask(folder, failing, "/comptes", Cookie=sent)
    assert answer.status_code == 503
    assert "etat/access.sqlite, qui garde les comptes, ne peut pas être lu" in answer.text.replace("&#39;", "'")


def test_when_the_log_cannot_be_written_there_is_a_page_all_the_same(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.gate.errors.note_internal_error", lambda folder: None)
    answer = ask(folder, failing, "/identification")
    assert answer.status_code == 500
    assert "sans numéro" in answer.text


def test_the_server_purges_at_its_start_and_outlives_a_purge_that_fails(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def purge(*_: object) -> None:
        done.append("purge")
        raise RuntimeError("disque plein")

    monkeypatch.setattr("dashboard.server.upkeep.purge", purge)

    async def live() -> None:
        async with upkeep(folder):
            while not done:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)

    asyncio.run(live())
    assert done == ["purge"]
    assert "disque plein" in (folder.etat / "journal-erreurs.log").read_text(encoding="utf-8")
