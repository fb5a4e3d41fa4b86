"""The routes that answer without a session: identification, goodbye, health, and the style of their pages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from access.entry import csrf, sessions
from access.entry.sessions import Session
from access.journal import journal
from access.journal.journal import Author
from access.people.identity import Identity, IdentityProvider
from access.store import reading
from dashboard.gate.cookies import drop_cookie, form_cookie, read_cookie, session_cookie, set_cookie
from dashboard.gate.hosts import is_same_origin
from dashboard.gate.notice import notice
from dashboard.gate.plain_pages import STATIC, render
from dashboard.visit.addresses import CSS, GOODBYE, HEALTH, ICON, IDENTIFICATION
from dashboard.visit.navigation import page_at
from socle.manifest import current_build, read_manifest
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.settings import Settings

_LONGEST_FORM = 4_096  # bytes
_AT_ONCE = 2
"""Codes verified at the same time: each takes memory, on purpose."""
_SAID = {
    "deconnexion": "Votre session est fermée.",
    "session": "Votre session est terminée. Identifiez-vous de nouveau.",
}
_STALE_FORM = "Ce formulaire n'est plus valable, ou venait d'un autre site. Recommencez."
_LOCKED = "identification_verrouillee"


@dataclass
class Identification:
    """The routes, for one installation; `provider` says who someone is."""

    settings: Settings
    provider: IdentityProvider

    def __post_init__(self) -> None:
        self.folder = DataFolder(self.settings.data)
        self._verifying = asyncio.Semaphore(_AT_ONCE)

    def routes(self) -> list[Route]:
        """Return the routes, to be put before Streamlit's."""
        return [
            Route(IDENTIFICATION, self.show_form, methods=["GET"]),
            Route(IDENTIFICATION, self.identify, methods=["POST"]),
            Route(GOODBYE, self.show_goodbye, methods=["GET"]),
            Route(GOODBYE, self.goodbye, methods=["POST"]),
            Route(HEALTH, self.health, methods=["GET"]),
            Route(CSS, _file, methods=["GET"]),
            Route(ICON, _file, methods=["GET"]),
        ]

    async def show_form(self, request: Request) -> Response:
        """Show the form; whoever has a session goes on to the page asked for."""
        then = request.query_params.get("suite", "/")
        session = await self._session(request)
        if session:
            return RedirectResponse(_destination(then, session.identity), 303)
        return self._form(request, then=then, said=_SAID.get(request.query_params.get("fin", ""), ""))

    async def identify(self, request: Request) -> Response:
        """Open a session for whoever sends the right identifier and code; say what is wrong otherwise."""
        sent = await _form_of(request)
        then, typed = sent.get("suite", "/"), sent.get("identifiant", "")
        if not self._is_genuine(request, self._cookie(request, form_cookie(self.settings)), sent):
            return self._form(request, 403, then, typed, _STALE_FORM)
        address = request.client.host if request.client else ""
        try:
            async with self._verifying:
                identity = await run_in_threadpool(self.provider.identify, sent, address)
        except Refusal as error:
            return self._form(request, 429 if error.code == _LOCKED else 401, then, typed, str(error))
        token = await run_in_threadpool(self._opened, identity, self._token(request))
        answer = RedirectResponse(_destination(then, identity), 303)
        answer.headers.append("set-cookie", set_cookie(session_cookie(self.settings), token, self.settings))
        answer.headers.append("set-cookie", drop_cookie(form_cookie(self.settings), self.settings))
        return answer

    async def show_goodbye(self, request: Request) -> Response:
        """Ask before closing the session: a link alone, which another site may hold, closes nothing."""
        session = await self._session(request)
        if session is None:
            return RedirectResponse(IDENTIFICATION, 303)
        token = csrf.form_token(self._token(request) or "")
        return render(self.settings, "deconnexion", "Se déconnecter", nom=session.identity.nom, jeton=token)

    async def goodbye(self, request: Request) -> Response:
        """Close the session, have the browser forget what it keeps of the pages."""
        token = self._token(request)
        session = await self._session(request)
        if session and not self._is_genuine(request, token, await _form_of(request)):
            return RedirectResponse(GOODBYE, 303)
        if session:
            await run_in_threadpool(self._closed, session, token)
        answer = RedirectResponse(f"{IDENTIFICATION}?fin=deconnexion", 303)
        answer.headers["clear-site-data"] = '"cache", "storage"'
        answer.headers.append("set-cookie", drop_cookie(session_cookie(self.settings), self.settings))
        return answer

    async def health(self, request: Request) -> Response:
        """Return 200 when people can identify, 503 when they cannot; the answer says nothing else."""
        try:
            await run_in_threadpool(self._reachable)
        except Refusal:
            return PlainTextResponse("indisponible", 503)
        return PlainTextResponse("ok")

    def _form(
        self, request: Request, status: int = 200, then: str = "/", typed: str = "", wrong: str = "", said: str = ""
    ) -> HTMLResponse:
        name = form_cookie(self.settings)
        secret = self._cookie(request, name) or csrf.new_secret()
        values = {
            "jeton": csrf.form_token(secret),
            "suite": then,
            "identifiant": typed,
            "erreur": wrong,
            "message": said,
            "fictif": self._is_fictitious(),
            "notice": notice(self.settings),
        }
        page = render(self.settings, "identification", "Identification", status, **values)
        page.headers.append("set-cookie", set_cookie(name, secret, self.settings))
        return page

    def _is_genuine(self, request: Request, secret: str | None, sent: dict[str, str]) -> bool:
        origin = request.headers.get("origin")
        ours = origin is None or is_same_origin(origin, request.headers.get("host"))
        return ours and csrf.is_genuine(secret, sent.get("jeton"))

    def _is_fictitious(self) -> bool:
        build = current_build(self.folder)
        manifest = read_manifest(build) if build else None
        return bool(manifest and manifest.fictif)

    def _opened(self, identity: Identity, before: str | None) -> str:
        if before:
            sessions.close(self.folder, before)
        return sessions.open_session(self.folder, identity)

    def _closed(self, session: Session, token: str | None) -> None:
        sessions.close(self.folder, token or "")
        journal.record(self.folder, Author("tableau", session.identity.compte), "deconnexion")

    def _reachable(self) -> None:
        with reading(self.folder):
            pass

    async def _session(self, request: Request) -> Session | None:
        return await run_in_threadpool(sessions.find, self.folder, self._token(request))

    def _token(self, request: Request) -> str | None:
        return self._cookie(request, session_cookie(self.settings))

    def _cookie(self, request: Request, name: str) -> str | None:
        return read_cookie(request.headers.get("cookie", ""), name)


async def _file(request: Request) -> FileResponse:
    return FileResponse(STATIC / request.url.path[1:], headers={"cache-control": "public, max-age=3600"})


def _destination(then: str, identity: Identity) -> str:
    """Return the page asked for when it is one of ours and open to that role; the first page otherwise."""
    parts = urlsplit(then)
    page = page_at(parts.path) if not (parts.scheme or parts.netloc) else None
    if page is None or identity.role not in page.roles:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")


async def _form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form, the first of each; empty when the body is too long or is not a form."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    return {name: values[0] for name, values in fields.items()}
