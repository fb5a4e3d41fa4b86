"""Journal: what was done by the accounts of the agent's territory, whether the chain holds, the list as a file."""

from __future__ import annotations

import csv
import io
import sqlite3

from access.journal.journal import COMMAND, Author, entries, record
from access.people.accounts import NewAccount, account, add
from dashboard.pages.management.journal import _csv
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from tests.support.access import ALPHA
from tests.support.dashboard import open_page, visitor_of


def test_the_entries_name_people_and_say_that_the_chain_holds(agent: Visitor, folder: DataFolder) -> None:
    record(folder, Author("tableau", account(folder, ALPHA).id), "consultation", "synthèse 2019-2020")
    page = open_page("journal", agent)
    assert not page.exception
    assert "intacte" in page.success[0].value
    first = page.table[0].value.iloc[0]
    assert (first["Qui"], first["Action"].replace("\\", "")) == ("Association Alpha", "Consultation d'une synthèse")
    assert first["Objet"].replace("\\", "") == "synthèse 2019-2020"


def test_a_chain_that_was_broken_is_said_with_its_place(agent: Visitor, folder: DataFolder) -> None:
    with sqlite3.connect(folder.access) as connection:
        connection.execute("drop trigger journal_inalterable")
        connection.execute("update journal set objet = 'x' where numero = 2")
    assert "rompue à l'entrée 2" in open_page("journal", agent).error[0].value


def test_the_entries_are_filtered_by_action(agent: Visitor, folder: DataFolder) -> None:
    record(folder, COMMAND, "publication", "construction 000001")
    page = open_page("journal", agent)
    page.multiselect(key="actions").select("Publication").run()
    assert list(page.table[0].value["Action"]) == ["Publication"]
    page.multiselect(key="actions").set_value(["purge"]).run()
    assert not page.table


def test_an_agent_reads_the_entries_of_its_territory(agent: Visitor, folder: DataFolder) -> None:
    var = add(folder, NewAccount("var@caf.example", "Agent du Var", "agent", "83"), COMMAND)
    record(folder, Author("tableau", var.id), "consultation", "synthèse du Var")
    assert "Var" not in open_page("journal", agent).table[0].value.to_csv()
    assert "Agent du Var" in open_page("journal", visitor_of(folder)).table[0].value.to_csv()


def test_the_file_is_read_by_a_spreadsheet_and_runs_nothing(folder: DataFolder) -> None:
    record(folder, COMMAND, "chargement", "=cmd|' /C calc'!A0")
    text = _csv([(entry, "ligne de commande") for entry in entries(folder)])
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:]), delimiter=";"))
    assert len(rows) == len(entries(folder))
    assert rows[0]["objet"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["empreinte"] == entries(folder)[0].empreinte
