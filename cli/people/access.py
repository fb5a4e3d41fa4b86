"""`clas access`: who may identify at the dashboard; accounts, their codes and their letters."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.people import access_personal
from cli.people.access_personal import Who
from cli.words.french_help import Command, FrenchBadParameter, Group, in_a_folder
from cli.words.screen import say, say_json, table, warn
from socle.french import count, day, today
from socle.manifest import current_build, read_manifest
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.settings import load_settings

if TYPE_CHECKING:
    from access.people.accounts import Account

VALID = timedelta(days=365)
_ROLES = "agent|comite|analyste|porteur"
Until = Annotated[
    str,
    typer.Option(
        "--jusqu-au", metavar="AAAA-MM-JJ", help="Dernier jour où le code ouvre une session (par défaut, dans un an)."
    ),
]


def add(
    identifiant: Annotated[str, typer.Argument(metavar="[IDENTIFIANT]", help="SIRET ou adresse électronique.")] = "",
    role: Annotated[
        str,
        typer.Option(
            "--role", metavar=_ROLES, help="Ce que le compte ouvre (par défaut, porteur).", show_default=False
        ),
    ] = "porteur",
    nom: Annotated[str, typer.Option("--nom", metavar="NOM", help="À qui la lettre s'adresse.")] = "",
    porteur: Annotated[
        str, typer.Option("--porteur", metavar="ID", help="Porteur de projet, tel que porteurs.csv le nomme.")
    ] = "",
    territoire: Annotated[
        str,
        typer.Option(
            "--territoire", metavar="45|*", help="Un département, ou * (par défaut, celui du porteur, ou tous)."
        ),
    ] = "",
    jusqu_au: Until = "",
    registre: Annotated[
        bool, typer.Option("--registre", help="Un compte pour chaque porteur publié qui n'en a pas, sous son SIRET.")
    ] = False,
) -> int:
    """Crée un compte et montre son code ; avec --registre, un compte par porteur, qui attend sa lettre."""
    from access.journal.journal import COMMAND
    from access.people.accounts import NewAccount
    from dashboard.screen.new_accounts import add_account, add_register

    folder = DataFolder(load_settings().data)
    if registre:
        made = add_register(folder, COMMAND)
        say(f"{count(len(made), 'compte créé', 'comptes créés')}. Lettres\u202f: «\u202fclas access letters\u202f».")
        return 0
    if not identifiant:
        raise FrenchBadParameter("Il manque l'argument IDENTIFIANT, ou l'option «\u202f--registre\u202f».")
    until = _until(jusqu_au)
    account = add_account(folder, COMMAND, NewAccount(identifiant, nom, role, territoire, porteur or None))
    say(f"Compte créé\u202f: {account.identifiant}, {account.nom}.")
    return _show_code(folder, account.identifiant, until)


def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Écrit le résultat pour un programme.")] = False,
) -> int:
    """Montre les comptes, ce qu'ils ouvrent et jusqu'à quand."""
    from access.people.accounts import accounts
    from access.people.identity import ROLES, STATES

    listed = accounts(DataFolder(load_settings().data))
    if as_json:
        say_json([_report(account) for account in listed])
    elif listed:
        columns = ("Identifiant", "Nom", "Rôle", "Territoire", "Porteur", "État", "Valable jusqu'au")
        table(columns, [
            (account.identifiant, account.nom, ROLES[account.role], account.territoire, account.porteur_id,
             STATES[account.state], _day(account))
            for account in listed
        ])  # fmt: skip
    else:
        say("Aucun compte. Créez-en un avec «\u202fclas access add\u202f».")
    return 0


def reset(identifiant: Who, jusqu_au: Until = "") -> int:
    """Donne un nouveau code à un compte ; l'ancien, et les sessions ouvertes, cessent aussitôt."""
    return _show_code(DataFolder(load_settings().data), identifiant, _until(jusqu_au))


