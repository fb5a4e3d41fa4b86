"""Journal: what was done, by which account; the chain verified; the list to download."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from access.journal.journal import ACTIONS, Entry, broken_at, entries
from access.people.accounts import Account, accounts
from access.people.identity import EVERYWHERE
from dashboard.loading.territory import has_all
from dashboard.screen.tables import small, table
from dashboard.visit.visitor import Visitor
from socle.files.cells import write_csv
from socle.words.french import count, moment, today

_SHOWN = 200
_DEFAULT = timedelta(days=30)
_PARIS = ZoneInfo("Europe/Paris")
_WHERE = {"tableau": "visiteur", "commande": "ligne de commande", "serveur": "serveur"}
_EVERYBODYS = ("publication", "retour_arriere", "purge", "sauvegarde", "restauration")
"""What touches a whole build, or the folder: whoever did it, it is told to the agents of each département."""
_COLUMNS = ("numero", "quand", "qui", "action", "objet", "empreinte")


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Journal")
    broken = broken_at(visitor.folder)
    if broken is None:
        st.success("La chaîne du journal est intacte\u202f: aucune entrée n'a été changée ni retirée.")
    else:
        st.error(
            f"La chaîne du journal est rompue à l'entrée {broken}\u202f: le fichier a été modifié hors de l'outil."
        )
    since = st.date_input("Depuis le", today() - _DEFAULT, format="DD/MM/YYYY", key="journal_depuis")
    actions = st.multiselect(
        "Actions", list(ACTIONS), format_func=ACTIONS.__getitem__, placeholder="Toutes", key="actions"
    )
    start = datetime.combine(since, time(), _PARIS).astimezone(UTC).isoformat(timespec="seconds")
    names = {account.id: account for account in accounts(visitor.folder)}
    shown_entries = [
        entry
        for entry in entries(visitor.folder, start)
        if (not actions or entry.action in actions) and _concerns(visitor, entry, names)
    ]
    rows = [(entry, _who(entry, names)) for entry in shown_entries]
    small(
        count(len(shown_entries), "entrée")
        + (f", les {_SHOWN} dernières sont montrées" if len(shown_entries) > _SHOWN else "")
    )
    if rows:
        table(
            [
                {
                    "N°": str(entry.numero),
                    "Quand": moment(datetime.fromisoformat(entry.quand)),
                    "Qui": who,
                    "Action": ACTIONS[entry.action],
                    "Objet": entry.objet,
                }
                for entry, who in rows[:_SHOWN]
            ],
            "Entrées du journal",
        )

    def download() -> str:
        visitor.record("telechargement", f"journal, {count(len(rows), 'entrée')}")
        return _csv(rows)

    st.download_button(
        "Télécharger en CSV", data=download, file_name="journal-clas.csv", mime="text/csv", on_click="ignore"
    )


def _concerns(visitor: Visitor, entry: Entry, names: Mapping[int, Account]) -> bool:
    if visitor.identity.territoire == EVERYWHERE:
        return True
    if entry.compte is None:  # a command, the server: what it is about may be another département's
        return entry.action in _EVERYBODYS or has_all(visitor)
    account = names.get(entry.compte)
    return account is not None and account.territoire == visitor.identity.territoire


def _who(entry: Entry, names: Mapping[int, Account]) -> str:
    if entry.compte is None:
        return _WHERE[entry.origine] if entry.origine != "tableau" else "inconnu"
    account = names.get(entry.compte)
    return account.nom if account else f"compte effacé ({entry.compte})"


def _csv(rows: list[tuple[Entry, str]]) -> str:
    file = io.StringIO(newline="")
    lines = [(e.numero, e.quand, who, ACTIONS[e.action], e.objet, e.empreinte) for e, who in rows]
    write_csv(file, [_COLUMNS, *lines], delimiter=";", end="\r\n")
    return "\ufeff" + file.getvalue()
