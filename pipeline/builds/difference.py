"""Two builds -> what changes from one to the other: files, returns, figures, anomalies, state of the campagnes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from pipeline.reading.campaigns import folder_departement
from pipeline.sql.macros import create_figure_macros
from pipeline.sql.steps import Step, in_steps
from socle.files.manifest import WAREHOUSE, read_manifest
from socle.files.sqltext import identifier, literal

Row = dict[str, Any]

_TABLES = {
    "qualite.fichier": ("campagne", "fichier", "sha256", "statut", "message"),
    "qualite.anomalie": ("campagne", "fichier", "feuille", "ligne", "variable", "valeur", "gravite", "regle", "message",
                         "porteur_id", "departement", "fin"),
    "core.fichier_departement": ("campagne", "fichier", "departement"),
    "core.reponse": ("campagne", "porteur_id", "action_id", "departement", "grain"),
    "core.porteur": ("porteur_id", "raison_sociale"),
    "marts.indicateur": ("indicateur", "libelle", "unite", "source", "rang"),
    "marts.indicateur_valeur_agregee": ("campagne", "indicateur", "niveau", "code", "valeur", "numerateur",
                                        "denominateur", "statut", "origine", "nb_porteurs"),
    "marts.campagne": ("campagne", "departement", "etat"),
}  # fmt: skip
"""What is compared; a table or a column that one of the builds does not have is empty there."""
_POINTS = "qualite.anomalie"

_FILES = in_steps(
    Step(
        "avant",
        "select campagne, fichier, any_value(sha256) as sha256, min(statut) as statut "
        "from avant_fichier where statut <> 'ignore' group by all",
    ),
    Step(
        "apres",
        "select campagne, fichier, any_value(sha256) as sha256, min(statut) as statut "
        "from apres_fichier where statut <> 'ignore' group by all",
    ),
    # Of no département, what is of several: a file that changed may have been of another one before.
    Step(
        "places",
        "select campagne, fichier, if(count(*) = count(departement) and count(distinct departement) = 1, "
        "any_value(departement), null) as departement "
        "from (from avant_fichier_departement union all from apres_fichier_departement) group by all",
    ),
    Step(
        "fichiers",
        """
select coalesce(n.campagne, a.campagne) as campagne, coalesce(n.fichier, a.fichier) as fichier,
    case
        when a.fichier is null then 'ajouté' when n.fichier is null then 'retiré'
        when n.sha256 <> a.sha256 then 'modifié' else 'inchangé'
    end as changement,
    a.statut as statut_avant, n.statut, p.departement
from avant as a full join apres as n on a.campagne = n.campagne and a.fichier = n.fichier
left join places as p
    on p.campagne = coalesce(n.campagne, a.campagne) and p.fichier = coalesce(n.fichier, a.fichier)
where a.fichier is null or n.fichier is null or n.sha256 <> a.sha256 or n.statut <> a.statut
order by 1, 2
""",
    ),
)
_RETURNS = """
with avant as (select distinct campagne, porteur_id, action_id, departement from avant_reponse),
apres as (select distinct campagne, porteur_id, action_id, departement from apres_reponse)
select e.campagne, e.porteur_id, coalesce(q.raison_sociale, p.raison_sociale) as raison_sociale, e.action_id,
    e.departement, e.changement
from (
    select *, 'nouveau' as changement from (from apres except from avant)
    union all
    select *, 'plus compté' from (from avant except from apres)
) as e
left join apres_porteur as q using (porteur_id)
left join avant_porteur as p using (porteur_id)
order by e.campagne, e.changement, raison_sociale, e.action_id
"""
_FIGURES = """
with avant as (select * from avant_indicateur_valeur_agregee
    where niveau in ('departement', 'france') and origine <> 'publie'),
apres as (select * from apres_indicateur_valeur_agregee
    where niveau in ('departement', 'france') and origine <> 'publie')