def change(
    identifiant: Who,
    role: Annotated[str, typer.Option("--role", metavar=_ROLES, help="Nouveau rôle.")] = "",
    nom: Annotated[str, typer.Option("--nom", metavar="NOM", help="Nouveau nom.")] = "",
    porteur: Annotated[str, typer.Option("--porteur", metavar="ID", help="Nouveau porteur de projet.")] = "",
    territoire: Annotated[str, typer.Option("--territoire", metavar="45|*", help="Nouveau territoire.")] = "",
) -> int:
    """Change le rôle, le nom ou le territoire d'un compte ; ses sessions ouvertes sont fermées."""
    from access.journal.journal import COMMAND
    from access.people.accounts import change as change_account
    from dashboard.screen.new_accounts import check_territory

    given = {"role": role, "nom": nom, "porteur_id": porteur, "territoire": territoire}
    fields: dict[str, str | None] = {name: value for name, value in given.items() if value}
    if role and role != "porteur":
        fields["porteur_id"] = None
    if territoire:
        check_territory(territoire)
    account = change_account(DataFolder(load_settings().data), identifiant, COMMAND, **fields)
    say(f"Compte changé\u202f: {account.identifiant}, {account.nom}, {account.role}, territoire {account.territoire}.")
    return 0


def revoke(identifiant: Who) -> int:
    """Retire à un compte son code et ses sessions ; « clas access reset » le rétablit."""
    from access.journal.journal import COMMAND
    from access.people.accounts import revoke as take_away

    account = take_away(DataFolder(load_settings().data), identifiant, COMMAND)
    say(f"Compte révoqué\u202f: {account.identifiant}, {account.nom}. Ses sessions ouvertes sont fermées.")
    return 0


def letters(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FICHIER", dir_okay=False, callback=in_a_folder, help="Lettres à imprimer (.pdf ou .html)."
        ),
    ],
    identifiants: Annotated[
        list[str] | None,
        typer.Argument(metavar="[IDENTIFIANT]...", help="Comptes (par défaut, ceux qui attendent leur lettre)."),
    ] = None,
    jusqu_au: Until = "",
) -> int:
    """Écrit les lettres à imprimer, une page par compte, chacune avec un nouveau code."""
    from access.journal.journal import COMMAND
    from access.letters.letter_text import sender
    from access.letters.letters import to_html, write_letters
    from access.people.accounts import waiting
    from bilan.print.letters_pdf import to_pdf

    settings = load_settings()
    folder = DataFolder(settings.data)
    names = identifiants or [account.identifiant for account in waiting(folder)]
    if not names:
        raise Refusal("comptes_sans_lettre")
    render = to_pdf if out.suffix.lower() == ".pdf" else to_html
    write_letters(folder, names, _until(jusqu_au), COMMAND, sender(settings, _is_fictitious(folder)), out, render)
    say(f"{count(len(names), 'lettre')} dans {out}.")
    warn("Ce fichier contient les codes\u202f: imprimez-le, puis supprimez-le.")
    return 0


def _show_code(folder: DataFolder, identifiant: str, until: date) -> int:
    from access.journal.journal import COMMAND
    from access.people.accounts import issue_codes

    for account, code in issue_codes(folder, [identifiant], until, COMMAND).items():
        say(f"Identifiant\u202f: {account}")
        say(f"Code\u202f: {code} (valable jusqu'au {day(until)}\u202f; il ne sera plus montré)")
    return 0


def _until(text: str) -> date:
    if not text:
        return today() + VALID
    from access.people.accounts import check_day

    try:
        until = date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("code_date_illisible", date=text) from error
    check_day(until)
    return until


def _is_fictitious(folder: DataFolder) -> bool:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    return bool(manifest and manifest.fictif)


def _day(account: Account) -> str:
    return day(date.fromisoformat(account.code_jusqu_au)) if account.code_jusqu_au else ""


def _report(account: Account) -> dict[str, str | None]:
    return {
        "identifiant": account.identifiant,
        "nom": account.nom,
        "role": account.role,
        "territoire": account.territoire,
        "porteur_id": account.porteur_id,
        "etat": account.state,
        "code_jusqu_au": account.code_jusqu_au,
    }


access = typer.Typer(
    cls=Group,
    help="Les comptes du tableau de bord : les créer, en tirer des lettres, les révoquer.",
    rich_markup_mode=None,
)
for _name, _function in (
    ("add", add),
    ("list", list_),
    ("reset", reset),
    ("change", change),
    ("revoke", revoke),
    ("letters", letters),
    ("export", access_personal.export),
    ("erase", access_personal.erase),
    ("purge", access_personal.purge),
):
    access.command(_name, cls=Command)(_function)
