"""What holds for every test, and the demo that many read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from socle.paths import DataFolder

if TYPE_CHECKING:
    from tests.support.server import Served

pytest_plugins = ["tests.support.processor"]

# The gate gives one answer for one tree; HYPOTHESIS_PROFILE=libre explores further.
settings.register_profile("fixe", derandomize=True, deadline=None)
settings.register_profile("libre", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixe"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A copy of data/raw, built; read it only."""
    from tests.support.demo import built_demo

    return built_demo(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def adopted_demo(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The demo, every campagne but the last being adopted; read it only."""
    from tests.support.demo import adopted_demo

    return adopted_demo(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def two_returns(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The two returns of exports.make_folder, in a quick build; copy it (once.copied) to change it."""
    from tests.support.builds import quick_build
    from tests.support.exports import make_folder
    from tests.support.once import made_once

    return made_once(
        tmp_path_factory.getbasetemp(), "deux-retours", lambda folder: quick_build(make_folder(folder.root))
    )


@pytest.fixture(scope="session")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The year of support/waiting.py, in a quick build; copy it (once.copied) to change it."""
    from tests.support.once import made_once
    from tests.support.waiting import build_waiting, waiting_folder

    return made_once(
        tmp_path_factory.getbasetemp(), "en-attente", lambda folder: build_waiting(waiting_folder(folder.root))
    )


@pytest.fixture(scope="session")
def two_cafs(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The year of support/two_departements.py, in a quick build; copy it (once.copied) to change it."""
    from tests.support.once import made_once
    from tests.support.two_cafs import build_two_cafs

    return made_once(tmp_path_factory.getbasetemp(), "deux-cafs", build_two_cafs)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The dashboard's real server, for the tests of a module: a build of two porteurs, accounts of every role."""
    from tests.support.access import make_accounts
    from tests.support.porteurs import publish_porteurs
    from tests.support.server import served

    root = tmp_path_factory.mktemp("serveur")
    folder = DataFolder(root / "data")
    publish_porteurs(folder)
    with served(folder, make_accounts(folder), root / "serveur.log") as running:
        yield running
