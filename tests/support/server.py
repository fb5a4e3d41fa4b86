"""The real server in a child process, and visitors of it: over http, and over the websocket that draws the pages."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT

_SECONDS_TO_START, _SECONDS_TO_DRAW = 40, 20
SESSION = "clas-session"
_ANSWERS = ("backend_operation_response", "file_urls_response")


@dataclass(frozen=True)
class Served:
    """A data folder being served."""

    folder: DataFolder
    port: int
    codes: dict[str, str]
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(folder: DataFolder, codes: dict[str, str], log: Path, **environ: str) -> Iterator[Served]:
    """Serve the folder until the end of the block, the page of essai_page being one of its pages."""
    port = free_port()
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.support.serve_essai", str(port)],
            cwd=PROJECT_ROOT,
            stdout=output,
            stderr=output,
            env={"PYTHONPATH": str(PROJECT_ROOT), "HOME": str(log.parent), "CLAS_DATA": str(folder.root)} | environ,
        )
        try:
            _wait(child, port, log)
            yield Served(folder, port, codes, log)
        finally:
            child.terminate()
            child.wait(20)


def free_port() -> int:
    """A port that nobody listens to just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    limit = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < limit and child.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2, verify=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


class Visit:
    """One browser, with its cookies."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, timeout=20, verify=False)  # reading certificates takes longer

    def identify(self, identifiant: str, code: str | None = None, **fields: str) -> httpx.Response:
        """Fill the form in and send it, with the code of the letter unless another is given."""
        page = self.http.get("/identification")
        token = re.search(r'name="jeton" value="(\w+)"', page.text)
        form = {
            "jeton": token[1] if token else "",
            "identifiant": identifiant,
            "code": self.server.codes[identifiant] if code is None else code,
        }
        return self.http.post("/identification", data=form | fields)

    def leave(self) -> httpx.Response:
        """Close the session through the form of the goodbye page."""
        token = re.search(r'name="jeton" value="(\w+)"', self.http.get("/deconnexion").text)
        return self.http.post("/deconnexion", data={"jeton": token[1] if token else ""})

    @property
    def token(self) -> str | None:
        """The session's token, as the cookie holds it."""
        return self.http.cookies.get(SESSION)

    def tab(self, page: str = "", resume: str = "") -> Tab:
        """A tab of this browser, on that page; `resume` names another tab to be given back."""
        return Tab(self.server, self.token, page, resume)


def visit(server: Served, identifiant: str | None = None) -> Visit:
    """A new browser, identified when an identifier is given."""
    visitor = Visit(server)
    if identifiant:
        answer = visitor.identify(identifiant)
        assert answer.status_code == 303, answer.text
    return visitor


@dataclass
class Tab:
    """A websocket as a browser opens it, run step by step: what the page says is in `text`."""

    server: Served
    token: str | None
    page: str = ""
    resume: str = ""
    origin: str | None = ""
    """Empty: the server's own."""
    host: str | None = None
    cookie: str = SESSION
    messages: list[ForwardMsg] = field(default_factory=list)

    def __enter__(self) -> Tab:
        self._loop = asyncio.new_event_loop()
        try:
            self._socket = self._loop.run_until_complete(self._open())
        except BaseException:
            self._loop.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run_until_complete(self._socket.close())
        self._loop.close()

    async def _open(self) -> ClientConnection:
        headers = {"Cookie": f"{self.cookie}={self.token}"} if self.token else {}
        protocols = ["streamlit", "jeton", self.resume] if self.resume else ["streamlit", "jeton"]
        origin = self.server.url if self.origin == "" else self.origin
        return await connect(
            f"ws://{self.host or f'127.0.0.1:{self.server.port}'}/_stcore/stream",
            host="127.0.0.1",
            port=self.server.port,
            additional_headers=headers,
            origin=origin,  # type: ignore[arg-type]
            subprotocols=protocols,  # type: ignore[arg-type]
            max_size=None,
        )

    def run(self, **asked: object) -> str:
        """Ask for the page, as it opens or as a gesture on it does, and return its text once drawn."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        for name, value in asked.items():
            setattr(message.rerun_script, name, value)
        return self.send(message)

    def click(self, label: str, **asked: object) -> str:
        """Press the button of that label."""
        return self.press(self.widget(label), **asked)

    def press(self, widget: str, **asked: object) -> str:
        """Press a button known by its key in the page."""
        message = BackMsg()
        message.rerun_script.page_name = self.page
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = widget, True
        for name, value in asked.items():
            setattr(message.rerun_script, name, value)
        return self.send(message)

    def send(self, message: BackMsg) -> str:
        """Send a message and return the text of what is drawn in answer."""
        return self._loop.run_until_complete(self._exchange(message))

    def hear(self, seconds: float = _SECONDS_TO_DRAW) -> str:
        """Send nothing and return the text of what the server draws by itself."""
        self.messages = []
        return self._loop.run_until_complete(self._drawn(seconds))

    async def _exchange(self, message: BackMsg) -> str:
        self.messages = []
        await self._socket.send(message.SerializeToString())
        return await self._drawn(_SECONDS_TO_DRAW)

    async def _drawn(self, seconds: float) -> str:
        begun = False
        async with asyncio.timeout(seconds):
            while True:
                received = ForwardMsg.FromString(await self._socket.recv())  # type: ignore[arg-type]
                kind = received.WhichOneof("type")
                begun = begun or kind == "new_session"
                self.messages.append(received)
                if kind in _ANSWERS or (begun and kind == "script_finished"):
                    return self.text

    @property
    def text(self) -> str:
        """All that the last answer draws, as protobuf writes it, accents included."""
        from google.protobuf.text_format import MessageToString

        return "\n".join(MessageToString(message, as_utf8=True) for message in self.messages)

    @property
    def session_id(self) -> str:
        """How Streamlit names the tab."""
        return next(
            message.new_session.initialize.session_id
            for message in self.messages
            if message.WhichOneof("type") == "new_session"
        )

    def widget(self, label: str) -> str:
        """The identifier of the button of that label."""
        return next(element.id for element in self.elements("button") if element.label == label)

    def elements(self, kind: str) -> Iterator[object]:
        """The elements of that kind in the last answer."""
        for message in self.messages:
            if message.WhichOneof("type") == "delta" and message.delta.new_element.WhichOneof("type") == kind:
                yield getattr(message.delta.new_element, kind)

    @property
    def media(self) -> list[str]:
        """The addresses of files that the last answer names."""
        return sorted(set(re.findall(r"/media/[\w.]+", self.text)))


def refused(tab: Tab) -> int | None:
    """The status with which the server refuses the websocket; None when it takes it."""
    try:
        with tab:
            return None
    except InvalidStatus as error:
        return error.response.status_code
