"""The catalogue of indicators -> marts.indicateur, one view a source, and one aggregation for all its series.

marts.calcul_<source> holds numerators and denominators row by row (porteur and action figures are read from it on the
fly); marts.indicateur_agrege holds the sums by territory, type of structure and zone.
"""

from __future__ import annotations

import duckdb

from pipeline.codebook.model import Codebook, Indicator
from pipeline.marts.aggregate import aggregate_sql
from pipeline.marts.calculation import by_source, calculation_sql, columns_of, conditions, detail_sql
from pipeline.sql.insert import insert_rows
from socle.files.sqltext import literal
from socle.words.french import listing


def create_indicators(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.indicateur, marts.calcul_*, marts.indicateur_agrege and the view marts.indicateur_detail.

    indicateur_agrege: campagne, indicateur, niveau, code, departement, numerateur, denominateur, nb_repondants,
    nb_porteurs, nb_ecartees (rows of which an answer that it uses is set aside), nb_illisibles (those of them that
    could not be read). indicateur_detail: the first nine for niveau porteur and action, read on the fly.
    """
    _create_catalogue(connection, codebook)
    connection.execute(
        "create table marts.indicateur_agrege (campagne varchar, indicateur varchar, niveau varchar, code varchar, "
        "departement varchar, numerateur double, denominateur double, nb_repondants integer, nb_porteurs integer, "
        "nb_ecartees integer, nb_illisibles integer)"
    )
    details = []
    for source, series in by_source(codebook.indicators):
        present = columns_of(connection, source)
        view = f"marts.calcul_{source.split('.')[-1]}"
        connection.execute(f"create view {view} as {calculation_sql(source, series, present)}")
        connection.execute(f"insert into marts.indicateur_agrege by name {aggregate_sql(view, series)}")
        details += [detail_sql(view, series, niveau) for niveau in ("porteur", "action") if f"{niveau}_id" in present]
    connection.execute(f"create view marts.indicateur_detail as {' union all '.join(details)}")
    _create_fallbacks(connection, codebook)
    _create_minima(connection, codebook)


def _create_catalogue(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    connection.execute(
        "create table marts.indicateur (indicateur varchar, serie_de varchar, modalite varchar, numero integer, "
        "rang integer, famille varchar, famille_libelle varchar, libelle varchar, libelle_court varchar, "
        "description varchar, unite varchar, polarite varchar, grains varchar[], diffusion varchar, "
        "synthese_porteur boolean, ou varchar, source varchar, distinct_sur varchar, numerateur varchar, "
        "denominateur varchar, condition varchar, variables varchar[], il_faut varchar, bareme boolean, "
        "reglage_vide boolean, seuils varchar[], question varchar, comparable_depuis varchar, prudence varchar, "
        "phrase varchar, provenance varchar, provenance_a_defaut varchar)"
    )
    rows = [
        [i.id, i.serie_de, i.modalite, i.numero, rank, i.famille, codebook.familles[i.famille], i.libelle,
         i.libelle_court, i.description, i.unite, i.polarite, list(i.grains), i.diffusion, i.synthese_porteur, i.ou,
         i.source, i.distinct, i.numerateur, i.denominateur, i.condition, list(i.variables), i.il_faut, i.bareme,
         i.reglage_vide, list(i.seuils), i.question, i.comparable_depuis, i.prudence, i.phrase, _provenance(i),
         i.a_defaut.provenance if i.a_defaut else None]
        for rank, i in enumerate(codebook.indicators, start=1)
    ]  # fmt: skip
    insert_rows(connection, "marts.indicateur", rows)


def _create_fallbacks(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.indicateur_a_defaut: the campagnes where a figure is made from what replaces its usual rows."""
    connection.execute(
        "create table marts.indicateur_a_defaut (campagne varchar, departement varchar, indicateur varchar, "
        "provenance varchar)"
    )
    for indicator in codebook.indicators:
        if indicator.a_defaut:
            rows = " and ".join([*conditions(indicator), f"({indicator.a_defaut.quand})"])
            connection.execute(
                f"insert into marts.indicateur_a_defaut select distinct campagne, departement, "
                f"{literal(indicator.id)}, {literal(indicator.a_defaut.provenance)} "
                f"from {indicator.source} where {rows}"
            )


def _create_minima(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Create marts.indicateur_incomplet: the campagnes and départements where a figure is at least what is counted."""
    connection.execute(
        "create table marts.indicateur_incomplet (campagne varchar, indicateur varchar, departement varchar)"
    )
    for indicator in codebook.indicators:
        if indicator.incomplet:
            connection.execute(
                f"insert into marts.indicateur_incomplet select distinct campagne, {literal(indicator.id)}, "
                f"departement from {indicator.source} where {indicator.incomplet}"
            )


def _provenance(indicator: Indicator) -> str:
    """What the figure is made from, as shown beside it."""
    origins = ["Actions agréées par le comité"] if "agrement" in indicator.grains else []
    origins += ["bilans des porteurs"] if set(indicator.grains) != {"agrement"} else []
    text = listing(origins)
    return text[0].upper() + text[1:]
