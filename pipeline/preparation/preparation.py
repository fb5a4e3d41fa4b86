"""What an agent prepares before accepting it: a copy of raw and of the Caf's definitions, where all is written first.

A trial is built from it (`DataFolder.prepared`); accepting puts its changes in raw and publishes that trial, giving up
deletes it. Until then raw is as it was. There is one at a time, for there is one trial at a time: of a data folder of
several départements, that of one (`territory`) is closed to who acts on another one alone (foreign_changes.py).
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.builds.result import RunResult
from pipeline.deposits import uploads
from pipeline.deposits.load_history import Change, Load, record_load
from pipeline.preparation.foreign_changes import foreign_changes, touches_only
from pipeline.preparation.territory import check_declared, check_file, check_year, only_theirs
from pipeline.reading.campaigns import read_campaign
from pipeline.reading.received import EXPORT_SUFFIXES, check_name, on_disk, one_form, received, received_hash
from socle.files.atomic import write_atomic
from socle.paths import DataFolder
from socle.process.unix import sync_folder
from socle.settings import Settings
from socle.words.french import moment
from socle.words.refusal import Refusal

_STATE = "preparation.json"
_DEFINITIONS = ("formats.yml", "definitions/indicators.yml")


@dataclass(frozen=True)
class Preparation:
    """What is being prepared, by whom and since when."""

    par: str
    commencee_le: str
    """UTC, ISO 8601."""
    base: dict[str, str]
    """{path in the data folder: SHA-256} of what it was copied from."""
    departement: str | None = None
    """The only one for which it was begun; None for every one."""


def find(folder: DataFolder) -> Preparation | None:
    """Return the preparation under way; None when there is none, or only what is left of one cut short."""
    try:
        return Preparation(**json.loads((folder.preparation / _STATE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def begin(folder: DataFolder, par: str, territory: str | None = None) -> DataFolder:
    """Return the folder of the preparation under way, one being begun when there is none.

    Raise Refusal as `check_theirs`.
    """
    prepared = folder.prepared()
    check_theirs(folder, territory)
    if find(folder) is None:
        shutil.rmtree(folder.preparation, ignore_errors=True)
        for private in (folder.etat, folder.preparation):
            private.mkdir(mode=0o700, parents=True, exist_ok=True)
        base = snapshot(folder)
        for path in base:
            _copy(folder.root / path, folder.preparation / path)
        prepared.raw.mkdir(exist_ok=True)
        # Written last: a copy cut short is no preparation.
        _save(folder, Preparation(par, datetime.now(UTC).isoformat(timespec="seconds"), base, territory))
    return prepared


def check_theirs(folder: DataFolder, territory: str | None) -> None:
    """Raise Refusal, saying who prepares what, when the preparation under way is not of that département alone."""
    under_way = find(folder)
    if under_way is None or only_theirs(folder, territory):
        return
    changed = changes(folder)
    if under_way.departement == territory and not foreign_changes(folder, changed, territory):
        return
    since = moment(datetime.fromisoformat(under_way.commencee_le))
    raise Refusal("preparation_autre", par=under_way.par, pour=_whose(under_way.departement), depuis=since)


def _whose(departement: str | None) -> str:
    return f"le département {departement}" if departement else "plusieurs départements"


def give_up(folder: DataFolder, territory: str | None = None) -> None:
    """Forget the preparation and its trial; raw and what is published stay as they are.

    Raise Refusal as `check_theirs`.
    """
    check_theirs(folder, territory)
    (folder.preparation / _STATE).unlink(missing_ok=True)
    shutil.rmtree(folder.preparation, ignore_errors=True)
    shutil.rmtree(folder.trials, ignore_errors=True)


def snapshot(folder: DataFolder) -> dict[str, str]:
    """Return {path in the data folder: SHA-256} of what was received and of the Caf's definitions."""
    local = (folder.root / name for name in _DEFINITIONS)
    paths = [*received(folder.raw), *(path for path in local if path.is_file())]
    return {path.relative_to(folder.root).as_posix(): received_hash(path) for path in sorted(paths)}


