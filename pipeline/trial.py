"""A build made to be looked at, and its publication once it was: `clas build --essai`, then `clas publier`."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from pipeline.builds.result import RunResult
from pipeline.reading.campaigns import input_hashes
from socle.manifest import Manifest, is_whole, pointed_build, read_manifest
from socle.paths import DataFolder
from socle.refusal import Refusal
from socle.settings import Settings


def make_trial(
    folder: DataFolder, settings: Settings, progress: Callable[[str], None], reread: Collection[str] = ()
) -> RunResult:
    """Build what is in raw/ without publishing it; return the trial, checked and sealed, the only one kept."""
    from pipeline.build import build
    from pipeline.builds.lock import only_builder

    for campagne in reread:
        if not (folder.raw / campagne).is_dir():
            raise Refusal("campagne_inconnue", campagne=campagne, dossier=folder.raw.name)
    with only_builder(folder):
        built = build(folder, settings, progress, reread, published=False)
    return RunResult(built.folder, built.manifest, new=True)


def current_trial(folder: DataFolder) -> Path | None:
    """Return the whole trial that waits to be published; None when there is none."""
    trials = sorted(folder.trials.iterdir()) if folder.trials.is_dir() else []
    return next((path for path in reversed(trials) if is_whole(path)), None)


def publish_trial(folder: DataFolder, settings: Settings, name: str | None = None) -> RunResult:
    """Publish the trial (that of this name) and return it; raise Refusal as `check_trial`."""
    from pipeline.builds.lock import only_builder

    with only_builder(folder):
        return publish_checked(folder, settings, *check_trial(folder, name))


def check_trial(folder: DataFolder, name: str | None = None) -> tuple[Path, Manifest]:
    """Return the trial (that of this name) and its manifest. Call under `only_builder`.

    Raise Refusal when there is none, or when what it was compared with is no longer: another build was published
    since, or raw/ changed.
    """
    trial = current_trial(folder)
    manifest = read_manifest(trial) if trial else None
    if trial is None or manifest is None or (name and trial.name != name):
        raise Refusal("essai_absent", nom=f" sous le nom «\u202f{name}\u202f»" if name else "")
    if manifest.base != pointed_build(folder):
        raise Refusal("essai_perime", build=trial.name, raison="une autre construction a été publiée depuis")
    if manifest.inputs != input_hashes(folder):
        raise Refusal("essai_perime", build=trial.name, raison="les fichiers reçus ont changé depuis")
    return trial, manifest


def publish_checked(folder: DataFolder, settings: Settings, trial: Path, manifest: Manifest) -> RunResult:
    """Publish a trial that `check_trial` returned; raise Refusal when its files are damaged."""
    import duckdb

    from pipeline.builds.publish import IncompleteBuildError, publish

    try:
        return RunResult(publish(folder, trial, settings.builds_kept), manifest, new=True)
    except (IncompleteBuildError, duckdb.Error) as error:
        raise Refusal("essai_perime", build=trial.name, raison="ses fichiers sont abîmés") from error
