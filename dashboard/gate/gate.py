"""Every request, http and websocket, before Streamlit: nothing is served but what this file lets through.

Without a session: identification, goodbye, the state of health, one stylesheet, one icon. With one: the pages of its
role, and of Streamlit's own addresses those that a page needs, files and uploads being those of that very session.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.entry import sessions
from access.entry.sessions import Session
from dashboard.gate.cookies import read_cookie, session_cookie
from dashboard.gate.errors import note
from dashboard.gate.headers import secured
from dashboard.gate.hosts import is_allowed, is_same_origin
from dashboard.gate.plain_pages import error_page
from dashboard.gate.session_addresses import TAB, SessionAddresses, media, upload
from dashboard.gate.shell import assets, script_hashes, shell
from dashboard.gate.socket_guard import SocketGuard
from dashboard.visit.addresses import CSS, GOODBYE, HEALTH, ICON, IDENTIFICATION
from dashboard.visit.navigation import may_upload, page_at
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.settings import Settings

OPEN = {
    IDENTIFICATION: ("GET", "HEAD", "POST"),
    GOODBYE: ("GET", "HEAD", "POST"),
    HEALTH: ("GET", "HEAD"),
    CSS: ("GET", "HEAD"),
    ICON: ("GET", "HEAD"),
}
"""Answered without a session, all of them by our own routes."""
_STREAM = "/_stcore/stream"
_READ = ("GET", "HEAD")
_COMPONENTS = "/_stcore/bidi-components/"
_ALIVE = ("/_stcore/health", "/_stcore/host-config")
_MEDIA, _UPLOAD = "/media/", "/_stcore/upload_file/"


@dataclass
class Gate:
    """The ASGI application that uvicorn runs; `app` is Streamlit's, with our routes in it."""

    app: ASGIApp
    settings: Settings
    told: SessionAddresses = field(default_factory=SessionAddresses)

    def __post_init__(self) -> None:
        self.folder = DataFolder(self.settings.data)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let Streamlit answer."""
        if scope["type"] == "http":
            await self._http(scope, receive, secured(send, self.settings, script_hashes()))
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            answer = await self._answer(scope)
            await (answer or self.app)(scope, receive, send_noted)
        except Exception as error:
            failed = self._failed(error)
            if not begun:
                await failed(scope, receive, send)

    def _failed(self, error: Exception) -> HTMLResponse:
        if isinstance(error, Refusal):
            return error_page(self.settings, 503, "Service indisponible", str(error))
        reference = note(self.folder, error)
        said = "Le serveur n'a pas pu répondre. Recommencez\u202f; si cela se reproduit, prévenez votre Caf."
        return error_page(self.settings, 500, "Erreur du serveur", said, reference)

    async def _answer(self, scope: Scope) -> Response | None:
        """Return the answer to give; None when it is for our routes or Streamlit to give it."""
        path, method = scope["path"], scope["method"]
        if path != HEALTH and not is_allowed(Headers(scope=scope).get("host"), self.settings):
            return self._refused(400, "Adresse inconnue", "Cette adresse n'est pas celle du tableau de bord.")
        if path in OPEN:
            return None if method in OPEN[path] else self._wrong_method()
        session = await self._session(scope)
        page = page_at(path)
        if session is None:
            if page and method in _READ:
                return RedirectResponse(f"{IDENTIFICATION}?suite={_here(scope)}", 303)
            return self._refused(401, "Identification nécessaire", "Identifiez-vous pour continuer.")
        if page:
            return await self._page(scope, session, page.roles)
        return self._of_streamlit(path, method, session)

    async def _page(self, scope: Scope, session: Session, roles: frozenset[str]) -> Response:
        if scope["method"] not in _READ:
            return self._wrong_method()
        if session.identity.role not in roles:
            return self._refused(403, "Page réservée", "Cette page n'est pas ouverte à votre compte.")
        await run_in_threadpool(sessions.touch, self.folder, session)
        return HTMLResponse(shell())

    def _of_streamlit(self, path: str, method: str, session: Session) -> Response | None:
        if path in _ALIVE or path in assets() or path.startswith(_COMPONENTS):
            return None if method in _READ else self._wrong_method()
        if path.startswith(_MEDIA):
            known = method in _READ and self.told.knows(session.key, media(path))
            return None if known else self._not_found()
        if path.startswith(_UPLOAD):
            if not may_upload(session.identity.role):
                return self._refused(403, "Dépôt réservé", "Votre compte ne permet pas de déposer de fichier.")
            known = method in ("PUT", "DELETE") and self.told.knows(session.key, upload(path))
            return None if known else self._not_found()
        return self._not_found()

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host")
        expected = is_allowed(host, self.settings) and is_same_origin(headers.get("origin"), host)
        session = await self._session(scope) if expected and scope["path"] == _STREAM else None
        if session is None:
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        token = read_cookie(headers.get("cookie", ""), session_cookie(self.settings)) or ""

        async def still_open(alive: bool) -> bool:
            return await run_in_threadpool(self._still_open, token, alive)

        guard = SocketGuard(session.key, self.told, still_open, receive, send)
        await self.app(_own_tab(scope, session, self.told), guard.next_message, guard.tell)

    async def _session(self, scope: MutableMapping[str, Any]) -> Session | None:
        token = read_cookie(Headers(scope=scope).get("cookie", ""), session_cookie(self.settings))
        return await run_in_threadpool(sessions.find, self.folder, token)

    def _still_open(self, token: str, alive: bool) -> bool:
        session = sessions.find(self.folder, token)
        if session and alive:
            sessions.touch(self.folder, session)
        return session is not None

    def _refused(self, status: int, titre: str, phrase: str) -> Response:
        return error_page(self.settings, status, titre, phrase)

    def _not_found(self) -> Response:
        return self._refused(404, "Page introuvable", "Cette adresse ne mène à rien, ou plus à rien.")

    def _wrong_method(self) -> Response:
        return self._refused(405, "Demande non comprise", "Cette adresse ne répond pas à ce genre de demande.")


def _here(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return quote(scope["path"] + (f"?{query}" if query else ""), safe="")


def _own_tab(scope: Scope, session: Session, told: SessionAddresses) -> Scope:
    """A tab that reconnects is named by the third websocket subprotocol: accept it only from its own session."""
    name = b"sec-websocket-protocol"
    headers = []
    for header, value in scope["headers"]:
        if header == name:
            asked = [part.strip() for part in value.decode("latin-1").split(",")]
            if len(asked) > 2 and not told.knows(session.key, TAB + asked[2]):
                value = ", ".join(asked[:2]).encode("latin-1")
        headers.append((header, value))
    return {**scope, "headers": headers}
