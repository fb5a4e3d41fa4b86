"""Files saved again by the LibreOffice of the machine, as people do before they send them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

SHEETS_TO_CSV = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,false,false,false,-1"
"""Semicolons, UTF-8, cells as they are shown, each sheet in a file of its own (<stem>-<sheet>.csv)."""
_FROM_CSV = "Text - txt - csv (StarCalc):59,34,{charset},1,,1036,false,true"
_CHARSETS = {"cp1252": 1, "utf-8-sig": 76}
_SECONDS = 180
_FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">
<value>fr-FR</value></prop></item></oor:items>"""


def french_profile(folder: Path) -> Path:
    """Write the settings of a LibreOffice that shows dates and numbers as in France, and return their folder."""
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_FRENCH, encoding="utf-8")
    return folder


def save_again(paths: Sequence[Path], form: str, target: Path, profile: Path, encoding: str | None = None) -> Path:
    """Save all the files in `target` under that form (xlsx, ods, or SHEETS_TO_CSV) in one start, and return it.

    `encoding` is that of CSV files, opened as a French LibreOffice opens them: numbers and dates become such.
    """
    opened = [f"--infilter={_FROM_CSV.format(charset=_CHARSETS[encoding])}"] if encoding else []
    command = ["soffice", "--headless", f"-env:UserInstallation={profile.as_uri()}", *opened, "--convert-to", form,
               "--outdir", str(target), *map(str, paths)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    saved = {path.name for path in target.glob("*")}
    missing = [path.name for path in paths if not any(name.startswith(path.stem) for name in saved)]
    assert missing == [], done.stdout + done.stderr
    return target
