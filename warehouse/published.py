"""A data folder -> the build that it publishes, and what to say when it is not the one it should; opens none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from socle.files.manifest import Manifest, current_build, pointed_build, read_manifest
from socle.paths import DataFolder
from socle.words.french import moment
from socle.words.refusal import Refusal


def published_build(folder: DataFolder) -> tuple[Path, str | None]:
    """Return the folder of the published build, or of the last sound one before it, and the warning that says so.

    Raise Refusal when nothing was ever published, or when no build kept is sound.
    """
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    if build is None or manifest is None:
        pointed = pointed_build(folder)
        raise damaged(pointed) if pointed else Refusal("aucune_construction")
    return build, fallback_warning(folder, manifest)


def fallback_warning(folder: DataFolder, manifest: Manifest) -> str | None:
    """Return what to say when the build of that manifest is read in place of the one that CURRENT names."""
    pointed = pointed_build(folder)
    if pointed == manifest.build:
        return None
    wrong = f"La construction {pointed} est abîmée" if pointed else "Le nom de la construction publiée est illisible"
    published = moment(datetime.fromisoformat(manifest.created_at))
    return (
        f"{wrong}\u202f: les chiffres montrés sont ceux de la construction {manifest.build}, publiée le {published}. "
        "Reconstruisez avec «\u202fclas build --force\u202f»."
    )


def damaged(build: str) -> Refusal:
    """Return the refusal to read a build whose database cannot be."""
    return Refusal("construction_abimee", build=build, raison="son fichier de données ne peut pas être lu")
