"""Two small campagnes of the Loiret, built once for the tests of this folder; and builds of one table, made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.builds.lock import only_builder
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import publish_hand_made, silent
from tests.support.exports import PORTEURS, agrement, make_folder, reponse, write_export
from tests.support.once import made_once
from warehouse.open import Warehouse, open_current

ALPHA, BETA = PORTEURS


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """2018-2019: one action. 2019-2020: three agréées, two answered, one of them with an impossible number."""
    return made_once(tmp_path_factory.getbasetemp(), "petit", _build)


def _build(folder: DataFolder) -> None:
    _write(folder.root)
    with only_builder(folder):
        build(folder, Settings(folder.root), silent)


def _write(root: Path) -> None:
    before = {"campagne_declaree": "2018-2019"}
    folder = make_folder(
        root,
        {
            "2018-2019": ([agrement("a0", **before)], [reponse("a0", **before)]),
            "2019-2020": (
                [agrement("a1"), agrement("a2", BETA, nb_enfants_agrees="12"), agrement("a3", BETA)],
                [reponse("a1"), reponse("a2", BETA, nb_collectifs="99999", type_structure="Centre social")],
            ),
        },
    )
    national = {"campagne_declaree": "2019-2020", "indicateur": "nb_actions", "valeur": "4300", "nb_departements": "96"}
    write_export(folder.raw / "2019-2020" / "synthese.csv", "synthese-nationale", [national])


@pytest.fixture
def warehouse(built: DataFolder) -> Iterator[Warehouse]:
    """The build of `built`, open."""
    with open_current(built) as opened:
        yield opened


@pytest.fixture
def hand_made(tmp_path: Path) -> DataFolder:
    """A folder that publishes one table, core.action (n), of three rows."""
    folder = DataFolder(tmp_path)
    publish_hand_made(folder)
    return folder


@pytest.fixture(scope="session")
def three_rows(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """As `hand_made`, for the tests that only read."""
    folder = DataFolder(tmp_path_factory.mktemp("trois"))
    publish_hand_made(folder)
    return folder
