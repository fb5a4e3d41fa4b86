"""A map is drawn of what a GeoJSON supplies, found by name; of anything else, nothing."""

from __future__ import annotations

import pytest

from dashboard.exhibits.territory_map import territory_map
from warehouse.listings.territories import Territory

FOUND = [Territory("epci", "CC des Quatre Vallées", None, True), Territory("epci", "CC de la Forêt", None, False)]


def feature(nom: str, west: float = 2.0) -> dict[str, object]:
    ring = [[west, 47.0], [west + 0.5, 47.0], [west + 0.5, 47.5], [west, 47.0]]
    return {"type": "Feature", "properties": {"nom": nom}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_intercommunalites_are_found_by_name_however_it_is_spelled() -> None:
    content = {"features": [feature("CC DES QUATRE VALLEES"), feature("CC de la forêt", 3.0), feature("Ailleurs", 9.0)]}
    drawn = territory_map(content, FOUND)
    assert drawn is not None
    assert [trace.name for trace in drawn.data] == ["Au moins une action (1)", "Aucune action (1)"]
    assert [list(trace.locations) for trace in drawn.data] == [["CC des Quatre Vallées"], ["CC de la Forêt"]]
    assert drawn.layout.map.center.lon == pytest.approx(2.75)
    assert drawn.layout.map.style["sources"] == {}


@pytest.mark.parametrize(
    "features",
    [
        [],
        [feature("Ailleurs")],
        ["texte"],
        [{"properties": {"nom": "CC de la Forêt"}, "geometry": "x"}],
        [{"properties": {"nom": "CC de la Forêt"}, "geometry": {"coordinates": [[[648_000, 6_800_000]]]}}],
    ],
)
def test_what_names_none_of_them_or_is_no_longitude_draws_nothing(features: list[object]) -> None:
    assert territory_map({"features": features}, FOUND) is None
