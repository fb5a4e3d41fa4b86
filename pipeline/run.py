"""What every door of a build shares: is there anything new, build under the lock, roll back, note an internal error.

Nothing heavy is imported until something has to be built: a build with nothing new takes as long as hashing raw/.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from pipeline.builds.result import RunResult, changes
from socle.files.manifest import Manifest, current_build, pointed_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal

ERROR_LOG = "journal-erreurs.log"


def run_build(
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    force: bool = False,
    reread: Collection[str] = (),
) -> RunResult:
    """Build and publish what is in raw/, or return the published build when it was made from just that.

    `force` builds all the same; so does `reread`, which names the campagnes whose files are read again. Raise Refusal,
    DefinitionError or an internal error, as `pipeline.build.build` does.
    """
    for campagne in reread:
        if not (folder.raw / campagne).is_dir():
            raise Refusal("campagne_inconnue", campagne=campagne, dossier=folder.raw.name)
    published = None if force or reread else _up_to_date(folder)
    if published:
        return published
    from pipeline.build import build
    from pipeline.builds.lock import only_builder

    with only_builder(folder):
        built = build(folder, settings, progress, reread)
    return RunResult(built.folder, built.manifest, new=True)


def run_rollback(folder: DataFolder, name: str | None = None) -> Path:
    """Publish again the build before the present one, or the one named, and return its folder.

    Raise Refusal when there is no such build, when it is damaged, or while another one is being built.
    """
    import duckdb

    from pipeline.builds.lock import only_builder
    from pipeline.builds.publish import IncompleteBuildError, roll_back

    with only_builder(folder):
        try:
            return roll_back(folder, name)
        except (IncompleteBuildError, duckdb.Error) as error:
            raise Refusal(
                "construction_abimee", build=name or "précédente", raison="ses fichiers ne sont plus ceux publiés"
            ) from error


def note_internal_error(folder: DataFolder) -> str | None:
    """Write the exception being handled to the error log and return its reference; None when it cannot be written."""
    now = datetime.now(UTC)
    reference = f"{now:%Y%m%d}-{secrets.token_hex(3).upper()}"
    log = folder.etat / ERROR_LOG
    try:
        folder.etat.mkdir(parents=True, exist_ok=True, mode=0o700)
        log.touch(mode=0o600)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{reference} {now.isoformat(timespec='seconds')}\n{traceback.format_exc()}\n")
    except OSError:
        return None
    return reference


def _up_to_date(folder: DataFolder) -> RunResult | None:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    if build is None or manifest is None or build.name != pointed_build(folder) or changes(folder, manifest):
        return None
    if manifest.refused and _may_be_read_now(manifest):
        return None
    return RunResult(build, manifest, new=False)


def _may_be_read_now(manifest: Manifest) -> bool:
    """A file that stopped its reader is the same one, but the machine may have been the cause."""
    from pipeline.staging.process import INTERRUPTED

    return any(refused["code"] == INTERRUPTED for refused in manifest.refused)
