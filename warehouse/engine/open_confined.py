"""In a child process: a database -> a connection that can reach nothing else; the kernel enforces it where it can."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb

from warehouse.engine.landlock import CONTROL_GROUP, CONTROL_GROUPS, ENVIRONMENT, confine
from warehouse.sql.analyst_views import FILE, create_views
from warehouse.sql.errors import Names


def confined(database: Path) -> bool:
    """Confine this process to reading `database`, try to break out, and return whether that was refused.

    Nothing is changed by trying: the file is opened for writing, not written.
    """
    if not confine([database, CONTROL_GROUP], [CONTROL_GROUPS]):
        return False
    return all(map(_is_refused, ((database, "r+b"), (Path(__file__), "rb"), (ENVIRONMENT, "rb"))))


def _is_refused(attempt: tuple[Path, str]) -> bool:
    path, mode = attempt
    try:
        with path.open(mode):
            return False
    except OSError as error:
        return error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)  # the last: a disk mounted read-only


def open_database(
    database: Path, megabytes: int, output: str, everything: bool, in_order: bool = True
) -> tuple[duckdb.DuckDBPyConnection, Names]:
    """Return a locked connection to the views of the database, and what they name; `output` is all it may write to."""
    connection = duckdb.connect(
        config={
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": "",
            "memory_limit": f"{megabytes}MB",
            "preserve_insertion_order": in_order,
        }
    )
    connection.execute("set global timezone = 'Europe/Paris'")
    connection.execute(f"attach '{str(database).replace(chr(39), chr(39) * 2)}' as {FILE} (read_only)")
    names = create_views(connection, everything)
    connection.execute("set allowed_paths = [?]".replace("?", f"'{output}'"))
    # In this order: locked first, nothing could be closed any more.
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection, names
