"""The headers of every answer: nothing comes from another site, no site frames the pages, browsers keep no copy."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from dashboard.gate.hosts import is_behind_proxy
from socle.settings import Settings

# Streamlit writes its styles in the page. Its scripts are files, but for one whose hash is given; no eval.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self' {scripts}",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "x-robots-tag": "noindex, nofollow",
}
_YEAR = 31_536_000


def policy(scripts: str) -> str:
    """Return the Content-Security-Policy; `scripts` lists the hashes of the scripts written in the page."""
    rules = (f"{name} {value.format(scripts=scripts).strip()}" for name, value in _POLICY.items())
    return "; ".join(rules)


def secured(send: Send, settings: Settings, scripts: str) -> Send:
    """Return `send` with these headers on the answer; those of Streamlit's that open files to other sites go."""

    async def send_secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(_FIXED)
            headers["content-security-policy"] = policy(scripts)
            if is_behind_proxy(settings):
                headers["strict-transport-security"] = f"max-age={_YEAR}; includeSubDomains"
            for name in ("server", "access-control-allow-origin", "access-control-allow-credentials"):
                del headers[name]
            if not headers.get("cache-control", "").startswith("public"):
                headers["cache-control"] = "no-store"
            _secure_cookies(headers, settings)
        await send(message)

    return send_secured


def _secure_cookies(headers: MutableHeaders, settings: Settings) -> None:
    """Streamlit does not know that the proxy speaks https: mark its cookie as secure."""
    if is_behind_proxy(settings):
        headers.raw[:] = [
            (name, value if b"; secure" in value.lower() or name != b"set-cookie" else value + b"; Secure")
            for name, value in headers.raw
        ]
