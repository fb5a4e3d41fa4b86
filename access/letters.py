"""Accounts -> letters to print, one page each, with their new codes: the only place where a code is ever written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from access.accounts import account, issue_codes
from access.identity import ROLES
from access.journal import Author
from pipeline.messages import Refusal
from socle.atomic import write_atomic
from socle.french import day, today
from socle.paths import DataFolder
from socle.settings import Settings


@dataclass(frozen=True)
class Sender:
    """What letters say of who sends them."""

    caf: str
    """« Caf du Loiret »; may be empty."""
    contact: str
    url: str
    """Where the dashboard is; empty when the Caf tells it otherwise."""
    fictif: bool
    """The figures that these accounts open are made up: the letter says so."""


def sender(settings: Settings, fictif: bool) -> Sender:
    """Return what the settings say of who sends the letters."""
    return Sender(settings.caf, settings.contact, settings.url, fictif)


def make_letters(folder: DataFolder, identifiants: Sequence[str], until: date, by: Author, of: Sender) -> str:
    """Give each account a new code and return the HTML of their letters; raise Refusal as `issue_codes` does."""
    found = [account(folder, identifiant) for identifiant in dict.fromkeys(identifiants)]
    codes = issue_codes(folder, identifiants, until, by)
    return _template().render(
        comptes=[(one, codes[one.identifiant], ROLES[one.role]) for one in found],
        expediteur=of,
        jusqu_au=day(until),
        le=day(today()),
    )


def write_letters(
    folder: DataFolder, identifiants: Sequence[str], until: date, by: Author, of: Sender, out: Path
) -> None:
    """The same, in a file that only its owner reads; Refusal, and no code changes, when it cannot be written."""
    try:
        write_atomic(out, b"", mode=0o600)
    except OSError as error:
        raise Refusal("lettres_impossibles", fichier=out) from error
    write_atomic(out, make_letters(folder, identifiants, until, by, of).encode(), mode=0o600)


@cache
def _template() -> Template:
    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("lettre.html")
