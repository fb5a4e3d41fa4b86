"""A tab's websocket, watched while it is open: each message is looked at, a session that ends empties its page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive, Send

from dashboard.gate.session_addresses import DEFERRED, SessionAddresses

if TYPE_CHECKING:
    from streamlit.proto.BackMsg_pb2 import BackMsg

CHECK_EVERY = 5.0
"""An idle tab learns within this many seconds that its session has ended."""
_log = logging.getLogger("clas.tableau")
_RUN = ("rerun_script", "backend_operation_request", "file_urls_request")
_FREE = ("stop_script", "app_heartbeat")
_OPERATIONS = ("deferred_file", "dataframe_chunk")


@dataclass
class SocketGuard:
    """Stands between Streamlit and one tab; `still_open(alive)` says whether its session is still open.

    `alive` is true when the visitor has just done something, which keeps the session open.
    """

    session: str
    told: SessionAddresses
    still_open: Callable[[bool], Awaitable[bool]]
    receive: Receive
    send: Send
    _waiting: asyncio.Future[Message] | None = field(default=None, init=False)
    _ended: bool = field(default=False, init=False)

    async def next_message(self) -> Message:
        """Return the next message for Streamlit: what the tab sent or, its session having ended, a redraw."""
        while True:
            message = await self._message_or_tick()
            if message is None:
                if not self._ended and not await self.still_open(False):
                    self._ended = True
                    return _show_again()
            elif message["type"] != "websocket.receive":
                return message
            elif (heard := await self._heard(message)) is not None:
                return heard

    async def tell(self, message: Message) -> None:
        """Send what Streamlit says to the tab; record the addresses in it, and remove the paths of the program."""
        if message["type"] == "websocket.send" and message.get("bytes"):
            from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

            said = ForwardMsg.FromString(message["bytes"])
            self.told.hear(self.session, said)
            if said.WhichOneof("type") == "new_session":
                said.new_session.main_script_path = said.new_session.name
                message = {**message, "bytes": said.SerializeToString()}
        await self.send(message)

    async def _message_or_tick(self) -> Message | None:
        self._waiting = self._waiting or asyncio.ensure_future(self.receive())
        done, _ = await asyncio.wait({self._waiting}, timeout=CHECK_EVERY)
        if not done:
            return None
        message, self._waiting = self._waiting.result(), None
        return message

    async def _heard(self, message: Message) -> Message | None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        asked = BackMsg()
        try:
            asked.ParseFromString(message.get("bytes") or b"")
        except DecodeError:
            return message  # Streamlit closes
        kind = asked.WhichOneof("type")
        if kind in _FREE:
            return message
        if kind not in _RUN or not self._may_ask(asked):
            _log.warning("a tab asked for %s, which is not served", kind)
            return None
        alive = kind == "rerun_script" and not asked.rerun_script.is_auto_rerun
        if await self.still_open(alive):
            return message
        self._ended = True
        return _show_again()

    def _may_ask(self, asked: BackMsg) -> bool:
        """Of the operations outside a run, those that read; a prepared download, by whom its button was shown to."""
        operation = asked.backend_operation_request
        kind = operation.WhichOneof("payload")
        if kind is None:
            return True
        if kind == "deferred_file":
            return self.told.knows(self.session, DEFERRED + operation.deferred_file.file_id)
        return kind in _OPERATIONS


def _show_again() -> Message:
    """A run of the whole page, without a widget or a fragment: it finds no session, and says so."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    asked = BackMsg()
    asked.rerun_script.query_string = ""
    return {"type": "websocket.receive", "bytes": asked.SerializeToString()}
