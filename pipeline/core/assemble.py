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
    """Create staging.cle_de_reponse: the numbers by which returns are joined, and where each is.

    Columns: campagne, fichier, perimetre (the département of that file, where it is known without its rows), format,
    cle, cle_valeur.
    """
    connection.execute(
        "create or replace table staging.cle_de_reponse (campagne varchar, fichier varchar, perimetre varchar, "
        "format varchar, cle varchar, cle_valeur varchar)"
    )
    for (key,) in connection.execute("select distinct cle from staging.complement order by 1").fetchall():
        connection.execute(
            f"insert into staging.cle_de_reponse select distinct r.campagne, r.fichier, f.departement, r.format, "
            f"{literal(key)}, r.{identifier(key)}::varchar from staging.reponse as r "
            "left join staging.fichier_situe as f on r.campagne = f.campagne and r.fichier = f.fichier "
            f"where r.{identifier(key)} is not null"
        )


def assemble(connection: duckdb.DuckDBPyConnection, codebook: Codebook) -> None:
    """Put the answers of staging.complement in staging.reponse.

    A number is that of the returns of its own file; else of those of its département, or of those of which it is not
    known yet. Create core.rattachement: campagne, fichier, feuille, ligne of a return, then fichier_source,
    feuille_source, ligne_source, partie and cle of each other row that it is made of. Call once the faults of
    staging.complement are set aside: a number must stand there once.
    """
    connection.execute(
        "create table core.rattachement (campagne varchar, fichier varchar, feuille varchar, ligne integer, "
        "fichier_source varchar, feuille_source varchar, ligne_source integer, partie varchar, cle varchar)"
    )
    parts = connection.execute("select distinct format, partie, cle from staging.complement order by all").fetchall()
    for fmt, part, key in parts:
        _join(connection, fmt, part, key, [name for name in _columns(codebook, fmt, part) if name != key])


def attach_collectifs(connection: duckdb.DuckDBPyConnection) -> None:
    """Give each row of staging.collectif its return (fichier_reponse, feuille_reponse, ligne_reponse).

    Call once returns have their département.
    """
    connection.execute(f"create or replace table staging.collectif as {read_select('staging', 'collectif')}")


def _join(connection: duckdb.DuckDBPyConnection, fmt: str, part: str, key: str, columns: list[str]) -> None:
    connection.execute(f"create or replace temp table completee as {_completed(fmt, part, key)}")
    filled = ", ".join(
        f"coalesce(r.{identifier(name)}, c.{identifier(name)}) as {identifier(name)}" for name in columns
    )
    connection.execute(
        "insert into core.rattachement "
        f"select campagne, fichier, feuille, ligne, fichier_source, feuille_source, ligne_source, {literal(part)}, "
        f"{literal(key)} from completee"
    )
    connection.execute(
        f"create or replace table staging.reponse as select r.* replace ({filled}) from staging.reponse as r "
        "left join completee as t on (t.campagne, t.fichier, t.feuille, t.ligne) "
        "= (r.campagne, r.fichier, r.feuille, r.ligne) "
        "left join staging.complement as c on (c.campagne, c.fichier, c.feuille, c.ligne) "
        "= (t.campagne, t.fichier_source, t.feuille_source, t.ligne_source)"
    )
    connection.execute("drop table completee")


def _completed(fmt: str, part: str, key: str) -> str:
    """The SELECT of each return that a row of the part completes: of the same file, else of the same département."""
    return (
        "select r.campagne, r.fichier, r.feuille, r.ligne, c.fichier as fichier_source, c.feuille as feuille_source, "
        "c.ligne as ligne_source "
        "from staging.reponse as r "
        "inner join staging.complement as c "
        f"on r.campagne = c.campagne and r.{identifier(key)}::varchar = c.cle_valeur "
        "left join staging.fichier_situe as f on r.campagne = f.campagne and r.fichier = f.fichier "
        "left join staging.fichier_situe as g on c.campagne = g.campagne and c.fichier = g.fichier "
        f"where c.format = {literal(fmt)} and c.partie = {literal(part)} and r.format = c.format "
        "and coalesce(f.departement = g.departement, true) "
        # Of the rows that hold this number, those of the return's own file speak of it.
        "qualify r.fichier = c.fichier or not bool_or(r.fichier = c.fichier) over (partition by r.campagne, r.fichier, "
        "r.feuille, r.ligne)"
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
