"""etat/arrets: which figures the committee adopted, by campagne and département; two commands write it, builds read it.

<campagne>-<code>.json says who adopted what and when, .figures.csv holds the figures themselves. <campagne>.json, as it
was written until a year could be adopted in part, counts for each département of its year that has no file of its own.
What was reopened keeps its files, so that its history does: a file that is gone was lost, and the build says so.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reading.campaigns import ARRETS, Campaign, arret_files, of_stem, stem
from socle.files.atomic import write_together
from socle.files.manifest import current_build, read_manifest
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from socle.words.states import ADOPTED, place_argument, year_text

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
Pair = tuple[str, str]
"""Campagne, département."""


@dataclass(frozen=True)
class Arret:
    """What the committee decided of one campagne, in one département or in each of those it had then."""

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
    departement: str | None = None
    """None: of a whole year, written before a year could be adopted in part."""

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return stem(self.campagne, self.departement)


@dataclass(frozen=True)
class InForce:
    """An arrêt in force and one of the départements that it counts for."""

    arret: Arret
    departement: str

    @property
    def campagne(self) -> str:
        """The year that is adopted there."""
        return self.arret.campagne

    @property
    def pair(self) -> Pair:
        """What was adopted."""
        return self.arret.campagne, self.departement


def read_arrets(folder: DataFolder) -> list[Arret]:
    """Return every arrêt, reopened ones included; raise Refusal when one is lost or is not as it was written."""
    if lost := sorted(_lost(folder)):
        raise _refusal("arret_perdu", lost[0])
    return [_read(folder, path.stem) for path in arret_files(folder) if path.suffix == ".json"]


def in_force(folder: DataFolder, campaigns: Iterable[Campaign], reopened: Collection[Pair] = ()) -> list[InForce]:
    """Return what is in force, by campagne and département, without what a trial takes as reopened.

    Raise Refusal as `read_arrets`.
    """
    declared = {campaign.name: campaign.departements for campaign in campaigns}
    arrets = read_arrets(folder)
    own = {(arret.campagne, arret.departement) for arret in arrets}
    found = [
        InForce(arret, departement)
        for arret in arrets
        if arret.etat == ADOPTED
        for departement in _counts_for(folder, arret, declared.get(arret.campagne))
        if arret.departement or (arret.campagne, departement) not in own
    ]
    return sorted((one for one in found if one.pair not in reopened), key=lambda one: one.pair)


def find(folder: DataFolder, campagne: str, departement: str) -> Arret | None:
    """Return the arrêt in force there, None when it has none or was reopened; raise Refusal if damaged."""
    present = (name for name in (stem(campagne, departement), campagne) if _path(folder, name).is_file())
    arret = next((_read(folder, name) for name in present), None)
    if arret is None or arret.etat != ADOPTED or departement not in _counts_for(folder, arret, [departement]):
        return None
    return arret


def adopt(
    folder: DataFolder, decided: Sequence[tuple[Arret, bytes]], action: str = ADOPTION, motif: str | None = None
) -> None:
    """Write arrêts and their figures, each after its history: all of them, or none if one cannot be.

    `action` is what the history says was done, RENEWAL with its reason when an adopted year takes today's rules. The
    figures that are replaced are kept beside, under their hash, which the history gives.
    """
    contents: dict[Path, bytes] = {}
    for arret, figures in decided:
        before = _before(folder, arret)
        figures_hash = hashlib.sha256(figures).hexdigest()
        event = {
            "action": action,
            "date": arret.date,
            "par": arret.par,
            "build": arret.build,
            "figures_hash": figures_hash,
        } | ({"motif": motif} if motif else {})
        history = (*(before.historique if before else ()), _dated(event))
        contents |= _former_figures(folder, arret, before)
        adopted = replace(arret, etat=ADOPTED, figures_hash=figures_hash, historique=history)
        # The arrêt after its figures: without it they count for nothing.
        contents[_figures_path(folder, arret.stem)] = figures
        contents[_path(folder, arret.stem)] = _content(adopted)
    _write(folder, contents)


def reopen(folder: DataFolder, campagne: str, departement: str | None, motif: str | None) -> None:
    """Write that a campagne is no longer adopted, in one of its départements or in all; raise Refusal when it was not.

    A lost or damaged arrêt can be reopened; what could be read of a damaged one is kept beside it, under another name.
    One département of a year adopted as a whole gets its own file, and the others stay adopted.
    """
    event = _dated({"action": "reouverture", "motif": motif})
    stems = sorted(_stems_of(folder, campagne))
    if departement is not None:
        own = stem(campagne, departement)
        stems = [own] if own in stems else []
    reopened = [arret for name in stems if (arret := _reopened(folder, name, event))]
    if not stems and departement is not None and (arret := find(folder, campagne, departement)):
        history = (*arret.historique, event)
        reopened = [replace(arret, departement=departement, etat=REOPENED, historique=history)]
    if not reopened:
        raise Refusal("campagne_non_arretee", campagne=year_text(campagne, departement))
    _write(folder, {_path(folder, arret.stem): _content(arret) for arret in reopened})


def create_arrets(connection: duckdb.DuckDBPyConnection, folder: DataFolder, adopted: Iterable[InForce]) -> None:
    """Fill core.arret and staging.arret_ancien, and create core.arret_chiffre, from what is in force.

    The figures adopted in a département are its own: those of a larger place, in the file of a year, are not read.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in FIGURES.items())
    connection.execute(f"create table core.arret_chiffre (campagne varchar, {columns})")
    for one in adopted:
        arret = one.arret
        (number,) = connection.execute(
            "insert into core.arret_chiffre select ?, * from read_csv(?, delim = ';', quote = '\"', "
            "header = true, auto_detect = false, nullstr = '', columns = ?) where departement = ?",
            [arret.campagne, str(_figures_path(folder, arret.stem)), FIGURES, one.departement],
        ).fetchone() or (0,)
        connection.execute(
            "insert into core.arret values (?, ?, ?, ?, ?, ?, ?)",
            [*one.pair, arret.date, arret.par, arret.build, number, arret.regles],
        )
    connection.execute(
        "insert into staging.arret_ancien select campagne, departement from core.arret where regles < ?", [DOUBT_SINCE]
    )


