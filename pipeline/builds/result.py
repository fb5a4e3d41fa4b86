"""What a run gave, and what changed in raw/ since the build that is published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.reading.campaigns import ROWS, input_hashes
from socle.files.manifest import Manifest
from socle.paths import DataFolder

PROGRAM = "(programme)"
"""Entry of the input hashes that stands for the program itself, see campaigns.input_hashes."""


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


def changes(folder: DataFolder, manifest: Manifest) -> Changes:
    """Return what changed in raw/ and in the program since the build of this manifest."""
    now, then = input_hashes(folder), manifest.inputs
    # Rows kept since are those that the build was made from: nothing changes until they are lost.
    kept = {name for name in now if name.startswith(ROWS)}
    return Changes(
        added=tuple(sorted(set(now) - set(then) - kept - {PROGRAM})),
        modified=tuple(sorted(name for name in set(now) & set(then) - {PROGRAM} if now[name] != then[name])),
        removed=tuple(sorted(set(then) - set(now) - {PROGRAM})),
        program=now.get(PROGRAM) != then.get(PROGRAM),
    )
