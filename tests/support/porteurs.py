"""A published build that holds two porteurs and one campagne, made by hand: it takes no build."""

from __future__ import annotations

from dataclasses import replace

import duckdb

from pipeline.builds.lock import only_builder
from pipeline.builds.publish import publish, row_counts, seal
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from tests.support.builds import hand_made
from tests.support.exports import siret

_TABLES = f"""
create table core.porteur (porteur_id text, siret text, raison_sociale text, alias text, remplace_par text);
insert into core.porteur values
    ('p1', '{siret(1)}', 'Association Alpha', null, null),
    ('p2', '{siret(2)}', 'Centre social Bêta', null, null),
    ('p3', '{siret(3)}', 'Association du Var', null, null),
    ('p4', null, 'Sans SIRET', null, null),
    ('p5', '{siret(5)}', 'Remplacée', null, 'p1');
create table core.porteur_campagne (campagne text, porteur_id text, departement text);
insert into core.porteur_campagne values
    ('2018-2019', 'p1', '45'), ('2019-2020', 'p1', '45'), ('2019-2020', 'p2', '45'), ('2019-2020', 'p3', '83');
"""
_LINE = {
    "campagne": "2019-2020",
    "departement": "45",
    "etat": "arretee",
    "arretee_le": "2020-10-12",
    "nb_actions_agreees": 3,
    "nb_actions_attendues": 3,
    "nb_reponses": 2,
    "nb_alertes": 1,
}
CAMPAIGNS = [
    _LINE,
    _LINE | {"campagne": "2020-2021", "etat": "provisoire", "arretee_le": None},
    _LINE | {"departement": "83", "nb_actions_agreees": 77},
]
REFUSED = [{"campagne": "2020-2021", "fichier": "beta.xlsx", "message": "beta.xlsx est vide.", "porteur": "Bêta"}]


def publish_porteurs(folder: DataFolder) -> None:
    """Publish it."""
    with only_builder(folder):
        candidate, manifest = hand_made(folder)
        database = candidate / WAREHOUSE
        with duckdb.connect(str(database)) as connection:
            connection.execute(_TABLES)
            tables = manifest.tables | {WAREHOUSE: row_counts(connection)}
        sizes = manifest.sizes | {WAREHOUSE: database.stat().st_size}
        seal(candidate, replace(manifest, tables=tables, sizes=sizes, campaigns=CAMPAIGNS, refused=REFUSED))
        publish(folder, candidate, 5)
