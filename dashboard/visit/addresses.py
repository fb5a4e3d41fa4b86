"""The addresses that answer without a session."""

from __future__ import annotations

IDENTIFICATION, GOODBYE, HEALTH = "/identification", "/deconnexion", "/healthz"
CSS, ICON = "/clas.css", "/favicon.png"
