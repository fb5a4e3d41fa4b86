"""A refused file -> the porteur whose return it is, where something in it says so, for « retour refusé »."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from pipeline.reading.received import on_disk
from pipeline.staging.process import Reader
from pipeline.staging.staged import Staged
from socle.paths import DataFolder
from socle.words.refusal import Refusal

_LONGEST = 200  # a name or a SIRET is short, what is longer is an answer

_MATCH = """
update qualite.fichier as f set porteur_id = t.porteur_id
from (
    select i.campagne, i.fichier, any_value(k.actuel) as porteur_id
    from staging.indice as i
    inner join staging.nom_connu as k
        on normaliser_nom(i.texte) = k.nom
        or regexp_replace(i.texte, '[^0-9]', '', 'g') = k.siret
        or (i.du_nom and (
            -- Whole words only: p1 is not in p10, nor 20 in 2020-2021.
            regexp_matches(lower(i.texte), '(^|[^a-z0-9])' || regexp_escape(lower(k.porteur_id)) || '([^a-z0-9]|$)')
            or contains(' ' || normaliser_nom(i.texte) || ' ', ' ' || k.nom || ' ')
        ))
    group by i.campagne, i.fichier
    having count(distinct k.actuel) = 1
) as t
where f.statut = 'refuse' and f.campagne = t.campagne and f.fichier = t.fichier
"""


def name_refused(connection: duckdb.DuckDBPyConnection, folder: DataFolder, staged: Sequence[Staged]) -> None:
    """Fill qualite.fichier.porteur_id of the refused files that name one porteur of the register, and one only.

    Looks at the SIRET and the names in the cells, then at the file's name. Nothing of the cells is kept.
    """
    connection.execute(
        "create or replace table staging.indice (campagne varchar, fichier varchar, texte varchar, du_nom boolean)"
    )
    refused = [file for file in staged if file.refusal and not file.tables]
    with Reader() as reader:
        for file in refused:
            path = on_disk(folder.raw / file.campagne, file.fichier)
            texts = [*dict.fromkeys(_cells(reader, path, file.fichier))]
            connection.execute(
                "insert into staging.indice select ?, ?, unnest(?::varchar[]), false union all select ?, ?, ?, true",
                [file.campagne, file.fichier, texts, file.campagne, file.fichier, path.stem],
            )
    connection.execute(_MATCH)
    connection.execute("drop table staging.indice")


def _cells(reader: Reader, path: Path, fichier: str) -> Iterator[str]:
    """The short texts of the first records of every sheet; none when the file cannot be read at all."""
    with tempfile.TemporaryDirectory(prefix="clas-refus-") as workspace:
        try:
            tables = reader.tables(path, fichier, Path(workspace))
        except Refusal:
            tables = []
        for table in tables:
            yield from (cell for record in table.head for cell in record if 0 < len(cell) <= _LONGEST)
