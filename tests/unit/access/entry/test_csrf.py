"""A form is genuine when it was shown to whoever sends it."""

from __future__ import annotations

from access.entry.csrf import form_token, is_genuine, new_secret


def test_the_field_goes_with_the_secret_and_does_not_give_it() -> None:
    mine, other = new_secret(), new_secret()
    assert is_genuine(mine, form_token(mine))
    assert not is_genuine(mine, form_token(other))
    assert mine not in form_token(mine)


def test_nothing_is_never_genuine() -> None:
    mine = new_secret()
    for secret, field in ((None, None), ("", ""), ("", form_token("")), (mine, None), (mine, "é"), (None, "x")):
        assert not is_genuine(secret, field)
