"""The faults planted in the demo's files, and what the build reports: the same list, in both directions."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import Any

import duckdb
import pytest

from pipeline.codebook.load import load_codebook
from socle.settings import PROJECT_ROOT
from tests.support.demo import TOLD_ELSEWHERE

MESSAGES = load_codebook().messages
EFFECTS = {"critique": {"ligne_ecartee"}, "alerte": {"ligne_ecartee", "valeur_ecartee", "aucun"},
           "info": {"ligne_ecartee", "aucun"}}  # fmt: skip
# What is said of a row quotes the return or the action; what is missing cannot be quoted.
QUOTES_NO_VALUE = {"reponse_non_validee", "obligatoire_vide"}
# The sentence quotes the number that two answers make together (an average, a sum, a difference), not one of them.
QUOTES_A_RESULT = {
    "agrement_hors_8_12", "collectif_hors_8_12", "somme_niveaux", "somme_sexes", "somme_ages", "contributions_inegales",
    "enfants_sans_collectif", "synthese_sans_valeur",
}  # fmt: skip
ENGLISH = re.compile(
    r"\b(?:the|is|not|null|none|nan|true|false|value|expected|missing|unknown|row|error|must|and|of)\b", re.IGNORECASE
)
FRENCH = re.compile(r"\b(?:la|le|les|une?|vos|vous|des|du|est|ne|à)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def planted() -> list[dict[str, str]]:
    with (PROJECT_ROOT / "tests" / "fixtures" / "erreurs_plantees.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def reported(demo_warehouse: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = demo_warehouse.execute("select * from qualite.anomalie")
    names = [name for name, *_ in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def key(anomaly: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(anomaly[name] or "") for name in ("campagne", "fichier", "feuille", "ligne", "variable", "regle"))


def test_every_planted_fault_is_reported_once_and_nothing_else_is(
    planted: list[dict[str, str]], reported: list[dict[str, Any]]
) -> None:
    wanted, found = Counter(map(key, planted)), Counter(map(key, reported))
    assert {"missed": wanted - found, "not planted": found - wanted} == {"missed": Counter(), "not planted": Counter()}


def test_the_demo_plants_nearly_every_kind_of_fault_there_is(planted: list[dict[str, str]]) -> None:
    kinds = {fault["regle"] for fault in planted}
    assert kinds <= set(MESSAGES)
    assert set(MESSAGES) - kinds == TOLD_ELSEWHERE


def test_an_anomaly_is_one_french_sentence_with_its_values(reported: list[dict[str, Any]]) -> None:
    sentences = [anomaly["message"] for anomaly in reported]
    assert [s for s in sentences if not s or re.search(r"[{}]", s) or "@" in s] == []
    assert [s for s in sentences if (not s[0].isupper() and s[0] != "«") or s[-1] not in ".?"] == []
    # A label or a name quoted may hold any word; the sentence around them is French.
    said = [re.sub(r"«.*?»", "", s) for s in sentences]
    assert [s for s in said if ENGLISH.search(s) or not FRENCH.search(s)] == []


def test_an_anomaly_says_how_grave_it_is_and_what_became_of_the_row(reported: list[dict[str, Any]]) -> None:
    for anomaly in reported:
        declared = MESSAGES[anomaly["regle"]]
        assert (anomaly["gravite"], anomaly["effet"]) == (declared.gravite, declared.effet)
        assert anomaly["effet"] in EFFECTS[anomaly["gravite"]]


def test_an_anomaly_names_the_question_as_the_file_writes_it(
    planted: list[dict[str, str]], reported: list[dict[str, Any]]
) -> None:
    # A dossier bears no number of its own: no question asks for it.
    unasked = [a for a in reported if bool(a["variable"]) != bool(a["colonne"])]
    assert {(a["regle"], a["campagne"], a["variable"]) for a in unasked} == {
        ("reponse_en_double", "2020-2021", "reponse_id")
    }
    headers = {key(fault): fault["colonne"] for fault in planted}
    assert [a for a in reported if (a["colonne"] or "") != headers[key(a)]] == []


def test_the_sentence_of_each_kind_contains_the_value_received(
    planted: list[dict[str, str]], reported: list[dict[str, Any]]
) -> None:
    written = {key(fault): fault["valeur"] for fault in planted}
    silent = []
    for anomaly in reported:
        regle = anomaly["regle"]
        received = anomaly["valeur"] if regle in QUOTES_A_RESULT else written[key(anomaly)]
        if regle not in QUOTES_NO_VALUE and (not received or received not in anomaly["message"]):
            silent.append((regle, received, anomaly["message"]))
    assert silent == []
    assert {a["regle"] for a in reported if a["regle"] in QUOTES_NO_VALUE} == QUOTES_NO_VALUE


def test_the_value_kept_with_an_anomaly_is_the_one_received(
    planted: list[dict[str, str]], reported: list[dict[str, Any]]
) -> None:
    # A choice that was read is kept as its code; a sum is kept as the sum.
    as_read = QUOTES_A_RESULT | {"reponse_non_validee"}
    written = {key(fault): fault["valeur"] for fault in planted}
    other = [
        (a["regle"], a["valeur"], written[key(a)])
        for a in reported
        if a["regle"] not in as_read and (a["valeur"] or "").removesuffix(",00") != written[key(a)].removesuffix(",00")
    ]
    assert other == []


def test_an_anomaly_of_a_known_porteur_is_its_own(
    demo_warehouse: duckdb.DuckDBPyConnection, reported: list[dict[str, Any]]
) -> None:
    """Without it, the porteur's sheet is silent on what it has to mend, or another porteur reads it."""
    returned = [a for a in reported if not a["fichier"].startswith("synthese-nationale")]
    assert {a["regle"] for a in returned if a["porteur_id"] is None} == {
        "porteur_inconnu", "ligne_total", "rattachement_absent", "rattachement_en_double", "collectif_sans_reponse"
    }  # fmt: skip
    assert [a for a in reported if a not in returned and a["porteur_id"]] == []
    rows = demo_warehouse.execute(
        "select campagne, fichier, feuille, ligne, porteur_id, action_id from core.reponse "
        "union all select campagne, fichier, feuille, ligne, porteur_id, action_id from core.agrement"
    ).fetchall()
    owners = {row[:4]: row[4:] for row in rows}
    kept = [a for a in reported if (a["campagne"], a["fichier"], a["feuille"], a["ligne"]) in owners]
    assert len(kept) > 30
    for a in kept:
        assert (a["porteur_id"], a["action_id"]) == owners[a["campagne"], a["fichier"], a["feuille"], a["ligne"]]
