"""Every figure of the demo, found again in pandas from the rows kept and from the definitions of the catalogue.

Nothing here reads indicators.yml nor marts.calcul_*: a wrong formula there makes two different figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import pandas as pd
import pytest

from pipeline.build import build
from pipeline.codebook import load_codebook
from pipeline.manifest import WAREHOUSE
from pipeline.publish import only_builder
from tests.support.exports import agrement, make_folder, reponse, siret

KEY = ["campagne", "indicateur", "niveau", "code"]
FIGURES = ["numerateur", "denominateur", "valeur", "nb_repondants", "nb_porteurs"]
CAMPAIGNS = ("2016-2017", "2017-2018", "2018-2019", "2019-2020")
TYPES = ("centre_social", "association_locale", "association_tete_de_reseau", "collectivite", "ccas",
         "espace_vie_sociale", "autre")  # fmt: skip
LEVELS = ("elementaire", "college", "lycee")
STATES = {"diffusable", "secret", "non_renseigne", "non_demande", "non_calculable"}
# More children may come than were agreed to, and each one who left is counted.
MAY_EXCEED_ONE = {"taux_realisation"}

Rows = pd.DataFrame
Term = Callable[[Rows], "pd.Series[float]"]


@dataclass(frozen=True)
class Formula:
    """One series: the rows it looks at, what each brings above and below. Without `below`, it is a count."""

    rows: str
    above: Term
    below: Term | None = None
    distinct: bool = False
    """One a porteur, whatever the number of its rows."""


def column(name: str) -> Term:
    return lambda rows: rows[name].astype(float)


def ones(rows: Rows) -> pd.Series[float]:
    return pd.Series(1.0, index=rows.index)


def children_by_level(rows: Rows) -> Rows:
    """A blank beside a number is a zero; three blanks are no answer."""
    shares = rows[[f"effectif_niveau__{level}" for level in LEVELS]].astype(float)
    return shares.fillna(0).where(shares.notna().any(axis=1))


def level(name: str) -> Formula:
    return Formula(
        "action",
        lambda rows: children_by_level(rows)[f"effectif_niveau__{name}"],
        lambda rows: children_by_level(rows).sum(axis=1, min_count=3),
    )


def of_type(name: str) -> Formula:
    known = lambda rows: rows["type_structure"].notna().astype(float)  # noqa: E731
    return Formula("porteur", lambda rows: (rows["type_structure"] == name).astype(float), known, distinct=True)


def staff(rows: Rows) -> pd.Series[float]:
    """Coordinators are apart; who does not say how many volunteers gives no base."""
    others = rows[["nb_salaries", "nb_vacataires", "nb_services_civiques"]].astype(float).fillna(0).sum(axis=1)
    return rows["nb_benevoles"].astype(float) + others


FORMULAS = {
    # Asked of the porteurs: those awaited are those with an agreed action that started, or that answered all the same.
    "taux_reponse_porteurs": Formula("porteur_agree", column("a_repondu"), column("a_demarre"), distinct=True),
    "nb_porteurs": Formula("porteur_agree", ones, distinct=True),
    **{f"part_porteurs_type__{name}": of_type(name) for name in TYPES},
    # Agreed by the committee.
    "taux_reponse_actions": Formula("action_attendue", column("a_repondu"), ones),
    "nb_actions": Formula("agrement", ones),
    "nb_enfants": Formula("agrement", column("nb_enfants_agrees")),
    # Declared by the actions that answered.
    "nb_enfants_accueillis": Formula("action", column("nb_enfants")),
    "taux_realisation": Formula("action", column("nb_enfants"), column("nb_enfants_agrees")),
    "nb_collectifs": Formula("action", column("nb_collectifs")),
    **{f"part_enfants_niveau__{name}": level(name) for name in LEVELS},
    "enfants_par_collectif": Formula("action", column("nb_enfants"), column("nb_collectifs")),
    "part_benevoles": Formula("action", column("nb_benevoles"), staff),
}
# Where the rows are: a porteur as a whole has neither an intercommunalité nor a zone.
TERRITORIES = {"departement": "departement", "epci": "epci", "type_structure": "type_structure", "zonage": "zonage"}
OF_A_PORTEUR = {"departement": "departement", "type_structure": "type_structure", "porteur": "porteur_id"}
OF_AN_ACTION = TERRITORIES | {"porteur": "porteur_id", "action": "action_id"}


P1, P2, P3, P4, P5 = (
    {"porteur_id": f"p{number}", "siret": siret(number), "raison_sociale": f"Association numéro {number}"}
    for number in range(1, 6)
)
LEVEL = "effectif_niveau__"
ONE_BLANK = {f"{LEVEL}elementaire": "6", f"{LEVEL}college": "", f"{LEVEL}lycee": "2"}
ALL_BLANK = dict.fromkeys(ONE_BLANK, "")
NONE = dict.fromkeys(ONE_BLANK, "0")
RURAL = {"territoire_urbain_rural": "Rural", "commune": "45155"}
NO_TYPE = {"type_structure": ""}


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the demo has too little of: answers left blank, zeros, types unsaid, actions that never started."""
    agreed = [
        agrement("a1", P1), agrement("a2", P1, commune="45155"), agrement("b1", P2), agrement("b2", P2),
        agrement("b3", P2), agrement("c1", P3), agrement("c2", P3), agrement("c3", P3),
        agrement("d1", P4, statut_agrement="Non démarrée"),
        agrement("d2", P4, statut_agrement="Arrêtée en cours d'année", nb_enfants_agrees=""),
        agrement("e1", P5, statut_agrement="Non démarrée"),
    ]  # fmt: skip
    returned = [
        reponse("a1", P1, territoire_urbain_rural="Urbain"),
        reponse("a2", P1, type_structure="Centre social", date_validation="01/10/2020 10:00", **RURAL),
        reponse("b1", P2, nb_benevoles="", **ONE_BLANK),
        reponse("b2", P2, nb_salaries="", nb_vacataires="", nb_services_civiques="", **ALL_BLANK),
        reponse("b3", P2, nb_benevoles="0", nb_salaries="0", nb_collectifs="0", **NONE),
        reponse("c1", P3, nb_enfants="0", **NO_TYPE),
        reponse("c2", P3, nb_enfants="", nb_collectifs="2", **NO_TYPE),
        reponse("d2", P4, nb_enfants="7", **NO_TYPE),
    ]
    folder = make_folder(tmp_path_factory.mktemp("chiffres"), {"2019-2020": (agreed, returned)}, (P1, P2, P3, P4, P5))
    with only_builder(folder):
        built = build(folder, 1, lambda _: None)
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module", params=["demo_warehouse", "awkward"])
def warehouse(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    found: duckdb.DuckDBPyConnection = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def rows(warehouse: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    """The rows that the formulas look at, made from the returns, the roster and the communes alone."""
    returns = warehouse.sql("select * from core.reponse").df()
    agreed = warehouse.sql(
        "select campagne, action_id, porteur_id, departement, commune, nb_enfants_agrees, statut_agrement "
        "from core.agrement"
    ).df()
    epci = warehouse.sql("select code, epci from reference.communes").df().set_index("code")["epci"]

    kind = returns.dropna(subset="type_structure").sort_values("date_validation")
    kind = kind.groupby(["campagne", "porteur_id"])["type_structure"].last().rename("type_du_porteur").reset_index()

    answered = returns[["campagne", "action_id", "territoire_urbain_rural"]].assign(a_repondu=True)
    roster = agreed.merge(answered, how="left", on=["campagne", "action_id"])
    roster = roster.merge(kind.rename(columns={"type_du_porteur": "type_structure"}), how="left")
    roster = roster.rename(columns={"territoire_urbain_rural": "zonage"})
    roster["a_repondu"] = roster["a_repondu"].eq(True)
    roster["attendue"] = roster["statut_agrement"].eq("agreee") | roster["a_repondu"]
    roster["epci"] = roster["commune"].map(epci)

    actions = returns[returns["grain"] == "action"].merge(
        agreed[["campagne", "action_id", "nb_enfants_agrees", "commune"]],
        how="left", on=["campagne", "action_id"], suffixes=("", "_agreee"),
    ).merge(kind, how="left")  # fmt: skip
    actions["epci"] = actions["commune"].fillna(actions["commune_agreee"]).map(epci)
    actions["zonage"] = actions["territoire_urbain_rural"]
    actions["type_structure"] = actions["type_structure"].fillna(actions["type_du_porteur"])

    each = ["campagne", "departement", "porteur_id"]
    started = roster.groupby(each)["attendue"].any().rename("a_demarre").reset_index()
    porteurs = pd.concat([roster[each], returns[each]]).drop_duplicates()
    porteurs = porteurs.merge(started, how="left").merge(
        returns[each].drop_duplicates().assign(a_repondu=1), how="left"
    )
    porteurs = porteurs.merge(kind.rename(columns={"type_du_porteur": "type_structure"}), how="left")
    porteurs["a_repondu"] = porteurs["a_repondu"].fillna(0)
    return {
        "agrement": roster,
        "action_attendue": roster[roster["attendue"]],
        "action": actions,
        "porteur": porteurs,
        "porteur_agree": porteurs[porteurs["a_demarre"].notna()],
    }


def levels_of(formula: Formula) -> dict[str, str]:
    return OF_A_PORTEUR if formula.rows.startswith("porteur") else OF_AN_ACTION


def recomputed(name: str, formula: Formula, rows: dict[str, Rows]) -> Rows:
    """The figures of one series at every level."""
    held = rows[formula.rows].assign(above=formula.above, below=formula.below or ones)
    held = held[held["above"].notna() & held["below"].notna() & (held["below"] != 0)]
    if formula.distinct:
        held = held.assign(above=held["above"].gt(0) * 1.0, below=held["below"].gt(0) * 1.0)
    found = []
    for niveau, code in levels_of(formula).items():
        place = [code] if code == "departement" else ["departement", code]
        groups = held.dropna(subset=place).groupby(["campagne", *place])
        figures = groups.agg(
            numerateur=("above", "sum"), denominateur=("below", "sum"), nb_repondants=("above", "size"),
            nb_porteurs=("porteur_id", "nunique"),
        ).reset_index()  # fmt: skip
        found.append(figures.assign(indicateur=name, niveau=niveau, code=figures[code]))
    figures = pd.concat(found, ignore_index=True)
    figures["valeur"] = figures["numerateur"] / (figures["denominateur"] if formula.below else 1)
    if formula.below is None:
        figures["denominateur"] = float("nan")
    return figures


@pytest.mark.parametrize("name", FORMULAS)
def test_a_figure_is_found_again_from_the_rows(
    warehouse: duckdb.DuckDBPyConnection, rows: dict[str, Rows], name: str
) -> None:
    expected = recomputed(name, FORMULAS[name], rows)
    found = warehouse.execute(
        "select * from marts.indicateur_valeur where indicateur = ? and statut = 'diffusable' and niveau <> 'france' "
        "and origine = 'fictif'",
        [name],
    ).df()
    assert set(found["niveau"]) == set(levels_of(FORMULAS[name]))
    shape = [*KEY, "departement"]
    pd.testing.assert_frame_equal(
        found.sort_values(shape)[[*shape, *FIGURES]].reset_index(drop=True),
        expected.sort_values(shape)[[*shape, *FIGURES]].reset_index(drop=True),
        check_dtype=False, rtol=0, atol=1e-9,
    )  # fmt: skip


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
    outside = demo_warehouse.execute(
        "select distinct indicateur from marts.indicateur_valeur inner join marts.indicateur using (indicateur) "
        "where unite = 'pct' and valeur not between 0 and 1"
    ).fetchall()
    assert {name for (name,) in outside} <= MAY_EXCEED_ONE
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
    assert demo_warehouse.execute(france).fetchone() == (2, 0)


def test_each_campaign_and_departement_says_where_every_indicator_stands(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = demo_warehouse.execute(
        "select campagne, indicateur, count(*) from marts.indicateur_valeur "
        "where niveau = 'departement' and code = '45' and origine = 'fictif' and statut is not null group by all"
    ).fetchall()
    assert set(found) == {(campagne, name, 1) for campagne in CAMPAIGNS for name in FORMULAS}


def test_a_national_figure_is_the_quotient_of_its_two_numbers(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    """A planted line of the synthesis writes 97,2 for 0,972: the figure shown is the quotient."""
    found = demo_warehouse.execute(
        "select valeur, numerateur / denominateur from marts.indicateur_valeur where niveau = 'france' "
        "and origine = 'fictif' and denominateur is not null"
    ).fetchall()
    assert len(found) > 20
    assert [row for row in found if row[0] != pytest.approx(row[1])] == []


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
        "where niveau = 'departement' and origine = 'fictif'"
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
    # Blank beside volunteers counts nought; volunteers left blank give no base, nor does nobody at all.
    assert figures["part_benevoles"] == (18, 23)
