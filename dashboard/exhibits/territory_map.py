"""The intercommunalités of a département on a map, with an action or without, where the Caf supplies their GeoJSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from math import log2
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboard.exhibits.plot_axes import INK
from dashboard.screen.filters import Choice
from dashboard.screen.tables import plain, small
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from socle.paths import DataFolder
from warehouse.listings.territories import Territory, territories
from warehouse.open import open_current
from warehouse.scope import Scope

_COVERED, _OTHERS = "Au moins une action", "Aucune action"
_BLANK: dict[str, Any] = {"version": 8, "sources": {}, "layers": []}
"""The map's background: nothing, and nothing fetched."""
_HEIGHT = 480
_TILE = 512
"""Pixels in which the whole world stands at zoom 0."""


def show_map(visitor: Visitor, choice: Choice) -> None:
    """Draw the map; nothing where no file is supplied, a sentence where it is not what is expected."""
    file = visitor.folder.maps / f"{choice.departement.code}.geojson"
    if not file.is_file():
        return
    epcis = read(visitor, intercommunalites, choice.campagne, choice.departement.code)
    content = _content(file)
    drawn = territory_map(content, epcis) if content else None
    if drawn is None:
        st.warning(
            f"La carte cartes/{plain(file.name)} n'est pas utilisée\u202f: un GeoJSON d'intercommunalités est attendu, "
            "en longitudes et latitudes, chacune ayant une propriété «\u202fnom\u202f»."
        )
        return
    st.plotly_chart(
        drawn,
        key="carte",
        config={"displayModeBar": False, "scrollZoom": False},
        alt="Carte. Intercommunalités avec et sans action\u202f; le tableau qui suit les nomme.",
    )
    small("Carte fournie par la Caf. Le tableau des intercommunalités dit la même chose.")


def intercommunalites(folder: DataFolder, scope: Scope, campagne: str, departement: str) -> list[Territory]:
    """Return those of the département that year; raise Refusal when it is not in the scope's territory."""
    with open_current(folder, scope) as warehouse:
        return [territory for territory in territories(warehouse, campagne, departement) if territory.niveau == "epci"]


def territory_map(content: dict[str, Any], epcis: list[Territory]) -> go.Figure | None:
    """Return the map of those that the file draws, known by their names; None when it draws none of them."""
    features = {
        _same(str(feature["properties"].get("nom", ""))): feature
        for feature in content.get("features", [])
        if isinstance(feature, dict) and all(isinstance(feature.get(part), dict) for part in ("geometry", "properties"))
    }
    known = [epci for epci in epcis if _same(epci.nom) in features]
    points = [point for epci in known for point in _points(features[_same(epci.nom)]["geometry"].get("coordinates"))]
    if not points:
        return None
    drawn = go.Figure()
    for rank, (label, covered) in enumerate(((_COVERED, True), (_OTHERS, False))):
        names = [epci.nom for epci in known if epci.couvert is covered]
        if names:
            shapes = [{**features[_same(name)], "id": name} for name in names]
            drawn.add_choroplethmap(
                geojson={"type": "FeatureCollection", "features": shapes}, locations=names, z=[rank] * len(names),
                colorscale=[[0, _COLOURS[rank]], [1, _COLOURS[rank]]], showscale=False, showlegend=True,
                name=f"{label} ({len(names)})", marker={"line": {"width": 2, "color": "white"}},
            )  # fmt: skip
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    drawn.update_layout(
        height=_HEIGHT,
        margin={"l": 0, "r": 0, "t": 40, "b": 0},
        hovermode=False,
        map={
            "style": _BLANK,
            "center": {"lon": (west + east) / 2, "lat": (south + north) / 2},
            "zoom": log2(360 * _HEIGHT / _TILE / max(east - west, (north - south) * 1.5, 1e-6)) - 0.3,
        },
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 14, "color": INK}},
    )
    return drawn


_COLOURS = ("#0072B2", "#E69F00")
"""Blue and orange of Okabe and Ito: one is dark, the other light, without colour too."""


def _content(file: Path) -> dict[str, Any] | None:
    """What the file holds; None when it is no GeoJSON."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and isinstance(content.get("features"), list) else None


def _same(name: str) -> str:
    """A name without its accents, capitals and punctuation, by which two spellings are one."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def _points(coordinates: object) -> Iterator[tuple[float, float]]:
    """Every point of a shape, whatever its depth; none that is no longitude and latitude."""
    if not isinstance(coordinates, list):
        return
    if len(coordinates) >= 2 and all(isinstance(value, int | float) for value in coordinates[:2]):
        if abs(coordinates[0]) <= 180 and abs(coordinates[1]) <= 90:
            yield float(coordinates[0]), float(coordinates[1])
        return
    for part in coordinates:
        yield from _points(part)
