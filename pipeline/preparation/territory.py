"""What of a data folder is one département's: its files, its rows, its declarations, what is being prepared.

Who writes is told by `territory`: the code of the only département on which they act, None for every one. A year that
declares that département alone is theirs whole. Of a year of several, a file is of the département of its folder, else
of the only one that its rows concern in a build of just that content; what holds several, or is not known, is for who
acts on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.decisions import CafDecision
from pipeline.reading.campaigns import SCHOOL_YEAR, Campaign, load_campaigns, read_campaign
from pipeline.reading.received import one_form, received_hash
from pipeline.trial import current_trial
from socle.files.manifest import WAREHOUSE, current_build
from socle.files.sqltext import literal
from socle.paths import DataFolder
from socle.words.refusal import Refusal

Place = tuple[str, int | None]
"""(file, line)."""
_SITUATED = {
    "core.fichier_departement": "select fichier, null, departement from {table} where campagne = $campagne",
    "qualite.anomalie": "select fichier, ligne, departement from {table} where campagne = $campagne and ligne > 0",
    "core.reponse": "select fichier, ligne, departement from {table} where campagne = $campagne",
    "core.reponse_en_attente": "select fichier, ligne, departement from {table} where campagne = $campagne",
}
"""Tables that say of which département a file is, then its lines."""
_REPLIES = ("core.reponse", "core.reponse_en_attente")
_HELD = ("core.agrement", "core.action", *_REPLIES)


@dataclass(frozen=True)
class YearOwners:
    """Whose each file of a year is, and each of its rows that a build knows."""

    departements: tuple[str, ...]
    files: Mapping[str, str | None]
    """{file of the year: its département}; None: it holds several, or it is not known."""
    rows: Mapping[Place, frozenset[str | None]] = field(default_factory=dict)
    replies: Mapping[str, frozenset[str | None]] = field(default_factory=dict)
    """{number of a return: the départements of those that bear it}."""

    def whole(self, territory: str | None) -> bool:
        """Whether all of the year is theirs."""
        return territory is None or self.departements == (territory,)

    def file(self, territory: str | None, fichier: str) -> bool:
        """Whether a file is theirs, whole."""
        return self.whole(territory) or self.files.get(one_form(fichier)) == territory

    def row(self, territory: str | None, fichier: str, ligne: int | None) -> bool:
        """Whether a row is theirs: that of a file of theirs, or one that a build counts in their département."""
        known = self.rows.get((one_form(fichier), ligne), frozenset())
        return self.file(territory, fichier) or known == {territory}

    def departement(self, territory: str | None, departement: str | None) -> bool:
        """Whether what a build counts in that département (None: in none that is known) is theirs."""
        return self.whole(territory) or departement == territory

    def decision(self, territory: str | None, made: CafDecision) -> bool:
        """Whether they may take a decision away: it is about nothing but their département."""
        if self.whole(territory) or made.departement:
            return self.departement(territory, made.departement)
        if made.fichier:
            return self.row(territory, made.fichier, made.ligne)
        return self.replies.get(made.reponse_id or "", frozenset()) == {territory}


def owners(folder: DataFolder, campaign: Campaign) -> YearOwners:
    """Return whose each file of a year is, as the published build and the trial know it."""
    several = len(campaign.departements) > 1
    names = {
        one_form(path.relative_to(campaign.folder).as_posix()): path for path in (*campaign.files, *campaign.unread)
    }
    found = {name: campaign.departement_of(name) for name in names}
    if not several:
        return YearOwners(campaign.departements, found)
    rows: dict[Place, set[str | None]] = {}
    replies: dict[str, set[str | None]] = {}
    hashes = {name: received_hash(path) for name, path in names.items()}
    for build in filter(None, (current_build(folder), current_trial(folder))):
        _read(build, campaign.name, hashes, rows, replies)
    for name in (name for name, departement in found.items() if departement is None and "/" not in name):
        concerned = set().union(*(codes for (fichier, _), codes in rows.items() if fichier == name))
        found[name] = next(iter(concerned)) if len(concerned) == 1 else None
    return YearOwners(
        campaign.departements,
        found,
        {place: frozenset(codes) for place, codes in rows.items()},
        {reply: frozenset(codes) for reply, codes in replies.items()},
    )


def owners_of(folder: DataFolder, campagne: str) -> YearOwners:
    """Return the same of a year by its name; raise Refusal when no year of that name is declared."""
    check_year(folder, campagne)
    return owners(folder, read_campaign(folder.raw / campagne))


def check_year(folder: DataFolder, campagne: str) -> None:
    """Raise Refusal when that is not the name of a year that is there: a name is never a path."""
    if not SCHOOL_YEAR.fullmatch(campagne) or not (folder.raw / campagne).is_dir():
        raise Refusal("campagne_inconnue", campagne=campagne, dossier=folder.raw.name)


def only_theirs(folder: DataFolder, territory: str | None) -> bool:
    """Whether every year that is there or being declared is of that département alone: nothing is anybody else's."""
    if territory is None:
        return True
    years = [campaign for one in (folder, folder.prepared()) for campaign in declared(one)]
    return all(campaign.departements == (territory,) for campaign in years)


