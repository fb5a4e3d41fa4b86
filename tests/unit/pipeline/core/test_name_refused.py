"""A refused file is given a porteur only where something in it, or its name, says which one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.name_refused import name_refused
from pipeline.staging.staged import Staged
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.tables import parsing_connection


@pytest.mark.parametrize(
    ("name", "porteur"),
    [
        ("dossier-p1", "p1"),
        ("dossier-p10", "p10"),
        ("bilan 2020-2021", None),
        ("bilan 2020-2021 Foyer", "20"),
        ("Les Foyers réunis", None),
        ("p1 et p10", None),
    ],
)
def test_the_name_of_a_file_is_read_by_whole_words(tmp_path: Path, name: str, porteur: str | None) -> None:
    folder = DataFolder(tmp_path)
    path = folder.raw / "2020-2021" / f"{name}.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 cut")
    with parsing_connection() as connection:
        connection.execute(
            "create schema staging; create schema qualite; "
            "create table staging.nom_connu (nom varchar, siret varchar, porteur_id varchar, actuel varchar); "
            "insert into staging.nom_connu values ('ALPHA', null, 'p1', 'p1'), ('BETA', null, 'p10', 'p10'), "
            "(normaliser_nom('Foyer'), null, '20', '20'); "
            "create table qualite.fichier (campagne varchar, fichier varchar, statut varchar, porteur_id varchar)"
        )
        connection.execute("insert into qualite.fichier values ('2020-2021', ?, 'refuse', null)", [path.name])
        refusal = Refusal("fichier_vide", fichier=path.name)
        name_refused(connection, folder, [Staged("2020-2021", path.name, "", tmp_path, refusal=refusal)])
        assert connection.execute("select porteur_id from qualite.fichier").fetchall() == [(porteur,)]