def changes(folder: DataFolder) -> tuple[Change, ...]:
    """Return what the preparation changes, by path; nothing when there is none."""
    preparation = find(folder)
    if preparation is None:
        return ()
    base, mine = preparation.base, snapshot(folder.prepared())
    return tuple(
        Change(path, base.get(path), mine.get(path))
        for path in sorted({*base, *mine})
        if base.get(path) != mine.get(path)
    )


def put_file(
    folder: DataFolder,
    campagne: str,
    nom: str,
    content: bytes,
    par: str,
    replaces: str = "",
    departement: str | None = None,
    territory: str | None = None,
) -> str:
    """Keep a file as it was received, and put it in the preparation, in place of another one when it is named.

    Return its path from the year's folder: in that of its `departement` where the year has several. That of who acts
    on one alone is of that one.

    Raise Refusal, nothing being prepared, when its name is not one that is read (what is declared is written by other
    means: corrections.yml is no export), when a file of that name is there and is not the one that it replaces, when
    the year does not declare its département, or when that, or what it replaces, is not theirs.
    """
    check_name(nom)
    if (suffix := Path(nom).suffix.lower()) not in EXPORT_SUFFIXES:
        raise Refusal("extension_refusee", fichier=nom, extension=suffix or "absente")
    prepared = begin(folder, par, territory)
    nom, replaces = one_form(nom), one_form(replaces)
    check_year(prepared, campagne)
    fichier = f"{_place(prepared, campagne, departement, territory)}{nom}"
    if replaces:
        check_file(prepared, territory, campagne, replaces)
    target = on_disk(prepared.raw / campagne, fichier)
    if target.exists() and fichier != replaces:
        raise Refusal("fichier_deja_la", fichier=fichier, campagne=campagne)
    uploads.keep(folder, content, nom, par)
    if replaces:
        remove_file(folder, campagne, replaces, par, territory)
    write_atomic(target, content)
    return fichier


def _place(prepared: DataFolder, campagne: str, departement: str | None, territory: str | None) -> str:
    """The folder of the year where a file of a département goes, its slash with it; none where there is no other."""
    if departement is None and territory is None:
        return ""
    campaign = read_campaign(prepared.raw / campagne)
    for asked in (departement, territory):
        if asked is not None:
            check_declared(campaign, asked)
    whose = departement or territory
    if territory not in (None, whose):
        raise Refusal("departement_autre", departement=whose, territoire=territory)
    return f"{whose}/" if len(campaign.departements) > 1 else ""


def remove_file(folder: DataFolder, campagne: str, nom: str, par: str, territory: str | None = None) -> None:
    """Take a file out of the preparation; raise Refusal when it is not there, or is not theirs."""
    prepared = begin(folder, par, territory)
    check_year(prepared, campagne)
    check_file(prepared, territory, campagne, nom)
    path = on_disk(prepared.raw / campagne, nom)
    if path.relative_to(prepared.root).as_posix() not in snapshot(prepared):
        raise Refusal("fichier_disparu", fichier=nom)
    path.unlink()


def restore_file(folder: DataFolder, campagne: str, nom: str, territory: str | None = None) -> None:
    """Put a file of the preparation back as it is in raw, or take it out when it is not there.

    When no other file of that campagne is left in the preparation, what was drafted for it goes too. Raise Refusal as
    `check_theirs`, or when nothing of that name changes.
    """
    check_theirs(folder, territory)
    asked = one_form(f"raw/{campagne}/{nom}")
    path = next((change.chemin for change in changes(folder) if one_form(change.chemin) == asked), None)
    if path is None:
        raise Refusal("fichier_disparu", fichier=nom)
    _restore(folder, path)
    others = [
        change
        for change in changes(folder)
        if change.chemin.startswith(f"raw/{campagne}/") and change.chemin[-4:] != ".yml"
    ]
    if not others:
        _restore(folder, f"raw/{campagne}/formats.yml")


def _restore(folder: DataFolder, path: str) -> None:
    here = folder.root / path
    _put(folder.preparation / path, here.read_bytes() if here.is_file() else None)


