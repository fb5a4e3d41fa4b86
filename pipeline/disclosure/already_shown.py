"""etat/diffusions: the sums behind every figure ever shown to porteurs or the public. It cannot be taken back.

A build writes those of its own figures beside its databases; they are copied to etat when it is published. One Parquet
file a campagne and version, named by its content; both places are read, so that losing one of them forgets nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.disclosure.model import Decision, ProtectedSeries, PublishedSums
from socle.files.atomic import write_atomic
from socle.files.manifest import SHOWN, published_builds
from socle.paths import DataFolder
from socle.words.refusal import Refusal

if TYPE_CHECKING:
    import duckdb

_COLUMNS = (
    "departement varchar, indicateur varchar, niveau varchar, code varchar, partie varchar, seule boolean, "
    "porteur_id varchar, action_id varchar, valeur double"
)
_NUMERATOR, _DENOMINATOR = "numerateur", "denominateur"
_HASH = "select left(sha256(string_agg(to_json(s)::varchar, chr(10) order by to_json(s)::varchar)), 32) from somme as s"
Key = tuple[str, str]
"""Campagne, département."""


def read_held(
    connection: duckdb.DuckDBPyConnection, folder: DataFolder, campagnes: list[str], series: list[ProtectedSeries]
) -> dict[Key, PublishedSums]:
    """Return what readers already hold of each campagne and département; raise Refusal when a file cannot be read."""
    import duckdb

    by_id = {serie.id: serie for serie in series}
    published: dict[Key, PublishedSums] = {}
    for campagne in campagnes:
        for path in _versions(folder, campagne):
            try:
                lines = connection.execute(
                    "select departement, indicateur, niveau, code, partie, seule, "
                    "list((porteur_id, action_id, valeur)) from read_parquet(?) group by all order by all",
                    [str(path)],
                ).fetchall()
            except duckdb.Error as error:
                raise Refusal("diffusion_abimee", campagne=campagne, fichier=path.name) from error
            _hold(campagne, lines, by_id, published)
    return published


def write_shown(connection: duckdb.DuckDBPyConnection, candidate: Path, decisions: dict[Key, Decision]) -> None:
    """Write the sums behind the figures of a candidate, one file a campagne."""
    for campagne in sorted({campagne for campagne, _ in decisions}):
        connection.execute(f"create or replace temp table somme ({_COLUMNS})")
        rows = [
            [departement, *line]
            for (year, departement), decision in decisions.items()
            if year == campagne
            for line in _lines(decision)
        ]
        if rows:
            _insert(connection, rows)
            (content_hash,) = connection.execute(_HASH).fetchone() or ("",)
            target = candidate / SHOWN / campagne / f"{content_hash}.parquet"
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            connection.execute(f"copy (from somme order by all) to '{target}' (format parquet)")
            target.chmod(0o600)
    connection.execute("drop table if exists somme")


def keep_shown(folder: DataFolder, build: Path, added: list[Path]) -> None:
    """Copy to etat the sums behind the figures of a build about to be published; add to `added` those that are new."""
    for path in sorted((build / SHOWN).glob("*/*.parquet")):
        kept = folder.diffusions / path.parent.name / path.name
        if not kept.is_file():
            for private in (folder.etat, folder.diffusions, kept.parent):
                private.mkdir(mode=0o700, parents=True, exist_ok=True)
            added.append(kept)
            write_atomic(kept, path.read_bytes(), mode=0o600)


def _insert(connection: duckdb.DuckDBPyConnection, rows: list[list[object]]) -> None:
    """One list a column: a statement a row would take a hundred times as long."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    unnested = ", ".join(f"unnest(?::{kind}[])" for kind in (part.split()[1] for part in _COLUMNS.split(", ")))
    connection.execute(f"insert into somme select {unnested}", columns)


def _versions(folder: DataFolder, campagne: str) -> list[Path]:
    places = [folder.diffusions, *(build / SHOWN for build in published_builds(folder))]
    by_name = {path.name: path for kept_in in reversed(places) for path in (kept_in / campagne).glob("*.parquet")}
    return [by_name[name] for name in sorted(by_name)]


def _lines(decision: Decision) -> Iterator[list[object]]:
    for cell, figure in decision.shown.items():
        for part, row in ((_NUMERATOR, figure.numerator), (_DENOMINATOR, figure.denominator)):
            for porteur, action, value in sorted(row or ()):
                yield [*cell, part, cell.serie in decision.ratio_only, porteur, action, value]


def _hold(
    campagne: str,
    lines: list[tuple[object, ...]],
    by_id: dict[str, ProtectedSeries],
    published: dict[Key, PublishedSums],
) -> None:
    ratio_only: dict[tuple[str, str], dict[str, frozenset[tuple[str, str, float]]]] = {}
    for departement, indicateur, _niveau, _code, partie, seule, parts in lines:
        series = by_id.get(str(indicateur))
        row = frozenset((str(p), str(a), float(v)) for p, a, v in parts)  # type: ignore[attr-defined]
        if series is None:  # it is no longer in the catalogue: nothing else counts the same
            continue
        if seule:
            ratio_only.setdefault((str(departement), series.id), {})[str(partie)] = row
        elif partie == _NUMERATOR or series.base is not None:
            counted = series.compte if partie == _NUMERATOR else series.base
            published.setdefault((campagne, str(departement)), PublishedSums()).add(str(counted), row)
    for (departement, identifier), pair in ratio_only.items():
        if len(pair) == 2:
            sums = published.setdefault((campagne, departement), PublishedSums())
            sums.ratio_only[by_id[identifier].compte] = (pair[_NUMERATOR], pair[_DENOMINATOR])
