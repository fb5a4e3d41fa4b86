"""`clas regles`: what today's rules would change in the adopted years, and their renewal by one gesture with a reason.

An adopted year keeps the rules and the rows it was adopted with. Reopening it applies today's; so does its renewal,
which leaves it adopted: its figures, rows and day are then those of the renewal, its history says who, when and why.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.adopt import computed_figures, figures_csv, published_to_decide, recorded
from pipeline.builds.adoption import RENEWAL, Arret, adopt, in_force, read_arrets
from pipeline.builds.result import RunResult
from socle.files.manifest import WAREHOUSE, Manifest, current_build
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.french import listing, today
from socle.words.refusal import Refusal

Row = dict[str, Any]
_PENDING = "select * from marts.regle_en_attente order by campagne desc, nb_concernes desc, regle, variable"


def pending_rules(build: Path) -> list[Row]:
    """Return what today's rules would change in the adopted years of a build, a row a year, rule and question.

    Columns: see marts.regle_en_attente. A build of an older program says nothing of it.
    """
    import duckdb

    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        try:
            found = connection.execute(_PENDING)
        except duckdb.CatalogException:
            return []
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def figures_if_reopened(
    folder: DataFolder, settings: Settings, progress: Callable[[str], None], campagnes: Collection[str]
) -> list[Row]:
    """Return the figures that would change, were these years reopened today (see Difference.chiffres); publish nothing.

    Raise Refusal when one is not adopted, or as `build.build_aside`.
    """
    from pipeline.builds.difference import compare
    from pipeline.builds.lock import only_builder

    with only_builder(folder):
        before = current_build(folder)
        with _as_if_reopened(folder, settings, progress, _adopted(folder, campagnes)) as (candidate, _):
            return [row for row in compare(before, candidate).chiffres if row["campagne"] in campagnes]


def renew(
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    motif: str,
    campagnes: Collection[str] = (),
    by: str | None = None,
) -> tuple[RunResult, list[Arret]]:
    """Give today's rules to adopted years (all, or those named), which stay adopted; return the build and the arrêts.

    Raise Refusal, renewing none, when no reason is given, when one is not adopted, when a file of it would be refused,
    when something waits to be rebuilt; or as `build.build`.
    """
    from pipeline.build import build
    from pipeline.builds.kept_rows import forget_former, keep_rows
    from pipeline.builds.lock import only_builder
    from pipeline.codebook.load import load_codebook

    if not motif.strip():
        raise Refusal("reprise_sans_motif")
    with only_builder(folder):
        published_to_decide(folder, listing(sorted(campagnes)) or "les années arrêtées")
        former = _adopted(folder, campagnes)
        known = load_codebook((folder.root,)).newest_rule
        with _as_if_reopened(folder, settings, progress, former) as (candidate, manifest):
            _refuse_refused(manifest, [arret.campagne for arret in former])
            taken = {arret.campagne: computed_figures(candidate, arret.campagne) for arret in former}
            renewed = [
                replace(arret, build=manifest.build, date=today().isoformat(), par=by,
                        nb_chiffres=len(taken[arret.campagne]), regles=known)
                for arret in former
            ]  # fmt: skip
            keep_rows(folder, renewed, manifest)
        adopt(folder, [(arret, figures_csv(taken[arret.campagne])) for arret in renewed], RENEWAL, motif)
        forget_former(folder, renewed)
        with recorded(f"La reprise de {listing([arret.campagne for arret in renewed])} est enregistrée", folder):
            built = build(folder, settings, progress)
    return RunResult(built.folder, built.manifest, new=True), renewed


def _adopted(folder: DataFolder, campagnes: Collection[str]) -> list[Arret]:
    """The arrêts in force of these years, of all when none is named."""
    found = in_force(read_arrets(folder))
    missing = sorted(set(campagnes) - {arret.campagne for arret in found})
    if missing or not found:
        raise Refusal("campagne_non_arretee", campagne=(missing or ["–"])[0])
    return [arret for arret in found if not campagnes or arret.campagne in campagnes]


@contextmanager
def _as_if_reopened(
    folder: DataFolder, settings: Settings, progress: Callable[[str], None], arrets: Sequence[Arret]
) -> Iterator[tuple[Path, Manifest]]:
    """A build in which these years follow today's rules, gone afterwards: the trial that waits, if any, stays."""
    from pipeline.build import build_aside
    from pipeline.builds.publish import seal

    candidate, manifest = build_aside(folder, settings, progress, reopened=[arret.campagne for arret in arrets])
    try:
        yield candidate, seal(candidate, manifest)
    finally:
        shutil.rmtree(candidate)


def _refuse_refused(manifest: Manifest, campagnes: Sequence[str]) -> None:
    if refused := next((file for file in manifest.refused if file["campagne"] in campagnes), None):
        raise Refusal("arret_fichier_refuse", campagne=refused["campagne"], fichier=refused["fichier"])
