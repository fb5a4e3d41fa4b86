"""Returns spread over several sheets or files -> one row a return, and each collectif joined to its own.

A sheet that completes another one (`nature: complement`) is joined by a number that both hold. What comes from it keeps
its own place: core.rattachement says of which rows a return is made.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipeline.codebook.model import Codebook
from pipeline.sql.create import read_select
from socle.files.sqltext import identifier, literal


def list_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Create staging.cle_de_reponse (campagne, format, cle, cle_valeur): the numbers by which returns are joined."""
    connection.execute(
        "create or replace table staging.cle_de_reponse "
        "(campagne varchar, format varchar, cle varchar, cle_valeur varchar)"
    )
    for (key,) in connection.execute("select distinct cle from staging.complement order by 1").fetchall():
        connection.execute(
            f"insert into staging.cle_de_reponse select distinct campagne, format, {literal(key)}, "
            f"{identifier(key)}::varchar from staging.reponse where {identifier(key)} is not null"
        )


def assemble(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Put the answers of staging.complement in staging.reponse, and the return of each row in staging.collectif.

    Create core.rattachement: campagne, fichier, feuille, ligne of a return, then fichier_source, feuille_source,
    ligne_source and partie of each other row that it is made of. Call once the faults of staging.complement are set
    aside: a number must stand there once.
    """
    connection.execute(
        "create table core.rattachement (campagne varchar, fichier varchar, feuille varchar, ligne integer, "
        "fichier_source varchar, feuille_source varchar, ligne_source integer, partie varchar)"
    )
    parts = connection.execute("select distinct format, partie, cle from staging.complement order by all").fetchall()
    for fmt, part, key in parts:
        _join(connection, fmt, part, key, [name for name in _columns(codebook, fmt, part) if name != key])
    joined = read_select("staging", "collectif")
    connection.execute(f"create or replace table staging.collectif as {joined}")


def _join(connection: duckdb.DuckDBPyConnection, fmt: str, part: str, key: str, columns: list[str]) -> None:
    same = (
        f"c.format = {literal(fmt)} and c.partie = {literal(part)} and r.format = c.format "
        f"and r.campagne = c.campagne and r.{identifier(key)}::varchar = c.cle_valeur"
    )
    filled = ", ".join(
        f"coalesce(r.{identifier(name)}, c.{identifier(name)}) as {identifier(name)}" for name in columns
    )
    connection.execute(
        "insert into core.rattachement "
        "select r.campagne, r.fichier, r.feuille, r.ligne, c.fichier, c.feuille, c.ligne, c.partie "
        f"from staging.reponse as r inner join staging.complement as c on {same}"
    )
    connection.execute(
        f"create or replace table staging.reponse as select r.* replace ({filled}) "
        f"from staging.reponse as r left join staging.complement as c on {same}"
    )


def _columns(codebook: Codebook, fmt: str, part: str) -> Iterator[str]:
    """The columns that a part may fill, whatever the campagne."""
    everywhere = [*codebook.formats, *(known for own in codebook.campaign_formats.values() for known in own)]
    names = dict.fromkeys(
        column.id
        for known in everywhere
        if known.id == fmt and known.partie == part
        for answered in known.colonnes
        if answered.variable
        for column in codebook.columns_of(answered.variable)
        if not column.variable.personnel
    )
    yield from names
