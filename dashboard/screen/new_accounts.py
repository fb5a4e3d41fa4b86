"""What an agent gives of an account to make -> that account, completed and checked against the published register."""

from __future__ import annotations

from access.journal.journal import Author
from access.people.accounts import Account, NewAccount, accounts, add
from access.people.identity import EVERYWHERE
from dashboard.screen.places import departements
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.listings.porteurs import Porteur, porteurs
from warehouse.scope import LOCAL


def add_account(folder: DataFolder, by: Author, draft: NewAccount, within: str = EVERYWHERE) -> Account:
    """Make an account; what a porteur lacks comes from the register: its name, the département where it acts.

    Raise Refusal when the territory is none, or not that of whoever makes it (`within`), or when the porteur is not in
    the published register, or acts in other départements alone.
    """
    whole = _completed(folder, draft, within)
    check_territory(whole.territoire)
    if within not in (EVERYWHERE, whole.territoire):
        raise Refusal("compte_hors_territoire", identifiant=draft.identifiant)
    return add(folder, whole, by)


def add_register(folder: DataFolder, by: Author, within: str = EVERYWHERE) -> list[Account]:
    """Make an account, under its SIRET, for each porteur of the published register that has a SIRET and no account."""
    known = {account.porteur_id for account in accounts(folder)}
    return [
        add(
            folder,
            NewAccount(porteur.siret, porteur.raison_sociale, "porteur", _territory(porteur), porteur.porteur_id),
            by,
        )
        for porteur in porteurs(folder, LOCAL)
        if porteur.siret and porteur.porteur_id not in known and within in (EVERYWHERE, _territory(porteur))
    ]


def check_territory(territoire: str) -> None:
    """Raise Refusal when it is neither a département nor `*`."""
    if territoire != EVERYWHERE and territoire not in departements():
        raise Refusal("compte_territoire", territoire=territoire)


def _completed(folder: DataFolder, draft: NewAccount, within: str) -> NewAccount:
    if not draft.porteur_id:
        return NewAccount(draft.identifiant, draft.nom, draft.role, draft.territoire or EVERYWHERE)
    known = {porteur.porteur_id: porteur for porteur in porteurs(folder, LOCAL)}
    registered = known.get(draft.porteur_id)
    if registered is None:
        raise Refusal("compte_porteur_inconnu", porteur=draft.porteur_id)
    if registered.departements and within not in (EVERYWHERE, *registered.departements):
        raise Refusal("compte_hors_territoire", identifiant=draft.identifiant)
    name, territory = draft.nom or registered.raison_sociale, draft.territoire or _territory(registered)
    return NewAccount(draft.identifiant, name, draft.role, territory, draft.porteur_id)


def _territory(porteur: Porteur) -> str:
    return porteur.departements[0] if len(porteur.departements) == 1 else EVERYWHERE
