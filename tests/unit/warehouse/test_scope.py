"""Who asks is an argument of whatever returns figures, and belongs in the key of whatever keeps them."""

from __future__ import annotations

import inspect
from functools import cache

import pytest

from socle.files.manifest import DIFFUSION, WAREHOUSE
from socle.words.refusal import Refusal
from warehouse.figures import evolution, figures, history, lines, own_figures, own_returns
from warehouse.listings import actions, campagnes, returns, territories, texts
from warehouse.scope import LOCAL, PUBLIC, ROLES, Scope


def test_every_function_that_returns_figures_takes_a_scope_or_a_build_opened_for_one() -> None:
    modules = (
        actions, campagnes, evolution, figures, history, lines, own_figures, own_returns, returns, territories, texts,
    )  # fmt: skip
    found = [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]
    of_names_only = {"chapters", "departement_named", "known_campagne", "previous_year"}
    assert {function.__name__ for function in found} - of_names_only == {
        "actions", "available", "campagnes", "evolutions", "figures", "hidden", "history", "lines", "own_figures",
        "own_returns", "points", "questions", "read_figures", "read_lines", "reception", "returns", "territories",
        "texts",
    }  # fmt: skip
    for function in found:
        if function.__name__ not in of_names_only:
            parameters = inspect.signature(function).parameters
            # An open build was opened for a scope, and knows it.
            scope = parameters.get("scope") or parameters["warehouse"]
            assert scope.default is inspect.Parameter.empty


def test_two_scopes_never_share_what_is_kept() -> None:
    asked = []

    @cache
    def kept(scope: Scope, campagne: str) -> str:
        asked.append(scope)
        return f"{scope.porteur_id}/{campagne}"

    first, second = Scope("porteur", "45", "p1"), Scope("porteur", "45", "p2")
    assert kept(first, "2019-2020") != kept(second, "2019-2020")
    assert kept(Scope("porteur", "45", "p1"), "2019-2020") == kept(first, "2019-2020")
    assert asked == [first, second]
    assert len({Scope(role, "45") for role in ROLES} | {Scope(role, "*") for role in ROLES}) == 2 * len(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_one_database(role: str) -> None:
    expected = DIFFUSION if role in ("porteur", "public") else WAREHOUSE
    assert Scope(role, "45").database == expected


def test_a_territory_is_one_departement_or_all() -> None:
    Scope("comite", "45").check("45")
    for scope in (LOCAL, PUBLIC):
        scope.check("2A")
    with pytest.raises(Refusal, match="83"):
        Scope("comite", "45").check("83")


def test_a_role_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="gestionnaire"):
        Scope("gestionnaire", "45")
