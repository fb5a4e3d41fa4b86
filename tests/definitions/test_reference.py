"""The reference CSVs say what their sources say, and agree with one another."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest

REFERENCE = Path(__file__).resolve().parents[2] / "pipeline" / "definitions" / "reference"
TERRITORIES = ("communes", "communes_anciennes", "epci", "departements", "regions")
OVERSEAS = {"971", "972", "973", "974", "976", "975", "977", "978", "986", "987", "988"}
TOWNS_AND_ISLANDS = {"75", "974", "975", "976", "977", "978", "986"}
NO_ARTICLE_ELIDED = {"28", "35", "37"}  # « d'Eure-et-Loir »: joined by « et », so no article
MUTE_H = {"34"}  # Hérault; the h of Haut and Haute is aspirated

Rows = list[dict[str, str]]


def read(name: str) -> Rows:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(text: str) -> str:
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()


@pytest.fixture(scope="module")
def communes() -> Rows:
    return read("communes")


@pytest.fixture(scope="module")
def departements() -> Rows:
    return read("departements")


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in read("chiffres_publies")}


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.csv")), ids=lambda path: path.stem)
def test_a_csv_is_utf8_without_bom_with_lf_and_one_shape(path: Path) -> None:
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    with path.open(encoding="utf-8", newline="") as file:
        assert len({len(row) for row in csv.reader(file)}) == 1


@pytest.mark.parametrize("name", TERRITORIES)
def test_territories_are_sorted_and_never_twice(name: str) -> None:
    keys = [(row.get("code") or row["code_ancien"], row.get("nom_ancien", "")) for row in read(name)]
    assert keys == sorted(set(keys))


def test_the_reference_stays_light() -> None:
    assert sum(path.stat().st_size for path in REFERENCE.glob("*.csv")) < 2_500_000


def test_every_epci_of_a_commune_exists(communes: Rows) -> None:
    assert {row["epci"] for row in communes if row["epci"]} == {row["code"] for row in read("epci")}


def test_every_departement_and_region_named_exists(communes: Rows, departements: Rows) -> None:
    codes = {row["code"] for row in departements}
    assert {row["departement"] for row in communes} == codes
    assert {row["departement"] for row in read("epci")} <= codes
    assert {row["region"] for row in departements} == {row["code"] for row in read("regions")}


def test_the_code_of_a_commune_begins_with_its_departement(communes: Rows) -> None:
    assert all(re.fullmatch(r"\d[\dAB]\d{3}", row["code"]) for row in communes)
    assert all(row["code"].startswith(row["departement"]) for row in communes)


def test_loiret_has_325_communes_and_16_epci(communes: Rows) -> None:
    loiret = [row for row in communes if row["departement"] == "45"]
    assert len(loiret) == 325
    assert len({row["epci"] for row in loiret}) == 16
    assert len([row for row in read("epci") if row["departement"] == "45"]) == 16


def test_orleans_is_in_its_metropole(communes: Rows) -> None:
    orleans = next(row for row in communes if row["code"] == "45234")
    metropole = next(row for row in read("epci") if row["code"] == orleans["epci"])
    assert (metropole["code"], metropole["nom"], metropole["type"]) == ("244500468", "Orléans Métropole", "METRO")


def test_former_communes_lead_to_present_ones(communes: Rows) -> None:
    present = {row["code"] for row in communes}
    former = read("communes_anciennes")
    assert {row["code_actuel"] for row in former} <= present
    assert all(row["code_actuel"] == row["code_ancien"] for row in former if row["code_ancien"] in present)
    assert ("45287", "Saint-Loup-de-Gonois", "45307") in {
        (row["code_ancien"], row["nom_ancien"], row["code_actuel"]) for row in former
    }


def test_a_former_code_leads_to_one_commune_only() -> None:
    targets: dict[str, set[str]] = {}
    for row in read("communes_anciennes"):
        targets.setdefault(row["code_ancien"], set()).add(row["code_actuel"])
    assert {code: found for code, found in targets.items() if len(found) > 1} == {}


def test_there_are_101_departements_and_six_collectivities(departements: Rows) -> None:
    codes = {row["code"] for row in departements}
    metropolitan = {f"{number:02}" for number in range(1, 96) if number != 20} | {"2A", "2B"}
    assert codes == metropolitan | OVERSEAS
    assert len(codes) == 107


def test_every_departement_has_two_forms_that_hold_its_name(departements: Rows) -> None:
    for row in departements:
        assert re.fullmatch(r"(du |de la |des |de l'|de |d')" + re.escape(row["nom"]), row["forme_de"])
        assert re.fullmatch(r"(dans le |dans la |dans les |dans l'|en |à )" + re.escape(row["nom"]), row["forme_dans"])
        assert "’" not in "".join(row.values())


def test_an_article_is_elided_before_a_vowel_or_a_mute_h_only(departements: Rows) -> None:
    for row in departements:
        vowel = plain(row["nom"])[0] in "aeiou" or row["nom"] == "Yonne" or row["code"] in MUTE_H
        singular = not row["forme_de"].startswith("des ")
        assert row["forme_de"].startswith(("de l'", "d'")) == (vowel and singular), row["nom"]
        assert row["forme_de"].startswith("d'") == (row["code"] in NO_ARTICLE_ELIDED), row["nom"]
        assert not (vowel and row["forme_dans"].startswith(("dans le ", "dans la "))), row["nom"]
        assert not (row["forme_dans"].startswith("dans l'") and not vowel), row["nom"]


def test_the_two_forms_of_a_departement_agree(departements: Rows) -> None:
    partner = {
        "du ": {"dans le "},
        "de la ": {"dans la ", "en "},
        "des ": {"dans les "},
        "de l'": {"dans l'"},
        "d'": {"en "},
        "de ": {"en ", "à "},
    }
    for row in departements:
        de, dans = (row[form].removesuffix(row["nom"]) for form in ("forme_de", "forme_dans"))
        assert dans in partner[de], row["nom"]
        assert (dans == "à ") == (row["code"] in TOWNS_AND_ISLANDS), row["nom"]


@pytest.mark.parametrize(
    ("code", "forme_de", "forme_dans"),
    [
        ("01", "de l'Ain", "dans l'Ain"),
        ("2A", "de la Corse-du-Sud", "en Corse-du-Sud"),
        ("34", "de l'Hérault", "dans l'Hérault"),
        ("40", "des Landes", "dans les Landes"),
        ("41", "de Loir-et-Cher", "en Loir-et-Cher"),
        ("45", "du Loiret", "dans le Loiret"),
        ("72", "de la Sarthe", "dans la Sarthe"),
        ("74", "de la Haute-Savoie", "en Haute-Savoie"),
        ("75", "de Paris", "à Paris"),
        ("89", "de l'Yonne", "dans l'Yonne"),
        ("971", "de la Guadeloupe", "en Guadeloupe"),
        ("974", "de La Réunion", "à La Réunion"),
        ("976", "de Mayotte", "à Mayotte"),
    ],
)
def test_departements_are_said_as_people_say_them(
    departements: Rows, code: str, forme_de: str, forme_dans: str
) -> None:
    row = next(row for row in departements if row["code"] == code)
    assert (row["forme_de"], row["forme_dans"]) == (forme_de, forme_dans)


def test_every_published_figure_has_an_id_a_source_a_noun_a_grain_and_a_value(
    published: dict[str, dict[str, str]],
) -> None:
    assert len(published) == len(read("chiffres_publies"))
    for row in published.values():
        assert row["source"] and row["nom_publie"] and row["grain"] and row["annee"]
        assert row["unite"] in {"n", "pct", "eur"}
        assert row["qualificatif"] in {"exact", "environ", "plus_de", "infere"}
        assert re.fullmatch(r"\d{4}(-\d{4})?", row["annee"])
        assert float(row["valeur"]) <= 1 or row["unite"] != "pct"
        assert row["niveau"] == ("france" if row["code"] == "FR" else "departement")


def test_loiret_2019_2020_is_41_actions_and_485_children(published: dict[str, dict[str, str]]) -> None:
    found = {
        row["indicateur"]: row["valeur"]
        for row in published.values()
        if (row["annee"], row["code"]) == ("2019-2020", "45")
    }
    assert found == {"nb_actions": "41", "nb_enfants": "485"}


def test_a_share_and_its_published_counts_agree_to_the_rounding(published: dict[str, dict[str, str]]) -> None:
    with_counts = [row for row in published.values() if row["numerateur"]]
    assert with_counts
    for row in with_counts:
        assert abs(float(row["valeur"]) - int(row["numerateur"]) / int(row["denominateur"])) <= 0.005, row["id"]


def test_a_percentage_published_without_counts_has_none(published: dict[str, dict[str, str]]) -> None:
    france = [row for row in published.values() if row["code"] == "FR"]
    assert not any(row["numerateur"] or row["denominateur"] for row in france)
    assert not published["83_2014-2015_reaap"]["numerateur"]


def test_the_types_of_structure_of_var_make_its_43_answers(published: dict[str, dict[str, str]]) -> None:
    counts = [
        int(row["numerateur"])
        for row in published.values()
        if row["code"] == "83" and row["indicateur"].startswith("part_porteurs_type__")
    ]
    assert sorted(counts) == [0, 2, 3, 5, 12, 21]
    assert sum(counts) == 43 == int(published["83_2014-2015_reponse"]["numerateur"])


def test_the_19_qpv_of_loiret_are_in_10_communes(communes: Rows) -> None:
    rows = read("qpv")
    named = [commune for row in rows for commune in row["commune_nom"].split("|")]
    assert sum(int(row["nb_qpv"]) for row in rows) == 19
    assert len(named) == 10
    assert set(named) <= {row["nom"] for row in communes if row["departement"] == "45"}
    assert all(len(row["noms"].split("|")) == int(row["nb_qpv"]) for row in rows if row["noms"])


def test_the_two_disturbed_years_have_their_sentence() -> None:
    assert [row["annee"] for row in read("contexte")] == ["2019-2020", "2020-2021"]