def _counts_for(folder: DataFolder, arret: Arret, declared: Collection[str] | None) -> Collection[str]:
    """The départements of an arrêt: of a whole year's, those still declared (if the year is) that it speaks of."""
    if arret.departement is not None:
        return (arret.departement,)
    with _figures_path(folder, arret.stem).open(encoding="utf-8", newline="") as file:
        spoken_of = {row["departement"] for row in csv.DictReader(file, delimiter=";") if row.get("departement")}
    if declared is None or not spoken_of:
        return sorted(spoken_of) or declared or ()
    return [departement for departement in declared if departement in spoken_of]


def _before(folder: DataFolder, arret: Arret) -> Arret | None:
    """The arrêt that this one follows: its own, else that of the whole year."""
    for name in (arret.stem, arret.campagne):
        if _path(folder, name).is_file():
            return _read(folder, name)
    return None


def _reopened(folder: DataFolder, name: str, event: dict[str, Any]) -> Arret | None:
    """The arrêt of these files once reopened; None when it was already."""
    path = _path(folder, name)
    try:
        arret = _read(folder, name) if path.is_file() else None
    except Refusal:
        path.replace(path.with_suffix(".json.abime"))
        arret = None
    if arret is None:
        lost, (campagne, departement) = _dated({"action": "arret_perdu"}), of_stem(name)
        history = (lost, event)
        return Arret(campagne, REOPENED, "", _NEVER, None, 0, historique=history, departement=departement)
    if arret.etat != ADOPTED:
        return None
    return replace(arret, etat=REOPENED, historique=(*arret.historique, event))


