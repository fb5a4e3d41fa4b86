"""What the server gets ready once, so that no visit pays for it."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc, sys
from dashboard.visit.navigation import PAGES
from dashboard.server.warm import warm_up
warm_up()
missing = [one.module for one in PAGES if f"dashboard.pages.{one.module}" not in sys.modules]
print(missing, gc.get_freeze_count() > 50_000, len(gc.get_objects()) < gc.get_freeze_count())
"""


def test_the_libraries_of_the_pages_are_imported_and_no_longer_swept() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[0] == "[] True True", done.stderr
