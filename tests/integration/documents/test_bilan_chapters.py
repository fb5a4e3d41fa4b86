"""The chapters and pages of the bilan on the demo: what they show, to whom, and that every number is one SQL shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from bilan.model.exhibit import STATES, Exhibit, ExhibitCell
from bilan.parts.chapters import Chapter, chapter, chapter_ids, page, page_ids, write_chapter
from bilan.words.declared import load_layout
from bilan.words.reading import read_open
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.contents import figures, numbers, texts, writings
from warehouse.open import Warehouse, open_current
from warehouse.scope import PUBLIC, Scope

COMITE, AGENT, PORTEUR = Scope("comite", "45"), Scope("agent", "45"), Scope("porteur", "45", "p45-003")
YEARS = [f"{year}-{year + 1}" for year in range(2014, 2025)]
WORDS = {
    "secret": "non diffusé : trop peu de porteurs",
    "non_demande": "non demandé en ",
    "non_calculable": "non calculable : la donnée n'existe pas par ",
    "non_renseigne": "non renseigné",
}


@pytest.fixture(scope="module")
def warehouse(adopted_demo: DataFolder) -> Iterator[Warehouse]:
    with open_current(adopted_demo, COMITE) as opened:
        yield opened


@pytest.fixture(scope="module")
def diffusion(adopted_demo: DataFolder) -> Iterator[Warehouse]:
    with open_current(adopted_demo, PUBLIC) as opened:
        yield opened


def chapters(opened: Warehouse, year: str) -> list[Chapter]:
    """Every chapter that the scope of an open build may read."""
    reading = read_open(opened, year, "45")
    layout = load_layout().chapters
    return [write_chapter(opened, reading, layout[name]) for name in chapter_ids(opened.scope)]


def one(opened: Warehouse, year: str, name: str) -> Chapter:
    return write_chapter(opened, read_open(opened, year, "45"), load_layout().chapters[name])


def figure(found: Chapter, name: str) -> Exhibit:
    return next(one for one in found.figures if one.id == name)


def column(found: Exhibit, key: str) -> list[str]:
    position = [column.key for column in found.columns].index(key)
    return [plain(row.cells[position].text) for row in found.rows]


def cells_in(found: Exhibit) -> list[ExhibitCell]:
    return [cell for row in found.rows for cell in row.cells]


def test_each_reader_has_its_chapters_and_pages() -> None:
    everyone = chapter_ids(PUBLIC)
    assert set(chapter_ids(COMITE)) - set(everyone) == {"referentiel", "reponses"}
    assert chapter_ids(PORTEUR) == everyone
    assert set(page_ids(COMITE)) - set(page_ids(PUBLIC)) == {"referentiel", "reponses"}
    assert list(page_ids(PUBLIC).values()) == [
        "Offre et territoires", "Enfants et jeunes", "Fonctionnement", "Moyens", "Évolutions et comparaisons",
        "Méthode et qualité",
    ]  # fmt: skip


@pytest.mark.parametrize("scope", [PUBLIC, PORTEUR])
@pytest.mark.parametrize("name", ["referentiel", "reponses"])
def test_what_is_reserved_does_not_exist_for_others(adopted_demo: DataFolder, scope: Scope, name: str) -> None:
    with pytest.raises(Refusal, match="n'est pas un chapitre"):
        chapter(adopted_demo, scope, "2023-2024", "45", name)
    with pytest.raises(Refusal) as error:
        page(adopted_demo, scope, "2023-2024", "45", name)
    assert name not in str(error.value).split("parmi")[1]


def test_a_page_holds_its_chapters(adopted_demo: DataFolder) -> None:
    found = page(adopted_demo, COMITE, "2023-2024", "45", "offre")
    assert found.title == "Offre et territoires"
    assert [(one.id, one.name) for one in found.chapters] == [
        ("dispositif", "Le dispositif et le comité"),
        ("porteurs", "Les porteurs et les actions"),
        ("territoires", "Les territoires"),
    ]
    assert [one.number for one in found.chapters] == ["1", "2", "3"]
    assert found.chapters[1] == chapter(adopted_demo, COMITE, "2023-2024", "45", "porteurs")


def test_another_territory_is_refused(adopted_demo: DataFolder) -> None:
    with pytest.raises(Refusal, match="83"):
        chapter(adopted_demo, COMITE, "2023-2024", "83", "porteurs")


@pytest.mark.parametrize("year", YEARS)
def test_every_figure_can_be_shown_as_it_is(warehouse: Warehouse, year: str) -> None:
    shown = [figure for found in chapters(warehouse, year) for figure in found.figures]
    assert len(shown) > 40
    assert len({one.id for one in shown}) == len(shown)
    for one in shown:
        assert one.rows
        assert one.alt.endswith(".")
        assert one.marks
        for row in one.rows:
            assert all(cell.state in STATES for cell in row.cells)
            assert all(cell.text or cell.state == "sans_objet" for cell in row.cells), (one.id, row.key)
            assert all(cell.number is None or cell.state in ("valeur", "zero") for cell in row.cells)
        if one.chart != "aucun":
            assert any(cell.number is not None for cell in cells_in(one))
            assert one.axis


@pytest.mark.parametrize("year", YEARS)
def test_a_state_reads_as_it_is_named(warehouse: Warehouse, year: str) -> None:
    cells = [cell for found in chapters(warehouse, year) for one in found.figures for cell in cells_in(one)]
    for cell in cells:
        if cell.state in WORDS and plain(cell.text) not in ("pas de réponse", "bilan non reçu"):
            assert plain(cell.text).startswith(WORDS[cell.state])
        if cell.state == "zero" and cell.number is not None:
            assert cell.number == 0


def test_the_five_states_are_all_met(warehouse: Warehouse, diffusion: Warehouse) -> None:
    found = {
        (cell.state, plain(cell.text))
        for opened in (warehouse, diffusion)
        for content in chapters(opened, "2019-2020")
        for one in content.figures
        for cell in cells_in(one)
    }
    assert {
        ("zero", "0 %"),
        ("non_renseigne", "non renseigné"),
        ("non_demande", "non demandé en 2019-2020"),
        ("non_calculable", "non calculable : la donnée n'existe pas par collectif"),
        ("secret", "non diffusé : trop peu de porteurs"),
    } <= found


def test_a_blank_question_says_how_many_returns_left_it_blank(warehouse: Warehouse) -> None:
    reading = read_open(warehouse, "2023-2024", "45")
    name = "part_actions_qpv"
    blank = replace(reading.figures[name], statut="non_renseigne", valeur=None, numerateur=None, denominateur=None)
    told = replace(reading, figures={**reading.figures, name: blank})
    found = write_chapter(warehouse, told, load_layout().chapters["territoires"])
    assert column(figure(found, "lieux"), "valeur")[0] == "non renseigné (41 bilans)"
    assert not any("se déroulent en quartier prioritaire" in text for text in found.sentences)


def test_the_types_of_structure_are_those_of_the_porteurs(warehouse: Warehouse) -> None:
    found = one(warehouse, "2019-2020", "porteurs")
    rows = warehouse.records(
        "select l.libelle, count(*) as n from core.porteur_campagne as c inner join marts.libelle as l on "
        "l.variable = 'type_structure' and l.code = c.type_structure where campagne = '2019-2020' group by all"
    )
    counts = {row["libelle"]: row["n"] for row in rows}
    total = sum(counts.values())
    assert plain(found.sentences[0]) == (
        f"{counts['Association locale ou de quartier']} porteurs sur {total} sont des associations locales ou de "
        f"quartier (33 %), {counts['Centre social']} des centres sociaux (22 %)."
    )
    types = figure(found, "type-de-structure")
    assert (types.chart, types.axis, types.n) == ("barres_groupees", "Part de porteurs", f"{total} porteurs")
    assert [column.label for column in types.columns] == [
        "Loiret", "Base", "France, 2019-2020", "Loiret, 2018-2019",
    ]  # fmt: skip
    assert sum(row.cells[0].number or 0 for row in types.rows) == pytest.approx(1)
    assert "Le total peut différer de 100 % en raison des arrondis." in [plain(note) for note in types.notes]
    assert types.message == " ".join(found.sentences[:2])


def test_the_territories_without_an_action_are_named(warehouse: Warehouse) -> None:
    found = one(warehouse, "2024-2025", "territoires")
    without = [
        row["nom"]
        for row in warehouse.records(
            "select nom from core.epci_couvert where campagne = '2024-2025' and not couvert "
            "order by strip_accents(lower(nom))"
        )
    ]
    sentence = next(text for text in found.sentences if "intercommunalités\u202f:" in text)
    assert plain(sentence) == (
        f"Aucune action n'est agréée dans {len(without)} intercommunalités : {', '.join(without[:-1])} et "
        f"{without[-1]}."
    )
    districts = next(text for text in found.sentences if "quartiers prioritaires\u202f:" in text)
    assert "Dauphine (Orléans)" in districts
    assert "4 quartiers de Montargis, Châlette-sur-Loing ou Villemandeur" in districts
    listed = figure(found, "intercommunalites")
    assert len(listed.rows) == 16
    assert column(listed, "couvert").count("non") == len(without)
    assert len(figure(found, "quartiers").rows) == 19


def test_the_list_of_places_is_the_same_for_everyone(warehouse: Warehouse, diffusion: Warehouse) -> None:
    year = "2023-2024"
    for name in ("intercommunalites", "quartiers"):
        both = [figure(one(opened, year, "territoires"), name).rows for opened in (warehouse, diffusion)]
        assert both[0] == both[1]


def test_the_dispositif_and_the_comments_are_the_agent_s_own_words(warehouse: Warehouse) -> None:
    found = one(warehouse, "2019-2020", "dispositif")
    assert [heading for heading, _ in found.texts] == ["Priorités de l'année", "Réunions du comité"]
    assert found.empty == ""
    assert (one(warehouse, "2019-2020", "seances").comment or "").startswith("Données fictives.")
    ((heading, quotes),) = one(warehouse, "2019-2020", "paroles").texts
    assert heading == "Paroles de porteurs" and "(fictif)" in quotes
    assert plain(one(warehouse, "2018-2019", "paroles").empty) == "Rien n'est écrit ici pour 2018-2019."
    assert [heading for heading, _ in one(warehouse, "2019-2020", "perspectives").texts] == ["Perspectives"]


def test_a_trend_stops_where_the_question_changed_or_the_year_was_disturbed(warehouse: Warehouse) -> None:
    found = one(warehouse, "2024-2025", "evolutions")
    cost = figure(found, "evolution-cout")
    assert cost.chart == "courbe"
    broken = {row.key for row in cost.rows if row.broken}
    assert broken == {"2015-2016", "2016-2017", "2019-2020", "2020-2021", "2021-2022"}
    assert cost.rows[-1].label == "2024-2025 (provisoire)"
    told = [plain(note) for note in cost.notes]
    assert "Charges par enfant : la question a changé en 2016-2017, pas de comparaison avec les années d'avant." in told
    assert sum("ne se comparent pas à celles des autres années" in note for note in told) >= 2
    agreed = figure(found, "evolution-agrement")
    assert not any(row.broken for row in agreed.rows if row.key > "2016-2017")
    assert column(agreed, "nb_actions")[:2] == ["36", "non renseigné"]


def test_a_declared_total_changes_a_champ_constant_only(warehouse: Warehouse) -> None:
    found = one(warehouse, "2024-2025", "evolutions")
    declared = figure(found, "evolution-declares")
    row = warehouse.records(
        "select * from marts.evolution where campagne = '2024-2025' and indicateur = 'nb_enfants_accueillis'"
    )[0]
    assert plain(declared.message) == (
        f"Enfants et jeunes accueillis (déclaré) : {row['valeur_constante']:.0f} en 2024-2025, contre "
        f"{row['valeur_constante_precedente']:.0f} en 2023-2024, parmi les {row['nb_porteurs_constants']} porteurs "
        "ayant répondu les deux années."
    )
    assert [column.key for column in declared.columns][-1] == "base"
    constant = figure(found, "champ-constant")
    known = warehouse.records("select * from marts.evolution where campagne = '2024-2025' and comparable")
    values = {line["indicateur"]: (line["valeur_constante_precedente"], line["valeur_constante"]) for line in known}
    assert len(constant.rows) > 8
    for line in constant.rows:
        assert (line.cells[0].number, line.cells[1].number) == pytest.approx(values[line.key])


def test_nothing_a_champ_constant_is_diffused(diffusion: Warehouse) -> None:
    found = one(diffusion, "2023-2024", "evolutions")
    assert "champ-constant" not in {figure.id for figure in found.figures}
    assert not any("les deux années" in text for text in texts(found))


def test_figures_of_other_years_are_quoted_with_their_own_noun(warehouse: Warehouse) -> None:
    quoted = figure(one(warehouse, "2023-2024", "evolutions"), "chiffres-cites")
    said = {(row.label, row.cells[0].text): plain(row.cells[2].text) for row in quoted.rows}
    assert said["enfants", "2010-2011"] == "plus de 123 000"
    assert said["euros par enfant", "2010-2011"] == "environ 448 €"
    assert said["actions agréées", "2019-2020"] == "41"
    assert ("projets", "2020") in said


def test_the_words_of_a_gap_follow_the_threshold(warehouse: Warehouse) -> None:
    found = figure(one(warehouse, "2024-2025", "evolutions"), "ecarts-france")
    rows = warehouse.records(
        "select indicateur, unite, valeur, valeur_france, c.denominateur as base from marts.comparaison as c "
        "inner join marts.indicateur as i using (indicateur) where campagne = '2024-2025' and valeur_france is not null"
    )
    known = {row["indicateur"]: row for row in rows}
    assert len(found.rows) > 40
    for row in found.rows:
        line = known[row.key]
        far = line["valeur"] - line["valeur_france"]
        size = abs(far) / (0.05 if line["unite"] == "pct" else 0.10 * line["valeur_france"])
        word = "" if line["base"] < 20 else "proche" if size < 1 else "plus élevée" if far > 0 else "moins élevée"
        assert row.cells[-1].text == word, row.key
    close = column(found, "mot").count("proche")
    assert plain(found.message) == f"Sur {len(found.rows)} chiffres que la France a aussi, {close} en sont proches."


def test_porteurs_are_spread_only_when_they_are_twelve(warehouse: Warehouse) -> None:
    reading = read_open(warehouse, "2023-2024", "45")
    few = {name: replace(one, nb_porteurs=11) for name, one in reading.figures.items()}
    declared = load_layout().chapters["evolutions"]
    told = write_chapter(warehouse, replace(reading, figures=few), declared)
    assert not any(one.chart == "intervalle" for one in told.figures)
    spread = [one for one in write_chapter(warehouse, reading, declared).figures if one.chart == "intervalle"]
    assert len(spread) == 4
    for one in spread:
        for row in one.rows:
            low, high, middle = (cell.number for cell in row.cells[:3])
            assert low is not None and middle is not None and high is not None  # told together
            assert low <= middle <= high


def test_actions_and_the_referentiel_are_by_name_not_by_score(warehouse: Warehouse) -> None:
    found = figure(one(warehouse, "2023-2024", "referentiel"), "actions-et-referentiel")
    names = [row.label for row in found.rows]
    expected = warehouse.records(
        "select p.raison_sociale from core.agrement as g inner join core.porteur as p using (porteur_id) "
        "where campagne = '2023-2024' order by strip_accents(lower(p.raison_sociale))"
    )
    assert names == [row["raison_sociale"] for row in expected]
    assert len(names) == 45
    axes = warehouse.records(
        "select axe_retenu__enfants and axe_retenu__parents and axe_retenu__ecole and axe_retenu__territoire as oui "
        "from core.action where campagne = '2023-2024'"
    )
    told = column(found, "part_actions_4_axes")
    assert told.count("déclaré") == sum(bool(row["oui"]) for row in axes)
    assert told.count("non déclaré") == sum(row["oui"] is False for row in axes)
    assert told.count("bilan non reçu") == 45 - len(axes)
    signs = {cell.text: cell.sign for row in found.rows for cell in row.cells if cell.sign}
    assert signs["déclaré"] == "oui"
    assert signs["non déclaré"] == "non"
    assert signs["bilan non reçu"] == "absent"


def test_who_answered_and_what_was_found(warehouse: Warehouse) -> None:
    found = one(warehouse, "2024-2025", "reponses")
    who = figure(found, "reponse-par-porteur")
    known = warehouse.records("select retour from core.porteur_campagne where campagne = '2024-2025'")
    states = [row["retour"] for row in known]
    assert column(who, "retour").count("reçu") == states.count("recu") == 24
    assert column(who, "retour").count("non reçu") == states.count("attendu")
    assert sum(int(text) for text in column(who, "recus")) == 37
    points = figure(found, "points-releves")
    totals = warehouse.records(
        "select count(*) filter (gravite = 'critique') as ecartees, "
        "count(*) filter (effet = 'valeur_ecartee') as valeurs, count(*) filter (effet = 'aucun') as verifier "
        "from qualite.anomalie where campagne = '2024-2025' and gravite in ('critique', 'alerte')"
    )[0]
    counted = [sum(row.cells[position].number or 0 for row in points.rows) for position in range(3)]
    assert counted == [totals["ecartees"], totals["valeurs"], totals["verifier"]]


def test_the_method_says_what_was_awaited_received_mended_and_hidden(
    warehouse: Warehouse, diffusion: Warehouse
) -> None:
    year = "2022-2023"
    box = figure(one(warehouse, year, "methode"), "lire-les-chiffres")
    late = warehouse.records(
        "select count(*) as n from core.reponse as r inner join core.campagne as c using (campagne) "
        "where campagne = ? and date_validation::date > cloture",
        [year],
    )[0]["n"]
    hidden = diffusion.records(
        "select count(*) as n from marts.indicateur_valeur where campagne = ? and statut = 'secret'", [year]
    )[0]["n"]
    lines = {row.label: plain(row.cells[0].text) for row in box.rows}
    assert late > 0
    assert hidden > 100
    assert lines["Réception"].startswith(
        f"Sur 46 bilans attendus, 42 reçus, dont {late} hors délai ; aucune valeur corrigée, {hidden} valeurs non "
        "diffusées."
    )
    assert lines["Saisie"] == "du 15/06/2023 au 15/09/2023"
    assert lines["France"].endswith("départements ayant répondu : 98 sur 101")
    blank = figure(one(warehouse, year, "methode"), "non-reponse")
    assert {row.label for row in blank.rows} >= {"Commune", "Enfants et jeunes accueillis"}
    assert "non-reponse" not in {figure.id for figure in one(diffusion, year, "methode").figures}


def test_the_ps_is_never_that_of_another_year(warehouse: Warehouse) -> None:
    known = one(warehouse, "2021-2022", "moyens")
    assert plain(known.sentences[2]) == (
        "En 2021-2022, la Ps couvre 32,5 % des dépenses de fonctionnement d'un collectif, dans la limite d'un prix "
        "plafond de 7 885 €, soit 2 563 € au plus."
    )
    assert "ce calcul n'a pas valeur de notification" in known.sentences[3]
    for year in ("2019-2020", "2022-2023"):
        said = [plain(text) for text in one(warehouse, year, "moyens").sentences]
        assert f"Les paramètres de la Ps {year} ne sont pas renseignés : la Ps théorique n'est pas calculée." in said
        assert not any("plafond" in text for text in said)


def test_nothing_internal_is_in_what_is_diffused(diffusion: Warehouse, warehouse: Warehouse) -> None:
    names = {row["raison_sociale"] for row in warehouse.records("select raison_sociale from core.porteur")}
    titles = {row["action_id"] for row in warehouse.records("select action_id from core.agrement")}
    for year in YEARS[:-1]:
        said = "\n".join(text for found in chapters(diffusion, year) for text in texts(found))
        assert not any(name in said for name in names | titles)


def test_a_hidden_figure_is_a_state_in_the_table_and_counted_in_a_note(diffusion: Warehouse) -> None:
    found = figure(one(diffusion, "2019-2020", "porteurs"), "par-type-de-structure")
    hidden = [cell for row in found.rows for cell in row.cells if cell.state == "secret"]
    assert len(hidden) > 5
    assert {plain(cell.text) for cell in hidden} == {"non diffusé : trop peu de porteurs"}
    assert f"{len(hidden)} valeurs non diffusées : trop peu de porteurs." in [plain(note) for note in found.notes]
    assert all(cell.number is None for cell in hidden)


def known_numbers(opened: Warehouse, year: str) -> set[Decimal]:
    """Every number of the tables that the scope may read, for that year and those before, in all ways to write it."""
    before = f"{int(year[:4]) - 1}-{year[:4]}"
    relation = "marts.indicateur_valeur_agregee" if opened.scope.role == "comite" else "marts.indicateur_valeur"
    queries = [
        f"select valeur, numerateur, denominateur, denominateur - numerateur, nb_repondants from {relation} "
        f"where campagne in ('{year}', '{before}') and niveau <> 'france' and (departement = '45')",
        "select valeur_france, derniere_france_valeur, valeur - valeur_france from marts.comparaison "
        f"where campagne = '{year}'",
        "select valeur from core.chiffre_publie union all select valeur from core.reglage",
        f"select sum(valeur) from marts.comparaison where campagne = '{year}' and starts_with(indicateur, "
        "'part_produits__caf_')",
        f"select premier_quartile, mediane, troisieme_quartile from marts.distribution where campagne = '{year}'",
        "select taux, prix_plafond, ps_maximum from core.financement",
        f"with lieux as (from marts.territoire_couvert where campagne = '{year}' and not couvert) "
        "select count(*) from lieux group by niveau, commune_nom union all select count(*) from lieux group by niveau",
        f"select nb_actions_attendues, nb_reponses, nb_actions_agreees, nb_actions_non_demarrees_ou_arretees from "
        f"marts.campagne where campagne = '{year}'",
        f"select valeur from marts.comparaison where campagne <= '{year}' and departement = '45'",
    ]
    if opened.scope.role == "comite":
        queries += [
            "select valeur_constante, valeur_constante_precedente, nb_porteurs_constants, numerateur_constant, "
            "denominateur_constant, numerateur_constant_precedent, denominateur_constant_precedent, valeur_constante - "
            f"valeur_constante_precedente from marts.evolution where campagne = '{year}'",
        ]
    found: set[Decimal] = set()
    for query in queries:
        for row in opened.connection.execute(query).fetchall():
            for value in row:
                if value is not None:
                    found |= writings(abs(value))
    return found | {Decimal(number) for number in (96, 98, 101, 17, 6, 11, 16, 8, 12, 5, 36, 37, 2009, 2015, 2024)}


@pytest.mark.parametrize("edition", ["warehouse", "diffusion"])
@pytest.mark.parametrize("year", ["2014-2015", "2019-2020", "2021-2022", "2023-2024"])
def test_every_number_of_every_sentence_and_message_is_one_that_sql_shows(
    edition: str, year: str, request: pytest.FixtureRequest
) -> None:
    opened: Warehouse = request.getfixturevalue(edition)
    known = known_numbers(opened, year)
    told = 0
    for found in chapters(opened, year):
        if found.id in ("methode", "referentiel", "reponses"):
            continue  # counted one by one above
        for text in (
            found.title,
            *found.sentences,
            *(line for one in found.figures for line in (one.message, one.lecture)),
        ):
            wrong = [number for number in numbers(text) if number.normalize() not in known]
            told += len(numbers(text))
            # How many figures are close to France's is counted above.
            assert not wrong or "en sont proches" in text, (found.id, text, wrong)
    assert told > 50


@pytest.mark.parametrize("edition", ["warehouse", "diffusion"])
def test_every_cell_of_the_usual_figures_is_the_figure_itself(edition: str, request: pytest.FixtureRequest) -> None:
    opened: Warehouse = request.getfixturevalue(edition)
    for year in YEARS[:-1]:
        rows = opened.records("select * from marts.comparaison where campagne = ? and departement = '45'", [year])
        known = {row["indicateur"]: row for row in rows}
        reading = read_open(opened, year, "45")
        for found in chapters(opened, year):
            for shown in found.figures:
                if [column.key for column in shown.columns][:2] != ["valeur", "base"] or shown.id == "ecarts-france":
                    continue
                for row in shown.rows:
                    line = known[row.key]
                    own = dict(zip((column.key for column in shown.columns), row.cells, strict=True))
                    hidden = reading.quantity(row.key)
                    if hidden is not None and hidden.state == "secret":
                        assert own["valeur"].number is None
                        continue
                    assert own["valeur"].number == line["valeur"]
                    if "france" in own and own["france"].number is not None:
                        assert own["france"].number == line["valeur_france"]
                    if "avant" in own and own["avant"].number is not None:
                        assert own["avant"].number == line["valeur_precedente"]


def test_a_local_indicator_is_shown_in_the_chapter_of_its_family(warehouse: Warehouse) -> None:
    """It has no pattern and no figure names it: the recipe of CONTRIBUTING asks for nothing more."""
    reading = read_open(warehouse, "2023-2024", "45")
    like = "part_actions_qpv"
    series = replace(reading.catalogue[like], indicateur="part_locale", serie_de="part_locale", libelle="Part locale",
                     libelle_court="Part locale", phrase=None)  # fmt: skip
    local = replace(reading.figures[like], indicateur="part_locale", libelle="Part locale")
    told = replace(
        reading,
        catalogue={**reading.catalogue, "part_locale": series},
        figures={**reading.figures, "part_locale": local},
    )
    found = write_chapter(warehouse, told, load_layout().chapters["territoires"])
    added = found.figures[-1]
    assert (added.id, added.title) == ("autres-pct", "Autres indicateurs")
    assert plain(added.message).startswith("Part locale : 63 % (26 sur 41) dans le Loiret, ")


def test_the_demo_s_figures_all_come_from_a_whole_build(warehouse: Warehouse, adopted_demo: DataFolder) -> None:
    assert warehouse.warning is None
    assert isinstance(warehouse.folder, Path)
    assert list(figures(page(adopted_demo, AGENT, "2023-2024", "45", "fonctionnement")))


def test_two_scopes_do_not_read_the_same_file(warehouse: Warehouse, diffusion: Warehouse) -> None:
    with pytest.raises(duckdb.Error):
        diffusion.connection.execute("select * from core.action")
    assert warehouse.connection.execute("select count(*) from core.action").fetchone()
