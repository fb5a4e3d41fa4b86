"""Every porteur of a year -> its own synthèse, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bilan.model.content import Content
from bilan.synthese.compose import compose_synthese
from bilan.synthese.write import synthese
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from warehouse.listings.campagnes import departement_named
from warehouse.listings.porteurs import porteurs_of
from warehouse.open import open_current
from warehouse.scope import LOCAL, Scope


def one_synthese(
    folder: DataFolder, porteur_id: str, campagne: str, departement: str, contact: str | None = None
) -> Content:
    """Return the document of that porteur, which says nothing of another.

    Raise Refusal when there is no such porteur or year there, or when nothing is published.
    """
    known = porteurs_of(folder, LOCAL, departement)
    if porteur_id not in known:
        raise Refusal("porteur_sans_action", porteur=porteur_id, dans=_within(folder, departement))
    return compose_synthese(synthese(folder, _scope(porteur_id, departement), campagne, departement, contact))


def all_syntheses(
    folder: DataFolder,
    campagne: str,
    departement: str,
    contact: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[tuple[str, Content]]:
    """Yield (porteur, document) of each porteur of that year, by name; `progress` is told each name.

    Raise Refusal when no porteur has an action or a return in that year.
    """
    of_the_year = porteurs_of(folder, LOCAL, departement, campagne)
    if not of_the_year:
        raise Refusal("aucun_porteur", campagne=campagne, dans=_within(folder, departement))
    # Held open: each synthèse then opens the build in no time.
    with open_current(folder, LOCAL), open_current(folder, Scope("porteur", departement)):
        for rank, (porteur_id, name) in enumerate(of_the_year.items(), start=1):
            progress(f"Synthèse {rank} sur {len(of_the_year)}\u202f: {name}")
            scope = _scope(porteur_id, departement)
            yield porteur_id, compose_synthese(synthese(folder, scope, campagne, departement, contact))


def _within(folder: DataFolder, departement: str) -> str:
    with open_current(folder, LOCAL) as opened:
        return departement_named(opened, departement).dans


def _scope(porteur_id: str, departement: str) -> Scope:
    return Scope("porteur", departement, porteur_id)
