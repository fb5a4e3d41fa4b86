"""Addresses are those that a message names as files, not those that a text happens to hold."""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.gate import session_addresses as told
from dashboard.gate.session_addresses import DEFERRED, TAB, SessionAddresses, media, upload


def sent(**fields: object) -> ForwardMsg:
    """A message whose fields are named by their path."""
    message = ForwardMsg()
    for path, value in fields.items():
        *above, last = path.split("__")
        part: object = message
        for name in above:
            part = getattr(part, name)
            part = part.add() if hasattr(part, "add") else part
        setattr(part, last, value)
    return message


def test_files_uploads_and_tabs_are_told_to_the_session_that_they_are_sent_to() -> None:
    known = SessionAddresses()
    known.hear("a", sent(new_session__initialize__session_id="onglet"))
    known.hear("a", sent(delta__new_element__download_button__url="/media/1.csv"))
    known.hear("a", sent(delta__new_element__download_button__deferred_file_id="abc"))
    known.hear("a", sent(delta__new_element__imgs__imgs__url="/media/2.png"))
    known.hear("a", sent(delta__new_element__video__url="/media/3.mp4"))
    known.hear("a", sent(logo__image="/media/4.png"))
    known.hear("a", sent(file_urls_response__file_urls__upload_url="/_stcore/upload_file/s/f"))
    known.hear("a", sent(backend_operation_response__deferred_file__url="/media/5.csv"))
    addresses = [
        TAB + "onglet", DEFERRED + "abc", upload("/_stcore/upload_file/s/f"),
        *(media(f"/media/{name}") for name in ("1.csv", "2.png", "3.mp4", "4.png", "5.csv")),
    ]  # fmt: skip
    assert [one for one in addresses if not known.knows("a", one)] == []
    assert [one for one in addresses if known.knows("b", one)] == []


def test_an_address_in_a_text_is_told_to_nobody() -> None:
    known = SessionAddresses()
    for path in ("delta__new_element__markdown__body", "delta__new_element__text__body", "page_config_changed__title"):
        known.hear("a", sent(**{path: "/media/1.csv"}))
    known.hear("a", sent(delta__new_element__link_button__url="/media/1.csv"))
    assert not known.knows("a", media("/media/1.csv"))


def test_what_is_remembered_is_bounded() -> None:
    known = SessionAddresses()
    for number in range(told._REMEMBERED + 10):
        known.hear("a", sent(delta__new_element__download_button__url=f"/media/{number}"))
    assert not known.knows("a", media("/media/5"))
    assert known.knows("a", media("/media/10"))
    for number in range(told._SESSIONS):
        known.hear(f"s{number}", sent(logo__image="/media/x"))
    assert not known.knows("a", media("/media/10"))
    assert known.knows("s0", media("/media/x"))
