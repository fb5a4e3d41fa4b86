"""etat/arrets: which figures the committee adopted, campagne by campagne; written by two commands, read by every build.

<campagne>.json says who adopted what and when, <campagne>.figures.csv holds the figures themselves. A campagne that was
reopened keeps its files, so that its history does: a file that is gone was lost, and the build says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reading.campaigns import ARRETS, SCHOOL_YEAR, arret_files
from socle.files.atomic import write_together
from socle.files.manifest import current_build, read_manifest
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from socle.words.states import ADOPTED

if TYPE_CHECKING:
    import duckdb

REOPENED = "rouverte"
ADOPTION, RENEWAL = "arret", "reprise"
"""What the history says was done: the committee adopted a year; an adopted year took today's rules."""
FIGURES = {"indicateur": "varchar", "niveau": "varchar", "code": "varchar", "departement": "varchar",
           "valeur": "double", "numerateur": "double", "denominateur": "double", "statut": "varchar"}  # fmt: skip
"""Columns of the file of figures."""
_NEVER = "0001-01-01"
DOUBT_SINCE = "2026-11-29"
"""ISO day from which SQL guesses nothing of keys and of what is set aside; years adopted before keep what it did."""


@dataclass(frozen=True)
class Arret:
    """What the committee decided of one campagne."""

    campagne: str
    etat: str
    """arretee, or rouverte since."""
    build: str
    """The published build whose figures were adopted."""
    date: str
    """ISO day on which the committee adopted them."""
    par: str | None
    nb_chiffres: int
    figures_hash: str = ""
    """sha256 of the file of figures."""
    historique: tuple[dict[str, Any], ...] = ()
    """Every arrêt and réouverture, oldest first."""
    regles: str = ""
    """ISO day of the newest dated rule that its figures follow; empty for one written before rules had dates."""


def read_arrets(folder: DataFolder) -> list[Arret]:
    """Return every arrêt, reopened ones included; raise Refusal when one is lost or is not as it was written."""
    if lost := sorted(_lost(folder)):
        raise Refusal("arret_perdu", campagne=lost[0])
    return [_read(folder, path.stem) for path in arret_files(folder) if path.suffix == ".json"]


def in_force(arrets: Iterable[Arret], reopened: Collection[str] = ()) -> list[Arret]:
    """Return the arrêts in force, without those of the campagnes that a trial takes as reopened."""
    return [arret for arret in arrets if arret.etat == ADOPTED and arret.campagne not in reopened]


def find(folder: DataFolder, campagne: str) -> Arret | None:
    """Return the arrêt in force of a campagne, None when it has none or was reopened; raise Refusal if damaged."""
    arret = _read(folder, campagne) if _path(folder, campagne).is_file() else None
    return arret if arret and arret.etat == ADOPTED else None


def adopt(
    folder: DataFolder, decided: Sequence[tuple[Arret, bytes]], action: str = ADOPTION, motif: str | None = None
) -> None:
    """Write arrêts and their figures, each after the history of its campagne: all of them, or none if one cannot be.

    `action` is what the history says was done, RENEWAL with its reason when an adopted year takes today's rules. The
    figures that are replaced are kept beside, under their hash, which the history gives.
    """
    contents: dict[Path, bytes] = {}
    for arret, figures in decided:
        before = _read(folder, arret.campagne).historique if _path(folder, arret.campagne).is_file() else ()
        figures_hash = hashlib.sha256(figures).hexdigest()
        event = {
            "action": action,
            "date": arret.date,
            "par": arret.par,
            "build": arret.build,
            "figures_hash": figures_hash,
        } | ({"motif": motif} if motif else {})
        contents |= _former_figures(folder, arret.campagne)
        adopted = replace(arret, etat=ADOPTED, figures_hash=figures_hash, historique=(*before, _dated(event)))
        # The arrêt after its figures: without it they count for nothing.
        contents[_figures_path(folder, arret.campagne)] = figures
        contents[_path(folder, arret.campagne)] = _content(adopted)
    _write(folder, contents)


def reopen(folder: DataFolder, campagne: str, motif: str | None) -> None:
    """Write that a campagne is no longer adopted; raise Refusal when it was not. A lost or damaged one can be reopened.

    What could be read of a damaged arrêt is kept beside it, under another name.
    """
    event = _dated({"action": "reouverture", "motif": motif})
    path = _path(folder, campagne)
    if not SCHOOL_YEAR.fullmatch(campagne) or not (path.is_file() or campagne in _lost(folder)):
        raise Refusal("campagne_non_arretee", campagne=campagne)
    try:
        arret = _read(folder, campagne) if path.is_file() else None
    except Refusal:
        path.replace(path.with_suffix(".json.abime"))
        arret = None
    if arret is None:
        lost = _dated({"action": "arret_perdu"})
        return _save(folder, Arret(campagne, REOPENED, "", _NEVER, None, 0, historique=(lost, event)))
    if arret.etat != ADOPTED:
        raise Refusal("campagne_non_arretee", campagne=campagne)
    _save(folder, replace(arret, etat=REOPENED, historique=(*arret.historique, event)))


