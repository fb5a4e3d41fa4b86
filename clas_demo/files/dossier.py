"""One return -> one sheet of the dossier de bilan: labels and answers laid out for the person who fills it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from clas_demo.files.pages import SheetPage, held
from clas_demo.world.model import Value
from clas_demo.world.tables import Record, Table

TITLE = "BILAN DE L'ACTION CLAS 2020-2021 (données fictives)"
_PAIRS = (0, 2, 4, 6)
_WIDTH = 9
_GROUPS_PRINTED = 6

_ARTICULATION, _LOCAUX = "Articulation avec un projet éducatif (cochez)", "Locaux (cochez)"
_ORIGINE, _AXES = "À l'origine de la venue des enfants (cochez)", "Axes de l'action (oui ou non)"
_DISPOSITIFS = "Autres dispositifs (cochez)"
_CHARGES = ("60", "61", "62", "63", "64", "65", "66", "67", "68")
_PRODUITS = ("caf_ps", "caf_autre", "etat_politique_ville", "etat_autre", "commune_epci", "departement", "region",
             "msa", "familles", "fonds_propres", "autre")  # fmt: skip


def _of(name: str, *codes: str) -> tuple[str, ...]:
    return tuple(f"{name}__{code}" for code in codes)


Line = str | tuple[str, ...]
_LAYOUT: tuple[Line, ...] = (
    "= Bilan", ("campagne_declaree", "date_validation"), "",
    "= 1. Votre structure", ("raison_sociale", "siret"), ("type_structure", "statut_juridique", "porte_reaap"),
    ("contact_nom", "contact_courriel"),
    f"? {_ARTICULATION}", _of("articulation_projet_educatif", "cel_pel", "pedt", "autre", "non"), "",
    "= 2. L'action", ("action_id", "intitule"), ("commune", "quartier"), ("qpv", "qpv_nom"),
    ("veille_active", "territoire_urbain_rural", "frr_zrr", "rep"),
    f"? {_LOCAUX}", _of("locaux", "structure", "mis_a_disposition", "etablissement_scolaire", "autre"),
    ("nb_collectifs", "nb_sites"), "",
    "= 3. Les enfants et les jeunes", ("nb_enfants_prevu", "nb_enfants", "nb_familles", "liste_attente"),
    ("nb_enfants_qpv", "nb_enfants_rep", "nb_nouveaux"), ("nb_allophones", "nb_handicap"),
    _of("effectif_niveau", "elementaire", "college", "lycee"), _of("effectif_sexe", "filles", "garcons"),
    _of("effectif_age", "6_10", "11_16", "17_plus"),
    f"? {_ORIGINE}", _of("origine_demande", "parents", "enseignants", "jeune"),
    _of("origine_demande", "travailleurs_sociaux", "autre"), "",
    "= Les collectifs (un par ligne)", "#", "",
    "= 4. Les séances et l'encadrement", ("jours_ouverture", "semaines_ouverture"),
    ("nb_coordinateurs", "nb_salaries", "nb_benevoles"), ("nb_vacataires", "nb_services_civiques"),
    ("nb_intervenants_formes",), ("heures_encadrement",), "",
    "= 5. Le contenu de l'action", f"? {_AXES}", _of("axe", "enfants", "parents", "ecole", "territoire"),
    "? Avec les enfants", _of("socle_enfants", "appui_methodologique", "ressources_locales", "vie_collective"),
    _of("socle_enfants", "valorisation_entraide", "suivi_presences"),
    "? Avec les parents", _of("socle_parents", "information_inscription", "convivialite", "codes_ecole"),
    _of("socle_parents", "orientation_partenaires", "echanges_informels"), "",
    "= 6. Les parents, l'école et les partenaires",
    ("nb_rencontres_parents", "nb_parents_participants", "nb_familles_participantes"),
    ("nb_etablissements", "concertation", "outil_liaison"),
    f"? {_DISPOSITIFS}", _of("partenaires", "reaap", "pre", "pedt", "pel"),
    _of("partenaires", "cite_educative", "ctg", "mediatheque", "aucun"), "",
    "= 7. Le budget réalisé (en euros)", "$", "",
    "= 8. Votre avis", "difficultes", "effets_observes", "besoins",
)  # fmt: skip
_NOTES = {"heures_encadrement": "heures", "nb_intervenants_formes": "sans les coordinateurs"}


def answers_line() -> dict[str, int]:
    """Return the line of each variable, the same in every sheet, and as `#` that of the header of the collectifs."""
    lines = {variable: line for variable, (line, _) in _places().items()}
    return lines | {"reponse_id": min(lines.values())}


def dossier_page(name: str, table: Table, row: Record, groups: Table, described: Sequence[Record]) -> SheetPage:
    """Return the sheet of one return; `described` are its collectifs."""
    page = SheetPage(name, widths={column: (28, 18)[column % 2] for column in range(_WIDTH)})
    page.put(1, 0, TITLE, "titre", across=_WIDTH)
    page.put(2, 0, "À remplir et à retourner en pièce jointe, une feuille par action.", "note", across=_WIDTH)
    line = 3
    for entry in _LAYOUT:
        if isinstance(entry, str) and entry[:2] in ("= ", "? "):
            page.put(line, 0, entry[2:], "section" if entry[0] == "=" else "question", across=_WIDTH)
        line += _height(entry)
    for variable, (at, column) in _places().items():
        if variable != "#":
            _put_answer(page, table, row, variable, at, column)
    _put_collectifs(page, groups, described)
    _put_totals(page, row)
    return page


def notice_page() -> SheetPage:
    """Return the sheet that explains the dossier, which holds no answer."""
    page = SheetPage("Notice", widths={0: 100})
    page.put(1, 0, "Notice du dossier de bilan Clas 2020-2021 (données fictives)", "titre")
    for line, text in enumerate(
        (
            "Une feuille par action agréée : dupliquez la feuille si vous en avez plusieurs.",
            "Répondez dans les cases encadrées ; laissez vide ce que vous ne savez pas.",
            "Un collectif est un groupe de huit à douze enfants : décrivez chacun sur sa ligne.",
            "Retournez le classeur à la Caf en pièce jointe avant le 15 septembre.",
        ),
        start=3,
    ):
        page.put(line, 0, text)
    return page


def _height(entry: Line) -> int:
    if entry == "#":
        return _GROUPS_PRINTED + 1
    if entry == "$":
        return len(_PRODUITS) + 4
    return 2 if isinstance(entry, str) and entry and entry[:2] not in ("= ", "? ") else 1


def _places() -> dict[str, tuple[int, int]]:
    """The cell of each answer: its line, and the column of its label (of itself, below its label)."""
    places: dict[str, tuple[int, int]] = {}
    line = 3
    for entry in _LAYOUT:
        if isinstance(entry, tuple):
            places |= {variable: (line, column) for variable, column in zip(entry, _PAIRS, strict=False)}
        elif entry == "#":
            places["#"] = (line, 0)
        elif entry == "$":
            places |= _budget_places(line)
        elif _height(entry) == 2:
            places[entry] = (line + 1, 0)
        line += _height(entry)
    return places


def _budget_places(line: int) -> dict[str, tuple[int, int]]:
    """Charges on the left, produits on the right; their totals, then 86 and 87, side by side below."""
    last = line + len(_PRODUITS) + 2
    return {
        **{f"charges__{account}": (line + 1 + rank, 0) for rank, account in enumerate(_CHARGES)},
        **{f"produits__{source}": (line + 1 + rank, 4) for rank, source in enumerate(_PRODUITS)},
        "charges__86": (last, 0),
        "produits__87": (last, 4),
        "resultat": (last + 1, 0),
    }


def _put_answer(page: SheetPage, table: Table, row: Record, variable: str, line: int, column: int) -> None:
    if variable not in table.variables:
        return
    position = table.column(variable)
    label = table.headers[position].split(" › ")[-1]
    answer = held(row, position, row.cells[position], variable)
    if variable in ("difficultes", "effets_observes", "besoins"):
        page.put(line - 1, 0, label, "libelle", across=_WIDTH)
        page.put(line, 0, answer, "texte", across=_WIDTH)
        return
    page.put(line, column, label, "libelle")
    page.put(line, column + 1, answer, "reponse")
    if variable in _NOTES:
        page.put(line, column + 2, _NOTES[variable], "note")


def _put_collectifs(page: SheetPage, groups: Table, described: Sequence[Record]) -> None:
    top, _ = _places()["#"]
    for position, header in enumerate(groups.headers):
        page.put(top, position, header, "entete")
    for rank in range(max(_GROUPS_PRINTED, len(described))):
        row = described[rank] if rank < len(described) else Record([str(rank + 1), *[""] * (len(groups.headers) - 1)])
        for position, text in enumerate(row.cells):
            page.put(top + 1 + rank, position, held(row, position, text, groups.variables[position]), "reponse")


def _put_totals(page: SheetPage, row: Record) -> None:
    line = _places()["charges__60"][0]
    for column, text in ((0, "Charges"), (1, "Montant (€)"), (4, "Produits"), (5, "Montant (€)")):
        page.put(line - 1, column, text, "entete")
    total = line + len(_PRODUITS)
    for column, label, names in (
        (0, "Total des charges", _of("charges", *_CHARGES)),
        (4, "Total des produits", _of("produits", *_PRODUITS)),
    ):
        page.put(total, column, label, "libelle")
        page.put(total, column + 1, float(_sum(row.values.get(name) for name in names)), "reponse")


def _sum(amounts: Iterable[Value]) -> Decimal:
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))
