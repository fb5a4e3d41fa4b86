"""Templates -> the pages that stand outside Streamlit and need no script: identification, goodbye, errors."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from socle.settings import Settings

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"


def render(settings: Settings, template: str, titre: str, status: int = 200, **values: object) -> HTMLResponse:
    """Return the page of that template, every value being shown as text."""
    text = (
        _environment()
        .get_template(f"{template}.html")
        .render(titre=titre, caf=settings.caf, contact=settings.contact, **values)
    )
    return HTMLResponse(text, status)


def error_page(settings: Settings, status: int, titre: str, phrase: str, reference: str | None = None) -> HTMLResponse:
    """Return a page that says what is wrong and what to do, with the number under which the detail was noted."""
    return render(settings, "erreur", titre, status, phrase=phrase, reference=reference)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
