"""The rule of disclosure, part by part, on départements small enough to be checked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.decide import decide
from pipeline.disclosure.model import Contribution, Decision, FigurePlace, ProtectedSeries, PublishedSums
from pipeline.disclosure.primary import primary_suppression

RULE = DisclosureThresholds()
CHILDREN = ProtectedSeries("enfants", "enfants", "E", "n", "enfants", None)
FAMILIES = ProtectedSeries("familles", "familles", "E", "n", "familles", None)
NEW = ProtectedSeries("nouveaux", "nouveaux", "E", "pct", "nouveaux", "enfants")
HANDICAP = ProtectedSeries("handicap", "handicap", "X", "pct", "handicap", "enfants")
LEVELS = tuple(ProtectedSeries(f"niveau__{one}", "niveau", "E", "pct", one, "enfants") for one in ("el", "co", "ly"))
WHOLE, LOCAL, SOCIAL = ("departement", ""), ("type_structure", "locale"), ("type_structure", "sociale")
URBAN, RURAL = ("zonage", "urbain"), ("zonage", "rural")


def declared(
    values: dict[str, float],
    types: dict[str, str] | None = None,
    zones: dict[str, str] | None = None,
    base: dict[str, float] | None = None,
) -> list[Contribution]:
    """One action a porteur."""
    return [
        Contribution(name, f"a-{name}", (types or {}).get(name), (zones or {}).get(name), None, value,
                     base[name] if base else None)
        for name, value in values.items()
    ]  # fmt: skip


def names(number: int, letter: str = "p") -> list[str]:
    return [f"{letter}{rank:02d}" for rank in range(number)]


def even(number: int, value: float = 12) -> dict[str, float]:
    return dict.fromkeys(names(number), value)


def state(decision: Decision, serie: str, place: tuple[str, str]) -> str:
    cell = FigurePlace(serie, *place)
    assert (cell in decision.shown) != (cell in decision.hidden)
    return decision.hidden.get(cell, "montre")


@pytest.mark.parametrize(("number", "expected"), [(4, "peu_de_porteurs"), (5, "montre"), (12, "montre")])
def test_a_figure_rests_on_five_porteurs(number: int, expected: str) -> None:
    assert state(decide([CHILDREN], {"enfants": declared(even(number))}, RULE), "enfants", WHOLE) == expected


@pytest.mark.parametrize(("largest", "expected"), [(68, "montre"), (69, "domination")])
def test_none_of_them_makes_more_than_85_per_cent(largest: float, expected: str) -> None:
    values = {**even(4, 3), "gros": largest}
    assert state(decide([CHILDREN], {"enfants": declared(values)}, RULE), "enfants", WHOLE) == expected


def test_a_porteur_counts_once_however_many_actions_it_has() -> None:
    parts = frozenset((name, f"{name}-{action}", 3.0) for name in names(4) for action in "ab")
    assert primary_suppression(parts, RULE) == "peu_de_porteurs"


def test_a_line_that_leaves_fewer_than_five_porteurs_is_hidden() -> None:
    everyone = names(12)
    types = {name: "locale" if rank < 8 else "sociale" for rank, name in enumerate(everyone)}
    decision = decide([CHILDREN], {"enfants": declared(even(12), types)}, RULE)
    assert state(decision, "enfants", WHOLE) == "montre"
    assert state(decision, "enfants", LOCAL) == "recoupement"
    assert state(decision, "enfants", SOCIAL) == "peu_de_porteurs"


def test_lines_are_shown_where_each_and_what_is_left_have_enough() -> None:
    types = {name: "locale" if rank < 6 else "sociale" for rank, name in enumerate(names(12))}
    decision = decide([CHILDREN], {"enfants": declared(even(12), types)}, RULE)
    assert [state(decision, "enfants", place) for place in (WHOLE, LOCAL, SOCIAL)] == ["montre"] * 3


def test_what_lines_leave_is_not_that_of_one_large_porteur() -> None:
    values = {**even(6, 10), **dict.fromkeys(names(4, "q"), 2.0), "gros": 90.0}
    decision = decide([CHILDREN], {"enfants": declared(values, dict.fromkeys(names(6), "locale"))}, RULE)
    assert state(decision, "enfants", WHOLE) == "montre"
    assert state(decision, "enfants", LOCAL) == "complement"


def test_two_totals_that_differ_by_one_porteur_are_not_both_shown() -> None:
    everyone, all_but_one = even(12), even(11)
    second = replace(CHILDREN, id="encore")
    decision = decide([CHILDREN, second], {"enfants": declared(everyone), "encore": declared(all_but_one)}, RULE)
    assert state(decision, "enfants", WHOLE) == "montre"
    assert state(decision, "encore", WHOLE) == "recoupement"


def test_two_totals_that_differ_by_five_porteurs_are() -> None:
    second = replace(CHILDREN, id="encore")
    decision = decide([CHILDREN, second], {"enfants": declared(even(12)), "encore": declared(even(7))}, RULE)
    assert state(decision, "encore", WHOLE) == "montre"


def test_totals_of_different_things_have_nothing_to_do_with_each_other() -> None:
    decision = decide([CHILDREN, FAMILIES], {"enfants": declared(even(12)), "familles": declared(even(11))}, RULE)
    assert state(decision, "familles", WHOLE) == "montre"


def test_a_share_that_one_porteur_did_not_answer_is_shown_for_the_departement_alone() -> None:
    """A rounded share of two unknown sums tells neither of them."""
    types = {name: "locale" if rank < 6 else "sociale" for rank, name in enumerate(names(13))}
    shares = declared(even(12, 4), types, base=even(12))
    decision = decide([CHILDREN, NEW], {"enfants": declared(even(13), types), "nouveaux": shares}, RULE)
    assert state(decision, "nouveaux", WHOLE) == "montre"
    assert decision.ratio_only == {"nouveaux"}
    assert state(decision, "nouveaux", LOCAL) == "recoupement"


def test_its_numerator_is_then_not_to_be_had_from_elsewhere() -> None:
    alone = replace(FAMILIES, id="seuls", compte="nouveaux")
    found = {"enfants": declared(even(13)), "nouveaux": declared(even(12, 4), base=even(12))}
    decision = decide([CHILDREN, NEW, alone], {**found, "seuls": declared(even(12, 4))}, RULE)
    assert state(decision, "seuls", WHOLE) == "recoupement"
    decision = decide([CHILDREN, alone, NEW], {**found, "seuls": declared(even(12, 4))}, RULE)
    assert (state(decision, "seuls", WHOLE), state(decision, "nouveaux", WHOLE)) == ("montre", "recoupement")


def test_a_sensitive_share_is_the_departements_only_and_needs_eleven_children() -> None:
    types = {name: "locale" if rank < 6 else "sociale" for rank, name in enumerate(names(12))}
    few = declared(even(12, 0.5), types, base=even(12))
    enough = declared(even(12, 1), types, base=even(12))
    assert state(decide([HANDICAP], {"handicap": few}, RULE), "handicap", WHOLE) == "sensible"
    decision = decide([HANDICAP], {"handicap": enough}, RULE)
    assert (state(decision, "handicap", WHOLE), state(decision, "handicap", LOCAL)) == ("montre", "sensible")


def of_level(el: float, co: dict[str, float], ly: dict[str, float]) -> dict[str, list[Contribution]]:
    base = {name: el + co[name] + ly[name] for name in co}
    levels = {"niveau__el": even(len(co), el), "niveau__co": co, "niveau__ly": ly}
    return {serie: declared(values, base=base) for serie, values in levels.items()}


def test_a_hidden_share_is_not_what_the_others_leave_of_the_whole() -> None:
    """Rounding is no protection: children are whole numbers."""
    for mine in (3.0, 100.0):
        ly = {**even(12, 0), "p00": mine}
        decision = decide(LEVELS, of_level(6, even(12, 5), ly), RULE)
        assert state(decision, "niveau__ly", WHOLE) == "domination"
        assert state(decision, "niveau__co", WHOLE) == "complement"
        assert state(decision, "niveau__el", WHOLE) == "montre"


def test_shares_of_a_whole_are_hidden_in_every_line_alike() -> None:
    types = {name: "locale" if rank < 6 else "sociale" for rank, name in enumerate(names(12))}
    found = of_level(6, even(12, 5), {**even(12, 0), "p00": 3.0})
    found = {serie: [one._replace(type_structure=types[one.porteur]) for one in rows] for serie, rows in found.items()}
    decision = decide(LEVELS, found, RULE)
    for place in (WHOLE, LOCAL, SOCIAL):
        assert state(decision, "niveau__el", place) == "montre"
        assert state(decision, "niveau__co", place) == "complement"
        assert state(decision, "niveau__ly", place) == "domination"


def crossed(others: float) -> Decision:
    """Two breakdowns that cross: one rural porteur is of the type shown, eleven others are of no type that is."""
    types = dict.fromkeys([*names(6), "seul"], "locale")
    zones = dict.fromkeys(names(12), "urbain") | dict.fromkeys([*names(5, "r"), "seul"], "rural")
    values = {**even(6), **dict.fromkeys(names(12)[6:], others), **dict.fromkeys(names(5, "r"), 1.8), "seul": 50.0}
    return decide([CHILDREN], {"enfants": declared(values, types, zones)}, RULE)


def test_a_value_enclosed_by_two_breakdowns_costs_the_zones() -> None:
    """Of its 50 children, 9 at most are another rural porteur's, and 6 at most another town's."""
    decision = crossed(1)
    assert state(decision, "enfants", WHOLE) == state(decision, "enfants", LOCAL) == "montre"
    # Either of the two zones tells the other.
    assert state(decision, "enfants", RURAL) == state(decision, "enfants", URBAN) == "encadrement"


def test_two_breakdowns_are_shown_where_they_enclose_nobody() -> None:
    decision = crossed(12)
    assert [state(decision, "enfants", place) for place in (WHOLE, LOCAL, URBAN, RURAL)] == ["montre"] * 4


def held(decision: Decision, *series: ProtectedSeries) -> PublishedSums:
    found = PublishedSums()
    for one in series:
        for cell, figure in decision.shown.items():
            for counted, row in figure.sums(one) if cell.serie == one.id else ():
                found.add(counted, row)
    return found


def test_a_figure_shown_once_and_then_corrected_for_one_porteur_is_not_shown_again() -> None:
    types = {name: "locale" if rank < 6 else "sociale" for rank, name in enumerate(names(12))}
    before = held(decide([CHILDREN], {"enfants": declared(even(12), types)}, RULE), CHILDREN)
    corrected = {"enfants": declared({**even(12), "p00": 15.0}, types)}
    decision = decide([CHILDREN], corrected, RULE, before)
    assert state(decision, "enfants", WHOLE) == "recoupement"
    assert [state(decide([CHILDREN], corrected, RULE), "enfants", place) for place in (WHOLE, LOCAL)] == ["montre"] * 2


def test_it_is_shown_again_when_five_were_corrected_or_none() -> None:
    before = held(decide([CHILDREN], {"enfants": declared(even(12))}, RULE), CHILDREN)
    five = {**even(12), **dict.fromkeys(names(5), 20.0)}
    assert state(decide([CHILDREN], {"enfants": declared(five)}, RULE, before), "enfants", WHOLE) == "montre"
    assert state(decide([CHILDREN], {"enfants": declared(even(12))}, RULE, before), "enfants", WHOLE) == "montre"


def test_a_porteur_that_comes_late_is_not_the_difference_of_two_diffusions() -> None:
    before = held(decide([CHILDREN], {"enfants": declared(even(12))}, RULE), CHILDREN)
    assert state(decide([CHILDREN], {"enfants": declared(even(13))}, RULE, before), "enfants", WHOLE) == "recoupement"


def test_an_essential_figure_is_preferred_to_those_that_come_after() -> None:
    found = {"enfants": declared(even(12)), "encore": declared(even(11))}
    second = replace(CHILDREN, id="encore")
    assert state(decide([second, CHILDREN], found, RULE), "encore", WHOLE) == "montre"
    assert state(decide([second, CHILDREN], found, RULE), "enfants", WHOLE) == "recoupement"
