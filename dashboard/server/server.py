"""Settings -> the application that uvicorn serves: Streamlit's App with our routes, behind the gate."""

from __future__ import annotations

import socket

from access.entry.local_codes import LocalCodes
from dashboard.gate.gate import Gate
from dashboard.gate.hosts import is_behind_proxy
from dashboard.gate.identification import Identification
from dashboard.server import config
from dashboard.server.listen import ADDRESS
from dashboard.server.script_errors import show
from dashboard.server.upkeep import upkeep
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT, Settings

SCRIPT = PROJECT_ROOT / "dashboard" / "script" / "script.py"
"""In a folder of its own: Streamlit would serve every file of a `pages` folder beside it as a page."""
_GRACE = 3  # seconds left to requests under way when the server is stopped


def application(settings: Settings) -> Gate:
    """Return the ASGI application; Streamlit keeps one per process."""
    config.apply(settings)
    from streamlit.starlette import App

    folder = DataFolder(settings.data)
    identification = Identification(settings, LocalCodes(folder))
    app = App(
        SCRIPT,
        routes=identification.routes(),
        lifespan=lambda _: upkeep(folder),
        on_script_error=lambda error: show(folder, error),
    )
    return Gate(app, settings)


def serve(settings: Settings, bound: socket.socket) -> None:
    """Serve until interrupted. Only a reverse proxy on this machine is believed about who asks and how."""
    import uvicorn

    uvicorn.Server(
        uvicorn.Config(
            application(settings),
            proxy_headers=is_behind_proxy(settings),
            forwarded_allow_ips=ADDRESS,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            server_header=False,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=_GRACE,
        )
    ).run(sockets=[bound])
