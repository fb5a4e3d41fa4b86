"""Départements made by hand, each with what one part of the rule must see."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.disclosure.model import Contribution
from tests.support.departements import LEVELS, Declared

Place = tuple[str, str | None, str | None]
"""Porteur, type, zone."""


def children(rows: Iterable[tuple[Place, float]]) -> Declared:
    """One action each, and the children it welcomed."""
    return {
        "nb_enfants_accueillis": [
            Contribution(name, "a", kind, zone, None, float(value), None) for (name, kind, zone), value in rows
        ]
    }


def levels(rows: Iterable[tuple[Place, tuple[int, int, int]]]) -> Declared:
    """The same, with the school of the children: three shares that make a whole."""
    told = list(rows)
    found = children((place, sum(three)) for place, three in told)
    for position, level in enumerate(LEVELS):
        found[f"part_enfants_niveau__{level}"] = [
            Contribution(name, "a", kind, zone, None, float(three[position]), float(sum(three)))
            for (name, kind, zone), three in told
        ]
    return found


def several(prefix: str, number: int, kind: str | None = None, zone: str | None = None) -> list[Place]:
    return [(f"{prefix}{rank}", kind, zone) for rank in range(number)]


def zone_made_of_types() -> Declared:
    """Zone z1 is types t1 and t2; t2, that one porteur makes 95 % of, is hidden: z1 less t1 is t2."""
    rows = [(place, 40.0) for place in several("a", 8, "t1", "z1")]
    rows += [(place, 1.0) for place in several("b", 5, "t2", "z1")]
    rows += [(("gros", "t2", "z1"), 100.0), *((place, 20.0) for place in several("c", 7, "t3", "z2"))]
    return children(rows)


def zone_within_a_type() -> Declared:
    """Type t2 is inside zone z2: what it leaves of the zone is 95 % one porteur's. No line is hidden."""
    rows = [(place, 40.0) for place in several("a", 8, "t1", "z1")]
    rows += [(place, 1.0) for place in several("b", 5, "t1", "z2")]
    rows += [(("gros", "t1", "z2"), 100.0), *((place, 20.0) for place in several("c", 7, "t2", "z2"))]
    return children(rows)


def family_across_lines() -> Declared:
    """All the lycéens of t1 are one porteur's; the collégiens hidden to protect them follow from the département's."""
    rows = [(place, (15, 10, 5)) for place in several("a", 10, "t0")]
    rows += [(place, (20, 12, 0)) for place in several("b", 6, "t1")]
    return levels([*rows, (("gros", "t1", None), (10, 10, 60))])


def whole_children() -> Declared:
    """99 children: rounding to 1 % blurs nothing, since children are whole numbers."""
    rows = [(place, (10, 10, 0)) for place in several("a", 4)]
    return levels([*rows, (("gros", None, None), (8, 7, 4))])


def share_hidden_last() -> Declared:
    """A share's zones are given up since they enclose a porteur; the two other shares of the zone still tell it."""
    rows = [(place, (3, 1, 60)) for place in several("u", 6, "t0", "z0")]
    rows += [(place, (3, 1, 5)) for place in several("v", 6, "t1", "z0")]
    rows += [(place, (3, 1, 9)) for place in several("r", 5, "t1", "z1")]
    return levels([*rows, (("seul", "t0", "z1"), (3, 1, 250))])


def left_unanswered() -> Declared:
    """Those who leave the collectifs out are six, one of which is 95 % of their children."""
    found = children(
        [
            *((place, 20.0) for place in several("a", 8)),
            *((place, 1.0) for place in several("b", 5)),
            (("gros", None, None), 100.0),
        ]
    )
    places = several("a", 8)
    found["nb_collectifs"] = [Contribution(name, "a", None, None, None, 2.0, None) for name, _, _ in places]
    found["enfants_par_collectif"] = [Contribution(name, "a", None, None, None, 20.0, 2.0) for name, _, _ in places]
    return found


def late_porteurs() -> tuple[Declared, Declared]:
    """Six porteurs come after the first diffusion, one of which is 95 % of what they bring."""
    first = [(place, 20.0) for place in several("a", 8)]
    late = [*((place, 1.0) for place in several("b", 5)), (("gros", None, None), 100.0)]
    return children(first), children([*first, *late])


def two_actions_one_corrected() -> tuple[Declared, Declared]:
    """Types and zones come with the second diffusion, and five corrections; one porteur corrects one of two actions.

    Alone, the second would not show its zones: they enclose "seul". Beside the first, each action is looked at apart.
    """
    rows = [(place, 60.0) for place in several("u", 6, "t0", "z0")]
    rows += [(place, 5.0) for place in several("v", 6, "t1", "z0")]
    rows += [(place, 9.0) for place in several("r", 5, "t1", "z1")]
    second = children([*rows, (("seul", "t0", "z1"), 125.0)])
    second["nb_enfants_accueillis"].append(Contribution("seul", "b", "t0", "z1", None, 125.0, None))
    before = {("u0", "a"): 30.0, ("u1", "a"): 30.0, ("u2", "a"): 30.0, ("u3", "a"): 30.0, ("seul", "b"): 60.0}
    first = [
        one._replace(type_structure=None, zonage=None, numerateur=before.get((one.porteur, one.action), one.numerateur))
        for one in second["nb_enfants_accueillis"]
    ]
    return {"nb_enfants_accueillis": first}, second


def dominated() -> Declared:
    """Twelve porteurs, one of which has nine children out of ten."""
    return children([*((place, 3.0) for place in several("p", 11, "t0", "z0")), (("gros", "t0", "z0"), 300.0)])


def left_over() -> Declared:
    """A type can be shown; what it leaves of the département is nearly all one porteur's."""
    rows = [(place, 20.0) for place in several("p", 6, "t0")]
    rows += [(place, 1.0) for place in several("q", 5, "t2")]
    return children([*rows, (("gros", "t2", None), 60.0)])


def third_share() -> Declared:
    """Nearly all the lycéens are one porteur's; no line."""
    return levels([*((place, (60, 50, 1)) for place in several("p", 11)), (("gros", None, None), (60, 50, 300))])


def crossed(alone: int = 1) -> Declared:
    """One porteur, or several, where a type and a zone cross, among small ones."""
    rows = [(place, 60.0) for place in several("u", 6, "t0", "z0")]
    rows += [(place, 5.0) for place in several("v", 6, "t1", "z0")]
    rows += [(place, 9.0) for place in several("r", 5, "t1", "z1")]
    return children([*rows, *((place, 250.0) for place in several("s", alone, "t0", "z1"))])


def two_differences() -> Declared:
    """A type and a zone that differ by one porteur each."""
    rows = [*several("u", 6, "t0", "z0"), *several("r", 6), ("un", "t0", None), ("deux", None, "z0")]
    return children((place, 12.0) for place in rows)


def few() -> Declared:
    """Three porteurs."""
    return children((place, 12.0) for place in several("p", 3))
