"""A published build made by hand whose diffusion.duckdb holds a few figures: what `clas export` is tried on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipeline.builds.lock import only_builder
from pipeline.builds.publish import publish, row_counts, seal
from pipeline.marts.comments import comment_everything
from socle.files.manifest import DIFFUSION
from socle.paths import DataFolder
from tests.support.builds import hand_made
from tests.support.exports import codebook
from warehouse.open_data.tables import CAMPAGNES, CHIFFRES, DISTRIBUTION, INDICATEURS

YEAR = "2019-2020"
Figure = tuple[object, ...]
"""campagne, indicateur, niveau, code, departement, numerateur, denominateur, valeur, nb_repondants, nb_porteurs,
statut, origine, source, couverture"""
_TYPES = {
    **dict.fromkeys(("numerateur", "denominateur", "valeur", "taux_reponse_actions"), "double"),
    **dict.fromkeys(("premier_quartile", "mediane", "troisieme_quartile"), "double"),
    **dict.fromkeys(("nb_repondants", "nb_porteurs", "numero", "rang", "nb_actions_agreees", "nb_reponses"), "integer"),
    **dict.fromkeys(("arretee_le", "ouverture", "cloture"), "date"),
    **dict.fromkeys(("fictif", "au_moins"), "boolean"),
}
_FIGURE = tuple(name for name in CHIFFRES.columns if name not in ("nb_ecartees", "au_moins", "region"))
_COVERAGE = """
create table marts.couverture as
select campagne, indicateur, 'france' as niveau, 'FR' as code, count(distinct code) as nb_departements
from marts.indicateur_valeur
where niveau = 'departement' and origine in ('calcule', 'fictif') and statut in ('diffusable', 'secret')
group by all
"""
KEPT = ("nb_enfants", "nb_enfants_accueillis", "part_actions_qpv", "enfants_par_collectif")


def loiret(source: str = "Bilans des porteurs 2019-2020 (données fictives)") -> list[Figure]:
    """One figure of each status, and one published."""
    said = ("fictif", source, None)
    return [
        (YEAR, "nb_enfants", "departement", "45", "45", 485.0, None, 485.0, 41, 27, "diffusable", *said),
        (YEAR, "nb_enfants", "departement", "45", "45", None, None, 485.0, None, None, "diffusable", "publie",
         "Note de cadrage, 2021", None),
        (YEAR, "part_actions_qpv", "departement", "45", "45", 20.0, 41.0, 20 / 41, 41, 27, "diffusable", *said),
        (YEAR, "part_actions_qpv", "zonage", "rural", "45", None, None, None, None, None, "secret", *said),
        (YEAR, "nb_enfants_accueillis", "departement", "45", "45", None, None, None, 0, 0, "non_demande", *said),
        (YEAR, "nb_enfants", "france", "FR", None, None, None, 45720.0, None, None, "diffusable",
         "synthese_fictive", "Synthèse nationale 2019-2020 (données fictives)", "96 départements sur 101"),
    ]  # fmt: skip


def national(year: str = YEAR) -> list[Figure]:
    """What a build of every département computes of France, beside a figure that two départements answered."""
    said = ("diffusable", "fictif", "Bilans des porteurs", None)
    secret = ("secret", *said[1:])
    return [
        (year, "nb_enfants", "france", "FR", None, 45721.0, None, 45721.0, 4000, 2000, *said),
        (year, "part_actions_qpv", "france", "FR", None, 1937.0, 3571.0, 1937 / 3571, 3571, 2000, *said),
        # Rounded: it comes without its sums.
        (year, "enfants_par_collectif", "france", "FR", None, None, None, 10.4, 3571, 2000, *said),
        (year, "nb_enfants_accueillis", "france", "FR", None, None, None, None, None, None, *secret),
        (year, "nb_enfants", "departement", "45", "45", 485.0, None, 485.0, 41, 27, *said),
        (year, "nb_enfants", "departement", "18", "18", 100.0, None, 100.0, 9, 9, *said),
        (year, "part_actions_qpv", "departement", "45", "45", None, None, None, None, None, *secret),
        # As the Cnaf sent it: it is not sent back.
        (year, "nb_enfants", "france", "FR", None, 1.0, None, 1.0, None, None, "diffusable", "synthese_nationale",
         "Synthèse nationale", "96 départements sur 101"),
    ]  # fmt: skip


def publish_diffusion(
    folder: DataFolder, figures: Sequence[Figure], fictif: bool = True, years: Sequence[str] = (YEAR,)
) -> Path:
    """Publish a build that diffuses these figures; `years` are those that the committee adopted."""
    with only_builder(folder):
        candidate, manifest = hand_made(folder)
        (candidate / DIFFUSION).write_bytes(_database(figures, fictif, years))
        with duckdb.connect(str(candidate / DIFFUSION), read_only=True) as connection:
            tables = {**manifest.tables, DIFFUSION: row_counts(connection)}
        sizes = {**manifest.sizes, DIFFUSION: (candidate / DIFFUSION).stat().st_size}
        seal(candidate, replace(manifest, fictif=fictif, tables=tables, sizes=sizes, version="0.1.0"))
        return publish(folder, candidate, 5)


def _database(figures: Sequence[Figure], fictif: bool, years: Sequence[str]) -> bytes:
    with TemporaryDirectory() as place:
        path = Path(place) / "base.duckdb"
        with duckdb.connect(str(path)) as connection:
            _create(connection)
            _fill(connection, f"marts.indicateur_valeur ({', '.join(_FIGURE)})", figures)
            connection.execute(_COVERAGE)
            _fill(connection, "marts.campagne", [_campagne(year, fictif) for year in years])
            _fill(connection, "marts.indicateur", [_indicator(rank, name) for rank, name in enumerate(KEPT)])
            _fill(connection, "marts.distribution", [(YEAR, "nb_enfants", "45", 27, 10.0, 12.0, 21.0)])
            comment_everything(connection, codebook())
        return path.read_bytes()


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    for schema in ("marts", "reference"):
        connection.execute(f"create schema {schema}")
    for table in (CHIFFRES, INDICATEURS, DISTRIBUTION, CAMPAGNES):
        columns = ", ".join(f"{column} {_TYPES.get(column, _default(column))}" for column in table.columns)
        connection.execute(f"create table {table.table} ({columns})")
    connection.execute("create table marts.libelle (variable varchar, code varchar, libelle varchar)")
    connection.execute("insert into marts.libelle values ('territoire_urbain_rural', 'rural', 'Rural')")
    connection.execute("create table reference.departements (code varchar, nom varchar, forme_de varchar)")
    connection.execute("insert into reference.departements values ('45', 'Loiret', 'du Loiret')")


def _default(column: str) -> str:
    return "integer" if column.startswith("nb_") else "varchar"


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Figure]) -> None:
    if rows:
        connection.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)


def _campagne(year: str, fictif: bool) -> Figure:
    first = [year, "45", fictif, "arretee", "2020-10-12", "Fermeture des écoles.\n=1+1", "2020-06-15", "2020-09-30"]
    return (*first, "action", 41, 27, None, 41, 0, 41, 27, 1.0)


def _indicator(rank: int, name: str) -> Figure:
    one = next(indicator for indicator in codebook().indicators if indicator.id == name)
    found = {**vars(one), "indicateur": one.id, "rang": rank, "famille_libelle": one.famille, "provenance": "Bilans"}
    return tuple(found[column] for column in INDICATEURS.columns)
