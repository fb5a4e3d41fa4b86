"""A data folder -> the demo's: its files are written where there is nothing, and anything else is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from clas_demo.generate import generate
from clas_demo.world.model import CAMPAGNES
from pipeline.builds.lock import only_builder
from pipeline.reading.campaigns import load_campaigns
from socle.files.atomic import sync_tree
from socle.paths import DataFolder
from socle.process.unix import sync_folder
from socle.settings import SETTINGS_FILE
from socle.words.refusal import Refusal


def take(folder: DataFolder, progress: Callable[[str], None]) -> None:
    """Write the files of the demo in an empty folder, whole or not at all; one that has them stays as it is.

    Raise Refusal, nothing being touched, when the folder holds anything else.
    """
    if is_demo(folder):
        return
    if present := _present(folder):
        raise Refusal("demo_dossier_occupe", dossier=folder.root, liste=", ".join(present))
    progress("Écriture des fichiers fictifs")
    folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_builder(folder, "La préparation de l'exemple"):
        _write(folder)


def is_demo(folder: DataFolder) -> bool:
    """Return whether raw/ has every year of the demo, with the files that it names, and nothing that is real."""
    if not all(any((folder.raw / name).glob(f"*-donnees-fictives-{name}*")) for name in CAMPAGNES):
        return False
    return all(campaign.fictif for campaign in load_campaigns(folder))


def _present(folder: DataFolder) -> list[str]:
    """What the folder holds: settings, hidden files, empty folders and what stands in a new `curated` are nothing."""
    own = {folder.lock, folder.curated / "README.md"}
    names = sorted(folder.root.iterdir()) if folder.root.is_dir() else []
    shown = [path for path in names if path.name != SETTINGS_FILE and not path.name.startswith(".")]
    return [path.name for path in shown if not path.is_dir() or set(path.iterdir()) - own]


def _write(folder: DataFolder) -> None:
    aside = folder.root / ".exemple"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        generate(aside)
        sync_tree(aside)
        aside.replace(folder.raw)
        sync_folder(folder.root)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
