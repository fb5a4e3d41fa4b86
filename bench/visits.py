"""Tabs on the real server, over the websocket that a browser opens: what a page costs, alone and among fifty."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT

EMPTY = "vide"
"""The page that draws nothing, at the same server: what Streamlit and the session cost by themselves."""
COOKIE = "clas-session"
_START, _DRAW = 60, 60  # seconds


@dataclass(frozen=True)
class Server:
    """The dashboard in a process of its own."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> float:
        """Return the megabytes that it holds."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def processor(self) -> float:
        """Return the seconds of processor that it used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def serve(folder: DataFolder, log: Path) -> Iterator[Server]:
    """Serve the folder, with the empty page among its pages; RuntimeError when it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "bench.visits", str(port)],
            cwd=PROJECT_ROOT, stdout=output, stderr=output,
            env={"PYTHONPATH": str(PROJECT_ROOT), "HOME": str(log.parent), "CLAS_DATA": str(folder.root)},
        )  # fmt: skip
        try:
            server = Server(port, child.pid)
            _wait(server, child, log)
            yield server
        finally:
            child.terminate()
            child.wait(20)


def _wait(server: Server, child: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + _START
    while time.monotonic() < limit and child.poll() is None:
        try:
            if httpx.get(f"{server.url}/healthz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(encoding='utf-8')}")


def identify(server: Server, identifiant: str, code: str) -> str:
    """Return the session that the form opens; RuntimeError when it does not."""
    with httpx.Client(base_url=server.url, timeout=60) as http:
        token = re.findall(r'name="jeton" value="(\w+)"', http.get("/identification").text)[0]
        http.post("/identification", data={"jeton": token, "identifiant": identifiant, "code": code})
        session = http.cookies.get(COOKIE)
    if session is None:
        raise RuntimeError(f"{identifiant} is not let in")
    return session


@dataclass
class Tab:
    """A tab that is open."""

    socket: ClientConnection

    async def draw(self, page: str, query: str = "") -> tuple[float, list[ForwardMsg]]:
        """Ask for a page; return the seconds until the server has drawn it, and what it drew."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        start, begun, drawn = time.perf_counter(), False, []
        await self.socket.send(asked.SerializeToString())
        async with asyncio.timeout(_DRAW):
            while True:
                raw: Any = await self.socket.recv()
                message = ForwardMsg.FromString(raw)
                drawn.append(message)
                kind = message.WhichOneof("type")
                begun = begun or kind == "new_session"
                if begun and kind == "script_finished":
                    return time.perf_counter() - start, drawn


@asynccontextmanager
async def tab(server: Server, session: str) -> Any:
    """A new tab of that session."""
    async with connect(
        f"ws://127.0.0.1:{server.port}/_stcore/stream",
        additional_headers={"Cookie": f"{COOKIE}={session}"},
        origin=server.url,  # type: ignore[arg-type]
        subprotocols=["streamlit", "jeton"],  # type: ignore[list-item]
        max_size=None,
        open_timeout=_DRAW,
    ) as opened:
        yield Tab(opened)


def is_wrong(drawn: list[ForwardMsg]) -> bool:
    """Return whether an error is on the page, or whether it does not end."""
    return any(
        message.delta.new_element.WhichOneof("type") == "exception"
        or (message.delta.new_element.WhichOneof("type") == "alert" and message.delta.new_element.alert.format == 1)
        or message.script_finished not in (0, 3)
        for message in drawn
    )


def _main(port: int) -> None:
    """Serve, with the empty page: what the child process runs."""
    from dashboard.server.listen import listen
    from dashboard.server.server import serve as run
    from dashboard.visit import navigation
    from dashboard.visit.navigation import EVERYONE, WELCOME, PageEntry
    from socle.settings import load_settings

    empty = PageEntry(EMPTY, "Vide", EVERYONE, EMPTY, WELCOME)
    navigation.PAGES = (*navigation.PAGES, empty)  # type: ignore[assignment]  # a page more
    sys.modules[f"dashboard.pages.{EMPTY}"] = _empty()
    with listen(port) as bound:
        run(load_settings(), bound)


def _empty() -> Any:
    from types import ModuleType

    module = ModuleType(f"dashboard.pages.{EMPTY}")
    module.page = lambda visitor: None  # type: ignore[attr-defined]
    return module


if __name__ == "__main__":
    _main(int(sys.argv[1]))
