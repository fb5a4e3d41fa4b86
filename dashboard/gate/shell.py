"""Streamlit's own index.html -> the one page that holds every other, in French."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

_NOSCRIPT = (
    "<noscript><p>Le tableau de bord a besoin de JavaScript. Autorisez-le pour ce site, ou demandez votre synthèse "
    "à votre Caf.</p></noscript>"
)
_CHANGES = (
    (r'<html lang="en">', '<html lang="fr">'),
    (r"<title>.*?</title>", "<title>Bilan du Clas</title>"),
    (r"<noscript>.*?</noscript>", _NOSCRIPT),
    (r'\s*<!--(?:(?!-->).)*?-->\s*<link rel="service-desc"[^>]*>', ""),
)


@cache
def shell() -> bytes:
    """Return the page; raise ValueError when Streamlit's is no longer as it was when this was written."""
    from streamlit import file_util

    text = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    for pattern, replacement in _CHANGES:
        text, replaced = re.subn(pattern, replacement, text, count=1, flags=re.DOTALL)
        if not replaced:
            raise ValueError(f"Streamlit's index.html no longer holds {pattern}")
    return text.encode()


@cache
def assets() -> frozenset[str]:
    """Return the addresses of the files that the page loads, and of those that these load."""
    from streamlit import file_util

    root = Path(file_util.get_static_dir())
    return frozenset(f"/{path.relative_to(root).as_posix()}" for path in (root / "static").rglob("*") if path.is_file())


@cache
def script_hashes() -> str:
    """Return the hashes of the scripts written in the page, as a Content-Security-Policy lists them."""
    scripts = re.findall(r"<script>(.*?)</script>", shell().decode(), flags=re.DOTALL)
    content_hashes = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return " ".join(f"'sha256-{base64.b64encode(content_hash).decode()}'" for content_hash in content_hashes)
