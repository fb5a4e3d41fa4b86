"""The tables of a published build: their names and columns, what each row is, and what must not be in them."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline.codebook.load import load_codebook
from pipeline.sql.create import VIEWS
from socle.files.manifest import PRIVATE, WAREHOUSE

CODEBOOK = load_codebook()
# DESIGN, « Tables »: extended freely, renamed never.
CONTRACT = {
    "core.reponse": "campagne reponse_id porteur_id grain",
    "core.action": "campagne action_id",
    "core.collectif": "campagne reponse_id action_id collectif_id porteur_id departement niveau inscrits "
    "presents_moyens intervenants_par_seance seances_par_semaine duree_seance semaines depenses "
    "bonus_enfants_attribue bonus_parents_attribue",
    "core.financement": "campagne taux prix_plafond",
    "core.reglage": "reglage valeur",
    "core.agrement": "campagne action_id porteur_id departement commune nb_enfants_agrees nb_collectifs_agrees "
    "statut_agrement action_precedente",
    "core.campagne": "campagne",
    "core.porteur": "porteur_id siret raison_sociale alias remplace_par",
    "core.territoire": "commune departement",
    "core.effectif": "reponse_id action_id",
    "core.modalite": "reponse_id action_id",
    "core.finance": "reponse_id action_id",
    "qualite.fichier": "campagne fichier feuille",
    "qualite.anomalie": "campagne fichier feuille ligne colonne variable valeur gravite message porteur_id",
    "qualite.correction": "campagne fichier feuille ligne variable colonne ancienne_valeur nouvelle_valeur motif "
    "auteur date_correction porteur_id",
    "marts.indicateur": "indicateur",
    "marts.indicateur_valeur": "campagne indicateur niveau code departement numerateur denominateur valeur "
    "nb_repondants nb_porteurs statut origine source",
    "marts.comparaison": "campagne indicateur departement",
    "marts.distribution": "campagne indicateur",
    "marts.evolution": "campagne indicateur",
    "marts.campagne": "campagne departement",
    "marts.action_large": "campagne action_id",
    "marts.porteur_large": "campagne porteur_id",
    "marts.dictionnaire": "variable",
    "marts.intitule": "campagne variable colonne format",
}
KEYS = {
    "core.reponse": "campagne, reponse_id",
    "core.action": "campagne, action_id",
    "core.agrement": "campagne, action_id",
    "core.collectif": "campagne, reponse_id, collectif_id",
    "core.bonus": "campagne, base, fichier, feuille, ligne",
    "core.controle": "campagne, reponse_id",
    "core.epci_couvert": "campagne, departement, code",
    "core.qpv_couvert": "campagne, departement, commune_nom, nom",
    "core.financement": "campagne",
    "core.reglage": "reglage",
    "core.porteur": "porteur_id",
    "core.porteur_campagne": "campagne, porteur_id, departement",
    "core.effectif": "campagne, reponse_id, variable, modalite",
    "core.modalite": "campagne, reponse_id, variable, modalite",
    "core.finance": "campagne, reponse_id, variable, modalite",
    "marts.comparaison": "campagne, indicateur, departement",
    "marts.distribution": "campagne, indicateur, departement",
    "marts.evolution": "campagne, indicateur, departement",
    "marts.campagne": "campagne, departement",
    "marts.action_large": "campagne, action_id",
    "marts.porteur_large": "campagne, porteur_id, departement",
    "marts.dictionnaire": "variable",
    "marts.intitule": "campagne, variable, colonne, format",
    "marts.indicateur_a_defaut": "campagne, indicateur",
    "marts.indicateur_non_demande": "campagne, indicateur",
}
CODES = (
    "departement",
    "commune",
    "siret",
    "epci",
    "region",
    "code",
    "code_ancien",
    "code_actuel",
    "porteur_id",
    "action_id",
)
SENSITIVE = ("nb_handicap", "nb_allophones")
RELATIONS = (
    "(select database_name, schema_name, table_name as name, comment from duckdb_tables() where not internal "
    "union all select database_name, schema_name, view_name, comment from duckdb_views() where not internal)"
)


def columns(warehouse: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    found = warehouse.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() where not internal"
    ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in found:
        tables.setdefault(table, {})[column] = kind
    return tables


def previous(campagne: str) -> str:
    year = int(campagne[:4])
    return f"{year - 1}-{year}"


# Names, types, comments


@pytest.mark.parametrize("table", CONTRACT)
def test_a_table_of_the_contract_is_there_with_its_columns(
    demo_warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    assert set(CONTRACT[table].split()) <= set(columns(demo_warehouse)[table])


@pytest.mark.parametrize("table", KEYS)
def test_a_table_has_one_row_a_key(demo_warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    assert demo_warehouse.execute(f"select count(*) from {table}").fetchone() != (0,)
    twice = f"select {KEYS[table]} from {table} group by all having count(*) > 1"
    assert demo_warehouse.execute(twice).fetchall() == []


def test_the_figures_of_porteurs_and_actions_are_a_view(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    views = demo_warehouse.execute("select schema_name || '.' || view_name from duckdb_views() where not internal")
    assert VIEWS | {"core.effectif", "core.modalite", "core.finance"} <= {name for (name,) in views.fetchall()}


def test_every_table_and_view_is_described_in_french(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(f"select schema_name || '.' || name, comment from {RELATIONS}").fetchall()
    assert len(found) > 30
    assert [name for name, comment in found if not comment or not is_french(comment)] == []


def test_every_column_is_described_in_french(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select schema_name || '.' || table_name || '.' || column_name, comment from duckdb_columns() "
        "where not internal and not starts_with(table_name, 'calcul_')"  # two a series, which its own comment says
    ).fetchall()
    assert len(found) > 500
    assert [name for name, comment in found if not comment or re.search(r"\b(the|of|is|each)\b", comment)] == []


def is_french(comment: str) -> bool:
    return bool(re.search(r"\b(une?|le|la|les|des?|ce)\b", comment, re.IGNORECASE)) and comment.endswith(".")


def test_nothing_of_the_staging_is_left(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    schemas = {name.split(".")[0] for name in columns(demo_warehouse)}
    assert schemas == {"core", "marts", "qualite", "reference"}


def test_codes_are_texts(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    kinds = {
        (name, kind) for names in columns(demo_warehouse).values() for name, kind in names.items() if name in CODES
    }
    assert {name for name, _ in kinds} == set(CODES)
    assert {kind for _, kind in kinds} == {"VARCHAR"}
    ((of_the_ain,),) = demo_warehouse.execute(
        "select count(*) from core.territoire where departement = '01'"
    ).fetchall()
    assert of_the_ain > 100


# What is personal or sensitive


def test_no_personal_answer_is_in_the_warehouse(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    personal = {column.id for column in CODEBOOK.columns() if column.variable.personnel}
    assert len(personal) == 5
    assert [table for table, names in columns(demo_warehouse).items() if personal & set(names)] == []


def test_personal_answers_are_in_the_private_database_alone(
    demo_build: Path, demo_warehouse: duckdb.DuckDBPyConnection
) -> None:
    with duckdb.connect(str(demo_build / PRIVATE), read_only=True) as private:
        values = {value for (value,) in private.execute("select valeur from donnee_personnelle").fetchall()}
    assert len(values) > 25
    content = (demo_build / WAREHOUSE).read_bytes()
    shared = set()
    for table, names in columns(demo_warehouse).items():
        # All the texts of a view at once: it takes longer to plan than to read.
        texts = ", ".join(f'list(distinct "{name}")' for name, kind in names.items() if kind == "VARCHAR")
        if texts and not table.startswith("reference."):
            held = demo_warehouse.execute(f"select {texts} from {table}").fetchone() or ()
            shared |= {value for column in held for value in column or ()} & values
    assert shared == set()
    addresses = [value.encode() for value in values if "@" in value]
    assert addresses
    assert [value for value in addresses if value in content] == []


def test_sensitive_answers_are_in_no_mart_of_porteurs_or_actions(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = columns(demo_warehouse)
    large = [name for name in tables if name.startswith("marts.") and name.endswith("_large")]
    assert sorted(large) == ["marts.action_large", "marts.porteur_large"]
    assert set(SENSITIVE) <= set(tables["core.action"])
    found = [
        (table, name) for table in tables if table.startswith("marts.") for name in SENSITIVE if name in tables[table]
    ]
    assert found == []


# Long views


@pytest.mark.parametrize("view", ["effectif", "modalite", "finance"])
def test_a_long_view_says_what_the_wide_columns_say(demo_warehouse: duckdb.DuckDBPyConnection, view: str) -> None:
    wide = [column for column in CODEBOOK.columns() if column.variable.vue == view]
    assert len(wide) > 10
    key = ["campagne", "reponse_id", "action_id", "porteur_id", "departement"]
    returns = demo_warehouse.sql("select * from core.reponse").df()
    pieces = [
        returns[[*key, column.id]].dropna(subset=column.id).rename(columns={column.id: "valeur"}).assign(
            variable=column.variable.id, modalite=column.modalite
        )
        for column in wide
    ]  # fmt: skip
    expected = pd.concat([piece.astype({"valeur": float}) for piece in pieces if len(piece)])
    found = demo_warehouse.sql(f"select * from core.{view}").df().astype({"valeur": float})
    shape = [*key, "variable", "modalite", "valeur"]
    pd.testing.assert_frame_equal(
        found[shape].sort_values(shape).reset_index(drop=True),
        expected[shape].sort_values(shape).reset_index(drop=True),
        check_dtype=False,
    )


# Marts


def test_a_campaign_counts_what_was_agreed_and_what_came_back(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    agreed = demo_warehouse.sql("select * from core.agrement").df().groupby("campagne")
    returns = demo_warehouse.sql("select * from core.reponse").df().groupby("campagne")
    found = demo_warehouse.sql("select * from marts.campagne order by campagne").df().set_index("campagne")
    assert list(found.index) == [f"{year}-{year + 1}" for year in range(2014, 2025)]
    assert found.loc["2019-2020", "nb_actions_agreees"] == 41
    # 2015-2016 has no roster.
    assert found.loc["2015-2016", "nb_actions_agreees"] == 0
    listed = found.drop(index="2015-2016")
    assert listed["nb_actions_agreees"].tolist() == agreed.size().tolist()
    assert listed["nb_enfants_agrees"].tolist() == agreed["nb_enfants_agrees"].sum().tolist()
    assert listed["nb_porteurs_agrees"].tolist() == agreed["porteur_id"].nunique().tolist()
    assert found["nb_reponses"].tolist() == returns.size().tolist()
    answered = (agreed["a_repondu"].sum() / agreed["attendue"].sum()).drop("2014-2015")
    assert listed["taux_reponse_actions"].dropna().tolist() == pytest.approx(answered.tolist())
    assert pd.isna(found.loc["2014-2015", "taux_reponse_actions"])


def test_an_action_is_awaited_unless_it_stopped_without_answering(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select distinct statut_agrement = 'agreee', a_repondu, attendue from core.agrement order by all"
    ).fetchall()
    assert {row for row in found if row[2] != (row[0] or row[1])} == set()
    assert (False, False, False) in found


def test_the_large_table_of_actions_has_one_row_an_action_agreed(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    key = "select campagne, action_id from"
    assert demo_warehouse.execute(f"({key} marts.action_large) except all ({key} core.agrement)").fetchall() == []
    assert demo_warehouse.execute(f"({key} core.agrement) except all ({key} marts.action_large)").fetchall() == []
    ((answered, declared, named, told),) = demo_warehouse.execute(
        "select count(*) filter (a_repondu), count(reponse_id), count(raison_sociale), count(*) from marts.action_large"
    ).fetchall()
    ((structures,),) = demo_warehouse.execute(
        "select count(*) from core.agrement where a_repondu and campagne = '2014-2015'"
    ).fetchall()
    # A return per structure answers for its actions without a row of theirs.
    assert answered - structures == declared > 300
    assert named == told > 400


def test_labels_are_decoded_in_the_large_tables(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    labels = CODEBOOK.column("type_structure").variable.modalites
    for table in ("marts.action_large", "marts.porteur_large"):
        found = demo_warehouse.execute(
            f"select distinct type_structure, type_structure_libelle from {table}"
        ).fetchall()
        assert len(found) > 5
        assert [row for row in found if row[0] and row[1] != labels[row[0]]] == []


def test_the_large_table_of_porteurs_sums_their_actions(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    names = ["nb_collectifs", "nb_collectifs_comptes", "nb_enfants", "nb_familles", "nb_salaries", "nb_benevoles"]
    actions = demo_warehouse.sql("select * from core.action").df()
    expected = actions.groupby(["campagne", "porteur_id"])[names].sum(min_count=1)
    found = demo_warehouse.sql("select * from marts.porteur_large").df().set_index(["campagne", "porteur_id"])
    assert len(found) > 250
    found = found[names].dropna(how="all")
    pd.testing.assert_frame_equal(found.sort_index(), expected.sort_index(), check_dtype=False)


def test_a_comparison_prefers_what_is_published_and_names_the_other(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select indicateur, valeur, origine, autre_valeur, autre_origine, source from marts.comparaison "
        "where campagne = '2019-2020' and departement = '45' and origine = 'publie' order by 1"
    ).fetchall()
    note = "Note de cadrage Clas du Loiret 2021-2022"
    assert found == [
        ("nb_actions", 41, "publie", 41, "fictif", note),
        ("nb_enfants", 485, "publie", 485, "fictif", note),
    ]
    of_the_demo = demo_warehouse.execute(
        "select distinct origine, autre_valeur, autre_origine from marts.comparaison where campagne = '2018-2019'"
    ).fetchall()
    assert of_the_demo == [("fictif", None, None)]


def test_a_comparison_is_with_france_of_the_same_year_alone(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    france = demo_warehouse.sql(
        "select campagne, indicateur, valeur, origine from marts.indicateur_valeur where niveau = 'france' "
        # What is published is preferred to what the Caf received.
        "qualify row_number() over (partition by campagne, indicateur order by origine = 'publie' desc) = 1"
    ).df().set_index(["campagne", "indicateur"])  # fmt: skip
    compared = demo_warehouse.sql("select * from marts.comparaison").df()
    assert compared["valeur_france"].notna().sum() > 70
    assert set(compared["campagne"]) > {"2014-2015", "2022-2023"}
    for row in compared.itertuples():
        if (row.campagne, row.indicateur) in france.index:
            assert row.valeur_france == france.loc[(row.campagne, row.indicateur), "valeur"]
        else:
            assert pd.isna(row.valeur_france)


def test_the_last_published_figure_of_france_is_quoted_with_its_year(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select distinct indicateur, derniere_france_annee, derniere_france_valeur from marts.comparaison "
        "where campagne = '2019-2020' and derniere_france_annee is not null order by 1"
    ).fetchall()
    assert found == [
        ("cout_par_enfant", "2010-2011", 448),
        ("part_articulation__pedt", "2014-2015", 0.33),
        ("part_enfants_niveau__college", "2009", 0.34),
        ("part_enfants_niveau__elementaire", "2009", 0.61),
        ("part_enfants_niveau__lycee", "2009", 0.04),
        ("part_porteurs_reaap", "2014-2015", 0.46),
        ("part_porteurs_type__association_locale", "2014-2015", 0.29),
        ("part_porteurs_type__centre_social", "2014-2015", 0.38),
    ]


def of_porteurs(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    found: pd.DataFrame = warehouse.sql("select * from marts.indicateur_valeur where niveau = 'porteur'").df()
    return found


def test_a_change_a_champ_constant_is_among_the_porteurs_of_both_years(
    demo_warehouse: duckdb.DuckDBPyConnection,
) -> None:
    own = of_porteurs(demo_warehouse)
    before = own.assign(campagne=own["campagne"].map(lambda c: f"{int(c[:4]) + 1}-{int(c[:4]) + 2}"))
    same = ["campagne", "indicateur", "departement", "code"]
    both = own.merge(before, on=same, suffixes=("", "_precedent"))
    sums = both.groupby(same[:3]).agg(
        porteurs=("code", "nunique"), n=("numerateur", "sum"), d=("denominateur", lambda s: s.sum(min_count=1)),
        n_precedent=("numerateur_precedent", "sum"),
        d_precedent=("denominateur_precedent", lambda s: s.sum(min_count=1)),
    )  # fmt: skip
    sums["constante"] = sums["n"] / sums["d"].fillna(1)
    sums["constante_precedente"] = sums["n_precedent"] / sums["d_precedent"].fillna(1)
    found = demo_warehouse.sql("select * from marts.evolution").df().set_index(same[:3])
    assert len(found) == 10 * len(CODEBOOK.indicators)
    joined = found.join(sums, how="left")
    assert joined["nb_porteurs_constants"].fillna(0).tolist() == joined["porteurs"].fillna(0).tolist()
    for name, again in (("valeur_constante", "constante"), ("valeur_constante_precedente", "constante_precedente")):
        wanted = joined[again].astype(float).tolist()
        assert joined[name].astype(float).tolist() == pytest.approx(wanted, abs=1e-6, nan_ok=True)
    assert joined["porteurs"].max() > 15


def test_a_change_for_all_is_between_two_following_years(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    loiret = "where departement = '45'"
    compared = demo_warehouse.sql(f"select * from marts.comparaison {loiret}").df()
    values = compared.set_index(["campagne", "indicateur"])["valeur"]
    found = demo_warehouse.sql(f"select * from marts.evolution {loiret}").df()
    for row in found.itertuples():
        assert row.campagne_precedente == previous(str(row.campagne))
        both = values[row.campagne, row.indicateur], values[row.campagne_precedente, row.indicateur]
        shown = row.valeur, row.valeur_precedente, row.ecart
        assert shown == pytest.approx((*both, both[0] - both[1]), nan_ok=True)


def test_a_change_is_not_comparable_across_a_break(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select e.campagne_precedente, i.comparable_depuis, e.comparable from marts.evolution as e "
        "inner join marts.indicateur as i using (indicateur) where e.campagne not between '2019-2020' and '2021-2022'"
    ).fetchall()
    assert [row for row in found if row[2] != (row[1] is None or row[0] >= row[1])] == []


def test_what_a_disturbed_year_counts_otherwise_is_not_comparable(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select campagne, comparable from marts.evolution where indicateur = 'cout_par_enfant' and departement = '45' "
        "and campagne >= '2018-2019' order by campagne"
    ).fetchall()
    comparable = {"2018-2019": True, "2019-2020": False, "2020-2021": False, "2021-2022": False, "2022-2023": True}
    assert dict(found) == comparable | {"2023-2024": True, "2024-2025": True}
    children = demo_warehouse.execute(
        "select comparable from marts.evolution where indicateur = 'nb_familles' and campagne = '2019-2020'"
    ).fetchall()
    assert children == [(True,)]


def test_a_distribution_is_that_of_the_porteurs_own_figures(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    key = ["campagne", "indicateur", "departement"]
    groups = of_porteurs(demo_warehouse).groupby(key)["valeur"]
    found = demo_warehouse.sql("select * from marts.distribution").df().set_index(key).sort_index()
    assert found["nb_porteurs"].tolist() == groups.count().tolist()
    for name, share in (("premier_quartile", 0.25), ("mediane", 0.5), ("troisieme_quartile", 0.75)):
        assert found[name].tolist() == pytest.approx(groups.quantile(share).tolist(), abs=1e-9)


def test_the_dictionary_holds_every_variable_with_its_wordings(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.sql("select * from marts.dictionnaire").df().set_index("variable")
    assert list(found.sort_values("rang").index) == [column.id for column in CODEBOOK.columns()]
    asked = found[found["premiere_campagne"].notna()]
    assert asked["premiere_campagne"].str.fullmatch(r"\d{4}-\d{4}").all()
    assert found.loc["nb_enfants", ["premiere_campagne", "derniere_campagne"]].tolist() == ["2016-2017", "2024-2025"]
    assert "Combien d'enfants et de jeunes ont été accueillis pendant l'année ?" in found.loc["nb_enfants", "intitules"]
    assert found.loc["alias", "intitules"] == "alias"
    assert pd.isna(found.loc["alias", "premiere_campagne"])


def test_the_wording_of_each_year_is_listed(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    """One wording a year and form, and those of the dictionary are the same."""
    found = demo_warehouse.sql("select * from marts.intitule").df()
    of_children = found[found["variable"] == "nb_enfants"]
    assert sorted(of_children["campagne"]) == [f"{year}-{year + 1}" for year in range(2016, 2025)]
    asked = of_children.set_index("campagne")["colonne"]
    assert asked["2019-2020"] == "Combien d'enfants et de jeunes ont été accueillis pendant l'année ?"
    assert asked.nunique() >= 4
    told = (
        demo_warehouse.sql("select variable, intitules from marts.dictionnaire").df().set_index("variable")["intitules"]
    )
    assert set(told["nb_enfants"].split(" | ")) == set(asked)


def test_collectifs_are_those_of_the_returns_kept(demo_warehouse: duckdb.DuckDBPyConnection) -> None:
    found = demo_warehouse.execute(
        "select count(*), count(distinct c.campagne), count(*) filter (r.reponse_id is null), "
        "count(*) filter (c.porteur_id is distinct from r.porteur_id), count(*) filter (c.action_id is null), "
        "count(*) filter ((c.ps_theorique is not null) <> (c.campagne = '2021-2022' and c.depenses is not null)) "
        "from core.collectif as c left join core.reponse as r using (campagne, reponse_id)"
    ).fetchone()
    assert found is not None
    assert found[0] > 100
    assert found[1:] == (5, 0, 0, 0, 0)
