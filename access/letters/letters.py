"""Accounts -> letters to print, one page each, with their new codes: the only place where a code is ever written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from access.journal.journal import Author
from access.letters.letter_text import TITLE, Letter, Sender, write_letter
from access.people.accounts import account, issue_codes
from socle.atomic import write_atomic
from socle.french import today
from socle.paths import DataFolder
from socle.refusal import Refusal

Render = Callable[[Sequence[Letter]], bytes]
"""Letters -> a file of them."""


def issue_letters(
    folder: DataFolder, identifiants: Sequence[str], until: date, by: Author, of: Sender
) -> tuple[Letter, ...]:
    """Give each account a new code and return their letters; raise Refusal as `issue_codes` does."""
    recipients = [account(folder, identifiant) for identifiant in dict.fromkeys(identifiants)]
    codes = issue_codes(folder, identifiants, until, by)
    return tuple(write_letter(recipient, codes[recipient.identifiant], until, today(), of) for recipient in recipients)


def to_html(letters: Sequence[Letter]) -> bytes:
    """Return a page to print, one letter a sheet."""
    return _template().render(lettres=letters, titre=TITLE).encode()


def write_letters(
    folder: DataFolder,
    identifiants: Sequence[str],
    until: date,
    by: Author,
    of: Sender,
    out: Path,
    render: Render = to_html,
) -> None:
    """Issue them in a file that only its owner reads; Refusal, and no code changes, when it cannot be written."""
    try:
        write_atomic(out, b"", mode=0o600)
    except OSError as error:
        raise Refusal("lettres_impossibles", fichier=out) from error
    write_atomic(out, render(issue_letters(folder, identifiants, until, by, of)), mode=0o600)


@cache
def _template() -> Template:
    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("lettre.html")
