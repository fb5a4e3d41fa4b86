"""What every door of a build shares: is there anything new, build under the lock, roll back, note an internal error.

Nothing heavy is imported until something has to be built: a build with nothing new takes as long as hashing raw/.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.messages import Refusal
from pipeline.reading.campaigns import fingerprint
from socle.manifest import Manifest, current_build, pointed_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings

ERROR_LOG = "journal-erreurs.log"
PROGRAM = "(programme)"
"""Entry of a fingerprint that stands for the program itself, see inputs.fingerprint."""


@dataclass(frozen=True)
class Changes:
    """What differs between the raw folder (and the program) and what a build was made from."""

    added: tuple[str, ...]
    modified: tuple[str, ...]
    removed: tuple[str, ...]
    program: bool
    """True when the code, the SQL or the definitions changed."""

    def __bool__(self) -> bool:
        return bool(self.added or self.modified or self.removed or self.program)


@dataclass(frozen=True)
class RunResult:
    """The build now published, and whether this run made it."""

    folder: Path
    manifest: Manifest
    new: bool

    @property
    def exit_code(self) -> int:
        """0, or 1 when something of this build is to be mended, whether or not it was just built."""
        return exit_code(self.manifest)


def exit_code(manifest: Manifest) -> int:
    """Return 1 when a build has a file refused, or figures that are no longer those the committee adopted; else 0."""
    return 1 if manifest.refused or manifest.no_longer_adopted else 0


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


def changes(folder: DataFolder, manifest: Manifest) -> Changes:
    """Return what changed in raw/ and in the program since the build of this manifest."""
    now, then = fingerprint(folder), manifest.inputs
    return Changes(
        added=tuple(sorted(set(now) - set(then) - {PROGRAM})),
        modified=tuple(sorted(name for name in set(now) & set(then) - {PROGRAM} if now[name] != then[name])),
        removed=tuple(sorted(set(then) - set(now) - {PROGRAM})),
        program=now.get(PROGRAM) != then.get(PROGRAM),
    )


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
