"""The table of pages: every entry has a file, an address of its own, and nothing runs them but us."""

from __future__ import annotations

from importlib import import_module
from inspect import signature

import pytest

from access.people.identity import ROLES, Identity
from dashboard.pages import draw
from dashboard.server.server import SCRIPT
from dashboard.visit.navigation import EVERYONE, PAGES, PageEntry, may_upload, page_at, pages_of
from dashboard.visit.visitor import visitor
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal
from warehouse.scope import ROLES as SCOPES


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.module)
def test_each_page_has_a_file_with_one_function_for_a_visitor(entry: PageEntry) -> None:
    page = import_module(f"dashboard.pages.{entry.module}").page
    assert list(signature(page).parameters) == ["visitor"]
    assert entry.roles <= EVERYONE


def test_each_file_of_the_folder_is_a_page_of_the_table() -> None:
    root = PROJECT_ROOT / "dashboard" / "pages"
    files = [path.relative_to(root).with_suffix("") for path in root.rglob("*.py") if path.stem != "__init__"]
    assert {".".join(file.parts) for file in files} == {entry.module for entry in PAGES}


def test_addresses_are_one_part_each_and_all_different() -> None:
    addresses = [entry.path for entry in PAGES]
    assert len(set(addresses)) == len(addresses)
    assert not [address for address in addresses if "/" in address or address != address.lower()]
    assert PAGES[0].path == ""
    assert page_at("/comptes") is not None
    assert page_at("comptes") is None
    assert page_at("/inconnue") is None


def test_the_roles_are_those_of_accounts_and_each_is_a_scope() -> None:
    assert set(ROLES) == EVERYONE
    assert set(ROLES) < set(SCOPES)


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_each_role_has_a_first_page_and_help(role: str) -> None:
    assert next(entry.path for entry in pages_of(role)) == ""
    assert {"glossaire", "accessibilite", "donnees-personnelles"} <= {entry.path for entry in pages_of(role)}


def test_accounts_and_journal_are_for_the_agent_alone() -> None:
    assert {entry.path for entry in PAGES if entry.roles == {"agent"}} >= {"comptes", "journal"}
    assert not may_upload("porteur")
    assert not may_upload("comite")


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.module)
def test_a_page_is_not_drawn_for_a_role_that_is_not_its_own(entry: PageEntry, tmp_path: object) -> None:
    for role in EVERYONE - entry.roles:
        who = visitor(DataFolder(PROJECT_ROOT), Identity(1, "x@caf.example", "X", role, "45"))
        with pytest.raises(Refusal, match="n'est pas ouverte à votre compte"):
            draw(entry, who)


def test_streamlit_finds_no_page_by_itself() -> None:
    assert not (SCRIPT.parent / "pages").exists()
    assert [path.name for path in SCRIPT.parent.glob("*.py")] == [SCRIPT.name]
