"""`clas recognise` without its screen: a file -> its draft, written in the formats.yml that a build reads for it."""

from __future__ import annotations

from pathlib import Path

from pipeline.codebook.load import load_codebook
from pipeline.drafting.draft import Draft, Known, draft
from pipeline.drafting.file import FORMATS, save
from pipeline.reading.campaigns import load_campaigns
from socle.paths import DataFolder


def campagne_of(folder: DataFolder, path: Path) -> str:
    """Return the campagne in whose folder a file is, else the name of its own folder."""
    return _campaign_folder(folder, path).name


def formats_file(folder: DataFolder, path: Path) -> Path:
    """Return the formats.yml where the format of a file is drafted: its campagne's, else the one beside it."""
    return _campaign_folder(folder, path) / FORMATS


def draft_file(folder: DataFolder, path: Path, campagne: str) -> tuple[Draft | Known, Path]:
    """Return the draft of a file, and the formats.yml where it was written; nothing is written of a known file.

    Raise Refusal when the file cannot be read, or when writing would touch what somebody wrote.
    """
    target = formats_file(folder, path)
    # Outside the raw folder, what is declared beside the file counts too.
    beside = () if target.parent.parent == folder.raw.resolve() else (target.parent,)
    codebook = load_codebook((folder.root, *beside))
    drafted = draft(path, path.name, campagne, codebook, _departements(folder, campagne))
    if isinstance(drafted, Draft):
        save(drafted, target, path.name)
    return drafted, target


def _campaign_folder(folder: DataFolder, path: Path) -> Path:
    resolved, raw = path.resolve(), folder.raw.resolve()
    if raw in resolved.parents and resolved.parent != raw:
        return raw / resolved.relative_to(raw).parts[0]
    return resolved.parent


def _departements(folder: DataFolder, campagne: str) -> tuple[str, ...]:
    """Of the campagne, where its folder says them: a commune's name is looked for there."""
    if not (folder.raw / campagne / "campagne.yml").is_file():
        return ()
    return next(known.departements for known in load_campaigns(folder) if known.name == campagne)
