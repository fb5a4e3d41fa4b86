"""The fictitious porteurs of the Loiret, with SIRET that no establishment can have, as rows of the register.

Their SIREN start with 0000. Insee numbers entreprises in order, and no SIREN of its Sirene stock comes before
000 325 175: nothing under 000 100 000 is attributed. The numbers pass Luhn's check all the same, as the flow asks.
"""

from __future__ import annotations

from dataclasses import replace

from clas_demo.world.model import MadeUpPorteur, Projet, Value

FICTITIOUS_SIREN_START = "0000"
SUFFIX = " (fictif)"

E, C, L, M = "elementaire", "college", "lycee", "mixte"
ORLEANS, FLEURY, RUELLE, BRAYE, CHALETTE, MONTARGIS = "45234", "45147", "45285", "45284", "45068", "45208"
_REPLACED = {"p45-018": "p45-034", "p45-022": "p45-023"}


def porteurs() -> tuple[MadeUpPorteur, ...]:
    """Return every fictitious porteur, in the order of its identifier."""
    return tuple(_numbered(number, porteur) for number, porteur in enumerate(_declared(), start=1))


def register_rows() -> list[dict[str, Value]]:
    """Return the rows of porteurs.csv: one a porteur, keyed by variable."""
    return [
        {
            "porteur_id": p.porteur_id,
            "siret": p.siret,
            "raison_sociale": p.raison_sociale,
            "alias": "|".join(p.alias),
            "remplace_par": p.remplace_par,
        }
        for p in porteurs()
    ]


def luhn_key(digits: str) -> str:
    """Return the digit that, written after `digits`, makes the whole pass Luhn's check."""
    doubled = [int(digit) * (2 - rank % 2) for rank, digit in enumerate(reversed(digits))]
    return str(-sum(n - 9 if n > 9 else n for n in doubled) % 10)


def fictitious_siret(number: int) -> str:
    """Return the SIRET of the first establishment of an entreprise that does not exist."""
    root = f"{FICTITIOUS_SIREN_START}{4000 + 37 * number}"
    siren = root + luhn_key(root)
    return f"{siren}0001" + luhn_key(f"{siren}0001")


def _numbered(number: int, porteur: MadeUpPorteur) -> MadeUpPorteur:
    porteur_id = f"p45-{number:03d}"
    return replace(
        porteur, porteur_id=porteur_id, siret=fictitious_siret(number), remplace_par=_REPLACED.get(porteur_id)
    )


def _porteur(
    name: str,
    type_structure: str,
    commune: str,
    *projets: Projet,
    quartier: str = "",
    qpv: str | None = None,
    rural: bool = False,
    alias: str = "",
) -> MadeUpPorteur:
    return MadeUpPorteur(
        porteur_id="",
        siret="",
        raison_sociale=name + SUFFIX,
        alias=(alias + SUFFIX,) if alias else (),
        remplace_par=None,
        type_structure=type_structure,
        commune=commune,
        quartier=quartier,
        qpv=qpv,
        rural=rural,
        projets=projets,
    )


