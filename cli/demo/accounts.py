"""The accounts of the fictitious data, one a role, with codes made anew each time; never made for real data."""

from __future__ import annotations

from datetime import timedelta

from cli.words.screen import table
from socle.french import today
from socle.manifest import Manifest
from socle.paths import DataFolder
from socle.refusal import Refusal

VALID = timedelta(days=30)
PORTEUR = "p45-001"


def show_accounts(folder: DataFolder, manifest: Manifest) -> None:
    """Make the four accounts, or give them new codes, and show what to type; nothing where a figure is real."""
    if manifest.fictif:
        table(("Pour voir comme", "Identifiant", "Code"), make_accounts(folder))


def make_accounts(folder: DataFolder) -> list[tuple[str, str, str]]:
    """Make the four accounts, or give them new codes; return (role as said, identifier, code) of each."""
    from access.journal.journal import COMMAND
    from access.people.accounts import NewAccount, add, issue_codes
    from access.people.identity import ROLES
    from warehouse.listings.porteurs import porteurs
    from warehouse.scope import LOCAL

    shown = next(porteur for porteur in porteurs(folder, LOCAL) if porteur.porteur_id == PORTEUR)
    drafts = [
        NewAccount("agent@clas.example", "Agent de démonstration (fictif)", "agent", "45"),
        NewAccount("comite@clas.example", "Membre du comité de démonstration (fictif)", "comite", "45"),
        NewAccount("analyste@clas.example", "Analyste de démonstration (fictif)", "analyste", "45"),
        NewAccount(
            shown.siret or "porteur@clas.example",
            shown.raison_sociale,
            "porteur",
            "45",
            shown.porteur_id,
        ),
    ]
    for draft in drafts:
        try:
            add(folder, draft, COMMAND)
        except Refusal as error:
            if error.code != "compte_en_double":
                raise
    codes = issue_codes(folder, [draft.identifiant for draft in drafts], today() + VALID, COMMAND)
    return [(ROLES[draft.role], draft.identifiant, codes[draft.identifiant]) for draft in drafts]
