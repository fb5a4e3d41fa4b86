"""`python -m pipeline …` as a child process: its steps on the screen while it runs, then what it says.

It goes on if the tab is closed: what it writes is a file, not a pipe, and all that it makes is found on disk later.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from typing import IO, Any

import streamlit as st

from dashboard.screen.tables import plain
from socle.paths import DataFolder
from socle.process.unix import read_at, start_apart

_LOOK_EVERY = 0.2  # seconds
_SILENT = "Le traitement s'est arrêté sans rien dire. Recommencez\u202f; si cela se reproduit, prévenez votre Caf."


def run(folder: DataFolder, title: str, *arguments: str) -> dict[str, Any] | None:
    """Run the command, its progress being drawn under that title; return what it made, None when it was refused.

    Its sentence is then drawn in the place of the progress.
    """
    with st.status(title, expanded=True) as status, tempfile.TemporaryFile("w+b") as out:
        environment = os.environ | {"CLAS_DATA": str(folder.root), "PYTHONUTF8": "1"}
        child = start_apart([sys.executable, "-m", "pipeline", *arguments], environment, output=out)
        said: dict[str, Any] = {}
        place = st.empty()
        heard = 0
        while True:
            ended = child.poll() is not None
            lines, heard = _heard(out, heard)
            for line in lines:
                said = line
                if step := line.get("etape"):
                    place.text(f"{step}…")
            if ended:
                break
            time.sleep(_LOOK_EVERY)
        if "construction" in said:
            status.update(label=f"{title}\u202f: terminé", state="complete", expanded=False)
            return said
        status.update(label=f"{title}\u202f: refusé", state="error", expanded=True)
        place.markdown(plain(_sentence(said)))
        return None


def _heard(out: IO[bytes], start: int) -> tuple[list[dict[str, Any]], int]:
    """The whole lines written since, and where to look next; the child writes at the end, whatever is read."""
    text = read_at(out.fileno(), 1 << 20, start)
    whole = text[: text.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], start + len(whole)


def _sentence(said: dict[str, Any]) -> str:
    sentence = str(said.get("ecran") or said.get("erreur", _SILENT))
    reference = said.get("reference")
    return f"{sentence} Référence à transmettre\u202f: {reference}." if reference else sentence
