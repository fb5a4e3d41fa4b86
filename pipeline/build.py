"""data/raw -> one published build in data/curated: the whole flow on one screen. Start reading here.

raw files --stage--> typed rows on disk, kept from one build to the next
staged rows --load, identify, check--> core --indicators, marts--> a candidate
candidate --seal (reopened and counted)--> published: CURRENT names it in one rename
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.builds.adoption import InForce, Pair, create_arrets, in_force
from pipeline.builds.kept_rows import keep_rows_published, read_kept
from pipeline.builds.make_manifest import make_manifest
from pipeline.builds.publish import keep_trial, new_candidate, publish, seal
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.core.assemble import assemble, list_keys
from pipeline.core.decisions import load_all_decisions
from pipeline.core.identify import identify, list_contradicted
from pipeline.core.load import create_staging, load
from pipeline.core.name_refused import name_refused
from pipeline.core.read_otherwise import compare_readings
from pipeline.core.settle import settle_status
from pipeline.core.situate import situate
from pipeline.core.tables import create_core
from pipeline.core.texts import create_texts
from pipeline.core.thresholds import create_thresholds
from pipeline.disclosure.write_diffusion import write_diffusion
from pipeline.marts.comments import comment_everything
from pipeline.marts.indicators import create_indicators
from pipeline.marts.tables import create_marts
from pipeline.quality.checks import check_complements, check_tables
from pipeline.quality.report import write_quality
from pipeline.quality.rules import warm_up
from pipeline.reading.campaigns import Campaign, input_hashes, load_campaigns
from pipeline.sql.macros import create_macros
from pipeline.staging.stage_all import stage_all
from pipeline.staging.staged import Staged
from pipeline.staging.territories import load_territories
from socle.files.manifest import PRIVATE, WAREHOUSE, Manifest, pointed_build, published_staging
from socle.paths import DataFolder
from socle.settings import Settings

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """A published build: its folder and what it declares of itself."""

    folder: Path
    manifest: Manifest


def build(
    folder: DataFolder, settings: Settings, progress: Progress, reread: Collection[str] = (), published: bool = True
) -> Built:
    """Build everything that data/raw holds and publish it; call under `lock.only_builder`.

    What did not change is not read again, but for the campagnes of `reread`. Unless `published`, the build is put aside
    for trial. Raise as `build_aside`.
    """
    candidate, manifest = build_aside(folder, settings, progress, reread)
    progress("Publication" if published else "Vérification")
    manifest = seal(candidate, manifest)
    if not published:
        return Built(keep_trial(folder, candidate), manifest)
    return Built(publish(folder, candidate, settings.builds_kept), manifest)


def build_aside(
    folder: DataFolder,
    settings: Settings,
    progress: Progress,
    reread: Collection[str] = (),
    reopened: Collection[Pair] = (),
) -> tuple[Path, Manifest]:
    """Return a candidate, neither sealed nor published, and its manifest; call under `lock.only_builder`.

    What `reopened` names is read and counted by today's rules, as if it were not adopted.

    Raise Refusal when nothing can be built, DefinitionError when the definitions contradict themselves,
    ValidationInternalError when a rule could not be evaluated. Refused files do not stop a build: the manifest lists
    them.
    """
    codebook = load_codebook((folder.root,))
    campaigns = load_campaigns(folder)
    keep_rows_published(folder, in_force(folder, campaigns))
    adopted = in_force(folder, campaigns, reopened)
    inputs = input_hashes(folder)
    warm_up()
    kept = read_kept(folder, adopted, campaigns)
    staged = stage_all(folder, codebook, campaigns, inputs, progress, reread, published_staging(folder), kept)
    candidate = new_candidate(folder)
    manifest = _fill(folder, settings, candidate, codebook, campaigns, adopted, staged, inputs, progress)
    return candidate, replace(manifest, base=pointed_build(folder))


def _fill(
    folder: DataFolder,
    settings: Settings,
    candidate: Path,
    codebook: Codebook,
    campaigns: list[Campaign],
    adopted: list[InForce],
    staged: list[Staged],
    inputs: dict[str, str],
    progress: Progress,
) -> Manifest:
    """Fill the candidate's databases and reports; return the manifest that describes them."""
    with duckdb.connect(str(candidate / WAREHOUSE), config={"memory_limit": f"{settings.memoire}MB"}) as connection:
        connection.execute(f"attach '{candidate / PRIVATE}' as prive")
        create_macros(connection, codebook)
        load_territories(connection)
        create_staging(connection, codebook)
        load(connection, campaigns, staged)
        compare_readings(connection, staged)
        create_texts(connection, campaigns)
        load_all_decisions(connection, campaigns, codebook)
        create_arrets(connection, folder, adopted)
        create_thresholds(connection, codebook)
        docs = candidate / "quality" / "data_docs"
        list_keys(connection)
        check_complements(connection, codebook, docs, progress)
        assemble(connection, codebook)
        identify(connection)
        list_contradicted(connection)
        situate(connection)
        settle_status(connection, codebook)
        name_refused(connection, folder, staged)
        check_tables(connection, codebook, docs, progress)
        progress("Calcul des indicateurs")
        create_core(connection, codebook)
        create_indicators(connection, codebook)
        create_marts(connection, codebook)
        write_quality(connection, candidate / "quality")
        progress("Chiffres à diffuser")
        diffusion = write_diffusion(connection, candidate, folder, codebook)
        connection.execute("drop schema staging cascade")
        comment_everything(connection, codebook)
        return make_manifest(connection, candidate, campaigns, staged, inputs, diffusion)
