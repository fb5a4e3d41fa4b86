"""`clas access export`, `erase` and `purge`: what is kept of people is given to them, erased, or past its time."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.words.screen import say, say_json
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count

Who = Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="SIRET ou adresse électronique.")]


def export(identifiant: Who) -> int:
    """Écrit, en JSON, tout ce qui est gardé d'une personne : son compte et son journal."""
    from access.journal.journal import COMMAND
    from access.rights.personal import personal_data

    say_json(personal_data(DataFolder(load_settings().data), identifiant, COMMAND))
    return 0


def erase(identifiant: Who) -> int:
    """Efface le compte d'une personne ; le journal ne la nomme plus que par un numéro."""
    from access.journal.journal import COMMAND
    from access.people.accounts import erase as erase_account

    number = erase_account(DataFolder(load_settings().data), identifiant, COMMAND)
    say(f"Compte effacé\u202f: le journal ne le connaît plus que comme compte {number}.")
    return 0


def purge() -> int:
    """Efface ce dont la durée de conservation est passée ; le tableau de bord le fait aussi chaque jour."""
    from access.journal.journal import COMMAND
    from access.rights.personal import purge as purge_all
    from pipeline.deposits.retention import forget_old

    settings = load_settings()
    folder = DataFolder(settings.data)
    done = purge_all(folder, COMMAND)
    forgotten = forget_old(folder, settings.depots_jours)
    accounts, entries = count(done.comptes, "compte effacé", "comptes effacés"), count(done.entrees, "entrée")
    say(f"{accounts}, {entries} du journal retirée{'s' if done.entrees > 1 else ''}.")
    loads = count(forgotten.chargements, "chargement")
    say(f"{count(forgotten.depots, 'fichier déposé')}, {loads} de l'historique\u202f: durée de conservation passée.")
    return 0
