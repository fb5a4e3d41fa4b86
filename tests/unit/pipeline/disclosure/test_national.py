"""National figures beside those of the départements: what France leaves is a line as any other."""

from __future__ import annotations

from pipeline.codebook.diffusion import DisclosureThresholds
from pipeline.disclosure.decide import decide
from pipeline.disclosure.model import Contribution, Decision, FigurePlace, ProtectedSeries, Sums
from pipeline.disclosure.national import FRANCE, decide_france
from pipeline.disclosure.primary import figures_of

RULE = DisclosureThresholds()
CHILDREN = ProtectedSeries("enfants", "enfants", "E", "n", "enfants", None, ())
OTHERS = ProtectedSeries("encore", "encore", "E", "n", "enfants", None, ())
WHOLE = FigurePlace("enfants", FRANCE, "")


def departement(name: str, number: int, value: float = 12) -> list[Contribution]:
    return [Contribution(f"{name}-{n}", "a", None, None, None, value, None) for n in range(number)]


def france(**declared: list[Contribution]) -> tuple[Decision, dict[str, Decision]]:
    return of_both(declared, {})


def of_both(
    children: dict[str, list[Contribution]], others: dict[str, list[Contribution]]
) -> tuple[Decision, dict[str, Decision]]:
    series = [CHILDREN, OTHERS] if others else [CHILDREN]
    own: dict[str, Decision] = {}
    figures: dict[str, dict[str, Sums]] = {}
    for name in children:
        given = {"enfants": children[name], "encore": others.get(name, [])}
        own[name] = decide(series, given, RULE)
        for one in series:
            if given[one.id]:
                figures.setdefault(one.id, {})[name] = next(figures_of(one, given[one.id]))
    return decide_france(series, figures, own, RULE, {"pct": 0.01}), own


def shown(decisions: dict[str, Decision]) -> list[str]:
    return [name for name, decision in decisions.items() if any(cell.serie == "enfants" for cell in decision.shown)]


def test_france_is_shown_where_every_departement_is() -> None:
    national, own = france(d1=departement("d1", 6), d2=departement("d2", 7))
    assert WHOLE in national.shown
    assert len(national.shown[WHOLE].numerator) == 13
    assert shown(own) == ["d1", "d2"]


def test_the_one_departement_that_is_hidden_is_not_what_the_others_leave() -> None:
    """The smallest of the others is hidden with it."""
    national, own = france(d1=departement("d1", 3), d2=departement("d2", 7), d3=departement("d3", 9))
    assert WHOLE in national.shown
    assert shown(own) == ["d3"]
    assert list(own["d2"].hidden.values()) == ["complement"]


def test_hidden_departements_that_have_enough_together_cost_nothing() -> None:
    national, own = france(d1=departement("d1", 3), d2=departement("d2", 4), d3=departement("d3", 9))
    assert WHOLE in national.shown
    assert shown(own) == ["d3"]


def test_france_is_hidden_where_hiding_others_does_not_help() -> None:
    national, own = france(d1=departement("d1", 1, 10_000), d2=departement("d2", 6, 1), d3=departement("d3", 9, 1))
    assert WHOLE not in national.shown
    assert shown(own) == ["d2", "d3"]


def test_two_national_figures_do_not_differ_by_one_porteur_of_hidden_departements() -> None:
    children = {"d1": departement("d1", 3), "d2": departement("d2", 4), "d3": departement("d3", 9)}
    others = children | {"d2": departement("d2", 3)}
    national, _ = of_both(children, others)
    assert WHOLE in national.shown
    assert FigurePlace("encore", FRANCE, "") in national.hidden
