"""docs/methodology.md: its example, its shares and its thresholds are those of the demo and of the definitions."""

from __future__ import annotations

import re
from typing import Any

import duckdb
import pytest

from bilan.words.values import TOO_FEW
from pipeline.codebook.diffusion import load_diffusion_rules
from socle.french import number
from socle.manifest import DIFFUSION, WAREHOUSE, read_manifest
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.demo import build_of

TEXT = (PROJECT_ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")
PLAIN = " ".join(TEXT.split())
DECISIONS = {"montré": "diffusable", "caché": "secret"}


def query(folder: DataFolder, database: str, select: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(build_of(folder) / database), read_only=True) as connection:
        return connection.execute(select).fetchall()


def example() -> list[list[str]]:
    block = TEXT.split("<!-- exemple: nb_enfants_accueillis 2019-2020 45 -->")[1].split("<!-- fin -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in block.strip().splitlines()[2:]]


def test_the_example_is_the_demo_s(adopted_demo: DataFolder) -> None:
    lines = "select 'departement', '45', porteur_id, nb_enfants from core.action where campagne = '2019-2020'"
    for niveau in ("type_structure", "zonage"):
        lines += (
            f" union all select '{niveau}', {niveau}, porteur_id, nb_enfants from core.action "
            "where campagne = '2019-2020'"
        )
    computed = query(
        adopted_demo,
        WAREHOUSE,
        "select niveau, code, count(*), sum(n), max(n) from (select niveau, code, porteur_id, sum(nb_enfants) as n "
        f"from ({lines}) as l (niveau, code, porteur_id, nb_enfants) group by all) group by all",
    )
    shown = query(
        adopted_demo,
        DIFFUSION,
        "select niveau, code, statut from marts.indicateur_valeur where campagne = '2019-2020' "
        "and indicateur = 'nb_enfants_accueillis' and niveau <> 'france'",
    )
    said = example()
    assert sorted((a, b, int(c), int(d), int(e)) for a, b, c, d, e, _ in said) == sorted(computed)
    assert sorted((row[0], row[1], DECISIONS[row[5]]) for row in said) == sorted(shown)


def test_what_is_hidden_costs_what_it_says(adopted_demo: DataFolder) -> None:
    manifest = read_manifest(build_of(adopted_demo))
    assert manifest is not None
    counts = manifest.diffusion
    for place in ("departement", "lignes"):
        alone = sum(counts.get(f"{place}_{why}", 0) for why in ("peu_de_porteurs", "domination", "sensible"))
        for figure in (counts[f"{place}_proteges"], counts[f"{place}_masques"], alone):
            assert number(figure).replace("\u202f", " ") in PLAIN.split("## 6")[1].split("## 7")[0]


def test_the_average_that_would_tell_an_action_is_not_shown(adopted_demo: DataFolder) -> None:
    year = "campagne = '2017-2018' and niveau = 'departement' and origine = 'fictif'"
    computed = dict(
        query(adopted_demo, WAREHOUSE, f"select indicateur, numerateur from marts.indicateur_valeur where {year}")
    )
    assert (computed["nb_enfants_accueillis"], computed["enfants_par_collectif"]) == (391, 382)
    assert "391 − 382 = 9" in PLAIN
    shown = dict(query(adopted_demo, DIFFUSION, f"select indicateur, statut from marts.indicateur_valeur where {year}"))
    assert shown["enfants_par_collectif"] == "secret"
    assert shown["nb_enfants_accueillis"] == shown["nb_collectifs"] == "diffusable"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("au moins cinq porteurs", lambda rule: rule.porteurs_minimum == 5),
        ("aucun n'en fait plus de 85 %", lambda rule: rule.part_maximale == 0.85),
        ("Aucune valeur n'est encadrée à 20 % près", lambda rule: rule.marge == 0.2),
        ("onze enfants au moins", lambda rule: rule.enfants_minimum_sensible == 11),
        ("demandent douze porteurs", lambda rule: rule.porteurs_minimum_quartiles == 12),
    ],
)
def test_its_numbers_are_those_in_force(words: str, value: Any) -> None:
    assert words in PLAIN
    assert value(load_diffusion_rules().rule)


def test_the_words_that_people_see_are_in_it() -> None:
    assert TOO_FEW.replace("\u202f", " ") in PLAIN


def test_every_file_it_names_is_there() -> None:
    for name in re.findall(r"`((?:pipeline|tests)/[\w/.]+)`", TEXT):
        assert (PROJECT_ROOT / name).exists(), name
