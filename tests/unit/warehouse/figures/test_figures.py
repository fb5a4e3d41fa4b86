"""The figures of a département, as pages and commands receive them."""

from __future__ import annotations

import pytest

from socle.paths import DataFolder
from warehouse.figures.figures import Figure, figures
from warehouse.open import Warehouse
from warehouse.scope import LOCAL


@pytest.fixture
def found(built: DataFolder) -> dict[str, Figure]:
    return {figure.indicateur: figure for figure in figures(built, LOCAL, "2019-2020", "45")}


def test_every_indicator_of_the_catalogue_has_its_figure_in_its_order(
    warehouse: Warehouse, found: dict[str, Figure]
) -> None:
    catalogue = warehouse.records("select indicateur from marts.indicateur order by rang")
    assert list(found) == [row["indicateur"] for row in catalogue]


def test_a_published_figure_names_the_one_set_aside(found: dict[str, Figure]) -> None:
    figure = found["nb_enfants"]
    assert (figure.valeur, figure.origine, figure.autre_valeur, figure.autre_origine) == (485, "publie", 32, "fictif")
    assert (figure.departement_nom, figure.dans_departement) == ("Loiret", "dans le Loiret")


def test_a_share_comes_with_its_base_france_and_the_year_before(found: dict[str, Figure]) -> None:
    figure = found["taux_reponse_actions"]
    assert (figure.numerateur, figure.denominateur, figure.valeur) == (2, 3, pytest.approx(2 / 3))
    assert (figure.campagne_precedente, figure.valeur_precedente) == ("2018-2019", 1)
    assert (found["nb_actions"].valeur_france, found["nb_actions"].couverture_france) == (
        4300,
        "96 départements sur 101",
    )


def test_a_national_figure_of_another_year_is_only_quoted(found: dict[str, Figure]) -> None:
    figure = found["part_enfants_niveau__college"]
    assert figure.valeur_france is None
    assert (figure.derniere_france_annee, figure.derniere_france_valeur) == ("2009", 0.34)


def test_a_département_without_data_has_no_figure(built: DataFolder) -> None:
    assert figures(built, LOCAL, "2019-2020", "83") == []
