"""A port -> a socket bound to this machine alone; other machines go through a reverse proxy."""

from __future__ import annotations

import errno
import socket

from socle.refusal import Refusal

ADDRESS = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """Return a socket bound to this machine's own address; raise Refusal when the port is taken or not allowed."""
    bound = socket.socket(socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((ADDRESS, port))
        bound.listen()
    except (OSError, OverflowError) as error:
        bound.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise Refusal("port_occupe", port=port) from error
        reason = "il faut des droits d'administration" if isinstance(error, PermissionError) else "ce n'est pas un port"
        raise Refusal("port_interdit", port=port, raison=reason) from error
    return bound
