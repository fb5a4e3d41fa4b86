"""Actions et référentiel: chapters declared in bilan/definitions/chapitres.yml."""

from __future__ import annotations

from functools import partial

from dashboard.chapter_view import show_page

page = partial(show_page, name="referentiel")
