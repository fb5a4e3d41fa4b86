"""A filled candidate -> its manifest: counts, hash of the figures, campaigns and refused files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from pipeline.builds.publish import row_counts
from pipeline.reading.campaigns import Campaign
from pipeline.staging.staged import Staged
from socle.files.manifest import DIFFUSION, PRIVATE, WAREHOUSE, Manifest

# Every figure and every anomaly, whatever their order: sums of their MD5, two numbers however many they are.
_FIGURES = """
select sha256(
    count(*) || ' ' || coalesce(sum(md5_number_lower(ligne)), 0) || ' ' || coalesce(sum(md5_number_upper(ligne)), 0)
)
from (
    select to_json(v)::varchar as ligne from marts.indicateur_valeur_agregee as v
    union all
    select to_json(a)::varchar from qualite.anomalie as a
    union all
    select to_json(p)::varchar from marts.porteur_large as p
)
"""


def make_manifest(
    connection: duckdb.DuckDBPyConnection,
    candidate: Path,
    campaigns: Sequence[Campaign],
    staged: Sequence[Staged],
    inputs: dict[str, str],
    diffusion: dict[str, int],
) -> Manifest:
    """Detach the private database, put all on disk and return what the build declares of itself."""
    tables = {PRIVATE: {"main.donnee_personnelle": _one(connection, "select count(*) from prive.donnee_personnelle")}}
    connection.execute("detach prive")
    connection.execute("checkpoint")
    tables[WAREHOUSE] = row_counts(connection)
    with duckdb.connect(str(candidate / DIFFUSION), read_only=True) as shown:
        tables[DIFFUSION] = row_counts(shown)
    figures_hash = _one(connection, _FIGURES)
    gravities = connection.execute(
        "select gravite, count(*) from qualite.anomalie where fin is null group by gravite order by 1"
    ).fetchall()
    (candidate / PRIVATE).chmod(0o600)
    return Manifest(
        build=candidate.name,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        fictif=campaigns[0].fictif,
        inputs=inputs,
        figures_hash=figures_hash,
        tables=tables,
        sizes={name: (candidate / name).stat().st_size for name in tables},
        campaigns=_campaigns(connection),
        arrets=_arrets(connection),
        refused=_refused(connection, staged),
        asides=_asides(connection),
        staged={file.label: file.place for file in staged if file.tables},
        anomalies=dict(gravities),
        diffusion=diffusion,
        version=version("bilan-clas"),
    )


def _campaigns(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = ("campagne", "departement", "etat", "arretee_le", "chiffres_modifies", "nb_actions_agreees",
             "nb_actions_attendues", "nb_reponses", "nb_reponses_en_attente", "nb_anomalies_critiques", "nb_alertes",
             "nb_retours_refuses", "nb_fichiers_perimes", "nb_corrections")  # fmt: skip
    rows = connection.execute(
        f"select {', '.join(names)} from (select * replace (arretee_le::varchar as arretee_le) from marts.campagne) "
        "order by 1, 2"
    ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _arrets(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Those of campagnes whose folder is gone too: their figures are no longer there."""
    rows = connection.execute(
        "select a.campagne, a.departement, a.arretee_le::varchar, a.arretee_par, (select count(*) "
        "from marts.arret_ecart as e where e.campagne = a.campagne and e.departement = a.departement), "
        "(select count(distinct indicateur) from core.arret_chiffre as c where c.campagne = a.campagne "
        "and c.departement = a.departement and c.indicateur not in (select i.indicateur from marts.indicateur as i)) "
        "from core.arret as a order by 1, 2"
    ).fetchall()
    names = ("campagne", "departement", "arretee_le", "arretee_par", "chiffres_modifies", "indicateurs_retires")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _refused(connection: duckdb.DuckDBPyConnection, staged: Sequence[Staged]) -> list[dict[str, Any]]:
    """The refused files: the porteur whose return it is, `perime` when older rows stand in for it, its départements."""
    rows = connection.execute(
        "select f.campagne, f.fichier, any_value(f.message), any_value(f.porteur_id), any_value(p.raison_sociale), "
        "bool_or(f.statut = 'perime'), coalesce(any_value(d.departements), []) from qualite.fichier as f "
        "left join core.porteur as p using (porteur_id) left join (select campagne, fichier, "
        "list(departement order by departement) as departements from core.fichier_departement group by all) as d "
        "on f.campagne = d.campagne and f.fichier = d.fichier "
        "where f.statut in ('refuse', 'perime') group by all order by all"
    ).fetchall()
    names = ("campagne", "fichier", "message", "porteur_id", "porteur", "perime", "departements")
    codes = {(file.campagne, file.fichier): file.refusal.code for file in staged if file.refusal}
    return [{"code": codes[row[0], row[1]], **dict(zip(names, row, strict=True))} for row in rows]


def _asides(connection: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    rows = connection.execute(
        "select campagne, fichier, message from qualite.fichier where statut = 'mis_de_cote' order by all"
    ).fetchall()
    return [dict(zip(("campagne", "fichier", "message"), row, strict=True)) for row in rows]


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