def _declared() -> tuple[MadeUpPorteur, ...]:
    return (
        _porteur("Association Les Passerelles", "association_locale", ORLEANS, Projet(E, 2), Projet(C),
                 Projet(L, debut=2018), quartier="La Source", qpv="La Source", alias="Les Passerelles 45"),
        _porteur("Centre social du Petit Pont", "centre_social", ORLEANS, Projet(E), Projet(C, fin=2020),
                 quartier="Argonne", qpv="Argonne", alias="CS du Petit Pont"),
        _porteur("Centre social Les Quatre Vents", "centre_social", FLEURY, Projet(E, 2), Projet(C, fin=2022),
                 quartier="Andrillons", qpv="Andrillons Ormes du Mail"),
        _porteur("Association Le Fil d'Encre", "association_locale", RUELLE, Projet(E), Projet(C, fin=2018),
                 quartier="Les Chaises", qpv="Les Chaises", alias="Fil d'Encre"),
        _porteur("Service enfance de la communauté des Deux Rivières", "collectivite", "45155", Projet(E),
                 Projet(M, debut=2017), qpv="", alias="Deux Rivières"),
        _porteur("CCAS du Clos Fleuri", "ccas", CHALETTE, Projet(E, 2), quartier="Le Clos Fleuri", qpv=""),
        _porteur("Fédération des Ateliers du Soir, section Loiret", "association_tete_de_reseau", ORLEANS,
                 Projet(E), Projet(C), Projet(M, debut=2018), quartier="Blossières", qpv="Blossières",
                 alias="Ateliers du Soir"),
        _porteur("Espace de vie sociale La Courte Échelle", "espace_vie_sociale", MONTARGIS, Projet(E),
                 Projet(C, debut=2017), quartier="Centre ancien", qpv="", alias="EVS La Courte Echelle"),
        _porteur("Foyer de jeunes Le Sémaphore", "autre", ORLEANS, Projet(C, fin=2021), Projet(L, fin=2018),
                 quartier="Dauphine", qpv="Dauphine"),
        _porteur("Association Graine de Lecture", "association_locale", "45252", Projet(E), Projet(E, debut=2018),
                 qpv=""),
        _porteur("Centre social Les Tilleuls", "centre_social", BRAYE, Projet(E), Projet(C),
                 quartier="Pont-Bordeau", qpv="Pont-Bordeau", alias="Tilleuls"),
        _porteur("Association Coup de Pouce du Val", "association_locale", "45082", Projet(E), Projet(C, fin=2017)),
        _porteur("Service jeunesse du Pays des Étangs", "collectivite", "45187", Projet(M, fin=2022), rural=True),
        _porteur("Association Plume et Compas", "association_locale", "45232", Projet(C), Projet(E, debut=2016)),
        _porteur("Centre social du Moulin Rouge-Gorge", "centre_social", "45338", Projet(E, 2),
                 Projet(C, debut=2018), qpv="", alias="CS Rouge-Gorge"),
        _porteur("Espace de vie sociale Les Racines", "espace_vie_sociale", "45115", Projet(M), rural=True),
        _porteur("CCAS des Trois Clochers", "ccas", "45315", Projet(E, debut=2015), quartier="Hameau du Port", qpv=""),
        _porteur("Association Tremplin des Mauves", "association_locale", "45203", Projet(M, fin=2020),
                 alias="Tremplin"),
        _porteur("Association La Ruche aux Devoirs", "association_locale", "45028", Projet(E), Projet(C, debut=2015)),
        _porteur("Ligue des Veilleurs, comité du Loiret", "association_tete_de_reseau", MONTARGIS,
                 Projet(E, debut=2016), quartier="La Chaussée", qpv=""),
        _porteur("Centre social La Grange aux Mots", "centre_social", "45302", Projet(E), Projet(C, fin=2016)),
        _porteur("Association Les Amis du Préau", "association_locale", ORLEANS, Projet(E, fin=2017),
                 quartier="La Source", qpv="La Source"),
        _porteur("Association Le Grand Préau", "association_locale", ORLEANS, Projet(E, 2, debut=2018),
                 quartier="La Source", qpv="La Source", alias="Préau"),
        _porteur("Maison des familles du Canal", "autre", "45053", Projet(E, debut=2017, fin=2023), rural=True),
        _porteur("Service scolaire de la Forêt-Basse", "collectivite", "45191", Projet(M, debut=2018), rural=True),
        _porteur("Association Mots Passants", "association_locale", FLEURY, Projet(C, debut=2017),
                 quartier="Clos de la Grande Salle", qpv="Clos de la Grande Salle"),
        _porteur("Espace de vie sociale Le Lavoir", "espace_vie_sociale", "45004", Projet(E, debut=2018),
                 Projet(C, debut=2022)),
        _porteur("Association Cap Lecture Sologne", "association_locale", "45146", Projet(E, fin=2017), rural=True),
        _porteur("Centre social La Charpente", "centre_social", RUELLE, Projet(C), Projet(M, debut=2019),
                 quartier="Les Trois Fontaines", qpv="Les Trois Fontaines"),
        _porteur("Association Encrier du Gâtinais", "association_locale", "45083", Projet(M, fin=2018), rural=True),
        _porteur("Association L'Escale des Écoliers", "association_locale", ORLEANS, Projet(E, fin=2014),
                 quartier="La Source", qpv="La Source"),
        _porteur("Caisse des écoles des Bords de Loire", "autre", "45232", Projet(E, fin=2015)),
        _porteur("Centre social Le Buisson", "centre_social", "45302", Projet(E, fin=2015), Projet(C, fin=2015)),
        _porteur("Association Tremplin et Mauves", "association_locale", "45203", Projet(M, debut=2021),
                 Projet(E, debut=2022)),
        _porteur("Association La Fabrique des Devoirs", "association_locale", CHALETTE, Projet(E, debut=2020),
                 Projet(L, debut=2022), quartier="Le Clos Fleuri", qpv="", alias="La Fabrique"),
        _porteur("Espace de vie sociale Le Passage", "espace_vie_sociale", "45155", Projet(E, debut=2020),
                 Projet(C, debut=2023)),
        _porteur("Centre social Les Acacias", "centre_social", FLEURY, Projet(E, 2, debut=2021),
                 Projet(C, debut=2021), quartier="Lignerolles", qpv="Lignerolles-Hartière"),
        _porteur("CCAS des Deux Écluses", "ccas", "45053", Projet(M, 2, debut=2020, fin=2022), rural=True),
    )  # fmt: skip
