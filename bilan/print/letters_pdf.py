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
                "fictif": one.fictif,
                "sender": printable(one.sender),
                "date": one.date,
                "to": printable(one.to),
                "greeting": one.greeting,
                "purpose": one.purpose,
                "keys": [[what, printable(value)] for what, value in one.keys],
                "steps": one.steps,
                "keep": one.keep,
                "small": [printable(text) for text in one.small],
            }
            for one in letters
        ],
    }
    return typeset("letters.typ", data, "pdf", datetime.combine(today(), time(), UTC))
