"""Random départements of 3 to 60 porteurs, as real ones answer: gaps, a large one, zeros, totals that disagree."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.decide import decide
from pipeline.disclosure.model import Contribution, Decision, ProtectedSeries, PublishedSums
from pipeline.disclosure.write_diffusion import protected_series
from pipeline.marts.calculation import by_source
from tests.support.attacker import STEPS, Answer, Attacker, Question, groups
from tests.support.exports import codebook

RULE = DisclosureThresholds()
LEVELS = ("elementaire", "college", "lycee")
PRODUCTS = ("caf_ps", "commune_epci", "familles", "fonds_propres")
WANTED = (
    "nb_enfants_accueillis", "nb_collectifs", "enfants_par_collectif", "nb_familles", "part_familles_participantes",
    *(f"part_enfants_niveau__{level}" for level in LEVELS), "part_enfants_qpv", "part_enfants_besoin__handicap",
    "nb_intervenants", "part_benevoles", "charges_totales", "cout_par_enfant", "cout_par_collectif",
    *(f"part_produits__{product}" for product in PRODUCTS), "rencontres_par_action",
)  # fmt: skip
Declared = dict[str, list[Contribution]]


@cache
def series() -> tuple[ProtectedSeries, ...]:
    """The real series that these départements answer, in the product's order."""
    return tuple(one for one in protected_series(codebook()) if one.id in WANTED)


@cache
def questions() -> tuple[Question, ...]:
    """The same, as their sheets describe them: by the text of their SQL and what it is said to be like."""
    by_id = {one.id: one for _, found in by_source(codebook().indicators) for one in found}
    return tuple(
        Question(
            one.id,
            one.unite,
            one.numerateur,
            None if one.base_publique else (by_id[one.base_comme].numerateur if one.base_comme else one.denominateur),
            one.base_publique,
            one.serie_de,
        )
        for one in by_id.values()
        if one.id in WANTED
    )


@dataclass(frozen=True)
class Profile:
    """What a draw of départements looks like."""

    gaps: float = 0.15
    """Largest share of actions that leave a question out."""
    zones: int = 2


def declared(seed: int, porteurs: int, profile: Profile = Profile()) -> Declared:
    """One département's answers, by series."""
    draw = random.Random(seed)
    kinds = [f"t{n}" for n in range(draw.randint(1, 7))]
    zones = [f"z{n}" for n in range(draw.randint(1, profile.zones))]
    gaps = {name: draw.uniform(0, profile.gaps) if draw.random() < 0.7 else 0.0 for name in WANTED}
    found: Declared = {name: [] for name in WANTED}
    for rank in range(porteurs):
        kind = draw.choices(kinds, [1 / (n + 1) for n in range(len(kinds))])[0] if draw.random() < 0.95 else None
        home = draw.choice(zones)
        size = draw.uniform(3, 8) if rank == 0 and draw.random() < 0.3 else draw.uniform(0.6, 1.6)
        for number in range(draw.choice((1, 1, 1, 2, 3))):
            zone = (draw.choice(zones) if draw.random() < 0.2 else home) if draw.random() < 0.95 else None
            for name, (above, below) in _answers(draw, size).items():
                if draw.random() >= gaps[name]:
                    action = f"a{rank:02d}-{number}"
                    found[name].append(Contribution(f"p{rank:02d}", action, kind, zone, None, above, below))
    return found


def _answers(draw: random.Random, size: float) -> Mapping[str, tuple[float, float | None]]:
    children = max(1, round(11 * size))
    groups_of = max(1, round(children / 11))
    told = children if draw.random() < 0.95 else children + draw.choice((-1, 1, 2))
    first = draw.randint(0, told) if draw.random() < 0.8 else told
    second = told - first if draw.random() < 0.8 else draw.randint(0, told - first)
    levels = dict(zip(LEVELS, (first, second, told - first - second), strict=True))
    staff, families = draw.randint(2, 9), max(1, children - draw.randint(0, 3))
    charges = round(children * draw.uniform(250, 600), 2)
    shares = [draw.random() for _ in PRODUCTS]
    products = {name: round(charges * share / sum(shares), 2) for name, share in zip(PRODUCTS, shares, strict=True)}
    return {
        "nb_enfants_accueillis": (children, None),
        "nb_collectifs": (groups_of, None),
        "enfants_par_collectif": (children, groups_of),
        "nb_familles": (families, None),
        "part_familles_participantes": (draw.randint(0, families), families),
        **{f"part_enfants_niveau__{level}": (count, told) for level, count in levels.items()},
        "part_enfants_qpv": (draw.choice((0, children, draw.randint(0, children))), children),
        "part_enfants_besoin__handicap": (draw.choice((0, 0, 1, 2)), children),
        "nb_intervenants": (staff, None),
        "part_benevoles": (draw.randint(0, staff), staff),
        "charges_totales": (charges, None),
        "cout_par_enfant": (charges, children),
        "cout_par_collectif": (charges, groups_of),
        **{f"part_produits__{name}": (value, round(sum(products.values()), 2)) for name, value in products.items()},
        "rencontres_par_action": (draw.randint(0, 8), 1.0),
    }


def answers(found: Declared) -> dict[str, list[Answer]]:
    """What everyone knows of who answered, with what each one knows of itself."""
    return {
        name: [
            Answer(c.porteur, c.action, {"type_structure": c.type_structure, "zonage": c.zonage}, c.numerateur,
                   c.denominateur)
            for c in contributions
        ]
        for name, contributions in found.items()
    }  # fmt: skip


def publication(found: Declared, decision: Decision) -> Iterator[dict[str, Any]]:
    """The rows of chiffres.csv: counts as they are, quotients rounded and without their sums."""
    units = {one.id: one.unite for one in questions()}
    for cell in decision.shown:
        group = next(g for niveau, code, g in groups(answers(found)[cell.serie]) if (niveau, code) == cell[1:])
        above, below = sum(a.numerateur for a in group), sum(a.denominateur or 0.0 for a in group)
        whole = group[0].denominateur is None
        step = 1.0 if whole else STEPS[units[cell.serie]]
        value = above if whole else round(round(above / below / step) * step, 6)
        yield {"indicateur": cell.serie, "niveau": cell.niveau, "code": cell.code, "valeur": value,
               "numerateur": above if whole else None, "denominateur": None}  # fmt: skip


def published(
    found: Declared, rule: DisclosureThresholds = RULE, before: PublishedSums | None = None
) -> tuple[list[dict[str, Any]], Decision]:
    """What the product shows of a département."""
    decision = decide(series(), found, rule, before)
    return list(publication(found, decision)), decision


def attacker(*publications: tuple[Declared, Sequence[Mapping[str, Any]]]) -> Attacker:
    """Someone who has read all of them."""
    someone = Attacker()
    for found, rows in publications:
        someone.read(questions(), answers(found), rows)
    return someone


def held(*decisions: Decision) -> PublishedSums:
    """What the product remembers of what it showed."""
    by_id = {one.id: one for one in series()}
    found = PublishedSums()
    for decision in decisions:
        for cell, figure in decision.shown.items():
            one = by_id[cell.serie]
            if one.id in decision.ratio_only and figure.denominator is not None:
                found.ratio_only[one.compte] = (figure.numerator, figure.denominator)
            else:
                for counted, row in figure.sums(one):
                    found.add(counted, row)
    return found
