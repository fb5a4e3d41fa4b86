"""What is kept of figures is kept by function, arguments, scope and build; a change of build is noticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.visit import data
from dashboard.visit.visitor import BuildChanged
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal
from tests.support.builds import publish_hand_made
from tests.support.dashboard import visitor_of
from warehouse.scope import Scope

CALLS: list[tuple[Scope, str]] = []


def figures(folder: DataFolder, scope: Scope, campagne: str) -> list[str]:
    CALLS.append((scope, campagne))
    return [f"{scope.role} {scope.territoire} {scope.porteur_id} {campagne} {len(CALLS)}"]


def others(folder: DataFolder, scope: Scope, campagne: str) -> list[str]:
    return ["autre"]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    CALLS.clear()
    data._read.clear()
    folder = DataFolder(tmp_path)
    publish_hand_made(folder)
    return folder


def test_the_same_is_read_once_and_given_as_a_copy(folder: DataFolder) -> None:
    who = visitor_of(folder)
    first = data.read(who, figures, "2019-2020")
    first.append("ajout d'une page")
    assert data.read(who, figures, "2019-2020") == ["agent * None 2019-2020 1"]
    assert len(CALLS) == 1


def test_whatever_differs_is_read_again(folder: DataFolder) -> None:
    visitors = [
        visitor_of(folder),
        visitor_of(folder, territoire="45"),
        visitor_of(folder, "comite"),
        visitor_of(folder, "porteur", "45", "p1"),
        visitor_of(folder, "porteur", "45", "p2"),
    ]
    read = [data.read(who, figures, "2019-2020")[0] for who in visitors]
    assert [one.rsplit(" ", 1)[0] for one in read] == [
        "agent * None 2019-2020",
        "agent 45 None 2019-2020",
        "comite * None 2019-2020",
        "porteur 45 p1 2019-2020",
        "porteur 45 p2 2019-2020",
    ]
    assert data.read(visitors[0], figures, "2018-2019") != data.read(visitors[0], figures, "2019-2020")
    assert data.read(visitors[0], others, "2019-2020") == ["autre"]


def test_two_people_of_one_scope_share_what_is_kept_two_builds_do_not(folder: DataFolder) -> None:
    data.read(visitor_of(folder), figures, "2019-2020")
    data.read(visitor_of(folder), figures, "2019-2020")
    assert len(CALLS) == 1
    publish_hand_made(folder, rows=4)
    data.read(visitor_of(folder), figures, "2019-2020")
    assert len(CALLS) == 2


def test_a_build_published_meanwhile_is_noticed_and_nothing_wrong_is_kept(folder: DataFolder) -> None:
    before = visitor_of(folder)
    publish_hand_made(folder, rows=4)
    for _ in range(2):
        with pytest.raises(BuildChanged):
            data.read(before, figures, "2019-2020")
    assert len(CALLS) == 2


def test_nothing_of_the_dashboard_is_kept_in_another_way() -> None:
    """A page that kept figures by itself could keep them for somebody else."""
    keeping = [
        path.relative_to(PROJECT_ROOT).as_posix()
        for path in sorted((PROJECT_ROOT / "dashboard").rglob("*.py"))
        if re.search(r"cache_data|cache_resource|lru_cache", path.read_text(encoding="utf-8"))
    ]
    # A chart is kept by all that it shows, and the engine of SQL keeps no answer.
    assert keeping == ["dashboard/exhibits/plots.py", "dashboard/query/engine.py", "dashboard/visit/data.py"]


def test_nothing_of_the_dashboard_draws_a_text_as_html() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (PROJECT_ROOT / "dashboard").rglob("*.py")]
    assert not [text for text in texts if re.search("unsafe_allow_html|unsafe_allow_javascript", text)]


def test_with_nothing_published_the_sentence_says_so(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="Rien n'a encore été publié"):
        data.read(visitor_of(DataFolder(tmp_path)), figures, "2019-2020")
