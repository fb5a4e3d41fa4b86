"""Accounts -> letters to print, one page each, with their new codes: the only place where a code is ever written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from access.accounts import Account, account, issue_codes
from access.identity import ROLES
from access.journal import Author
from pipeline.messages import Refusal
from socle.atomic import write_atomic
from socle.french import day, today
from socle.paths import DataFolder
from socle.settings import Settings


def make_letters(folder: DataFolder, identifiants: Sequence[str], until: date, settings: Settings, by: Author) -> str:
    """Give each account a new code and return the HTML of their letters; raise Refusal as `issue_codes` does."""
    found = [account(folder, identifiant) for identifiant in dict.fromkeys(identifiants)]
    return render(found, issue_codes(folder, identifiants, until, by), until, settings)


def write_letters(
    folder: DataFolder, identifiants: Sequence[str], until: date, settings: Settings, out: Path, by: Author
) -> None:
    """The same, in a file that only its owner reads; Refusal, and no code changes, when it cannot be written."""
    try:
        write_atomic(out, b"", mode=0o600)
    except OSError as error:
        raise Refusal("lettres_impossibles", fichier=out) from error
    write_atomic(out, make_letters(folder, identifiants, until, settings, by).encode(), mode=0o600)


def render(accounts: Sequence[Account], codes: Mapping[str, str], until: date, settings: Settings) -> str:
    """Return the HTML of the letters of these accounts, whose codes are {identifier: code}; no outside resource."""
    return (
        _environment()
        .get_template("lettre.html")
        .render(
            comptes=[(one, codes[one.identifiant], ROLES[one.role]) for one in accounts],
            caf=settings.caf,
            contact=settings.contact,
            url=settings.url,
            jusqu_au=day(until),
            le=day(today()),
        )
    )


@cache
def _environment() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
