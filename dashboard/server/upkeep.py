"""Background work of the server: warm up at the start, then erase expired data, now and once a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.concurrency import run_in_threadpool

from access.journal.journal import SERVER
from access.rights.personal import purge
from dashboard.gate.errors import note
from dashboard.server.warm import warm_up
from pipeline.deposits.retention import forget_old
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.refusal import Refusal

_DAY = 24 * 60 * 60
_log = logging.getLogger("clas.tableau")


@asynccontextmanager
async def upkeep(folder: DataFolder) -> AsyncIterator[dict[str, Any]]:
    """Get ready, and purge as long as the server runs."""
    task = asyncio.create_task(_work(folder))
    try:
        yield {}
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _work(folder: DataFolder) -> None:
    try:
        await run_in_threadpool(warm_up)
    except Exception as error:  # visits are slower, and the rest goes on
        note(folder, error)
    while True:
        try:
            await run_in_threadpool(purge, folder, SERVER)
            await run_in_threadpool(forget_old, folder, load_settings().depots_jours)
        except Refusal as error:
            _log.warning("%s", error)
        except Exception as error:
            note(folder, error)
        await asyncio.sleep(_DAY)
