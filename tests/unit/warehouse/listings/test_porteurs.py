"""The porteurs of the register, for those who may list them."""

from __future__ import annotations

from pathlib import Path

import pytest

from socle.paths import DataFolder
from tests.support.exports import siret
from tests.support.porteurs import publish_porteurs
from warehouse.listings.porteurs import Porteur, porteurs
from warehouse.scope import LOCAL, PUBLIC, Scope


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    publish_porteurs(folder)
    return folder


def test_those_that_nobody_replaces_with_where_they_act(folder: DataFolder) -> None:
    found = porteurs(folder, LOCAL)
    assert [one.porteur_id for one in found] == ["p1", "p3", "p2", "p4"]
    assert found[0] == Porteur("p1", siret(1), "Association Alpha", ["45"])
    assert found[3] == Porteur("p4", None, "Sans SIRET", [])


def test_a_territory_has_its_own(folder: DataFolder) -> None:
    assert [one.porteur_id for one in porteurs(folder, Scope("agent", "83"))] == ["p3"]


def test_they_are_not_for_porteurs_nor_for_the_public(folder: DataFolder) -> None:
    for scope in (Scope("porteur", "45", "p1"), PUBLIC):
        with pytest.raises(ValueError, match="not for"):
            porteurs(folder, scope)