def counted(folder: DataFolder, territory: str | None) -> Callable[[str, str | None], bool]:
    """Return what says whether a thing of a year, counted in that département (None: none is known), is theirs.

    The register is of no year: it is everybody's.
    """
    whole = {"", *_whole_years(folder, territory)}
    return lambda campagne, departement: territory in (None, departement) or campagne in whole


def _whole_years(folder: DataFolder, territory: str | None) -> set[str]:
    """The years of that département alone, as they are and as they are being prepared."""
    years = [campaign for one in (folder, folder.prepared()) for campaign in declared(one)]
    return {one.name for one in years} - {one.name for one in years if one.departements != (territory,)}


def porteurs_of_others(folder: DataFolder, territory: str | None) -> set[str]:
    """Return the porteurs that the published build places in other départements alone."""
    build = current_build(folder)
    if build is None or only_theirs(folder, territory):
        return set()
    theirs = counted(folder, territory)
    placed: dict[str, set[bool]] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        for table in _HELD:
            if {"campagne", "departement", "porteur_id"} <= _columns(connection, table):
                query = f"select distinct campagne, departement, porteur_id from base.{table}"
                for campagne, departement, porteur in connection.execute(query).fetchall():
                    placed.setdefault(porteur, set()).add(theirs(campagne, departement))
    return {porteur for porteur, found in placed.items() if found == {False}}


def declared(folder: DataFolder) -> list[Campaign]:
    """Return the years of a folder; none when there is none."""
    try:
        return load_campaigns(folder)
    except Refusal as error:
        if error.code == "donnees_absentes":
            return []
        raise


def check_declared(campaign: Campaign, departement: str) -> None:
    """Raise Refusal when the year does not declare that département."""
    if departement not in campaign.departements:
        raise Refusal(
            "annee_sans_departement",
            campagne=campaign.name,
            departement=departement,
            connus=", ".join(campaign.departements),
        )


def check_file(folder: DataFolder, territory: str | None, campagne: str, fichier: str) -> None:
    """Raise Refusal when a file of a year is not theirs."""
    if territory is not None and not owners_of(folder, campagne).file(territory, fichier):
        raise Refusal("fichier_autre_departement", fichier=fichier, departement=territory)


def check_row(folder: DataFolder, territory: str | None, campagne: str, fichier: str, ligne: int | None) -> None:
    """Raise Refusal when a row of a file is not theirs."""
    if territory is not None and not owners_of(folder, campagne).row(territory, fichier, ligne):
        raise Refusal("ligne_autre_departement", fichier=fichier, ligne=ligne, departement=territory)


def check_departements(
    folder: DataFolder, territory: str | None, campagne: str, departements: Collection[str | None]
) -> None:
    """Raise Refusal when one of the things that a build counts in these départements is not theirs."""
    if territory is None:
        return
    year = owners_of(folder, campagne)
    if not all(year.departement(territory, departement) for departement in departements):
        raise Refusal("point_autre_departement", departement=territory)


def _read(
    build: Path,
    campagne: str,
    hashes: Mapping[str, str],
    rows: dict[Place, set[str | None]],
    replies: dict[str, set[str | None]],
) -> None:
    """Add what a build knows of the files that have not changed since; one of another version knows less."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(str(build / WAREHOUSE))} as base (read_only)")
        if "sha256" not in _columns(connection, "qualite.fichier"):
            return
        query = "select fichier, any_value(sha256) from base.qualite.fichier where campagne = $campagne group by all"
        read = dict(_rows(connection, query, campagne))
        for table, query in _SITUATED.items():
            if {"campagne", "fichier", "departement"} <= _columns(connection, table):
                for fichier, ligne, departement in _rows(connection, query.format(table=f"base.{table}"), campagne):
                    if read.get(fichier) == hashes.get(fichier, ""):
                        rows.setdefault((str(fichier), ligne), set()).add(departement)
        for table in _REPLIES:
            if {"campagne", "reponse_id", "departement"} <= _columns(connection, table):
                query = f"select reponse_id, departement from base.{table} where campagne = $campagne"
                for reponse, departement in _rows(connection, query, campagne):
                    replies.setdefault(str(reponse), set()).add(departement)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, campagne: str) -> list[tuple[Any, ...]]:
    return connection.execute(query, {"campagne": campagne}).fetchall()


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    schema, name = table.split(".")
    found = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'base' and schema_name = ? and table_name = ?",
        [schema, name],
    ).fetchall()
    return {str(column) for (column,) in found}
