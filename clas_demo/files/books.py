"""The returns of a campagne -> the tables of its family of exports, and those tables -> its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from clas_demo.faults.errors import Sheets
from clas_demo.files.dossier import answers_line, dossier_page, notice_page
from clas_demo.files.files import write_workbook
from clas_demo.files.pages import table_page
from clas_demo.files.render import Hand, draw_hand, make_table
from clas_demo.world.activity import totals
from clas_demo.world.model import FORMATS, Answer, Value, first_year, stream
from clas_demo.world.tables import Record, Table

_ELAN = {"tiers": "Tiers", "activite": "Activité", "budget": "Budget", "collectifs": "Collectifs"}
_CLERK = Hand(yes="O", no="N", joiner="; ", first_wording=False)
"""How a tool writes: one way, always the same."""
_ODS_DOSSIERS = ("p45-006", "p45-016", "p45-024")
Values = dict[str, Value]


def questionnaire_sheets(seed: int, campagne: str, received: Sequence[Answer]) -> Sheets:
    """Return the one table of a campagne of online questionnaires."""
    times = stream(seed, "times", campagne)
    # 192.0.2.0/24 is reserved for documentation (RFC 5737).
    ignored = [(f"192.0.2.{times.randint(1, 254)}", str(times.randint(600, 5400))) for _ in received]
    if FORMATS[campagne] == "questionnaire-2014":
        ignored = [(f"clas45-{seconds}", "Navigateur 11") for _, seconds in ignored]
    table = make_table(FORMATS[campagne], _records(received), _hands(seed, received), ignored)
    return Sheets(campagne, f"questionnaire-donnees-fictives-{campagne}.csv", [table])


def dossier_sheets(seed: int, campagne: str, received: Sequence[Answer]) -> Sheets:
    """Return the returns and the collectifs of the dossiers, each row with its workbook and its sheet."""
    records, groups = _records(received), []
    numbers: Counter[str] = Counter()
    for answer, record in zip(received, records, strict=True):
        porteur = answer.action.porteur.porteur_id
        numbers[porteur] += 1
        suffix = "ods" if porteur in _ODS_DOSSIERS else "xlsx"
        record.fichier = f"dossier-donnees-fictives-{campagne}-{porteur}.{suffix}"
        record.feuille = f"Action {numbers[porteur]}"
        groups.append([Record([], group, None, record.fichier, record.feuille) for group in answer.collectifs])
    hands = [replace(hand, yes="Oui", no="Non", unit=False) for hand in _hands(seed, received)]
    lines = answers_line()
    shown = [("", "", *totals(record.values)) for record in records]
    main = make_table("dossier-2020", records, hands, shown)
    main.lines = lines
    for record in records:
        _as_on_paper(main, record)
    described = [row for rows in groups for row in rows]
    each = [hand for hand, rows in zip(hands, groups, strict=True) for _ in rows]
    table = make_table("dossier-2020", described, each, [()] * len(described), "collectifs")
    table.header_line = lines["#"]
    return Sheets(campagne, "", [main, table])


def write_dossiers(folder: Path, sheets: Sheets) -> None:
    """Write one workbook a porteur: the notice, then one sheet a return."""
    main, groups = sheets.tables
    for fichier in dict.fromkeys(row.fichier for row in main.rows):
        pages = [notice_page()]
        for row in main.rows:
            if row.fichier == fichier:
                own = [g for g in groups.rows if (g.fichier, g.feuille) == (fichier, row.feuille)]
                pages.append(dossier_page(row.feuille, main, row, groups, own))
        write_workbook(folder / fichier, pages)


def elan_sheets(campagne: str, received: Sequence[Answer]) -> Sheets:
    """Return the five tables of an export of ELAN; a draft has nothing but its dossier."""
    records = _records(received)
    sent = [answer for answer in received if answer.regle != "reponse_non_validee"]
    seen: dict[str, Record] = {str(row.values["tiers_id"]): row for row in reversed(records)}
    rows: Mapping[str, list[Record]] = {
        "tiers": [Record([], seen[tiers].values) for tiers in sorted(seen)],
        "activite": [Record([], answer.values) for answer in sent],
        "budget": [Record([], answer.values) for answer in sent],
        "collectifs": [
            Record([], {**group, "reponse_id": answer.values["reponse_id"]})
            for answer in sent
            for group in answer.collectifs
        ],
    }
    extracted = f"30/09/{first_year(campagne) + 1}"
    ignored: dict[str | None, tuple[str, ...]] = {None: ("Agent Fictif", extracted), "tiers": ("45000",)}
    tables = []
    for partie, of_part in ((None, records), *rows.items()):
        extra = [totals(row.values) if partie == "budget" else ignored.get(partie, ()) for row in of_part]
        table = make_table("elan-2021", of_part, [_CLERK] * len(of_part), extra, partie)
        table.header_line, table.feuille = 3, _ELAN.get(partie or "", "Dossiers")
        tables.append(table)
    return Sheets(campagne, f"elan-donnees-fictives-{campagne}.xlsx", tables)


def write_elan(folder: Path, sheets: Sheets) -> None:
    """Write the workbook of an export of ELAN."""
    title = f"Export ELAN, Clas {sheets.campagne}, données fictives"
    pages = [table_page(table.feuille, table, table.rows, title) for table in sheets.tables]
    write_workbook(folder / sheets.fichier, pages)


def trame_sheets(seed: int, campagne: str, received: Sequence[Answer]) -> Sheets:
    """Return the two tables of the trame nationale, each row with its file: one porteur in two sends an ODS."""
    records = _records(received)
    for answer, record in zip(received, records, strict=True):
        even = int(answer.action.porteur.porteur_id[4:]) % 2 == 0
        record.fichier = f"trame-donnees-fictives-{campagne}-lot{'-2.ods' if even else '-1.xlsx'}"
    described = [
        Record([], group, None, record.fichier)
        for answer, record in zip(received, records, strict=True)
        if answer.regle is None
        for group in answer.collectifs
    ]
    hands = {record.key: hand for record, hand in zip(records, _hands(seed, received), strict=True)}
    tables = []
    for partie, rows in ((None, records), ("collectifs", described)):
        ignored = [() if partie else ("V1", *totals(row.values)) for row in rows]
        table = make_table("trame-2025", rows, [hands[row.key] for row in rows], ignored, partie)
        table.header_line, table.feuille = 4, "Collectifs" if partie else "Bilan"
        tables.append(table)
    for record in records:
        _date_by_hand(tables[0], record)
    return Sheets(campagne, "", tables)


def write_trame(folder: Path, sheets: Sheets) -> None:
    """Write the workbooks of the trame nationale."""
    title = f"Trame nationale de bilan Clas {sheets.campagne} (données fictives)"
    for fichier in sorted({row.fichier for row in sheets.tables[0].rows}):
        pages = [
            table_page(table.feuille, table, [row for row in table.rows if row.fichier == fichier], title)
            for table in sheets.tables
        ]
        write_workbook(folder / fichier, pages)


def _records(received: Iterable[Answer]) -> list[Record]:
    answers = list(received)
    actions = {answer.action.action_id: answer.action.porteur.porteur_id for answer in answers}
    actions_of = Counter(actions.values())
    return [
        Record(
            [], answer.values | {"nb_actions_du_porteur": actions_of[answer.action.porteur.porteur_id]}, answer.regle
        )
        for answer in answers
    ]


def _hands(seed: int, received: Iterable[Answer]) -> list[Hand]:
    return [draw_hand(stream(seed, "hand", answer.action.porteur.porteur_id)) for answer in received]


def _as_on_paper(table: Table, record: Record) -> None:
    """On paper a box is ticked or left blank, and a day has no hour."""
    for position, variable in enumerate(table.variables):
        if variable and "cochez" in table.headers[position]:
            record.cells[position] = "X" if record.cells[position] == "Oui" else ""
    position = table.column("date_validation")
    record.cells[position] = record.cells[position][:10]


def _date_by_hand(table: Table, record: Record) -> None:
    """Days come as dates, as text in the order of a machine, or as the bare number of a spreadsheet."""
    position, day = table.column("date_validation"), record.values["date_validation"]
    if not isinstance(day, datetime):
        return
    match day.day % 3:
        case 1:
            record.cells[position] = f"{day:%Y-%m-%d}"
        case 2:
            record.cells[position] = str((day - datetime(1899, 12, 30)).days)
        case _:
            record.cells[position] = f"{day:%d/%m/%Y}"
