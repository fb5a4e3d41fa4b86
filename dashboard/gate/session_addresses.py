"""The addresses sent to each session -> which addresses it may fetch: its media, its uploads, its own tabs.

Streamlit serves a media file, takes an upload and gives a tab back to whoever knows its address. Here an address is
good only for the session to which a page named it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from streamlit.proto.Element_pb2 import Element
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_REMEMBERED, _SESSIONS = 5_000, 1_000
_WITH_FILES = {"download_button": ("url", "deferred_file_id"), "audio": ("url",), "video": ("url",)}
TAB, MEDIA, UPLOAD, DEFERRED = "tab:", "media:", "upload:", "deferred:"


class SessionAddresses:
    """Addresses told, by session; in memory, as the files that they lead to."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, OrderedDict[str, None]] = OrderedDict()

    def hear(self, session: str, message: ForwardMsg) -> None:
        """Note the addresses of a message sent to a session's browser."""
        for address in _addresses(message):
            known = self._of.setdefault(session, OrderedDict())
            self._of.move_to_end(session)
            known[address] = None
            known.move_to_end(address)
            if len(known) > _REMEMBERED:
                known.popitem(last=False)
            if len(self._of) > _SESSIONS:
                self._of.popitem(last=False)

    def knows(self, session: str, address: str) -> bool:
        """Return whether that session was told that address."""
        return address in self._of.get(session, ())


def media(path: str) -> str:
    """Return how the address of a media file is noted."""
    return MEDIA + path.removeprefix("/")


def upload(path: str) -> str:
    """Return how the address of an upload is noted."""
    return UPLOAD + path.removeprefix("/")


def _addresses(message: ForwardMsg) -> Iterator[str]:
    kind = message.WhichOneof("type")
    if kind == "new_session":
        yield TAB + message.new_session.initialize.session_id
    elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
        yield from _of_element(message.delta.new_element)
    elif kind == "logo":
        yield media(urlsplit(message.logo.image).path)
    elif kind == "file_urls_response":
        for urls in message.file_urls_response.file_urls:
            yield from (upload(urlsplit(url).path) for url in (urls.upload_url, urls.delete_url))
    elif kind == "backend_operation_response":
        yield media(urlsplit(message.backend_operation_response.deferred_file.url).path)


def _of_element(element: Element) -> Iterator[str]:
    kind = element.WhichOneof("type") or ""
    if kind == "imgs":
        yield from (media(urlsplit(image.url).path) for image in element.imgs.imgs)
    for name in _WITH_FILES.get(kind, ()):
        if value := getattr(getattr(element, kind), name):
            yield DEFERRED + value if name == "deferred_file_id" else media(urlsplit(value).path)
