"""The code's floors, rooms and imports -> one SVG: a band a floor, the rooms of the pipeline in the order of the flow.

An arrow goes from a room to one that imports it, that is, to where what it makes is used; those that follow from others
are left out. Nothing here names a room: what is drawn is what scripts/house.py reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from html import escape
from itertools import groupby
from pathlib import Path

from scripts.house import DOORS, FLOORS, ROOMS, Import, imports, modules, purpose, room
from socle.settings import PROJECT_ROOT

FLOW = "pipeline"
LEGEND = (
    "A number is how many files; doors are the modules at the root of a package. "
    "In the pipeline, an arrow goes to where what a room makes is used."
)
WIDTH, MARGIN, HEADING = 1200, 24, 34
BOX, HIGH = 100, 46
GAP = 24
_CHIP = 30
_TINTS = ("#eceff1", "#e3f2fd", "#e8f5e9", "#fff8e1", "#fce4ec", "#ede7f6")
_STYLE = (
    "text{font-family:'DejaVu Sans',Verdana,sans-serif;fill:#1b1b1b}.package{font-size:16px;font-weight:bold}"
    ".room{font-size:13px}.small{font-size:11px;fill:#444}"
    ".box{fill:#fff;stroke:#607d8b}.arrow{fill:none;stroke:#37474f;stroke-width:1.4;marker-end:url(#head)}"
)
_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#37474f"/></marker></defs>'
)


@cache
def _imports() -> list[Import]:
    return imports()


@cache
def _modules() -> dict[str, Path]:
    return modules()


@dataclass(frozen=True)
class BoxPlace:
    """Where a room of the flow stands: its column, as far from the first as it must be, and its row."""

    column: int
    row: int

    @property
    def left(self) -> int:
        """Its left edge."""
        return MARGIN + 16 + self.column * (BOX + GAP)

    @property
    def top(self) -> int:
        """Its top edge, under the heading of its band."""
        return HEADING + 8 + self.row * (HIGH + 26)

    @property
    def middle(self) -> int:
        """Half its height."""
        return self.top + HIGH // 2


def picture() -> str:
    """Return the SVG: the same text as long as floors, rooms and imports are the same."""
    bands, top = [], MARGIN
    for floor, packages in groupby(sorted(FLOORS, key=lambda name: -FLOORS[name]), key=lambda name: FLOORS[name]):
        drawn, height = _band(list(packages))
        band = (
            f'<rect x="{MARGIN}" y="0" width="{WIDTH - 2 * MARGIN}" height="{height}" rx="6" fill="{_TINTS[floor]}"/>'
        )
        bands.append(f'<g transform="translate(0 {top})">{band}{drawn}</g>')
        top += height + 12
    bands.append(f'<text class="small" x="{MARGIN + 16}" y="{top + 8}">{escape(LEGEND)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + MARGIN}" width="{WIDTH}" role="img" '
        f'aria-label="The floors and rooms of the code, and the flow of the pipeline"><style>{_STYLE}</style>{_HEAD}'
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(bands) + "\n</svg>\n"
    )


def _band(packages: Sequence[str]) -> tuple[str, int]:
    """The packages of one floor, one under another, and their height together."""
    parts, top = [], 0
    for package in packages:
        drawn, height = _flow(package) if package == FLOW else _chips(package)
        parts.append(f'<g transform="translate(0 {top})">{_heading(package)}{drawn}</g>')
        top += height
    return "".join(parts), top


def _heading(package: str) -> str:
    said = purpose(PROJECT_ROOT / package / "__init__.py").partition(": ")[2].replace("`", "")
    left = MARGIN + 48 + 10 * len(package)
    name = f'<text class="package" x="{MARGIN + 16}" y="24">{FLOORS[package]} · {package}</text>'
    return f'{name}<text class="small" x="{left + 24}" y="24">{escape(said)}</text>'


def _chips(package: str) -> tuple[str, int]:
    """The rooms of a package in their order, from the ground up, a line or more of them."""
    drawn, left, top = [], MARGIN + 16, HEADING
    for name in ROOMS.get(package, (DOORS,)):
        count = _files(package, name)
        text = f"{_called(name)} · {count}" if package in ROOMS else f"{count} files"
        width = 8 * len(text) + 18
        if left + width > WIDTH - MARGIN - 16:
            left, top = MARGIN + 16, top + _CHIP + 8
        drawn.append(_rect(left, top, width, _CHIP) + _text("room", left + width / 2, top + 20, text))
        left += width + 10
    return "".join(drawn), top + _CHIP + 14


def _flow(package: str) -> tuple[str, int]:
    """The rooms of the pipeline, each to the right of those it imports, and the arrows between them."""
    arrows = _needed(package)
    places = _places(package, arrows)
    rows = 1 + max(place.row for place in places.values())
    lane = BoxPlace(0, rows).top - 8
    drawn = [_rect(place.left, place.top, BOX, HIGH) + _words(package, name, place) for name, place in places.items()]
    for start, end in arrows:
        drawn.append(f'<path class="arrow" d="{_path(places[start], places[end], places.values(), lane)}"/>')
    return "".join(drawn), lane + 18


def _words(package: str, name: str, place: BoxPlace) -> str:
    middle, count = place.left + BOX / 2, _files(package, name)
    said = f"{count} file" if count == 1 else f"{count} files"
    return _text("room", middle, place.top + 20, _called(name)) + _text("small", middle, place.top + 37, said)


def _needed(package: str) -> list[tuple[str, str]]:
    """(Room, room that imports it), without those that follow from others."""
    inside = [one for one in _imports() if {one.importer.split(".")[0], one.imported.split(".")[0]} == {package}]
    pairs = {(room(one.imported), room(one.importer)) for one in inside if not one.importer.endswith("__main__")}
    direct = {name: {end for start, end in pairs if start == name != end} for name in ROOMS[package]}

    @cache
    def reached(name: str) -> frozenset[str]:
        return frozenset(direct[name]).union(*(reached(other) for other in direct[name]))

    order = ROOMS[package]
    return [
        (start, end)
        for start in order
        for end in sorted(direct[start], key=order.index)
        if not any(end in reached(other) for other in direct[start])
    ]


def _places(package: str, arrows: Sequence[tuple[str, str]]) -> dict[str, BoxPlace]:
    """Each room one column after the last of those it needs; where two share a column, the more used one is above."""
    before = {name: {start for start, end in arrows if end == name} for name in ROOMS[package]}
    columns: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        columns[name] = 1 + max((columns[other] for other in before[name]), default=-1)
    used = {name: _used(package, name) for name in columns}
    after = {name: max((columns[end] - columns[name] for start, end in arrows if start == name), default=0)
             for name in columns}  # fmt: skip
    ranked = sorted(columns, key=lambda name: (columns[name], not after[name], after[name], -used[name]))
    return {
        name: BoxPlace(column, row)
        for column, names in groupby(ranked, key=columns.__getitem__)
        for row, name in enumerate(names)
    }


def _used(package: str, name: str) -> int:
    """How many modules of other rooms import that room."""
    inside = (one for one in _imports() if one.imported.split(".")[0] == package and room(one.imported) == name)
    return len({one.importer for one in inside if room(one.importer) != name})


def _path(start: BoxPlace, end: BoxPlace, places: Iterable[BoxPlace], lane: int) -> str:
    """From the right of a room to the left of another, or below all of them when a room stands between."""
    between = [place for place in places if start.column < place.column < end.column and place.row == start.row]
    if between:
        return f"M{start.left + BOX // 2} {start.top + HIGH}V{lane}H{end.left + BOX // 2}V{end.top + HIGH}"
    if start.row == end.row:
        return f"M{start.left + BOX} {start.middle}H{end.left}"
    if start.row < end.row:
        return f"M{start.left + BOX} {start.middle}H{end.left - 10}V{end.middle}H{end.left}"
    return f"M{start.left + BOX} {start.middle}H{end.left - 18}V{end.middle + 10}H{end.left}"


def _called(name: str) -> str:
    return "doors" if name == DOORS else name


def _files(package: str, name: str) -> int:
    inside = (module for module in _modules() if module.split(".")[0] == package and room(module) == name)
    return sum(_modules()[module].stem != "__init__" for module in inside)


def _rect(left: float, top: float, width: float, height: float) -> str:
    return f'<rect class="box" x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="4"/>'


def _text(kind: str, left: float, top: float, text: str) -> str:
    return f'<text class="{kind}" x="{left:g}" y="{top:g}" text-anchor="middle">{escape(text)}</text>'
