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

from pipeline.adopt import computed_figures, figures_csv, places_text, published_to_decide, recorded
from pipeline.builds.adoption import RENEWAL, Arret, InForce, adopt, in_force
from pipeline.builds.result import RunResult
from pipeline.reading.campaigns import load_campaigns
from socle.files.manifest import WAREHOUSE, Manifest, current_build
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.french import listing, today
from socle.words.refusal import Refusal
from socle.words.states import year_text

Row = dict[str, Any]
_PENDING = (
    "select * from marts.regle_en_attente order by campagne desc, departement, nb_concernes desc, regle, variable"
)


def pending_rules(build: Path) -> list[Row]:
    """Return what today's rules would change in what is adopted in a build, a row a year, département, rule, question.

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
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    campagnes: Collection[str],
    departement: str | None = None,
) -> list[Row]:
    """Return the figures that would change, were these years reopened today (see Difference.chiffres); publish nothing.

    With a département, those of that one. Raise Refusal when one is not adopted, or as `build.build_aside`.
    """
    from pipeline.builds.difference import compare
    from pipeline.builds.lock import only_builder

    with only_builder(folder):
        before = current_build(folder)
        former = _adopted(folder, campagnes, departement)
        places = {(one.campagne, "departement", one.departement) for one in former}
        places |= {(campagne, "france", "FR") for campagne in campagnes if departement is None}
        with _as_if_reopened(folder, settings, progress, former) as (candidate, _):
            changed = compare(before, candidate).chiffres
            return [row for row in changed if (row["campagne"], row["niveau"], row["code"]) in places]


def renew(
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    motif: str,
    campagnes: Collection[str] = (),
    by: str | None = None,
    departement: str | None = None,
) -> tuple[RunResult, list[Arret]]:
    """Give today's rules to what is adopted (all of it, or the years, the département named), which stays adopted.

    Return the build and the arrêts. Raise Refusal, renewing none, when no reason is given, when one is not adopted,
    when a file of it would be refused, when something waits to be rebuilt; or as `build.build`.
    """
    from pipeline.build import build
    from pipeline.builds.kept_rows import forget_former, keep_rows
    from pipeline.builds.lock import only_builder
    from pipeline.codebook.load import load_codebook

    if not motif.strip():
        raise Refusal("reprise_sans_motif")
    with only_builder(folder):
        named = [year_text(campagne, departement) for campagne in sorted(campagnes)]
        published_to_decide(folder, listing(named) or "les années arrêtées")
        former = _adopted(folder, campagnes, departement)
        known = load_codebook((folder.root,)).newest_rule
        with _as_if_reopened(folder, settings, progress, former) as (candidate, manifest):
            _refuse_refused(manifest, former)
            taken = [computed_figures(candidate, one.pair) for one in former]
            renewed = [
                replace(one.arret, build=manifest.build, date=today().isoformat(), par=by, nb_chiffres=len(figures),
                        regles=known, departement=one.departement)
                for one, figures in zip(former, taken, strict=True)
            ]  # fmt: skip
            keep_rows(folder, renewed, manifest)
        decided = [(arret, figures_csv(figures)) for arret, figures in zip(renewed, taken, strict=True)]
        adopt(folder, decided, RENEWAL, motif)
        forget_former(folder, renewed, in_force(folder, load_campaigns(folder)))
        places = places_text(manifest, [one.pair for one in former])
        with recorded(f"La reprise de {places} est enregistrée", folder):
            built = build(folder, settings, progress)
    return RunResult(built.folder, built.manifest, new=True), renewed


def _adopted(folder: DataFolder, campagnes: Collection[str], departement: str | None) -> list[InForce]:
    """What is in force of these years, of all when none is named, in that département or in all."""
    found = [
        one for one in in_force(folder, load_campaigns(folder))
        if departement in (None, one.departement) and (not campagnes or one.campagne in campagnes)
    ]  # fmt: skip
    missing = sorted(set(campagnes) - {one.campagne for one in found})
    if missing or not found:
        raise Refusal("campagne_non_arretee", campagne=year_text((missing or ["–"])[0], departement))
    return found


@contextmanager
def _as_if_reopened(
    folder: DataFolder, settings: Settings, progress: Callable[[str], None], adopted: Sequence[InForce]
) -> Iterator[tuple[Path, Manifest]]:
    """A build in which these follow today's rules, gone afterwards: the trial that waits, if any, stays."""
    from pipeline.build import build_aside
    from pipeline.builds.publish import seal

    candidate, manifest = build_aside(folder, settings, progress, reopened=[one.pair for one in adopted])
    try:
        yield candidate, seal(candidate, manifest)
    finally:
        shutil.rmtree(candidate)


def _refuse_refused(manifest: Manifest, adopted: Sequence[InForce]) -> None:
    for one in adopted:
        if refused := next(manifest.refused_in(*one.pair), None):
            named = places_text(manifest, [one.pair])
            raise Refusal("arret_fichier_refuse", campagne=named, fichier=refused["fichier"])