select coalesce(n.campagne, a.campagne) as campagne, coalesce(n.indicateur, a.indicateur) as indicateur,
    coalesce(i.libelle, j.libelle) as libelle, coalesce(i.unite, j.unite) as unite,
    coalesce(i.source, j.source) as relation,
    coalesce(n.niveau, a.niveau) as niveau, coalesce(n.code, a.code) as code, a.valeur as valeur_avant,
    a.numerateur as numerateur_avant, a.denominateur as denominateur_avant, a.statut as statut_avant,
    n.valeur, n.numerateur, n.denominateur, n.statut
from avant as a
full join apres as n
    on a.campagne = n.campagne and a.indicateur = n.indicateur and a.niveau = n.niveau and a.code = n.code
    -- A figure received and one computed here had one origin in fictitious builds, before `synthese_fictive`.
    and replace(a.origine, 'synthese_fictive', 'fictif') = replace(n.origine, 'synthese_fictive', 'fictif')
    and (a.nb_porteurs is null) = (n.nb_porteurs is null)
left join apres_indicateur as i on i.indicateur = coalesce(n.indicateur, a.indicateur)
left join avant_indicateur as j on j.indicateur = coalesce(n.indicateur, a.indicateur)
where (a.statut is distinct from n.statut
        or nombres_differents(a.valeur, n.valeur)
        or nombres_differents(a.numerateur, n.numerateur)
        or nombres_differents(a.denominateur, n.denominateur))
    -- A series that one of the catalogues does not have is said once, and not for each year.
    and coalesce(n.indicateur, a.indicateur) in (select indicateur from avant_indicateur)
    and coalesce(n.indicateur, a.indicateur) in (select indicateur from apres_indicateur)
order by campagne desc, coalesce(i.rang, j.rang), niveau, code
"""
_CATALOGUE = """
select indicateur, libelle, 'ajouté' as changement from apres_indicateur anti join avant_indicateur using (indicateur)
union all
select indicateur, libelle, 'retiré' from avant_indicateur anti join apres_indicateur using (indicateur)
order by all
"""
_ANOMALIES = """
with avant_ouvert as (select * exclude (fin) from avant_anomalie where fin is null),
apres_ouvert as (select * exclude (fin) from apres_anomalie where fin is null)
select e.*, p.raison_sociale
from (
    select *, 'nouveau' as changement from (from apres_ouvert except from avant_ouvert)
    union all
    select *, 'résolu' from (from avant_ouvert except from apres_ouvert)
) as e
left join apres_porteur as p using (porteur_id)
order by e.campagne, e.changement, list_position(['critique', 'alerte', 'info'], e.gravite), e.fichier, e.ligne
"""
_STATES = """
select coalesce(n.campagne, a.campagne) as campagne, coalesce(n.departement, a.departement) as departement,
    a.etat as etat_avant, n.etat
