"""What is said before a year is adopted: the answers that enter none of its figures."""

from __future__ import annotations

from collections.abc import Iterable

from cli.words.screen import say
from socle.paths import DataFolder
from socle.words.french import listing
from socle.words.refusal import Refusal
from socle.words.states import not_counted

_SHOWN = 20


def show_set_aside(folder: DataFolder, campagnes: Iterable[str], departement: str | None = None) -> None:
    """Say which answers of those years are set aside, in a département or all; nothing when nothing is built."""
    from warehouse.listings.set_aside import answers_set_aside
    from warehouse.open import open_current

    try:
        with open_current(folder) as warehouse:
            found = {campagne: answers_set_aside(warehouse, campagne) for campagne in campagnes}
    except Refusal:
        return  # the adoption says why it cannot be
    for campagne, everywhere in found.items():
        answers = [answer for answer in everywhere if departement in (None, answer.departement)]
        if answers:
            say(f"{campagne}\u202f: {not_counted(len(answers))}\u202f:")
        for answer in answers[:_SHOWN]:
            whose = answer.raison_sociale or "porteur inconnu"
            left = f" Chiffres\u202f: {listing(list(answer.chiffres))}." if answer.chiffres else ""
            say(f"- {whose}, action {answer.action_id or 'non renseignée'}\u202f: {answer.message}{left}")
        if len(answers) > _SHOWN:
            say(f"- et {len(answers) - _SHOWN} autres, dans le classeur des points à vérifier.")
