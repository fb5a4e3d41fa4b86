"""etat/arrets/….lignes: the rows that the figures of an arrêt were made from, as they were read then.

Reading becomes stricter and wider; an adopted year does not. Its rows are copied when it is adopted, personal cells
apart, and stand in for its files as long as these, their corrections and their formats do not change. They lie in the
folder of the build that was adopted: a year adopted again has others. A file that holds several départements is read as
it was for as long as one of them is adopted.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipeline.builds.adoption import Arret, InForce
from pipeline.reading.campaigns import ARRETS, KEPT_ROWS, ROWS_LIST, Campaign, input_hashes, load_campaigns
from pipeline.staging.corrections import CORRECTIONS, load_corrections
from pipeline.staging.stage_all import all_sources, context_of
from pipeline.staging.staged import KeptRows, copy_without_personal, read_staged
from socle.files.atomic import sync_tree
from socle.files.manifest import BUILD_NAME, Manifest, current_build, read_manifest
from socle.files.sealed import seal, unseal
from socle.paths import DataFolder
from socle.words.states import ADOPTED

_READ_WITH = ("campagne.yml", CORRECTIONS, "formats.yml")
"""Files of a campagne on which the reading of its exports depends."""


def keep_rows(folder: DataFolder, arrets: Iterable[Arret], manifest: Manifest) -> None:
    """Copy beside each arrêt the rows that a build made its figures from, as far as staging still holds them.

    Nothing of a campagne is kept when what its files are read with (corrections, formats) is no longer that build's.
    """
    now, campaigns = input_hashes(folder), load_campaigns(folder)
    for arret in arrets:
        names = [f"{arret.campagne}/{name}" for name in _READ_WITH]
        if all(now.get(name) == manifest.inputs.get(name) for name in names):
            own = [campaign for campaign in campaigns if campaign.name == arret.campagne]
            _write(folder, _rows_folder(folder, arret), _read_rows(folder, own, arret.departement, manifest))


def keep_rows_published(folder: DataFolder, adopted: Iterable[InForce]) -> None:
    """Keep the rows of the arrêts that have none, from the published build where it says that they are in force.

    A program that kept no rows wrote such arrêts; what it read is in staging until the first build of this one.
    """
    received = DataFolder(folder.home) if folder.home else folder
    build = current_build(received)
    manifest = read_manifest(build) if build else None
    without = [one for one in adopted if not _rows_folder(received, one.arret).exists()]
    if manifest is None or not without:
        return
    said = {(line["campagne"], line["departement"]) for line in manifest.campaigns if line["etat"] == ADOPTED}
    unchanged = set(manifest.inputs.items()) & set(input_hashes(received).items())
    same = {name.removeprefix(ARRETS).removesuffix(".json") for name, _ in unchanged if name.startswith(ARRETS)}
    arrets = {one.arret.stem: one.arret for one in without if one.pair in said and one.arret.stem in same}
    keep_rows(received, arrets.values(), manifest)


def read_kept(folder: DataFolder, adopted: Iterable[InForce], campaigns: Iterable[Campaign]) -> dict[str, KeptRows]:
    """Return {label: rows} of the files of what is adopted; what is lost or damaged is left out."""
    found: dict[str, KeptRows] = {}
    declared = {campaign.name: campaign for campaign in campaigns}
    for one in adopted:
        place = _rows_folder(folder, one.arret)
        for name, kept in _listed(place).items() if one.campagne in declared else ():
            fichier = name.partition("/")[2]
            if declared[one.campagne].departement_of(fichier) in (None, one.departement):
                found.setdefault(name, KeptRows(kept["sha256"], kept["contexte"], place / kept["dossier"]))
    return found


def forget_former(folder: DataFolder, arrets: Iterable[Arret], adopted: Iterable[InForce]) -> None:
    """Erase the rows kept with what these arrêts replaced: those of a whole year once nothing that is `adopted` is."""
    used = {one.arret.stem for one in adopted}
    for arret in arrets:
        place = _rows_folder(folder, arret)
        for former in place.parent.iterdir() if place.parent.is_dir() else ():
            if former != place:
                shutil.rmtree(former)
        if arret.campagne not in used:
            shutil.rmtree(folder.arrets / f"{arret.campagne}{KEPT_ROWS}", ignore_errors=True)


def _rows_folder(folder: DataFolder, arret: Arret) -> Path:
    build = arret.build if BUILD_NAME.fullmatch(arret.build) else "sans-construction"
    return folder.arrets / f"{arret.stem}{KEPT_ROWS}" / build


def _listed(place: Path) -> Mapping[str, Mapping[str, str]]:
    try:
        listed: Mapping[str, Mapping[str, str]] = unseal((place / ROWS_LIST).read_bytes())["fichiers"]
        return listed
    except (OSError, ValueError, KeyError):
        return {}


def _read_rows(
    folder: DataFolder, own: Sequence[Campaign], departement: str | None, manifest: Manifest
) -> dict[str, KeptRows]:
    """{label: rows} of the files of a campagne that the build was made from, those that are still in staging.

    With a département, those that may hold rows of it.
    """
    corrections = {campaign.name: load_corrections(campaign.folder) for campaign in own}
    rows: dict[str, KeptRows] = {}
    for source in all_sources(folder, own, corrections):
        if departement and {campaign.departement_of(source.fichier) for campaign in own} - {None, departement}:
            continue  # of another département
        name = manifest.staged.get(source.label, "") if source.campagne else ""
        sha256 = manifest.inputs.get(source.path.relative_to(folder.raw).as_posix(), "")
        if name and read_staged(source.campagne, source.fichier, sha256, folder.staging / name):
            rows[source.label] = KeptRows(sha256, context_of(source, manifest.inputs), folder.staging / name)
    return rows


def _write(folder: DataFolder, target: Path, rows: Mapping[str, KeptRows]) -> None:
    if not rows or target.exists():
        return
    for parent in (folder.etat, folder.arrets, target.parent):
        parent.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as aside:
        made = Path(aside) / "fait"
        made.mkdir(mode=0o700)
        listed = {}
        for number, (name, kept) in enumerate(rows.items()):
            copy_without_personal(kept.folder, made / f"{number:04d}")
            listed[name] = {"sha256": kept.sha256, "contexte": kept.contexte, "dossier": f"{number:04d}"}
        (made / ROWS_LIST).write_bytes(seal({"fichiers": listed}))
        (made / ROWS_LIST).chmod(0o600)
        sync_tree(made)
        made.replace(target)
