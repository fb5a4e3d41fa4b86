"""Letters of access -> PDF, one sheet each, the addressee where a window envelope shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from access.letters.letter_text import TITLE, Letter
from bilan.print.printable import Printable
from bilan.print.typesetting import typeset
from socle.french import today


def to_pdf(letters: Sequence[Letter]) -> bytes:
    """Return one PDF of all of them (PDF/A-2a, PDF/UA-1), dated today."""
    printable = Printable()
    data = {
        "title": TITLE,
        "letters": [
            {
                "fictif": letter.fictif,
                "sender": printable(letter.sender),
                "date": letter.date,
                "to": printable(letter.to),
                "greeting": letter.greeting,
                "purpose": letter.purpose,
                "keys": [[what, printable(value)] for what, value in letter.keys],
                "steps": letter.steps,
                "keep": letter.keep,
                "small": [printable(text) for text in letter.small],
            }
            for letter in letters
        ],
    }
    return typeset("letters.typ", data, "pdf", datetime.combine(today(), time(), UTC))
