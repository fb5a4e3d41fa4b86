"""The first page of the bilan on the demo: its sentences, found again from the rows; both editions; every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import duckdb
import pandas as pd
import pytest

from bilan.parts.essentiel import Essentiel, essentiel, write_essentiel
from bilan.words.reading import Reading, read
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.contents import numbers, rounded, texts, writings
from warehouse.open import open_current
from warehouse.scope import PUBLIC, Scope

COMITE = Scope("comite", "45")
YEARS = [f"{year}-{year + 1}" for year in range(2014, 2025)]


# Opened as the pages are: two configurations of one file in one process are refused.
@pytest.fixture(scope="module")
def rows(adopted_demo: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_current(adopted_demo) as warehouse:
        yield warehouse.connection


@pytest.fixture(scope="module")
def diffused(adopted_demo: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_current(adopted_demo, PUBLIC) as warehouse:
        yield warehouse.connection


def page(folder: DataFolder, year: str, scope: Scope = COMITE) -> Essentiel:
    found = essentiel(folder, scope, year, "45")
    assert found.warning is None
    return found


def table(connection: duckdb.DuckDBPyConnection, name: str, year: str) -> pd.DataFrame:
    found: pd.DataFrame = connection.execute(f"select * from {name} where campagne = ?", [year]).df()
    return found


def percent(above: float, below: float) -> str:
    return f"{rounded(Decimal(str(above)) / Decimal(str(below)) * 100)} %"


def thousands(value: float) -> str:
    return f"{int(rounded(value)):,}".replace(",", " ")


def test_2019_2020_says_what_the_rows_say(adopted_demo: DataFolder, rows: duckdb.DuckDBPyConnection) -> None:
    year, before = "2019-2020", "2018-2019"
    agreed, agreed_before = (table(rows, "core.agrement", one) for one in (year, before))
    actions, places = table(rows, "core.action", year), table(rows, "core.epci_couvert", year)
    found = page(adopted_demo, year)
    assert [plain(text) for text in found.agreed] == [
        f"En 2019-2020, le comité de pilotage départemental du Clas a agréé {len(agreed)} actions, ce qui correspond à "
        f"l'accompagnement de {agreed['nb_enfants_agrees'].sum()} enfants et jeunes.",
        "(Source : Note de cadrage Clas du Loiret 2021-2022.)",
        f"L'année précédente, il en avait agréé {len(agreed_before)}, pour "
        f"{agreed_before['nb_enfants_agrees'].sum()} enfants et jeunes.",
    ]
    assert "a agréé 41 actions" in found.agreed[0]
    assert "485 enfants et jeunes" in found.agreed[0]
    assert len(actions) == len(agreed)
    assert [plain(text) for text in found.collected] == [
        "Toutes les actions agréées ont fait l'objet d'un bilan exploitable. Sauf mention contraire, les chiffres qui "
        "suivent portent sur ces actions et ne sont pas extrapolés."
    ]
    levels = actions[[f"effectif_niveau__{level}" for level in ("elementaire", "college", "lycee")]].fillna(0).sum()
    shares = [percent(part, levels.sum()) for part in levels]
    national = rows.execute(
        "select valeur from core.synthese_nationale where campagne = ? and starts_with(indicateur, "
        "'part_enfants_niveau__') order by list_position(['elementaire', 'college', 'lycee'], split_part(indicateur, "
        "'__', 2))",
        [year],
    ).fetchall()
    france = [percent(share, 1) for (share,) in national]
    base = actions.dropna(subset=["nb_enfants", "nb_collectifs"])
    mean = rounded(base["nb_enfants"].sum() / base["nb_collectifs"].sum(), 1)
    parents = actions[[column for column in actions if column.startswith("socle_parents__")]].dropna()
    frequency = actions["concertation"].dropna()
    meeting = frequency.isin(["hebdomadaire", "mensuelle", "trimestrielle"])
    charges = actions[[f"charges__{account}" for account in range(60, 69)]].astype(float)
    charged = charges.notna().any(axis=1)
    cost = charges[charged].sum().sum()
    income = actions[[c for c in actions if c.startswith("produits__") and c != "produits__87"]].astype(float)
    caf = income[[column for column in income if "__caf_" in column]].sum().sum()
    assert [plain(text) for text in found.sentences] == [
        f"{shares[0]} des enfants et jeunes accueillis sont à l'école élémentaire, {shares[1]} au collège et "
        f"{shares[2]} au lycée.",
        f"En France, ces parts sont de {france[0]}, {france[1]} et {france[2]}.",
        f"{places['couvert'].sum()} des {len(places)} intercommunalités du département comptent au moins une action.",
        f"Un collectif réunit en moyenne {str(mean).replace('.', ',')} enfants.",
        f"{parents.all(axis=1).sum()} actions sur {len(parents)} proposent les cinq actions du socle en direction des "
        f"parents ; {meeting.sum()} sur {len(frequency)} se concertent au moins une fois par trimestre avec l'école.",
        f"Les charges déclarées s'élèvent à {thousands(cost)} €, soit "
        f"{thousands(cost / actions[charged]['nb_enfants'].sum())} € par enfant accueilli ; la Caf en finance "
        f"{percent(caf, income.sum().sum())}, les communes et intercommunalités "
        f"{percent(income['produits__commune_epci'].sum(), income.sum().sum())}.",
        f"Base : {charged.sum()} actions dont le budget est renseigné.",
    ]


def test_the_banner_the_context_and_the_word_of_the_committee(adopted_demo: DataFolder) -> None:
    found = page(adopted_demo, "2019-2020")
    assert plain(found.title) == "Bilan annuel du Clas dans le Loiret — année scolaire 2019-2020"
    assert plain(found.made_by) == ("Comité de pilotage départemental du Clas · document établi par la Caf du Loiret")
    assert [plain(mark) for mark in found.marks] == [
        "Version arrêtée par le comité le 12/10/2020",
        "DONNÉES FICTIVES, document de démonstration",
    ]
    assert [plain(text) for text in found.context] == [
        "L'année 2019-2020 a été marquée par la fermeture des établissements scolaires à partir du 16 mars 2020 : les "
        "séances, la présence et les charges ne se comparent pas à celles des autres années."
    ]
    assert found.word is not None
    assert found.word.startswith("Données fictives.")
    assert plain(found.foot).startswith(
        "Champ : actions ayant fait l'objet d'un bilan exploitable dans le Loiret. Source : Caf du Loiret, bilans Clas "
        "2019-2020. Version "
    )


def test_a_provisional_year_says_who_did_not_answer(adopted_demo: DataFolder, rows: duckdb.DuckDBPyConnection) -> None:
    year = "2024-2025"
    agreed = table(rows, "core.agrement", year)
    awaited, answered = agreed[agreed["attendue"]], agreed[agreed["a_repondu"]]
    stopped = int((agreed["statut_agrement"] != "agreee").sum())
    found = page(adopted_demo, year)
    assert plain(found.marks[0]).startswith("VERSION PROVISOIRE au ")
    assert plain(found.marks[0]).endswith(f" : {len(answered)} bilans reçus pour {len(agreed)} actions agréées")
    covered = percent(answered["nb_enfants_agrees"].sum(), awaited["nb_enfants_agrees"].sum())
    assert [plain(text) for text in found.collected] == [
        f"{len(answered)} des {len(awaited)} actions agréées et démarrées ont fait l'objet d'un bilan exploitable, "
        f"soit un taux de réponse de {percent(len(answered), len(awaited))} ; elles représentent {covered} des enfants "
        "et jeunes agréés. Sauf mention contraire, les chiffres qui suivent portent sur ces actions et ne sont pas "
        "extrapolés.",
        f"{stopped} actions agréées n'ont pas démarré ou se sont arrêtées en cours d'année ; elles ne sont pas "
        "comptées parmi les non-réponses.",
    ]


def test_the_six_key_figures_have_their_base_the_year_before_and_france(adopted_demo: DataFolder) -> None:
    found = page(adopted_demo, "2019-2020").key_figures
    assert [(figure.label, plain(figure.value.text), figure.base) for figure in found] == [
        ("Enfants et jeunes accueillis", "478", "41 actions"),
        ("Familles", "au moins 428", "40 actions"),
        ("Collectifs", "46", "41 actions"),
        ("Enfants par collectif", "10,4", "41 actions"),
        ("Intervenants", "290", "41 actions"),
        ("Actions couvrant les quatre axes", "65 % (26 sur 40)", "40 actions"),
    ]
    assert found[4].detail == "dont 198 bénévoles"
    assert plain(found[0].before) == "433 en 2018-2019 (35 actions)"
    assert plain(found[5].before) == "65 % (22 sur 34) en 2018-2019"
    assert plain(found[3].france) == "10,4 en 2019-2020 (départements ayant répondu : 96 sur 101)"


def test_what_to_look_at_first_follows_its_rules(adopted_demo: DataFolder, rows: duckdb.DuckDBPyConnection) -> None:
    found = page(adopted_demo, "2024-2025").look_first
    asked = rows.execute(
        "select indicateur, denominateur - numerateur as sans, denominateur from marts.comparaison where campagne = "
        "'2024-2025' and departement = '45' and denominateur is not null and indicateur in ('part_collectifs_8_12', "
        "'part_collectifs_2_intervenants', 'part_actions_4_axes', 'part_actions_socle_complet__enfants', "
        "'part_actions_socle_complet__parents', 'part_actions_concertation') order by valeur"
    ).fetchall()
    assert [numbers(line)[:2] for line in found.least_declared] == [[Decimal(a), Decimal(b)] for _, a, b in asked[:3]]
    told = [[Decimal(below - without), Decimal(below)] for _, without, below in reversed(asked[3:])]
    assert [numbers(line)[:2] for line in found.most_declared] == told
    assert plain(found.least_declared[0]).endswith(
        "ne déclarent pas les cinq actions du socle en direction des parents ; le référentiel le demande."
    )
    assert plain(found.change).endswith("parmi les 20 porteurs ayant répondu les deux années.")
    assert plain(found.france) == (
        "Collectifs encadrés par au moins deux intervenants : 68 % (28 sur 41) dans le Loiret, 84 % en France."
    )
    assert found.lines == (found.least_declared[0], found.change, found.france)


def test_the_change_and_the_gap_are_the_largest_of_all(
    adopted_demo: DataFolder, rows: duckdb.DuckDBPyConnection
) -> None:
    """Each in thresholds of its unit: 5 points, or 10 %."""
    shown = "i.ou = 'essentiel' and i.famille <> 'collecte' and i.grains <> ['agrement']"
    label = "if(i.modalite is null, i.libelle, i.libelle_court)"
    size = "abs(a - b) / if(i.unite = 'pct', 0.05, 0.10 * b)"
    for year in YEARS[3:]:
        found = page(adopted_demo, year).look_first
        change = rows.execute(
            f"select {label} from (select *, valeur_constante as a, valeur_constante_precedente as b from "
            f"marts.evolution) as e inner join marts.indicateur as i using (indicateur) where campagne = ? and "
            f"comparable and {shown} and coalesce(denominateur_constant >= 20, true) and "
            f"coalesce(denominateur_constant_precedent >= 20, true) and {size} >= 1 order by {size} desc limit 1",
            [year],
        ).fetchall()
        gap = rows.execute(
            f"select {label} from (select *, valeur as a, valeur_france as b from marts.comparaison) as c inner join "
            f"marts.indicateur as i using (indicateur) where campagne = ? and {shown} and i.denominateur is not null "
            f"and coalesce(c.denominateur >= 20, true) and coalesce(c.denominateur_france >= 20, true) and {size} >= 1 "
            f"order by {size} desc limit 1",
            [year],
        ).fetchall()
        for line, expected in ((found.change, change), (found.france, gap)):
            assert (line is None) == (expected == [])
            assert line is None or line.startswith(f"{expected[0][0]}\u202f: ")


def known_numbers(connection: duckdb.DuckDBPyConnection, year: str, *, internal: bool) -> set[Decimal]:
    """Every figure of that year that `clas sql` shows, in all the ways to write it."""
    columns = (
        "valeur, numerateur, denominateur, denominateur - numerateur, nb_repondants, valeur_france, "
        "derniere_france_valeur, valeur_precedente"
    )
    found = connection.execute(f"select {columns} from marts.comparaison where campagne = ?", [year]).fetchall()
    before = f"{int(year[:4]) - 1}-{year[:4]}"
    found += connection.execute(
        "select valeur, numerateur, denominateur, nb_repondants from marts.comparaison where campagne = ?", [before]
    ).fetchall()
    found += connection.execute(
        "select nb_actions_agreees, nb_actions_attendues, nb_reponses, nb_actions_non_demarrees_ou_arretees "
        "from marts.campagne where campagne = ?",
        [year],
    ).fetchall()
    found += connection.execute("select valeur from core.reglage").fetchall()
    # Its Caf's own shares are said together.
    found += connection.execute(
        "select sum(valeur), sum(numerateur) from marts.comparaison where campagne = ? and "
        "starts_with(indicateur, 'part_produits__caf_')",
        [year],
    ).fetchall()
    if internal:
        found += connection.execute(
            "select nb_porteurs_constants, valeur_constante, numerateur_constant, denominateur_constant, "
            "valeur_constante_precedente, numerateur_constant_precedent, denominateur_constant_precedent "
            "from marts.evolution where campagne = ?",
            [year],
        ).fetchall()
    values = [value for row in found for value in row if value is not None]
    coverage = {Decimal(number) for number in (96, 98, 101, 2, 12, 5)}
    return coverage.union(*(writings(value) for value in values))


@pytest.mark.parametrize("year", YEARS)
def test_every_number_of_the_page_is_one_that_sql_shows(
    adopted_demo: DataFolder, rows: duckdb.DuckDBPyConnection, year: str
) -> None:
    found = replace(page(adopted_demo, year), context=(), word=None)
    known = known_numbers(rows, year, internal=True)
    said = [(number, text) for text in texts(found) for number in numbers(text)]
    assert len(said) > 1
    assert [one for one in said if one[0].normalize() not in known] == []


@pytest.mark.parametrize("year", YEARS[:-1])
def test_every_number_of_the_diffused_page_is_one_that_may_be_diffused(
    adopted_demo: DataFolder, diffused: duckdb.DuckDBPyConnection, year: str
) -> None:
    found = replace(page(adopted_demo, year, PUBLIC), context=(), word=None)
    known = known_numbers(diffused, year, internal=False)
    said = [(number, text) for text in texts(found) for number in numbers(text)]
    assert [one for one in said if one[0].normalize() not in known] == []


def test_what_is_hidden_is_left_out_of_the_diffused_sentences(adopted_demo: DataFolder) -> None:
    hidden = page(adopted_demo, "2019-2020", PUBLIC)
    assert not any("au lycée" in text for text in hidden.sentences)
    assert not any("En France, ces parts" in text for text in hidden.sentences)
    assert hidden.look_first.change is None
    assert hidden.word is None
    assert [plain(figure.detail) for figure in hidden.key_figures if figure.detail] == ["dont 68 % de bénévoles"]


def test_a_year_that_is_not_adopted_is_not_there_for_who_reads_what_is_diffused(adopted_demo: DataFolder) -> None:
    for scope in (PUBLIC, Scope("porteur", "45", "p45-003")):
        with pytest.raises(Refusal, match="2024-2025"):
            page(adopted_demo, "2024-2025", scope)
    assert page(adopted_demo, "2024-2025").agreed


def test_another_territory_or_another_year_is_refused(adopted_demo: DataFolder) -> None:
    with pytest.raises(Refusal, match="83"):
        essentiel(adopted_demo, COMITE, "2019-2020", "83")
    with pytest.raises(Refusal) as error:
        page(adopted_demo, "2013-2014")
    assert "2013-2014" in str(error.value)
    assert "2014-2015, 2015-2016" in str(error.value)


def test_a_questionnaire_per_structure_says_so(adopted_demo: DataFolder) -> None:
    found = page(adopted_demo, "2014-2015")
    assert plain(found.collected[0]) == (
        "Le questionnaire 2014-2015 portait sur les structures : 21 structures sur 26 ont répondu (81 %)."
    )
    assert [figure.value.state for figure in found.key_figures] == ["non_calculable"] * 6
    assert plain(found.key_figures[0].value.text) == "non calculable : la donnée n'existe pas par action"
    assert found.look_first.lines == ()


def test_a_year_without_roster_has_no_rate(adopted_demo: DataFolder) -> None:
    found = page(adopted_demo, "2015-2016")
    assert found.agreed == ()
    assert [plain(text) for text in found.collected] == [
        "Le questionnaire 2015-2016 portait sur les structures : 23 structures ont répondu. La liste des actions "
        "agréées n'étant pas connue, aucun taux de réponse n'est calculé."
    ]


@pytest.fixture
def reading(adopted_demo: DataFolder) -> Reading:
    return read(adopted_demo, COMITE, "2024-2025", "45")


def test_where_few_answered_nothing_is_compared(reading: Reading) -> None:
    found = write_essentiel(replace(reading, rules=replace(reading.rules, reponse_faible=0.95)))
    assert plain(found.collected[-1]) == (
        "Ce taux étant faible, les résultats sont indicatifs et ne sont comparés ni à l'année précédente ni à la "
        "France."
    )
    assert [(figure.before, figure.france) for figure in found.key_figures] == [("", "")] * 6
    assert not any("En France" in text for text in found.sentences)
    assert (found.look_first.change, found.look_first.france) == (None, None)
    assert plain(found.agreed[1]).startswith("L'année précédente, il en avait agréé 45")


def test_on_a_small_base_no_share_is_a_percentage(reading: Reading) -> None:
    found = write_essentiel(replace(reading, rules=replace(reading.rules, base_minimale=10_000)))
    own = [*found.sentences, *(figure.value.text for figure in found.key_figures), *found.look_first.least_declared]
    # France has its own base, and the shares of a budget are of euros.
    assert not any("%" in text for text in own if "France" not in text and "Caf" not in text)
    assert plain(found.key_figures[5].value.text) == "23 sur 36"


def test_a_question_that_changed_is_not_compared(adopted_demo: DataFolder) -> None:
    found = page(adopted_demo, "2016-2017").key_figures
    assert {plain(figure.before) for figure in found} == {"La question a changé en 2016-2017 : pas de comparaison."}


def test_the_committee_does_not_read_a_sensitive_figure_of_few_children(adopted_demo: DataFolder) -> None:
    """Ten children in situation of handicap in 2019-2020: the agent reads it, nobody else."""
    name = "part_enfants_besoin__handicap"
    agent = read(adopted_demo, Scope("agent", "45"), "2019-2020", "45").quantity(name)
    assert agent is not None
    assert agent.numerator == 10
    for role in ("comite", "analyste", "public"):
        quantity = read(adopted_demo, Scope(role, "45"), "2019-2020", "45").quantity(name)
        assert quantity is not None
        assert (quantity.state, quantity.value) == ("secret", None)