def take_back(folder: DataFolder, load: Load, par: str, territory: str | None = None) -> None:
    """Prepare the contrary of an accepted load.

    Raise Refusal when something else is being prepared, when one of its files changed since (what came after would be
    lost), or when it touched files that are not theirs.
    """
    check_theirs(folder, territory)
    if not touches_only(folder, load, territory):
        raise Refusal("annulation_autre_departement", departement=territory)
    if changes(folder):
        raise Refusal("preparation_en_cours")
    now = snapshot(folder)
    moved = [change.chemin for change in load.changements if now.get(change.chemin) != change.apres]
    if moved:
        raise Refusal("annulation_impossible", liste=", ".join(moved))
    contents = {c.chemin: uploads.content(folder, c.avant) if c.avant else None for c in load.changements}
    prepared = begin(folder, par, territory)
    for path, content in contents.items():
        _put(prepared.root / path, content)


def follow(folder: DataFolder) -> None:
    """Take in what changed in raw since the preparation began; raise Refusal when both changed the same file."""
    preparation = find(folder)
    if preparation is None:
        raise Refusal("preparation_absente")
    base, now, mine = preparation.base, snapshot(folder), snapshot(folder.prepared())
    moved = [path for path in sorted({*base, *now}) if base.get(path) != now.get(path)]
    both = [path for path in moved if mine.get(path) not in (base.get(path), now.get(path))]
    if both:
        raise Refusal("preparation_conflit", liste=", ".join(both))
    for path in moved:
        if path in now:
            _copy(folder.root / path, folder.preparation / path)
        else:
            (folder.preparation / path).unlink(missing_ok=True)
    if moved:
        _save(folder, replace(preparation, base=now))


def accept(folder: DataFolder, settings: Settings, par: str, territory: str | None = None) -> RunResult:
    """Put in raw what was prepared and publish its trial; return the published build.

    Raise Refusal, raw being as it was, when there is no trial of just that, when raw changed since the preparation was
    copied, while another one is being built, or as `check_theirs`. Cut short, it can be done again.
    """
    from pipeline.builds.lock import only_builder
    from pipeline.trial import check_trial, publish_checked

    with only_builder(folder):
        preparation = find(folder)
        if preparation is None:
            raise Refusal("preparation_absente")
        check_theirs(folder, territory)
        prepared, changed = folder.prepared(), changes(folder)
        trial, manifest = check_trial(prepared)
        if _moved(folder, preparation, changed):
            raise Refusal("essai_perime", build=trial.name, raison="les fichiers reçus ont changé depuis")
        # Who acts on every département may have added something for another one.
        whose = None if foreign_changes(folder, changed, preparation.departement) else preparation.departement
        for change in changed:
            _apply(folder, change, par)
        record_load(folder, trial.name, par, changed, whose)
        result = publish_checked(folder, settings, trial, manifest)
        give_up(folder)
        return result


def _moved(folder: DataFolder, preparation: Preparation, changed: tuple[Change, ...]) -> bool:
    """Whether a file of raw is neither as it was copied nor, accepting having been cut short, as it is to be."""
    base, now, after = preparation.base, snapshot(folder), {change.chemin: change.apres for change in changed}
    return any(now.get(path) not in (base.get(path), after.get(path, base.get(path))) for path in {*base, *now})


def _apply(folder: DataFolder, change: Change, par: str) -> None:
    """Change one file of raw, both of its versions being kept."""
    here, prepared = folder.root / change.chemin, folder.preparation / change.chemin
    for path in (here, prepared):
        if path.is_file():
            uploads.keep(folder, path.read_bytes(), change.chemin, par)
    _put(here, prepared.read_bytes() if change.apres else None)


def _put(path: Path, content: bytes | None) -> None:
    if content is not None:
        write_atomic(path, content)
    elif path.is_file():
        path.unlink()
        sync_folder(path.parent)
        _drop_empty(path.parent)


def _drop_empty(folder: Path) -> None:
    """A campagne whose last file is taken back is a campagne no more."""
    if folder.name != "raw" and not any(folder.iterdir()):
        folder.rmdir()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        target.mkdir(exist_ok=True)  # named as a file: it is refused by its name
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def _save(folder: DataFolder, preparation: Preparation) -> None:
    text = json.dumps(asdict(preparation), ensure_ascii=False, indent=1)
    write_atomic(folder.preparation / _STATE, text.encode() + b"\n", mode=0o600)
