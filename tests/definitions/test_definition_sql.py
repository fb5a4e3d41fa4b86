"""The SQL that the definitions hold, run on empty tables shaped as the flow makes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from pipeline.codebook.funding import YEARLY, threshold_sql
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Column, Rule
from pipeline.codebook.relations import sum_sql
from pipeline.codebook.sentences import sql_expression
from pipeline.quality.contradicted import contradicted_checks
from socle.settings import PROJECT_ROOT
from socle.words.refusal import placeholders

VALIDATION = PROJECT_ROOT / "pipeline" / "sql" / "validation"
CODEBOOK = load_codebook()
TABLES = {
    "reponse": ("reponse", "structure", "action"),
    "complement": ("reponse", "structure", "action"),
    "collectif": ("reponse", "action", "collectif"),
    "agrement": ("agrement",),
    "synthese": ("synthese",),
}
SEEN_AS = {"doublon": "reponse"}
"""Table whose rows are seen under another name."""
KEYS = ["partie varchar", "cle varchar", "cle_valeur varchar"]
RETURN = ["fichier_reponse varchar", "feuille_reponse varchar", "ligne_reponse integer", "est_ambigu boolean"]
"""The return of a collectif."""


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        technical = "campagne varchar, fichier varchar, feuille varchar, ligne integer, format varchar, grain varchar"
        connection.execute("create schema staging")
        connection.execute("create schema core")
        create(connection, "core.seuil", ["annee varchar", "departement varchar", "reglage varchar", "valeur double"])
        for years in CODEBOOK.funding.referentiel:
            for name, value in years.valeurs.items():
                connection.execute("insert into core.seuil values (?, null, ?, ?)", [years.depuis, name, value])
        create(connection, "staging.candidat", ["raison_sociale varchar", "candidats varchar"])
        create(connection, "staging.indicateur_connu", ["indicateur varchar", "unite varchar"])
        place = ["campagne varchar", "fichier varchar", "feuille varchar", "ligne integer"]
        create(
            connection, "staging.porteur_contredit", [*place, "nature varchar", "par_siret varchar", "par_nom varchar"]
        )
        create(connection, "staging.statut_ecrit", [*place, "reponse_id varchar", "ecrit varchar"])
        connection.execute("attach ':memory:' as prive")
        create(connection, "prive.donnee_personnelle", [*place, "variable varchar", "valeur varchar"])
        sources = ["fichier_source varchar", "feuille_source varchar", "ligne_source integer"]
        create(connection, "core.rattachement", [*place, *sources, "cle varchar"])
        create(connection, "core.fichier_departement", ["campagne varchar", "fichier varchar", "departement varchar"])
        for table in ("departement", "fichier_situe"):
            create(connection, f"staging.{table}", ["campagne varchar", "fichier varchar", "departement varchar"])
        told = ["departement varchar", "regle varchar", "porteur_id varchar", "action_id varchar"]
        create(connection, "core.arret", ["campagne varchar", "departement varchar", "regles varchar"])
        create(connection, "staging.arret_ancien", ["campagne varchar", "departement varchar"])
        create(connection, "core.question", [*place, "format varchar", "variable varchar"])
        connection.execute("create schema qualite")
        create(connection, "qualite.anomalie", [*place, *told])
        decided = ["rang_decision integer", "nature varchar", "reponse_id varchar", "regle varchar", "valeur varchar"]
        create(connection, "qualite.decision", [*place, *decided])
        for table, entities in TABLES.items():
            situated = [] if table in ("agrement", "synthese") else ["departement varchar"]
            joined = RETURN if table == "collectif" else []
            create(connection, f"staging.{table}", [technical, *situated, *typed(entities), *KEYS, *joined])
        keys = ["campagne varchar", "fichier varchar", "perimetre varchar", "format varchar", *KEYS[1:]]
        create(connection, "staging.cle_de_reponse", keys)
        for table in ("numero_en_double", "rattachement_ambigu"):
            select = (VALIDATION.parent / "staging" / f"{table}.sql").read_text(encoding="utf-8")
            connection.execute(f"create view staging.{table} as {select}")
        for table in (*TABLES, *SEEN_AS):
            view = (VALIDATION / f"{table}.sql").read_text(encoding="utf-8")
            connection.execute(f"create view main.{table} as {view}")
        yield connection


def typed(entities: tuple[str, ...]) -> list[str]:
    return [f'"{column.id}" {column.sql_type}' for column in public(CODEBOOK, entities)]


def public(codebook: Codebook, entities: tuple[str, ...]) -> list[Column]:
    return [c for c in codebook.columns() if set(entities) & set(c.variable.entites) and not c.variable.personnel]


def create(connection: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> None:
    connection.execute(f"create table {table} ({', '.join(dict.fromkeys(columns))})")


BREACHES: dict[str, dict[str, Any]] = {
    "somme_niveaux": {"nb_enfants": 45, "effectif_niveau__elementaire": 40, "effectif_niveau__college": 7,
                      "effectif_niveau__lycee": 0},
    "somme_sexes": {"nb_enfants": 45, "effectif_sexe__filles": 20, "effectif_sexe__garcons": 20},
    "somme_ages": {"nb_enfants": 45, "effectif_age__6_10": 20, "effectif_age__11_16": 20, "effectif_age__17_plus": 0},
    "qpv_superieur": {"nb_enfants": 10, "nb_enfants_qpv": 11},
    "rep_superieur": {"nb_enfants": 10, "nb_enfants_rep": 11},
    "nouveaux_superieur": {"nb_enfants": 10, "nb_nouveaux": 11},
    "allophones_superieur": {"nb_enfants": 10, "nb_allophones": 11},
    "handicap_superieur": {"nb_enfants": 10, "nb_handicap": 11},
    "familles_superieures": {"nb_enfants": 10, "nb_familles": 11},
    "familles_participantes_superieures": {"nb_familles": 10, "nb_familles_participantes": 11},
    "tout_contredit_nb_enfants": {"nb_enfants": 10, "nb_handicap": 11, "effectif_sexe__filles": 6,
                                  "effectif_sexe__garcons": 6},
    "aucun_partenaire_et_un_autre": {"partenaires__aucun": True, "partenaires__pre": True},
    "aucune_articulation_et_une_autre": {"articulation_projet_educatif__non": True,
                                         "articulation_projet_educatif__pedt": True},
    "participation_sans_rencontre": {"nb_parents_participants": 3, "nb_rencontres_parents": 0},
    "formes_superieurs": {"nb_intervenants_formes": 6, "nb_salaries": 1, "nb_benevoles": 2, "nb_vacataires": 1,
                          "nb_services_civiques": 1},
    "collectif_hors_8_12": {"campagne": "2019-2020", "nb_enfants": 25, "nb_collectifs": 2},
    "enfants_sans_collectif": {"nb_enfants": 25, "nb_collectifs": 0},
    "qpv_nomme_hors_qpv": {"qpv": False, "qpv_nom": "La Source"},
    "contributions_inegales": {"charges__86": 1000, "produits__87": 900},
    "caf_superieure_aux_charges": {"charges__64": 1000, "produits__caf_ps": 2000},
    "action_inconnue": {"campagne": "2019-2020", "departement": "45", "action_id": "A9"},
    "action_d_un_autre_porteur": {"campagne": "2019-2020", "departement": "45", "action_id": "A1", "porteur_id": "P2"},
    "departement_inconnu": {"campagne": "2019-2020", "action_id": "A9", "porteur_id": "P2", "reponse_id": "R1"},
    "agrement_a_situer": {"campagne": "2019-2020", "action_id": "A7", "porteur_id": "P7"},
    "numero_en_double": {"campagne": "2019-2020", "fichier": "g.csv", "departement": "45", "grain": "action",
                         "action_id": "A1", "porteur_id": "P1", "reponse_id": "R1"},
    "rattachement_ambigu": {"campagne": "2019-2020", "fichier": "g.csv", "feuille": "", "ligne": 2,
                            "departement": "45", "reponse_id": "R1"},
    "departement_non_declare": {"campagne": "2019-2020", "action_id": "A1", "departement": "54", "ligne": 4},
    "departement_contredit": {"campagne": "2019-2020", "fichier": "83/g.csv", "action_id": "A1", "departement": "45",
                              "ligne": 4},
    "agrement_hors_8_12": {"campagne": "2019-2020", "action_id": "A1", "nb_enfants_agrees": 15,
                           "nb_collectifs_agrees": 2},
    "agrement_hors_departement": {"action_id": "A1", "commune": "45234", "departement": "18"},
    "synthese_sans_valeur": {"indicateur": "nb_actions"},
    "synthese_incoherente": {"indicateur": "taux_reponse_porteurs", "valeur": 0.9, "numerateur": 43,
                             "denominateur": 51},
    "part_hors_de_1": {"ligne": 4, "indicateur": "taux_reponse_porteurs", "valeur": 84},
    "compte_non_entier": {"ligne": 4, "indicateur": "nb_actions", "valeur": 4.3},
    "porteur_inconnu": {"raison_sociale": "Inconnue"},
    "reponse_non_validee": {"reponse_id": "R1", "statut_reponse": "en_cours"},
    "reponse_a_valider": {"reponse_id": "R1"},
    "porteur_contredit": {"campagne": "2019-2020", "fichier": "f.csv", "ligne": 4},
    "indicateur_inconnu": {"indicateur": "nb_acteurs"},
    "collectifs_differents": {"campagne": "2019-2020", "fichier": "f.csv", "feuille": "", "ligne": 2,
                              "reponse_id": "R1", "nb_collectifs": 2},
    "rattachement_absent": {"ligne": 4, "cle_valeur": "R9"},
    "collectif_sans_reponse": {"ligne": 4, "cle_valeur": "R9", "est_ambigu": False},
    "collectif_ambigu": {"ligne": 4, "cle_valeur": "R9", "est_ambigu": True},
    "inscrits_hors_8_12": {"campagne": "2019-2020", "collectif_id": "1", "inscrits": 13},
    "presents_superieurs": {"collectif_id": "1", "inscrits": 10, "presents_moyens": 10.5},
}  # fmt: skip
ELSEWHERE = {
    "collectifs_differents": (
        "insert into staging.collectif (campagne, fichier_reponse, feuille_reponse, ligne_reponse) "
        "values ('2019-2020', 'f.csv', '', 2)"
    ),
    "agrement_a_situer": (
        "insert into qualite.anomalie (campagne, regle, porteur_id, action_id) "
        "values ('2019-2020', 'departement_non_declare', 'P7', 'A7')"
    ),
    "numero_en_double": (
        "insert into staging.reponse (campagne, fichier, departement, grain, porteur_id, action_id, reponse_id) "
        "values ('2019-2020', 'f.csv', '45', 'action', 'P1', 'A2', 'R1')"
    ),
    "rattachement_ambigu": (
        "insert into staging.reponse (campagne, fichier, feuille, ligne, departement, reponse_id) "
        "values ('2019-2020', 'f.csv', '', 2, '83', 'R1'); insert into core.rattachement by name "
        "select unnest(['f.csv', 'g.csv']) as fichier, '2019-2020' as campagne, '' as feuille, 2 as ligne, "
        "'h.csv' as fichier_source, '' as feuille_source, 3 as ligne_source, 'reponse_id' as cle"
    ),
}
"""What a rule sees beside the row that breaches it."""
DUPLICATES = {"agrement_en_double": "action_id", "synthese_en_double": "indicateur"}
JOINED = {"rattachement_en_double": "complement", "collectif_en_double": "collectif"}
NEEDED = ("synthese_sans_valeur", "porteur_inconnu", "indicateur_inconnu", "rattachement_absent",
          "collectif_sans_reponse", "reponse_a_valider")  # fmt: skip
RULES = [rule for rule in CODEBOOK.rules if rule.id not in DUPLICATES.keys() | JOINED.keys() and rule.table in TABLES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_its_breach_and_says_it(tables: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    if rule.table != "agrement":
        tables.execute(
            "insert into staging.agrement (campagne, departement, action_id, porteur_id) "
            "values ('2019-2020', '45', 'A1', 'P1')"
        )
    tables.execute(
        "insert into staging.departement (campagne, departement) values ('2019-2020', '45'), ('2019-2020', '83')"
    )
    tables.execute("insert into staging.fichier_situe values ('2019-2020', '83/g.csv', '83')")
    tables.execute("insert into staging.candidat values ('Inconnue', '« Connue » (P1)')")
    tables.execute("insert into staging.indicateur_connu values ('taux_reponse_porteurs', 'pct'), ('nb_actions', 'n')")
    for nature in ("reponse", "agrement") if rule.id == "porteur_contredit" else ():
        tables.execute(
            f"insert into staging.porteur_contredit values ('2019-2020', 'f.csv', '', 4, '{nature}', 'A', 'B')"
        )
    if rule.id in ELSEWHERE:
        tables.execute(ELSEWHERE[rule.id])
    row = BREACHES[rule.id]
    marks = ", ".join("?" * len(row))
    tables.execute(f"insert into staging.{rule.table} ({', '.join(row)}) values ({marks})", list(row.values()))
    phrase = CODEBOOK.messages[rule.message].phrase
    values = {name: name for name in placeholders(phrase)} | {"valeur": f"({rule.valeur})", "libelle": "'Question'"}
    values |= {"tout": sum_sql(rule.tout)} if rule.tout else {}
    values |= {name: threshold_sql(name) for name in YEARLY}
    query = f"select {sql_expression(phrase, values)} from {rule.table} where not ({rule.condition})"
    found = [said for (said,) in tables.execute(query).fetchall()]
    assert found and all("non renseigné" not in said for said in found)


@pytest.mark.parametrize("rule", [r for r in RULES if r.id.endswith("_hors_8_12")], ids=lambda rule: rule.id)
def test_a_size_is_not_judged_in_a_year_without_threshold(tables: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    row = BREACHES[rule.id] | {"campagne": "2018-2019"}
    marks = ", ".join("?" * len(row))
    tables.execute(f"insert into staging.{rule.table} ({', '.join(row)}) values ({marks})", list(row.values()))
    assert tables.execute(f"select * from {rule.table} where not ({rule.condition})").fetchall() == []


@pytest.mark.parametrize("rule", [r for r in CODEBOOK.rules if r.message not in NEEDED], ids=lambda rule: rule.id)
def test_a_missing_answer_breaches_no_rule(tables: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    tables.execute(f"insert into staging.{SEEN_AS.get(rule.table, rule.table)} (campagne) values ('2019-2020')")
    assert tables.execute(f"select * from {rule.table} where not ({rule.condition})").fetchall() == []


@pytest.mark.parametrize("rule", [r for r in CODEBOOK.rules if r.id in DUPLICATES], ids=lambda rule: rule.id)
def test_one_row_of_a_repeated_key_is_kept(tables: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    key = DUPLICATES[rule.id]
    for line in (1, 2):
        tables.execute(f"insert into staging.{rule.table} (campagne, ligne, {key}) values ('2019-2020', {line}, 'K')")
    set_aside = tables.execute(f"select ligne from {rule.table} where not ({rule.condition})").fetchall()
    assert set_aside == [(2,)]


# Replies of one structure, (day and hour, children), and what becomes of each.
REPLIES = {
    "the last is kept": ([("03/09 10:00", 10), ("04/09 10:00", 12)], ["ancienne", "gardee"]),
    "whatever their order": ([("04/09 10:00", 12), ("03/09 10:00", 10)], ["gardee", "ancienne"]),
    "the same answers count once": ([("03/09 10:00", 10), ("04/09 10:00", 10)], ["identique", "gardee"]),
    "the same, one without a date": ([(None, 10), ("04/09 10:00", 10)], ["identique", "gardee"]),
    "the same, neither with a date": ([(None, 10), (None, 10)], ["identique", "gardee"]),
    "a date is missing": ([(None, 10), ("04/09 10:00", 12)], ["a_choisir", "a_choisir"]),
    "the same date": ([("04/09 10:00", 10), ("04/09 10:00", 12)], ["a_choisir", "a_choisir"]),
    "a day without its hour": ([("04/09 00:00", 10), ("04/09 10:00", 12)], ["a_choisir", "a_choisir"]),
    "an earlier day without its hour": ([("03/09 00:00", 10), ("04/09 10:00", 12)], ["ancienne", "gardee"]),
    "an older date is missing twice": ([("04/09 10:00", 12), ("03/09 10:00", 10), (None, 12)],
                                      ["gardee", "ancienne", "identique"]),
    "one only": ([(None, 10)], [None]),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLIES)
def test_of_several_replies_the_last_counts_and_none_where_it_is_not_known(
    tables: duckdb.DuckDBPyConnection, case: str
) -> None:
    replies, wanted = REPLIES[case]
    for line, (day, children) in enumerate(replies, start=2):
        moment = f"strptime('{day}', '%d/%m %H:%M')::timestamp" if day else "null"
        tables.execute(
            "insert into staging.reponse (campagne, fichier, ligne, reponse_id, grain, porteur_id, statut_reponse, "
            f"date_validation, nb_enfants) values ('2019-2020', 'f', {line}, 'R{line}', 'structure', 'P1', 'validee', "
            f"{moment}, {children})"
        )
    found = tables.execute("select sort_reponse from doublon order by ligne").fetchall()
    assert [sort for (sort,) in found] == wanted


def test_a_reply_that_says_more_in_its_own_words_repeats_none(tables: duckdb.DuckDBPyConnection) -> None:
    for line in (2, 3):
        tables.execute(
            "insert into staging.reponse (campagne, fichier, ligne, reponse_id, grain, porteur_id, date_validation) "
            f"values ('2019-2020', 'f', {line}, 'R{line}', 'structure', 'P1', timestamp '2020-09-0{line} 10:00:00')"
        )
        tables.execute(
            f"insert into prive.donnee_personnelle values ('2019-2020', 'f', '', {line}, 'besoins', 'B{line}')"
        )
    found = tables.execute("select sort_reponse, reponse_gardee from doublon order by ligne").fetchall()
    assert found == [("ancienne", "R3"), ("gardee", "R3")]


@pytest.mark.parametrize("rule", [r for r in CODEBOOK.rules if r.id in JOINED], ids=lambda rule: rule.id)
def test_a_row_joined_twice_to_a_return_is_kept_once(tables: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    tables.execute(
        "insert into staging.reponse (campagne, fichier, feuille, ligne, reponse_id) "
        "values ('2019-2020', 'f.csv', '', 9, 'R1')"
    )
    tables.execute("insert into staging.cle_de_reponse values ('2019-2020', 'f.csv', null, 'f', 'reponse_id', 'R1')")
    own = {"collectif_id": "C1", "fichier_reponse": "f.csv", "feuille_reponse": "", "ligne_reponse": 9}
    for line in (1, 2):
        row = {"campagne": "2019-2020", "format": "f", "ligne": line, "reponse_id": "R1", "cle": "reponse_id",
               "cle_valeur": "R1"} | (own if rule.table == "collectif" else {})  # fmt: skip
        tables.execute(
            f"insert into staging.{rule.table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
            list(row.values()),
        )
    said = f"select ligne from {rule.table} where not ({rule.condition}) order by ligne"
    assert tables.execute(said).fetchall() == [(2,)]
    # Two lines that differ: neither is guessed.
    other = {"complement": "nb_enfants = 12", "collectif": "inscrits = 12"}[rule.table]
    tables.execute(f"update staging.{rule.table} set {other} where ligne = 2")
    assert tables.execute(said).fetchall() == [(1,), (2,)]


def test_a_rate_within_rounding_of_its_two_numbers_is_consistent(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute("insert into staging.synthese (valeur, numerateur, denominateur) values (0.84, 43, 51)")
    (rule,) = [rule for rule in CODEBOOK.rules if rule.id == "synthese_incoherente"]
    assert tables.execute(f"select 1 from synthese where not ({rule.condition})").fetchall() == []


@pytest.mark.parametrize(
    ("row", "broken"),
    [
        ({"indicateur": "taux_reponse_porteurs", "valeur": 85.7}, ["part_hors_de_1"]),
        ({"indicateur": "taux_reponse_porteurs", "valeur": 90, "denominateur": 10}, ["part_hors_de_1"]),
        ({"indicateur": "taux_reponse_porteurs", "valeur": -0.1}, ["part_hors_de_1"]),
        ({"indicateur": "taux_reponse_porteurs", "numerateur": 51, "denominateur": 43}, ["part_hors_de_1"]),
        ({"indicateur": "taux_reponse_porteurs", "valeur": 1}, []),
        ({"indicateur": "taux_reponse_porteurs", "valeur": 0, "numerateur": 0, "denominateur": 43}, []),
        ({"indicateur": "nb_actions", "valeur": 4.312}, ["compte_non_entier"]),
        ({"indicateur": "nb_actions", "valeur": -4}, ["compte_non_entier"]),
        ({"indicateur": "nb_actions", "numerateur": 4.5}, ["compte_non_entier"]),
        ({"indicateur": "nb_actions", "valeur": 4312}, []),
        ({"indicateur": "cout_par_enfant", "valeur": 462.5}, []),
    ],
)
def test_a_share_lies_between_0_and_1_and_a_count_is_whole(
    tables: duckdb.DuckDBPyConnection, row: dict[str, Any], broken: list[str]
) -> None:
    tables.execute(
        "insert into staging.indicateur_connu values ('taux_reponse_porteurs', 'pct'), ('nb_actions', 'n'), "
        "('cout_par_enfant', 'eur')"
    )
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    tables.execute(f"insert into staging.synthese ({names}) values ({marks})", list(row.values()))
    rules = [rule for rule in CODEBOOK.rules if rule.table == "synthese" and rule.id != "indicateur_inconnu"]
    found = [r.id for r in rules if tables.execute(f"select 1 from synthese where not ({r.condition})").fetchall()]
    assert found == broken


def test_an_action_held_across_a_border_is_confirmed_once_for_its_porteur_and_commune(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    lines = [("2019-2020", 2, "P1", "18033"), ("2020-2021", 3, "P1", "18033"), ("2020-2021", 4, "P2", "18033"),
             ("2020-2021", 5, "P1", "18279"), ("2018-2019", 6, "P1", "18033")]  # fmt: skip
    for campagne, line, porteur, commune in lines:
        tables.execute(
            "insert into staging.agrement (campagne, fichier, feuille, ligne, departement, action_id, porteur_id, "
            f"commune) values ('{campagne}', 'f', '', {line}, '45', 'A{line}', '{porteur}', '{commune}')"
        )
    (rule,) = [rule for rule in CODEBOOK.rules if rule.id == "agrement_hors_departement"]
    asked = f"select ligne from agrement where not ({rule.condition}) order by ligne"
    assert tables.execute(asked).fetchall() == [(2,), (3,), (4,), (5,), (6,)]
    tables.execute(
        "insert into qualite.decision (campagne, fichier, ligne, nature, regle, valeur) "
        "values ('2019-2020', 'f', 2, 'confirmee', 'agrement_hors_departement', '18033')"
    )
    # The point itself ends by its decision; another porteur, another commune and the years before are asked.
    assert tables.execute(asked).fetchall() == [(2,), (4,), (5,), (6,)]


def test_a_campagne_without_roster_makes_no_unknown_action(tables: duckdb.DuckDBPyConnection) -> None:
    tables.execute("insert into staging.reponse (campagne, action_id) values ('2019-2020', 'A9')")
    (rule,) = [rule for rule in CODEBOOK.rules if rule.id == "action_inconnue"]
    assert tables.execute(f"select 1 from reponse where not ({rule.condition})").fetchall() == []


def test_each_column_that_two_lines_of_an_action_may_write_differently_is_compared() -> None:
    compared = re.findall(r"> 1, '(\w+)'", (VALIDATION / "agrement.sql").read_text(encoding="utf-8"))
    assert sorted(compared) == sorted(check.column or "" for check in contradicted_checks(CODEBOOK))