def create_arrets(connection: duckdb.DuckDBPyConnection, folder: DataFolder, arrets: list[Arret]) -> None:
    """Fill core.arret and staging.arret_ancien, and create core.arret_chiffre, from the arrêts in force."""
    columns = ", ".join(f"{name} {kind}" for name, kind in FIGURES.items())
    connection.execute(f"create table core.arret_chiffre (campagne varchar, {columns})")
    for arret in arrets:
        connection.execute(
            "insert into core.arret values (?, ?, ?, ?, ?, ?)",
            [arret.campagne, arret.date, arret.par, arret.build, arret.nb_chiffres, arret.regles],
        )
        connection.execute(
            "insert into core.arret_chiffre select ?, * from read_csv(?, delim = ';', quote = '\"', "
            "header = true, auto_detect = false, nullstr = '', columns = ?)",
            [arret.campagne, str(_figures_path(folder, arret.campagne)), FIGURES],
        )
    connection.execute(
        "insert into staging.arret_ancien select a.campagne, d.departement from core.arret as a "
        "inner join staging.departement as d on a.campagne = d.campagne where a.regles < ?",
        [DOUBT_SINCE],
    )


def _read(folder: DataFolder, campagne: str) -> Arret:
    """Return one arrêt; raise Refusal when it or its figures are not as they were written."""
    figures = _figures_path(folder, campagne)
    try:
        declared = json.loads(_path(folder, campagne).read_bytes())
        arret = Arret(**declared | {"historique": tuple(declared["historique"])})
        date.fromisoformat(arret.date)
    except (OSError, ValueError, TypeError, KeyError):
        raise _damaged(campagne, "json", "il ne peut pas être lu") from None
    if arret.campagne != campagne or arret.etat not in (ADOPTED, REOPENED) or not _typed(arret):
        raise _damaged(campagne, "json", "son contenu n'est pas celui d'un arrêt de cette année")
    if arret.etat == ADOPTED and not figures.is_file():
        raise _damaged(campagne, "figures.csv", "il a disparu")
    if arret.etat == ADOPTED and hashlib.sha256(figures.read_bytes()).hexdigest() != arret.figures_hash:
        raise _damaged(campagne, "figures.csv", "ses chiffres ne sont plus ceux qui ont été arrêtés")
    return arret


def _typed(arret: Arret) -> bool:
    return (
        (isinstance(arret.par, str | None) and isinstance(arret.nb_chiffres, int))
        and all(isinstance(text, str) for text in (arret.build, arret.regles))
        and all(isinstance(event, dict) for event in arret.historique)
    )


def _lost(folder: DataFolder) -> set[str]:
    """The campagnes whose arrêt is gone: the published build was made from it.

    With a build, figures without an arrêt are an interrupted adoption's; without one, they mean that it is lost.
    """
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    left = [path.name for path in arret_files(folder)]
    if manifest is None:
        return _campagnes(left) - _campagnes(left, ".json")
    names = [name.removeprefix(ARRETS) for name in manifest.inputs if name.startswith(ARRETS)]
    return _campagnes(names, ".json") - _campagnes(left, ".json")


def _campagnes(names: list[str], suffix: str = "") -> set[str]:
    return {name.partition(".")[0] for name in names if name.endswith(suffix)}


def _path(folder: DataFolder, campagne: str) -> Path:
    return folder.arrets / f"{campagne}.json"


def _figures_path(folder: DataFolder, campagne: str) -> Path:
    return folder.arrets / f"{campagne}.figures.csv"


def _former_figures(folder: DataFolder, campagne: str) -> dict[Path, bytes]:
    path = _figures_path(folder, campagne)
    if not path.is_file():
        return {}
    figures = path.read_bytes()
    return {path.with_name(f"{campagne}.figures-{hashlib.sha256(figures).hexdigest()[:12]}.csv"): figures}


def _save(folder: DataFolder, arret: Arret) -> None:
    _write(folder, {_path(folder, arret.campagne): _content(arret)})


def _content(arret: Arret) -> bytes:
    return json.dumps(asdict(arret), ensure_ascii=False, indent=1).encode() + b"\n"


def _write(folder: DataFolder, contents: Mapping[Path, bytes]) -> None:
    for private in (folder.etat, folder.arrets):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_together(contents, mode=0o600)


def _dated(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"ecrit_le": datetime.now(UTC).isoformat(timespec="seconds")}


def _damaged(campagne: str, suffix: str, reason: str) -> Refusal:
    return Refusal("arret_abime", campagne=campagne, fichier=f"etat/arrets/{campagne}.{suffix}", raison=reason)
