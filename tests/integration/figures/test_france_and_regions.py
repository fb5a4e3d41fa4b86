"""Five départements, four of one région: France and the région by what was declared, with what they rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline.adopt import run_adoption
from pipeline.run import run_build
from socle.files.manifest import DIFFUSION, WAREHOUSE, current_build
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import built_with, cut_down, silent
from tests.support.exports import Row, agrement, codebook, make_folder, reponse, siret, write_export
from warehouse.open import open_current
from warehouse.origins.explain import explain
from warehouse.origins.figure_name import UnknownFigure, resolve
from warehouse.scope import LOCAL

YEAR, CENTRE, PACA = "2019-2020", "24", "93"
COMMUNES = {"18": "18033", "28": "28085", "41": "41017", "45": "45019", "83": "83137"}
"""Binas and Baccon are of one intercommunalité."""
SHARED_EPCI = "200070183"
TYPES = {"Association locale ou de quartier": "association_locale", "Centre social": "centre_social"}
NO_FAMILIES, NO_STAFF = ("18",), ("18", "83")
CHILDREN, FAMILIES, STAFF = "nb_enfants_accueillis", "nb_familles", "nb_intervenants"
RATE, AGREED = "taux_reponse_porteurs", "nb_actions"
DEFINITIONS = replace(
    cut_down(codebook(), (CHILDREN, FAMILIES, STAFF, RATE, AGREED)),
    national=replace(codebook().national, minimum_france=4),
)


def declared() -> pd.DataFrame:
    """One line an action: six porteurs a département, the first of 18, 41 and 45 being the same; one did not answer."""
    rows = []
    for (departement, commune), rank in product(COMMUNES.items(), range(6)):
        number = 1 if rank == 0 and departement in ("41", "45") else len(rows) + 1
        answers = (departement, rank) != ("83", 5)
        rows.append({
            "departement": departement, "commune": commune, "porteur": number, "action": f"{departement}-{rank}",
            "type": list(TYPES)[rank == 5], "children": 8 + 2 * rank + len(rows), "answers": answers,
            "families": 5 + rank, "staff": 1 + rank,
        })  # fmt: skip
    return pd.DataFrame(rows)


LINES = declared()
ANSWERED = LINES[LINES["answers"]]


def porteur(number: int) -> Row:
    return {"porteur_id": f"p{number}", "siret": siret(number), "raison_sociale": f"Porteur {number}"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    agreed, returned = [], []
    for line in LINES.itertuples():
        place = {"commune": line.commune}
        agreed.append(agrement(line.action, porteur(line.porteur), departement=line.departement, **place))
        if line.answers:
            answers = {
                "nb_enfants": str(line.children),
                "nb_familles": "" if line.departement in NO_FAMILIES else str(line.families),
                "type_structure": line.type,
            }
            staff = {"nb_benevoles": str(line.staff), "nb_salaries": "0"}
            if line.departement in NO_STAFF:
                staff = dict.fromkeys(("nb_benevoles", "nb_salaries", "nb_vacataires", "nb_services_civiques"), "")
            returned.append(reponse(line.action, porteur(line.porteur), **place, **answers, **staff))
    porteurs = [porteur(int(number)) for number in sorted(LINES["porteur"].unique())]
    folder = make_folder(tmp_path_factory.mktemp("regions"), {YEAR: (agreed, returned)}, porteurs)
    listed = ", ".join(f'"{code}"' for code in COMMUNES)
    declaration = f"campagne: {YEAR}\nfictif: true\ndepartements: [{listed}]\n"
    (folder.raw / YEAR / "campagne.yml").write_text(declaration, encoding="utf-8")
    received = {"campagne_declaree": YEAR, "indicateur": CHILDREN, "valeur": "32849", "nb_departements": "97"}
    write_export(folder.raw / YEAR / "synthese.csv", "synthese-nationale", [received])
    with built_with(DEFINITIONS):
        run_build(folder, Settings(), silent)
        run_adoption(folder, Settings(), silent, {YEAR: "2020-10-12"})
    return folder


@pytest.fixture(scope="module")
def warehouse(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str((current_build(folder) or folder.root) / WAREHOUSE), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def diffused(folder: DataFolder) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str((current_build(folder) or folder.root) / DIFFUSION), read_only=True) as connection:
        yield connection


def figures(connection: duckdb.DuckDBPyConnection, indicateur: str, where: str) -> list[tuple[Any, ...]]:
    """(niveau, code, région, numerateur, denominateur, nb_porteurs, couverture)."""
    return connection.execute(
        "select niveau, code, region, numerateur, denominateur, nb_porteurs, couverture "
        "from marts.indicateur_valeur_agregee where departement is null and origine = 'fictif' "
        f"and indicateur = ? and {where} order by niveau, code, region",
        [indicateur],
    ).fetchall()


def of(*departements: str) -> pd.DataFrame:
    return ANSWERED[ANSWERED["departement"].isin(departements)]


def test_the_key_of_a_figure_is_unique_and_the_build_holds_two_origins(warehouse: duckdb.DuckDBPyConnection) -> None:
    key = "campagne, indicateur, niveau, code, departement, region, origine"
    [(rows, keys)] = warehouse.execute(
        f"select count(*), count(distinct ({key})) from marts.indicateur_valeur_agregee"
    ).fetchall()
    assert rows == keys
    assert warehouse.execute(
        "select origine, valeur, couverture from marts.indicateur_valeur_agregee where niveau = 'france' "
        "and indicateur = ? order by 1", [CHILDREN],
    ).fetchall() == [
        ("fictif", ANSWERED["children"].sum(), "5 départements sur 101"),
        ("synthese_fictive", 32849, "97 départements sur 101"),
    ]  # fmt: skip
    assert set(warehouse.execute(
        "select valeur_france, origine_france, autre_valeur_france, autre_origine_france, absence_france "
        "from marts.comparaison where indicateur = ?", [CHILDREN],
    ).fetchall()) == {(32849, "synthese_fictive", ANSWERED["children"].sum(), "fictif", None)}  # fmt: skip


def test_france_and_the_region_are_the_sums_of_what_was_declared(warehouse: duckdb.DuckDBPyConnection) -> None:
    region = of("18", "28", "41", "45")
    assert figures(warehouse, CHILDREN, "niveau in ('france', 'region')") == [
        ("france", "FR", None, ANSWERED["children"].sum(), None, ANSWERED["porteur"].nunique(),
         "5 départements sur 101"),
        ("region", CENTRE, CENTRE, region["children"].sum(), None, region["porteur"].nunique(),
         "4 départements sur 6"),
    ]  # fmt: skip


def test_a_porteur_of_two_departements_is_counted_once_above_them(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(_, _, _, answered, asked, _, _), (*_, above, below, _, _)] = figures(
        warehouse, RATE, "niveau in ('france', 'region')"
    )
    assert (answered, asked) == (ANSWERED["porteur"].nunique(), LINES["porteur"].nunique())
    region = LINES[LINES["departement"] != "83"]
    assert (above, below) == (region["porteur"].nunique(),) * 2
    [(apart,)] = warehouse.execute(
        "select sum(denominateur) from marts.indicateur_valeur_agregee where niveau = 'departement' and indicateur = ? "
        "and origine = 'fictif'", [RATE],
    ).fetchall()  # fmt: skip
    assert apart == below + len(LINES[LINES["departement"] == "83"]) + 2


def test_types_are_summed_at_both_levels_and_beside_those_of_the_departements(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    expected = []
    for words, code in TYPES.items():
        for region, lines in ((CENTRE, of("18", "28", "41", "45")), (None, ANSWERED)):
            lines = lines[lines["type"] == words]
            rests_on = "4 départements sur 6" if region else "5 départements sur 101"
            sums = (lines["children"].sum(), None, lines["porteur"].nunique(), rests_on)
            expected.append(("type_structure", code, region, *sums))
    assert figures(warehouse, CHILDREN, "niveau = 'type_structure'") == expected


def test_an_intercommunalite_of_two_departements_has_a_whole(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = of("41", "45")
    assert figures(warehouse, CHILDREN, "niveau = 'epci'") == [
        ("epci", SHARED_EPCI, None, lines["children"].sum(), None, lines["porteur"].nunique(), "Départements 41, 45")
    ]
    assert figures(warehouse, FAMILIES, "niveau = 'epci'")[0][3] == lines["families"].sum()


def test_a_departement_that_does_not_answer_leaves_one_figure_only(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = figures(warehouse, FAMILIES, "niveau in ('france', 'region', 'type_structure')")
    lines = of("28", "41", "45", "83")
    assert found[0][:4] == ("france", "FR", None, lines["families"].sum())
    assert {row[-1] for row in found} == {"4 départements sur 101"}
    # Three of six are too few for the région; three of the five, for France.
    assert [row[0] for row in found] == ["france", "type_structure", "type_structure"]
    assert figures(warehouse, STAFF, "niveau in ('france', 'region', 'type_structure')") == []


def test_what_is_missing_is_said(folder: DataFolder, warehouse: duckdb.DuckDBPyConnection) -> None:
    covered = warehouse.execute(
        "select niveau, code, nb_departements, nb_attendus, minimum, suffisante, departements from marts.couverture "
        "where indicateur = ? order by all", [STAFF],
    ).fetchall()  # fmt: skip
    assert covered == [
        ("france", "FR", 3, 101, 4, False, ["28", "41", "45"]),
        ("region", CENTRE, 3, 6, 4, False, ["28", "41", "45"]),
        ("region", PACA, 0, 6, 4, False, []),
    ]
    [(reason,)] = set(warehouse.execute(
        "select absence_france from marts.comparaison where indicateur = ? and origine = 'fictif'", [STAFF]
    ).fetchall())  # fmt: skip
    assert reason == "3 départements sur 101, il en faut 4"
    with open_current(folder, LOCAL) as opened:
        with pytest.raises(UnknownFigure, match="3 départements sur 101 donnent ce chiffre, il en faut 4"):
            explain(opened, resolve(opened, f"{STAFF}/{YEAR}/france"))
        with pytest.raises(UnknownFigure, match="0 département sur 6 donne ce chiffre"):
            explain(opened, resolve(opened, f"{STAFF}/{YEAR}/region-{PACA}"))


@pytest.mark.parametrize("place", ["france", f"region-{CENTRE}", SHARED_EPCI, "45"])
def test_the_sql_of_explain_finds_the_figure_again(
    folder: DataFolder, warehouse: duckdb.DuckDBPyConnection, place: str
) -> None:
    for indicateur in (FAMILIES, CHILDREN, RATE) if place != SHARED_EPCI else (FAMILIES, CHILDREN):
        with open_current(folder, LOCAL) as opened:
            name = resolve(opened, f"{indicateur}/{YEAR}/{place}")
            if (indicateur, place) == (FAMILIES, f"region-{CENTRE}"):
                continue
            found = explain(opened, name)
        computed = next(origin for origin in found.origins if origin.computed)
        assert found.sql is not None
        assert warehouse.execute(found.sql).fetchone()[2] == pytest.approx(computed.valeur)  # type: ignore[index]
        assert len([origin for origin in found.origins if origin.computed]) == 1


def test_only_what_is_proved_is_diffused(diffused: duckdb.DuckDBPyConnection) -> None:
    def states(indicateur: str) -> set[tuple[str, str]]:
        return set(diffused.execute(
            "select niveau, statut from marts.indicateur_valeur where departement is null and origine = 'fictif' "
            "and indicateur = ?", [indicateur],
        ).fetchall())  # fmt: skip

    # Every département is shown, and France is what they make together.
    assert states(CHILDREN) == {("france", "diffusable"), ("region", "secret"), ("type_structure", "secret")}
    assert states(AGREED) >= {("france", "diffusable"), ("region", "diffusable")}
    # One porteur a type in each département: no line of it is shown, nor what they make together.
    free = diffused.execute(
        "select code, statut from marts.indicateur_valeur where departement is null and region is null "
        "and niveau = 'type_structure' and indicateur = ? order by all", [RATE],
    ).fetchall()  # fmt: skip
    assert free == [("association_locale", "secret"), ("centre_social", "secret")]
    assert diffused.execute("select count(*) from marts.couverture where suffisante").fetchone() != (0,)
