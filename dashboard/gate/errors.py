"""An exception -> a reference number: the detail goes to the log of the data folder, the number to the screen."""

from __future__ import annotations

import logging

from pipeline.run import note_internal_error
from socle.paths import DataFolder

_log = logging.getLogger("clas.tableau")


def note(folder: DataFolder, error: BaseException) -> str:
    """Write the exception being handled to the log and return its reference; on stderr too when the disk is full."""
    reference = note_internal_error(folder)
    if reference is None:
        _log.error("the error log cannot be written", exc_info=error)
    else:
        _log.error("error %s", reference)
    return reference or "sans numéro"
