"""A secret that only the visitor's cookie holds -> the hidden field of the forms it may send."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """Return the secret of a visitor who has no session yet."""
    return secrets.token_urlsafe(32)


def form_token(secret: str) -> str:
    """Return the hidden field of a form shown to whoever holds that secret."""
    return hmac.new(secret.encode(), b"formulaire", hashlib.sha256).hexdigest()


def is_genuine(secret: str | None, field: str | None) -> bool:
    """Return whether the form that holds this field was shown to whoever holds that secret."""
    return bool(secret) and hmac.compare_digest(form_token(secret or "").encode(), (field or "").encode())
