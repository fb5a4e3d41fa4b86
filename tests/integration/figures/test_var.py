"""The bilan of the Var for 2014-2015, made again from a roster of 51 porteurs and the 43 structures that answered."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from tests.support.builds import quick_build
from tests.support.exports import agrement, codebook, siret, write_export

CAMPAGNE = "2014-2015"
ROSTER, ANSWERED = 51, 43
TYPES = {"centre_social": 12, "association_locale": 21, "association_tete_de_reseau": 2, "collectivite": 5, "autre": 3}
REAAP = 18  # 42 % of 43: the source prints the share alone
# Several answers possible: 20 say none, so 23 share 14 + 13 + 2 links.
CEL, PEDT, OTHER, NONE = 14, 13, 2, 20


def porteur(number: int) -> dict[str, str]:
    return {"porteur_id": f"v{number}", "siret": siret(number), "raison_sociale": f"Structure varoise {number}"}


def links(number: int) -> str:
    """The first fourteen have a CEL or a PEL, the last thirteen of the 23 a PEDT, two something else besides."""
    linked = ANSWERED - NONE
    if number >= linked:
        return "Aucune"
    told = [
        *(["CEL ou PEL"] if number < CEL else []),
        *(["PEDT"] if number >= linked - PEDT else []),
        *(["Autre projet"] if number < OTHER else []),
    ]
    return " ; ".join(told)


def returns() -> list[dict[str, str]]:
    kinds = [kind for kind, times in TYPES.items() for _ in range(times)]
    return [
        {
            "reponse_id": f"s{number}",
            "campagne_declaree": CAMPAGNE,
            "statut_reponse": "Validée",
            "date_validation": "15/09/2015 10:00",
            **{name: porteur(number)[name] for name in ("siret", "raison_sociale")},
            "type_structure": LABELS[kinds[number]],
            "commune": "83137",
            "porte_reaap": "Oui" if number < REAAP else "Non",
            "articulation_projet_educatif": links(number),
        }
        for number in range(ANSWERED)
    ]


LABELS = {
    "centre_social": "Centre social",
    "association_locale": "Association locale ou de quartier",
    "association_tete_de_reseau": "Association affiliée à une tête de réseau nationale",
    "collectivite": "Service d'une collectivité (commune ou intercommunalité)",
    "autre": "Autre",
}


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = DataFolder(tmp_path_factory.mktemp("var"))
    write_export(folder.register, "porteurs", [porteur(number) for number in range(ROSTER)])
    place = folder.raw / CAMPAGNE
    place.mkdir(parents=True)
    declared = f'campagne: {CAMPAGNE}\nfictif: false\ndepartements: ["83"]\n'
    (place / "campagne.yml").write_text(declared, encoding="utf-8")
    theirs = {"departement": "83", "commune": "83137", "campagne_declaree": CAMPAGNE}
    agreed = [agrement(f"83-{number}", porteur(number), **theirs) for number in range(ROSTER)]
    write_export(place / "agrements.csv", "agrements", agreed)
    write_export(place / "structures.csv", "questionnaire-2014", returns())
    built = quick_build(folder, definitions=codebook(), rules=[rule.id for rule in codebook().rules])
    assert built.manifest.refused == []
    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize(
    ("indicateur", "above", "below", "percent"),
    [
        ("taux_reponse_porteurs", 43, 51, 84),
        ("part_porteurs_type__centre_social", 12, 43, 28),
        ("part_porteurs_type__association_locale", 21, 43, 49),
        ("part_porteurs_type__ccas", 0, 43, 0),
        ("part_porteurs_reaap", 18, 43, 42),
        ("part_articulation__cel_pel", 14, 43, 33),
        ("part_articulation__pedt", 13, 43, 30),
        ("part_articulation__autre", 2, 43, 5),
        ("part_articulation__non", 20, 43, 47),
    ],
)
def test_the_published_share_is_found_again_and_stands_beside(
    var: duckdb.DuckDBPyConnection, indicateur: str, above: int, below: int, percent: int
) -> None:
    found = var.execute(
        "select origine, numerateur, denominateur, round(valeur * 100)::integer from marts.indicateur_valeur "
        "where campagne = ? and indicateur = ? and niveau = 'departement' and code = '83' order by origine",
        [CAMPAGNE, indicateur],
    ).fetchall()
    assert found[0] == ("calcule", above, below, percent)
    assert [(origine, share) for origine, _, _, share in found[1:]] == [("publie", percent)]


def test_the_comparison_is_with_the_published_france_of_that_year(var: duckdb.DuckDBPyConnection) -> None:
    found = var.execute(
        "select indicateur, origine, autre_origine, round(valeur_france * 100)::integer from marts.comparaison "
        "where campagne = ? and departement = '83' and valeur_france is not null order by 1",
        [CAMPAGNE],
    ).fetchall()
    assert found == [
        ("part_articulation__pedt", "publie", "calcule", 33),
        ("part_porteurs_reaap", "publie", "calcule", 46),
        ("part_porteurs_type__association_locale", "publie", "calcule", 29),
        ("part_porteurs_type__centre_social", "publie", "calcule", 38),
    ]


def test_what_a_return_per_structure_cannot_say_is_not_computable(var: duckdb.DuckDBPyConnection) -> None:
    found = var.execute(
        "select indicateur, statut from marts.indicateur_valeur where campagne = ? and code = '83' "
        "and origine = 'calcule'",
        [CAMPAGNE],
    ).fetchall()
    states = dict(found)
    assert len(states) == len(found) == 125
    assert {states[name] for name in ("nb_enfants_accueillis", "part_collectifs_8_12", "taux_reponse_actions")} == {
        "non_calculable"
    }
    assert states["ps_theorique"] == "non_renseigne"
    assert states["nb_actions"] == "diffusable"