from avant_campagne as a
full join apres_campagne as n on a.campagne = n.campagne and a.departement is not distinct from n.departement
where a.etat is distinct from n.etat
order by campagne, departement
"""


@dataclass(frozen=True)
class Difference:
    """What changes between two builds; every list is in the order in which it is shown."""

    avant: str | None
    """None when nothing was published before."""
    apres: str
    fichiers: list[Row] = field(default_factory=list)
    """campagne, fichier, changement (ajouté, retiré, modifié, inchangé), statut_avant, statut, departement (None: of
    several, or of none that is known)."""
    bilans: list[Row] = field(default_factory=list)
    """campagne, porteur_id, raison_sociale, action_id, departement, changement (nouveau, plus compté)."""
    chiffres: list[Row] = field(default_factory=list)
    """Figures of départements and France: campagne, indicateur, libelle, unite, relation, niveau, code, and value,
    numerator, denominator and status before (`…_avant`) and after."""
    indicateurs: list[Row] = field(default_factory=list)
    """Series that one of the catalogues does not have: indicateur, libelle, changement."""
    points: list[Row] = field(default_factory=list)
    """Anomalies that are new or resolved, with their message and porteur."""
    etats: list[Row] = field(default_factory=list)
    """campagne, departement, etat_avant, etat."""

    def __bool__(self) -> bool:
        return any((self.fichiers, self.bilans, self.chiffres, self.indicateurs, self.points, self.etats))

    def of(self, theirs: Callable[[str, str | None], bool]) -> Difference:
        """Return what of it is of a département, by `theirs(campagne, département)`, with what is everybody's: figures
        of France, the catalogue."""

        def kept(rows: list[Row], place: str = "departement") -> list[Row]:
            return [row for row in rows if row.get("niveau") == "france" or theirs(row["campagne"], row[place])]

        return replace(
            self,
            fichiers=kept(self.fichiers),
            bilans=kept(self.bilans),
            chiffres=kept(self.chiffres, "code"),
            points=kept(self.points),
            etats=kept(self.etats),
        )


def compare(before: Path | None, after: Path) -> Difference:
    """Return what changes from a build (None: from nothing) to another one, by their folders."""
    with duckdb.connect() as connection:
        create_figure_macros(connection)
        situated = True
        for name, build in (("avant", before), ("apres", after)):
            if build is not None:
                connection.execute(f"attach {literal(str(build / WAREHOUSE))} as {name}_base (read_only)")
            for table, columns in _TABLES.items():
                present = _columns(connection, f"{name}_base", table) if build is not None else {}
                if table == _POINTS and name == "avant":
                    situated = build is None or "departement" in present
                elif table == _POINTS and not situated:
                    present.pop("departement", None)  # or each point would be resolved, and another one new
                view = f"{name}_{table.split('.')[1]}"
                connection.execute(f"create temp view {view} as {_select(f'{name}_base', table, columns, present)}")
        if before is None:
            return Difference(None, after.name, fichiers=_files(connection), etats=_rows(connection, _STATES))
        return Difference(
            before.name,
            after.name,
            fichiers=[*_declarations(before, after), *_files(connection)],
            bilans=_rows(connection, _RETURNS),
            chiffres=_rows(connection, _FIGURES),
            indicateurs=_rows(connection, _CATALOGUE),
            points=_rows(connection, _ANOMALIES),
            etats=_rows(connection, _STATES),
        )


def _declarations(before: Path, after: Path) -> list[Row]:
    """The files that are written and not received (campagne.yml, corrections.yml, textes.yml, formats.yml)."""
    manifests = [read_manifest(build) for build in (before, after)]
    then, now = ({n: h for n, h in m.inputs.items() if n.endswith(".yml")} if m else {} for m in manifests)
    changed = [name for name in sorted({*then, *now}) if then.get(name) != now.get(name)]
    return [
        {
            "campagne": name.rpartition("/")[0].partition("/")[0],
            "fichier": name.partition("/")[2] or name,
            "departement": folder_departement(name.partition("/")[2]),
            "changement": "ajouté" if name not in then else "retiré" if name not in now else "modifié",
            "statut_avant": None,
            "statut": None,
        }
        for name in changed
    ]


def _files(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """The files received; the folder of a département says whose a file is even when nothing of it is read."""
    rows = _rows(connection, _FILES)
    return [row | {"departement": folder_departement(row["fichier"]) or row["departement"]} for row in rows]


def _columns(connection: duckdb.DuckDBPyConnection, base: str, table: str) -> dict[str, str]:
    schema, name = table.split(".")
    return dict(
        connection.execute(
            "select column_name, data_type from duckdb_columns() "
            "where database_name = ? and schema_name = ? and table_name = ?",
            [base, schema, name],
        ).fetchall()
    )


def _select(base: str, table: str, columns: Sequence[str], present: dict[str, str]) -> str:
    chosen = ", ".join(
        identifier(name) if name in present else f"null::{_type(name)} as {identifier(name)}" for name in columns
    )
    return f"select {chosen} from {base}.{table}" if present else f"select {chosen} where false"


def _type(column: str) -> str:
    return {"valeur": "double", "numerateur": "double", "denominateur": "double", "ligne": "integer",
            "rang": "integer", "nb_porteurs": "integer"}.get(column, "varchar")  # fmt: skip


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    result = connection.execute(query)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
