"""manifest.json <-> what a build declares of itself; read by everyone, imports nothing heavy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from socle.files.sealed import known_hash, seal, unseal
from socle.paths import DataFolder

MANIFEST = "manifest.json"
WAREHOUSE, DIFFUSION, PRIVATE = "warehouse.duckdb", "diffusion.duckdb", "private.duckdb"
SHOWN = "diffusees"
"""Folder of a build: the sums behind the figures that it shows, see already_shown.py."""
BUILD_NAME = re.compile(r"\d{6}-\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Manifest:
    """A build's declaration and its completion marker: it is written last, once all it says is on disk."""

    build: str
    created_at: str
    """UTC, ISO 8601."""
    fictif: bool
    inputs: dict[str, str]
    """{raw file: sha256}, see campaigns.input_hashes."""
    figures_hash: str
    """The same raw files and state give the same hash."""
    tables: dict[str, dict[str, int]]
    """{database file: {table: number of rows}}."""
    sizes: dict[str, int]
    """{database file: bytes}."""
    campaigns: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    asides: list[dict[str, str]] = field(default_factory=list)
    """What is not read of the files: campagne, fichier, message; the agent alone is told."""
    anomalies: dict[str, int] = field(default_factory=dict)
    """{gravite: number}."""
    version: str = ""
    arrets: list[dict[str, Any]] = field(default_factory=list)
    """What the committee adopted, and how many of those figures differ now, one entry a campagne and département."""
    base: str | None = None
    """The build that was published when this one was made."""
    diffusion: dict[str, int] = field(default_factory=dict)
    """How many figures of what is adopted are protected, hidden, and why: see diffusion.write_diffusion."""
    staged: dict[str, str] = field(default_factory=dict)
    """{raw file: folder of its rows}, those that are loaded: a name in staging, or a path from the data folder."""
    hashes: dict[str, str] = field(default_factory=dict)
    """{database file: sha256}, filled when the build is sealed."""

    @property
    def no_longer_adopted(self) -> list[dict[str, Any]]:
        """The arrêts of which some figures differ now."""
        return [arret for arret in self.arrets if arret["chiffres_modifies"]]

    def departements(self, campagne: str) -> list[str]:
        """Return the codes of those of a campagne, in order; empty when it is not there."""
        return sorted(line["departement"] for line in self.campaigns if line["campagne"] == campagne)

    def refused_in(self, campagne: str, departement: str) -> Iterator[dict[str, Any]]:
        """Yield the refused files of a campagne that concern a département; all those of which that is not known."""
        for file in self.refused:
            if file["campagne"] == campagne and departement in (file.get("departements") or [departement]):
                yield file

    def refused_of(self, departement: str | None) -> list[dict[str, Any]]:
        """Return the refused files that are of a département, None being every one.

        One of which the département is not known is of the only one of its year.
        """
        return [
            file
            for file in self.refused
            if departement in (None, *(file.get("departements") or ()))
            or self.departements(file["campagne"]) == [departement]
        ]

    def to_bytes(self) -> bytes:
        """Return the file's content, its own hash among the rest."""
        return seal(asdict(self))


def read_manifest(build: Path) -> Manifest | None:
    """Return the manifest of the build in this folder; None when it is missing or damaged, as for half a build."""
    try:
        manifest = Manifest(**unseal((build / MANIFEST).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    return manifest if manifest.sizes and isinstance(manifest.sizes, dict) else None


def is_whole(build: Path) -> bool:
    """Return whether every database of the build is there as it was sealed: of that size, and without a journal.

    Someone who writes in a published database leaves a `.wal` beside it, and DuckDB may then refuse to open it.
    """
    manifest = read_manifest(build)
    if manifest is None:
        return False
    return all(_is_as_sealed(build / name, size) for name, size in manifest.sizes.items())


def _is_as_sealed(database: Path, size: int) -> bool:
    return database.is_file() and database.stat().st_size == size and not Path(f"{database}.wal").exists()


def is_sound(build: Path) -> bool:
    """Return whether every database of the build is, byte for byte, as it was sealed.

    A build is read whole once; then again only if one of its files changes.
    """
    manifest = read_manifest(build)
    if manifest is None or not is_whole(build):
        return False
    return all(known_hash(build / name) == sealed for name, sealed in manifest.hashes.items())


def published_builds(folder: DataFolder) -> list[Path]:
    """Return the whole builds kept, oldest first."""
    if not folder.builds.is_dir():
        return []
    return [path for path in sorted(folder.builds.iterdir()) if is_whole(path)]


def current_build(folder: DataFolder) -> Path | None:
    """Return the folder that CURRENT names; where it is damaged, the last sound build before it; None if there is none.

    Where CURRENT itself is unreadable, the last sound build of all. One that was rolled back from is never returned
    otherwise: someone judged it wrong.
    """
    pointed = pointed_build(folder)
    if pointed and is_sound(folder.builds / pointed):
        return folder.builds / pointed
    earlier = [path for path in published_builds(folder) if pointed is None or path.name < pointed]
    return next(filter(is_sound, reversed(earlier)), None)


def published_staging(folder: DataFolder) -> dict[str, str]:
    """Return {raw file: folder of its staged rows} of the published build; empty when there is none."""
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    return manifest.staged if manifest else {}


def pointed_build(folder: DataFolder) -> str | None:
    """Return the name that CURRENT holds, whether or not that build is usable; None when it is no build's name."""
    try:
        name = folder.current.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if BUILD_NAME.fullmatch(name) else None