def _stems_of(folder: DataFolder, campagne: str) -> Iterator[str]:
    """Those of the files of a campagne, lost ones included."""
    present = {path.stem for path in arret_files(folder) if path.suffix == ".json"}
    yield from (name for name in present | _lost(folder) if of_stem(name)[0] == campagne)


def _read(folder: DataFolder, name: str) -> Arret:
    """Return one arrêt; raise Refusal when it or its figures are not as they were written."""
    figures = _figures_path(folder, name)
    try:
        declared = json.loads(_path(folder, name).read_bytes())
        arret = Arret(**declared | {"historique": tuple(declared["historique"])})
        date.fromisoformat(arret.date)
    except (OSError, ValueError, TypeError, KeyError):
        raise _damaged(name, "json", "il ne peut pas être lu") from None
    if arret.stem != name or arret.etat not in (ADOPTED, REOPENED) or not _typed(arret):
        raise _damaged(name, "json", "son contenu n'est pas celui d'un arrêt de cette année")
    if arret.etat == ADOPTED and not figures.is_file():
        raise _damaged(name, "figures.csv", "il a disparu")
    if arret.etat == ADOPTED and hashlib.sha256(figures.read_bytes()).hexdigest() != arret.figures_hash:
        raise _damaged(name, "figures.csv", "ses chiffres ne sont plus ceux qui ont été arrêtés")
    return arret


def _typed(arret: Arret) -> bool:
    return (
        (isinstance(arret.par, str | None) and isinstance(arret.nb_chiffres, int))
        and all(isinstance(text, str) for text in (arret.build, arret.regles))
        and all(isinstance(event, dict) for event in arret.historique)
    )


def _lost(folder: DataFolder) -> set[str]:
    """The stems of the arrêts that are gone: the published build was made from them.

    With a build, figures without an arrêt are an interrupted adoption's; without one, they mean that it is lost.
    """
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    left = [path.name for path in arret_files(folder)]
    if manifest is None:
        return _stems(left) - _stems(left, ".json")
    names = [name.removeprefix(ARRETS) for name in manifest.inputs if name.startswith(ARRETS)]
    return _stems(names, ".json") - _stems(left, ".json")


def _stems(names: list[str], suffix: str = "") -> set[str]:
    return {name.partition(".")[0] for name in names if name.endswith(suffix)}


def _path(folder: DataFolder, name: str) -> Path:
    return folder.arrets / f"{name}.json"


def _figures_path(folder: DataFolder, name: str) -> Path:
    return folder.arrets / f"{name}.figures.csv"


def _former_figures(folder: DataFolder, arret: Arret, before: Arret | None) -> dict[Path, bytes]:
    path = _figures_path(folder, before.stem if before else arret.stem)
    if not path.is_file():
        return {}
    figures = path.read_bytes()
    return {path.with_name(f"{arret.stem}.figures-{hashlib.sha256(figures).hexdigest()[:12]}.csv"): figures}


def _content(arret: Arret) -> bytes:
    return json.dumps(asdict(arret), ensure_ascii=False, indent=1).encode() + b"\n"


def _write(folder: DataFolder, contents: Mapping[Path, bytes]) -> None:
    for private in (folder.etat, folder.arrets):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_together(contents, mode=0o600)


def _dated(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"ecrit_le": datetime.now(UTC).isoformat(timespec="seconds")}


def _damaged(name: str, suffix: str, reason: str) -> Refusal:
    return _refusal("arret_abime", name, fichier=f"etat/arrets/{name}.{suffix}", raison=reason)


def _refusal(code: str, name: str, **more: str) -> Refusal:
    campagne, departement = of_stem(name)
    place = {"annee": year_text(campagne, departement), "choix": place_argument(campagne, departement)}
    return Refusal(code, **{"fichier": f"etat/arrets/{name}.json"} | place | more)
