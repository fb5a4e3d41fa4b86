"""Every figure of the demo, found again in pandas from the rows kept and from the definitions of the catalogue.

Nothing in tests/support/formulas.py reads indicators.yml nor marts.calcul_*: a wrong formula there makes two different
figures.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from pipeline.build import build
from pipeline.builds.lock import only_builder
from pipeline.codebook.load import load_codebook
from socle.files.manifest import WAREHOUSE
from socle.settings import Settings
from socle.words.states import FIGURE_STATES
from tests.support.awkward import awkward_folder
from tests.support.figure_rows import asked_in, figure_rows
from tests.support.formulas import FORMULAS, Rows
from tests.support.recomputed import levels_of, recomputed

KEY = ["campagne", "indicateur", "niveau", "code"]
FIGURES = ["numerateur", "denominateur", "valeur", "nb_repondants", "nb_porteurs"]
STATES = set(FIGURE_STATES)
# More children may come than were agreed to, and each one who left is counted.
MAY_EXCEED_ONE = {"taux_realisation"}
# Empty while the committee has not settled the expected frequency.
NEVER_COMPUTED = {"part_collectifs_frequence"}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the demo has too little of, built."""
    with only_builder(folder := awkward_folder(tmp_path_factory.mktemp("chiffres"))):
        built = build(folder, Settings(folder.root), lambda _: None)
    assert built.manifest.refused == []
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module", params=["demo_warehouse", "awkward"])
def warehouse(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    found: duckdb.DuckDBPyConnection = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def rows(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """The rows that the formulas look at."""
    return figure_rows(warehouse)


@pytest.fixture(scope="module")
def shown(warehouse: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The figures of each series, the view that makes them being read once."""
    found = warehouse.execute(
        "select * from marts.indicateur_valeur where statut = 'diffusable' and niveau <> 'france' "
        "and origine = 'fictif'"
    ).df()
    return {str(name): figures for name, figures in found.groupby("indicateur")} | {"": found.head(0)}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_figure_is_found_again_from_the_rows(
    warehouse: duckdb.DuckDBPyConnection, rows: dict[str, Rows], shown: dict[str, pd.DataFrame], name: str
) -> None:
    formula = FORMULAS[name]
    asked = asked_in(warehouse, formula.asked) if formula.asked else None
    expected = recomputed(name, formula, rows, asked, levels_of(formula))
    found = shown.get(name, shown[""])
    assert set(found["niveau"]) <= set(levels_of(formula))
    shape = [*KEY, "departement"]
    pd.testing.assert_frame_equal(
        found.sort_values(shape)[[*shape, *FIGURES]].reset_index(drop=True),
        expected.sort_values(shape)[[*shape, *FIGURES]].reset_index(drop=True),
        check_dtype=False, rtol=0, atol=1e-6,
    )  # fmt: skip


def test_the_demo_has_each_figure_at_each_of_its_levels(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select indicateur, list(distinct niveau) from marts.indicateur_valeur where origine = 'fictif' "
        "and statut = 'diffusable' and niveau <> 'france' group by indicateur"
    ).fetchall()
    assert {name: set(levels) for name, levels in found} == {
        name: set(levels_of(formula)) for name, formula in FORMULAS.items() if name not in NEVER_COMPUTED
    }


def test_every_series_of_the_catalogue_is_recomputed_here() -> None:
    assert {series.id for series in load_codebook().indicators} == set(FORMULAS)


@pytest.mark.parametrize(("indicateur", "published"), [("nb_actions", 41), ("nb_enfants", 485)])
def test_the_anchor_of_the_loiret_is_published_and_found_by_the_demo(
    demo_warehouse: duckdb.DuckDBPyConnection, indicateur: str, published: int
) -> None:
    found = demo_warehouse.execute(
        "select origine, valeur from marts.indicateur_valeur where campagne = '2019-2020' "
        "and niveau = 'departement' and code = '45' and indicateur = ? order by origine",
        [indicateur],
    ).fetchall()
    assert found == [("fictif", published), ("publie", published)]


def test_a_figure_has_one_row_a_key(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    keys = "campagne, indicateur, niveau, code, departement, origine"
    twice = f"select {keys} from marts.indicateur_valeur group by all having count(*) > 1"
    assert demo_warehouse.execute(twice).fetchall() == []
    blank = "campagne is null or indicateur is null or niveau is null or code is null or origine is null"
    assert demo_warehouse.execute(f"select * from marts.indicateur_valeur where {blank}").fetchall() == []


def test_only_france_has_no_departement(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select distinct niveau, departement is null from marts.indicateur_valeur order by 1"
    ).fetchall()
    assert found == [(niveau, niveau == "france") for niveau in
                     ("action", "departement", "epci", "france", "porteur", "type_structure", "zonage")]  # fmt: skip


def test_a_share_lies_between_zero_and_one(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    """A part above its whole is set aside, at every level."""
    found = demo_warehouse.execute(
        "select distinct indicateur from marts.indicateur_valeur inner join marts.indicateur using (indicateur) "
        "where unite = 'pct' and valeur not between 0 and 1"
    ).fetchall()
    assert {name for (name,) in found} <= MAY_EXCEED_ONE
    far = "select max(valeur) from marts.indicateur_valeur where indicateur in (select unnest(?))"
    ((most,),) = demo_warehouse.execute(far, [list(MAY_EXCEED_ONE)]).fetchall()
    assert most < 3


def test_a_figure_has_a_value_if_and_only_if_it_may_be_shown(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute("select distinct statut, valeur is null from marts.indicateur_valeur").fetchall()
    assert {statut for statut, _ in found} <= STATES
    assert all(empty == (statut != "diffusable") for statut, empty in found)


def test_a_published_percentage_has_the_numbers_its_source_gives_and_no_other(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Only the catalogue's shares of a source that printed both counts (Var, Deux-Sèvres) have a numerator."""
    found = demo_warehouse.execute(
        "select v.numerateur, v.denominateur, p.numerateur, p.denominateur from marts.indicateur_valeur as v "
        "inner join reference.chiffres_publies as p on v.campagne = p.annee and v.indicateur = p.indicateur "
        "and v.niveau = p.niveau and v.code = p.code where v.origine = 'publie'"
    ).fetchall()
    assert len(found) >= 12
    assert [row for row in found if row[:2] != row[2:]] == []
    france = (
        "select count(*), count(numerateur) from marts.indicateur_valeur where origine = 'publie' and niveau = 'france'"
    )
    assert demo_warehouse.execute(france).fetchone() == (5, 0)


def test_each_campaign_and_departement_says_where_every_indicator_stands(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = demo_warehouse.execute(
        "select campagne, indicateur, count(*) from marts.indicateur_valeur "
        "where niveau = 'departement' and code = '45' and origine = 'fictif' and statut is not null group by all"
    ).fetchall()
    campaigns = [name for (name,) in demo_warehouse.execute("select campagne from core.campagne").fetchall()]
    assert len(campaigns) == 11
    assert set(found) == {(campagne, name, 1) for campagne in campaigns for name in FORMULAS}


def test_a_national_figure_is_the_quotient_of_its_two_numbers(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    """A planted line of the synthesis writes 97,2 for 0,972: it is set aside, and no figure rests on it."""
    found = demo_warehouse.execute(
        "select valeur, numerateur / denominateur from marts.indicateur_valeur where niveau = 'france' "
        "and origine = 'synthese_fictive' and denominateur is not null"
    ).fetchall()
    assert len(found) > 20
    assert [row for row in found if row[0] != pytest.approx(row[1])] == []
    shown = demo_warehouse.execute(
        "select count(*) from marts.indicateur_valeur where niveau = 'france' and campagne = '2016-2017' "
        "and indicateur = 'taux_realisation' and valeur is not null"
    ).fetchone()
    assert shown == (0,)


def test_what_a_figure_is_made_from_is_said_beside_it(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    wanted = {
        "nb_enfants": "Actions agréées par le comité",
        "nb_enfants_accueillis": "Bilans des porteurs",
        "taux_realisation": "Actions agréées par le comité et bilans des porteurs",
    }
    for name, said in wanted.items():
        sources = demo_warehouse.execute(
            "select distinct source from marts.indicateur_valeur "
            "where indicateur = ? and campagne = '2018-2019' and niveau <> 'france'",
            [name],
        ).fetchall()
        assert sources == [(f"{said} 2018-2019 (données fictives)",)]


def test_the_awkward_answers_count_as_the_catalogue_says(awkward: duckdb.DuckDBPyConnection) -> None:
    """By hand, so that the recomputation itself is checked."""
    found = awkward.execute(
        "select indicateur, numerateur, denominateur from marts.indicateur_valeur "
        "where campagne = '2019-2020' and niveau = 'departement' and origine = 'fictif'"
    ).fetchall()
    figures = {name: (above, below) for name, above, below in found}
    # a1 a2 b1 b2 b3 c1 c2 and d2, which stopped but answered, of all but d1 and e1.
    assert figures["taux_reponse_actions"] == (8, 9)
    # e1 alone was agreed to p5, and never started.
    assert figures["taux_reponse_porteurs"] == (4, 4)
    assert figures["nb_porteurs"] == (5, None)
    # p1 changed its type, p3 and p4 do not say theirs.
    assert figures["part_porteurs_type__centre_social"] == (1, 2)
    assert figures["part_porteurs_type__association_locale"] == (1, 2)
    # a1 a2 (10 each), b1 (8), c1 c2 d2 (10 each): b2 is blank, b3 sums to nought.
    assert figures["part_enfants_niveau__college"] == (15, 58)
    assert figures["nb_enfants_accueillis"] == (57, None)
    assert figures["taux_realisation"] == (50, 60)
    assert figures["enfants_par_collectif"] == (47, 6)
    assert figures["couverture_enfants"] == (70, 80)
    assert figures["part_actions_benevoles_seuls"] == (1, 7)
    # Blank beside volunteers counts nought; volunteers left blank give no base, nor does nobody at all.
    assert figures["part_benevoles"] == (18, 23)


def test_the_awkward_years_count_as_the_catalogue_says(awkward: duckdb.DuckDBPyConnection) -> None:
    """By hand as well: collectifs, bonus, Ps, axes deduced, places covered."""
    found = awkward.execute(
        "select campagne[3:4] || campagne[8:9], indicateur, numerateur, denominateur, statut from "
        "marts.indicateur_valeur where niveau = 'departement' and origine = 'fictif' and campagne > '2020-2021'"
    ).fetchall()
    figures = {(year, name): (above, below) for year, name, above, below, _ in found}
    states = {(year, name): statut for year, name, _, _, statut in found}
    # Three groups described by f1, which says two; f2 describes none and says one.
    assert figures["2122", "nb_collectifs"] == (4, None)
    assert figures["2122", "part_collectifs_8_12"] == (1, 2)
    assert figures["2122", "taux_presence"] == (16.5, 21)
    assert figures["2122", "duree_seance"] == (4, 3)
    assert figures["2122", "heures_par_enfant"] == (8 * 90 + 13 * 20, 21)
    assert figures["2122", "part_collectifs_2_intervenants"] == (1, 2)
    # 8 000 € is above the ceiling: 7 885 × 0,325, and 1 000,10 × 0,325, each to the cent.
    assert figures["2122", "ps_theorique"] == (pytest.approx(2562.63 + 325.03, abs=0.011), None)
    assert figures["2122", "part_collectifs_plafond"] == (1, 2)
    assert states["2223", "ps_theorique"] == "non_renseigne"
    assert states["2223", "part_collectifs_8_12"] == "non_calculable"
    assert {states[year, "part_collectifs_frequence"] for year in ("2122", "2223", "2324")} == {"non_renseigne"}
    # Attributed a collectif, or said by an action.
    assert figures["2122", "part_collectifs_bonus__enfants"] == (1, 2)
    assert figures["2223", "part_collectifs_bonus__enfants"] == (1, 2)
    # 30 of the 25 foreseen, for want of an agreed number; 9 of the 10 agreed.
    assert figures["2122", "taux_realisation"] == (39, 35)
    # f1: aid to homework, no liaison book, « aucun »; f2: no outing, parents welcomed, never meets the school, PRE.
    assert figures["2122", "part_actions_axe__enfants"] == (1, 2)
    assert figures["2122", "part_actions_axe__parents"] == (1, 1)
    assert figures["2122", "part_actions_axe__ecole"] == (0, 2)
    assert figures["2122", "part_actions_axe__territoire"] == (1, 2)
    # A box that the form does not offer is no zero.
    assert states["2122", "part_actions_lien__reaap"] == "non_demande"
    assert figures["2122", "part_actions_lien__aucun"] == (1, 2)
    # 2020-2021 is not held; b1 names an action of the year before, a9 none.
    assert states["2122", "part_actions_nouvelles"] == "non_renseigne"
    assert figures["2223", "part_actions_nouvelles"] == (1, 2)
    # Without a roster: those who answered, where they act. La Source once, one quartier of Montargis.
    assert figures["2324", "nb_porteurs"] == (3, None)
    assert figures["2324", "part_qpv_couverts"] == (2, 19)
    assert figures["2324", "part_epci_couverts"][1] == 16
    assert states["2223", "part_qpv_couverts"] == "non_renseigne"


def test_what_stands_in_for_the_usual_rows_is_said(awkward: duckdb.DuckDBPyConnection) -> None:
    said = {
        ("2023-2024", "nb_porteurs"): "Porteurs répondants, faute de liste des actions agréées",
        ("2019-2020", "nb_porteurs"): "Actions agréées par le comité",
        ("2023-2024", "part_epci_couverts"): "Bilans des porteurs, faute de liste des actions agréées",
        ("2022-2023", "part_collectifs_bonus__enfants"): "Bilans des porteurs, bonus déclaré par action",
        ("2021-2022", "part_collectifs_bonus__enfants"): "Bilans des porteurs",
        ("2021-2022", "part_actions_axe__ecole"): "Bilans des porteurs, axes déduits de ce qu'ils déclarent faire",
        ("2021-2022", "taux_realisation"): "Actions agréées par le comité, à défaut enfants prévus, et bilans des "
        "porteurs",
    }
    for (campagne, name), source in said.items():
        found = awkward.execute(
            "select distinct source from marts.indicateur_valeur where campagne = ? and indicateur = ?",
            [campagne, name],
        ).fetchall()
        assert found == [(f"{source} {campagne} (données fictives)",)]
