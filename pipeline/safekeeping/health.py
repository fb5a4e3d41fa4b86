"""A data folder -> its state of health: what is in order, what is not, what to do. Imports nothing heavy."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.builds.lock import holder, leftovers
from pipeline.reading.campaigns import ARRETS, KEPT_ROWS, ROWS, arret_files, kept_rows_files, of_stem
from pipeline.safekeeping.backup_scope import LastBackup, has_changed, is_sqlite, last_backup
from socle.files.manifest import Manifest, current_build, pointed_build, published_builds, read_manifest
from socle.paths import DataFolder
from socle.process import disk
from socle.words.french import count, listing, moment, size
from socle.words.refusal import Refusal
from socle.words.states import year_text

OK, ALERT, FAULT = "ok", "alerte", "panne"
"""In order; to be seen to; no longer doing what it should."""
ROOM = 2
"""A build takes, while it is made, one and a half times what the last one and the staged rows take."""
OLD = timedelta(days=7)
_CLOCK = timedelta(minutes=5)
_SHOWN = 3
_NOT_OTHERS = 0o077


@dataclass(frozen=True)
class HealthPoint:
    """One thing that was looked at."""

    sujet: str
    etat: str
    """ok, alerte or panne."""
    constat: str
    """A French sentence."""
    remede: str | None = None
    """What to do, in French; None when there is nothing to do."""


def health(folder: DataFolder) -> list[HealthPoint]:
    """Return every point that was looked at, that of what is published first; no file of raw/ is read."""
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    note = last_backup(folder)
    return [
        _published(folder, manifest),
        *_kept(folder),
        _room(folder, manifest),
        *_lock(folder),
        *_left(folder),
        *_state(folder, manifest),
        *_clock(manifest, note),
        _saved(folder, manifest, note),
    ]


def is_faulty(points: list[HealthPoint]) -> bool:
    """Return whether anything no longer does what it should."""
    return any(point.etat == FAULT for point in points)


def _published(folder: DataFolder, manifest: Manifest | None) -> HealthPoint:
    pointed = pointed_build(folder)
    if manifest is None:
        present = folder.builds.is_dir() and any(path.is_dir() for path in folder.builds.iterdir())
        if not present:
            return HealthPoint("publication", OK, "Rien n'a encore été publié.")
        constat = "Aucune des constructions conservées n'est entière\u202f: il n'y a plus de chiffres à montrer."
        return HealthPoint("publication", FAULT, constat, "Lancez «\u202fclas build --force\u202f».")
    if pointed == manifest.build:
        return HealthPoint("publication", OK, f"La construction publiée, {manifest.build}, est entière.")
    if pointed is None:
        constat = f"Le fichier CURRENT est illisible\u202f: {manifest.build}, la dernière construction entière, sert."
        remede = f"Lancez «\u202fclas build --force\u202f», ou «\u202fclas rollback {manifest.build}\u202f»."
        return HealthPoint("publication", FAULT, constat, remede)
    constat = f"La construction {pointed} est abîmée\u202f: la construction {manifest.build}, qui la précède, sert."
    return HealthPoint("publication", FAULT, constat, "Lancez «\u202fclas build --force\u202f».")


def _kept(folder: DataFolder) -> Iterator[HealthPoint]:
    """The other builds: those to which `clas rollback` could no longer return."""
    whole = published_builds(folder)
    present = sorted(path for path in folder.builds.iterdir() if path.is_dir()) if folder.builds.is_dir() else []
    pointed = pointed_build(folder)
    damaged = [path.name for path in present if path not in whole and path.name != pointed]
    if damaged:
        constat = f"Des constructions conservées sont abîmées\u202f: {_listed(damaged)}."
        yield HealthPoint(
            "constructions", ALERT, constat, "Rien à faire\u202f: les prochaines constructions les suppriment."
        )


def _room(folder: DataFolder, manifest: Manifest | None) -> HealthPoint:
    free = disk.free_bytes(folder.root)
    if free is None:
        return HealthPoint("disque", ALERT, "La place libre sur le disque n'est pas connue.")
    if manifest is None:
        return HealthPoint("disque", OK, f"Place libre\u202f: {size(free)}.")
    wanted = ROOM * (_bytes(folder.builds / manifest.build) + _bytes(folder.staging))
    constat = f"Place libre\u202f: {size(free)}, pour {size(wanted)} que peut demander une construction."
    if free >= wanted:
        return HealthPoint("disque", OK, constat)
    return HealthPoint("disque", ALERT, constat, f"Libérez de la place sur le disque de {folder.root}.")


def _lock(folder: DataFolder) -> Iterator[HealthPoint]:
    owner = holder(folder)
    if owner is None:
        return
    by = f" ({owner.par})" if owner.par else ""
    if owner.at_work:
        constat = f"{owner.quoi} est en cours depuis {owner.depuis}{by}."
        yield HealthPoint("verrou", OK, constat, "Si elle n'avance plus, arrêtez-la\u202f: ce qui est publié le reste.")
    else:
        constat = f"{owner.quoi} commencée {owner.depuis} s'est interrompue{by}\u202f: ce qui était publié le reste."
        yield HealthPoint("verrou", ALERT, constat, "Relancez-la\u202f: il n'y a rien à nettoyer.")


def _left(folder: DataFolder) -> Iterator[HealthPoint]:
    if folder.restoring.exists():
        constat = "Une restauration s'est interrompue."
        yield HealthPoint("restauration", FAULT, constat, "Relancez «\u202fclas restore FICHIER --remplacer\u202f».")
    left = leftovers(folder)
    owner = holder(folder)
    if left and not (owner and owner.at_work):
        constat = f"Une construction interrompue a laissé {size(sum(map(_bytes, left)))} de fichiers de travail."
        yield HealthPoint("restes", ALERT, constat, "Rien à faire\u202f: la prochaine construction les efface.")


def _state(folder: DataFolder, manifest: Manifest | None) -> Iterator[HealthPoint]:
    """etat/ exists, and only its owner can read it."""
    lost_arrets = _lost(folder, manifest)
    if lost := sorted(lost_arrets):
        constat = f"Le dossier etat ne garde plus l'arrêt de {_years(lost)}, que le comité a décidé."
        remede = "Restaurez-le avec «\u202fclas restore\u202f», ou rouvrez l'année avec «\u202fclas rouvrir\u202f»."
        yield HealthPoint("etat", FAULT, constat, remede)
    if gone := sorted(_lost_rows(folder, manifest) - lost_arrets):
        constat = f"Les lignes gardées avec l'arrêt de {_years(gone)} ont disparu\u202f: ses chiffres en étaient tirés."
        remede = (
            "Restaurez-les avec «\u202fclas restore\u202f»\u202f: sans elles, la prochaine construction relit ces "
            "fichiers avec les règles d'aujourd'hui."
        )
        yield HealthPoint("etat", ALERT, constat, remede)
    if folder.access.is_file() and not is_sqlite(folder.access):
        constat = "La base des comptes, etat/access.sqlite, est abîmée\u202f: personne ne peut s'identifier."
        yield HealthPoint("comptes", FAULT, constat, "Reprenez ce fichier dans votre dernière sauvegarde.")
    if not folder.etat.is_dir():
        return
    open_to_others = [path for path in (folder.etat, *_under(folder.etat)) if _is_open(path)]
    if open_to_others:
        names = _listed([path.relative_to(folder.root).as_posix() for path in open_to_others])
        constat = f"D'autres que vous peuvent lire ce qui doit rester privé\u202f: {names}."
        yield HealthPoint("etat", ALERT, constat, f"Lancez «\u202fchmod -R go-rwx {folder.etat}\u202f».")
    elif not lost:
        yield HealthPoint("etat", OK, "Le dossier etat n'est lisible que par son propriétaire.")


def _is_open(path: Path) -> bool:
    """Also inside a private folder: what is there may be copied with its rights."""
    with suppress(FileNotFoundError):
        return not path.is_symlink() and bool(stat.S_IMODE(path.stat().st_mode) & _NOT_OTHERS)
    return False


def _lost(folder: DataFolder, manifest: Manifest | None) -> set[str]:
    then = {name.removeprefix(ARRETS) for name in (manifest.inputs if manifest else {}) if name.startswith(ARRETS)}
    return {name.partition(".")[0] for name in then - {path.name for path in arret_files(folder)}}


def _years(stems: list[str]) -> str:
    return listing([year_text(*of_stem(name)) for name in stems])


def _lost_rows(folder: DataFolder, manifest: Manifest | None) -> set[str]:
    """The stems of the arrêts whose rows the published build was made from, and that have them no longer."""
    kept = {
        name.removeprefix(ROWS).partition("/")[0]
        for name in (manifest.inputs if manifest else {})
        if name.startswith(ROWS)
    }
    present = {path.parents[1].name.removesuffix(KEPT_ROWS) for path in kept_rows_files(folder)}
    return kept - present


def _clock(manifest: Manifest | None, note: LastBackup | None) -> Iterator[HealthPoint]:
    now = datetime.now(UTC)
    written = [datetime.fromisoformat(manifest.created_at)] if manifest else []
    written += [note.made_at] if note else []
    if written and max(written) > now + _CLOCK:
        constat = f"L'horloge de cet ordinateur retarde\u202f: elle dit {moment(now)}, après le {moment(max(written))}."
        yield HealthPoint("horloge", ALERT, constat, "Mettez-la à l'heure\u202f: les dates écrites seraient fausses.")


def _saved(folder: DataFolder, manifest: Manifest | None, note: LastBackup | None) -> HealthPoint:
    remede = "Lancez «\u202fclas backup --out DOSSIER\u202f», sur un autre disque."
    to_save = manifest is not None and not manifest.fictif  # what is fictitious can be made again
    if note is None:
        constat = "Aucune sauvegarde n'est connue."
        return HealthPoint("sauvegarde", ALERT, constat, remede) if to_save else HealthPoint("sauvegarde", OK, constat)
    age = datetime.now(UTC) - note.made_at
    constat = f"Dernière sauvegarde le {moment(note.made_at)} ({_age(age)}), dans {note.fichier}"
    try:
        changed = has_changed(folder, note)
    except FileNotFoundError:  # it is changing
        changed = True
    except Refusal as refusal:
        return HealthPoint("sauvegarde", ALERT, f"{constat}.", str(refusal))
    constat += "\u202f; les données ont changé depuis." if changed else "\u202f; rien n'a changé depuis."
    if changed and age > OLD and to_save:
        return HealthPoint("sauvegarde", ALERT, constat, remede)
    return HealthPoint("sauvegarde", OK, constat)


def _age(age: timedelta) -> str:
    return "aujourd'hui" if age < timedelta(days=1) else f"il y a {count(age.days, 'jour')}"


def _bytes(path: Path) -> int:
    total = 0
    for counted in [path, *_under(path)]:
        with suppress(FileNotFoundError):
            total += counted.lstat().st_size if not counted.is_dir() else 0
    return total


def _under(folder: Path) -> Iterator[Path]:
    """Everything under a folder; what goes away in the meantime, a build being under way, is passed over."""
    for root, folders, files in os.walk(folder):
        yield from (Path(root) / name for name in sorted([*folders, *files]))


def _listed(names: list[str]) -> str:
    more = f" et {len(names) - _SHOWN} de plus" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
