"""A territory is said in words."""

from __future__ import annotations

import pytest

from dashboard.screen.places import named, where


@pytest.mark.parametrize(
    ("territoire", "name", "place"),
    [
        ("45", "Loiret (45)", "dans le Loiret"),
        ("75", "Paris (75)", "à Paris"),
        ("2A", "Corse-du-Sud (2A)", "en Corse-du-Sud"),
        ("*", "tous les départements", "dans tous les départements"),
        ("999", "999", "dans le département 999"),
    ],
)
def test_a_territory_is_named_and_situated(territoire: str, name: str, place: str) -> None:
    assert (named(territoire), where(territoire)) == (name, place)
