"""The pages there are, and which role may open which: the one place that says it.

To add a page:

1. write `dashboard/pages/<room>/<module>.py` with one function, `page(visitor: Visitor) -> None`, that draws it
   (`st.title` first);
2. add its line to PAGES.

It then has its address, its entry in the menu of those roles, and answers 403 to the others: the gate, the menu and the
page itself read this table. In a page:

* `visitor.identity`, `visitor.scope`, `visitor.folder` and `visitor.build` say for whom it is drawn;
* figures come through `dashboard.visit.data.read(visitor, figures, campagne, departement)`, for any function of the
  warehouse whose first two arguments are a DataFolder and a Scope: what is kept
  of it is kept for that scope and that build;
* `visitor.record("consultation", "synthèse 2019-2020")` writes the journal (what may be written:
  access.journal.journal.ACTIONS);
* a Refusal or any other exception may leave the page: its sentence, or a reference number, is shown in its place;
* `uploads=True` lets the roles of the page send files: the gate refuses every upload of the others.

`tests.support.dashboard.open_page(module, visitor)` opens it in a test.
"""

from __future__ import annotations

from dataclasses import dataclass

AGENT, COMITE, ANALYSTE, PORTEUR = "agent", "comite", "analyste", "porteur"
EVERYONE = frozenset({AGENT, COMITE, ANALYSTE, PORTEUR})
WELCOME, MANAGEMENT, HELP = "Bilan du Clas", "Gestion", "Aide"
"""Sections of the menu."""


@dataclass(frozen=True)
class PageEntry:
    """One page: where it is, what it is called, who may open it, which file draws it."""

    path: str
    """Last part of its address; empty for the first page."""
    title: str
    roles: frozenset[str]
    module: str
    """Module of dashboard/pages, its room first: `year.essentiel`."""
    section: str
    uploads: bool = False

    @property
    def name(self) -> str:
        """Its module without the room: `essentiel`."""
        return self.module.rpartition(".")[2]


PAGES = (
    PageEntry("", "Accueil", EVERYONE, "accueil", WELCOME),
    PageEntry("synthese", "Ma synthèse", frozenset({PORTEUR}), "year.synthese", WELCOME),
    PageEntry("essentiel", "L'essentiel", frozenset({AGENT, COMITE}), "year.essentiel", WELCOME),
    PageEntry("offre", "Offre et territoires", frozenset({AGENT, COMITE}), "year.offre", WELCOME),
    PageEntry("enfants", "Enfants et jeunes", frozenset({AGENT, COMITE}), "year.enfants", WELCOME),
    PageEntry("fonctionnement", "Fonctionnement", frozenset({AGENT, COMITE}), "year.fonctionnement", WELCOME),
    PageEntry("moyens", "Moyens", frozenset({AGENT, COMITE}), "year.moyens", WELCOME),
    PageEntry("evolutions", "Évolutions et comparaisons", frozenset({AGENT, COMITE}), "year.evolutions", WELCOME),
    PageEntry("referentiel", "Actions et référentiel", frozenset({AGENT, COMITE}), "year.referentiel", WELCOME),
    PageEntry("reponses", "Réponses et qualité", frozenset({AGENT, COMITE}), "year.reponses", WELCOME),
    PageEntry("bilan", "Établir le bilan", frozenset({AGENT, COMITE}), "year.bilan", WELCOME),
    PageEntry("sql", "SQL", frozenset({AGENT, ANALYSTE}), "sql", WELCOME),
    PageEntry("charger", "Charger un fichier", frozenset({AGENT}), "management.charger", MANAGEMENT, uploads=True),
    PageEntry("points", "Points à vérifier", frozenset({AGENT}), "management.points", MANAGEMENT),
    PageEntry("arreter", "Arrêter le bilan", frozenset({AGENT}), "management.arreter", MANAGEMENT),
    PageEntry("regles", "Années arrêtées et règles", frozenset({AGENT}), "management.regles", MANAGEMENT),
    PageEntry("textes", "Textes", frozenset({AGENT}), "management.textes", MANAGEMENT),
    PageEntry("porteurs", "Porteurs", frozenset({AGENT}), "management.porteurs", MANAGEMENT),
    PageEntry("comptes", "Comptes", frozenset({AGENT}), "management.comptes", MANAGEMENT),
    PageEntry("journal", "Journal", frozenset({AGENT}), "management.journal", MANAGEMENT),
    PageEntry("reglages", "Réglages", frozenset({AGENT}), "management.reglages", MANAGEMENT),
    PageEntry("dictionnaire", "Dictionnaire", frozenset({AGENT, COMITE, ANALYSTE}), "help.dictionnaire", HELP),
    PageEntry("glossaire", "Glossaire", EVERYONE, "help.glossaire", HELP),
    PageEntry("accessibilite", "Accessibilité", EVERYONE, "help.accessibilite", HELP),
    PageEntry("donnees-personnelles", "Données personnelles", EVERYONE, "help.donnees_personnelles", HELP),
)


def pages_of(role: str) -> list[PageEntry]:
    """Return the pages that a role may open, in the order of the menu."""
    return [page for page in PAGES if role in page.roles]


def page_at(address: str) -> PageEntry | None:
    """Return the page at an address such as « /comptes »; None when there is none."""
    return next((page for page in PAGES if f"/{page.path}" == address), None)


def may_upload(role: str) -> bool:
    """Return whether some page lets that role send files."""
    return any(page.uploads for page in pages_of(role))
