"""`clas arreter` and `clas rouvrir`: the committee's decision is written, then everything is rebuilt to say it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pipeline.builds.adoption import FIGURES, Arret, adopt, find, reopen
from pipeline.builds.result import Changes, RunResult, changes
from pipeline.reading.campaigns import input_text
from socle.files.manifest import WAREHOUSE, Manifest, current_build, pointed_build, read_manifest
from socle.paths import DataFolder
from socle.process.machine import refusing_machine
from socle.settings import Settings
from socle.words.french import day, listing, today
from socle.words.refusal import Refusal
from socle.words.states import ADOPTED

_SHOWN = 3
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# As in marts.arret_ecart: what is computed here, of a département and of its parts.
_COMPUTED = f"""
select {", ".join(f"{name}::{kind}" for name, kind in FIGURES.items())} from marts.indicateur_valeur_agregee
where campagne = ? and origine in ('calcule', 'fictif') and nb_porteurs is not null
    and departement is not null
order by indicateur, niveau, code, departement
"""


def run_adoption(
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    days: Mapping[str, str | None],
    by: str | None = None,
) -> tuple[RunResult, list[Arret]]:
    """Adopt the published figures of some campagnes, rebuild once; return the build that says so, and the arrêts.

    `days` gives for each campagne the ISO day on which the committee adopted it, None being today in Paris. Raise
    Refusal, adopting none, when nothing is published, when a campagne is not there, is adopted already or has a file
    refused or périmé, when something waits to be rebuilt, when a day is not one or is to come; or as
    `pipeline.build.build` does.
    """
    from pipeline.build import build
    from pipeline.builds.kept_rows import forget_former, keep_rows
    from pipeline.builds.lock import only_builder
    from pipeline.codebook.load import load_codebook

    with only_builder(folder):
        path, manifest = _published(folder)
        changed = changes(folder, manifest)
        for campagne in days:
            _check(folder, manifest, campagne, changed)
        decided = {campagne: _day(day) for campagne, day in days.items()}
        progress("Relevé des chiffres publiés")
        taken = {campagne: computed_figures(path, campagne) for campagne in decided}
        # The published figures were made with these rules: _check refuses what another program made.
        known = load_codebook((folder.root,)).newest_rule
        arrets = [
            Arret(campagne, ADOPTED, manifest.build, on.isoformat(), by, len(taken[campagne]), regles=known)
            for campagne, on in decided.items()
        ]
        keep_rows(folder, arrets, manifest)
        adopt(folder, [(arret, figures_csv(taken[arret.campagne])) for arret in arrets])
        forget_former(folder, arrets)
        with recorded(f"L'arrêt de {listing(list(days))} est enregistré", folder):
            built = build(folder, settings, progress)
    return RunResult(built.folder, built.manifest, new=True), arrets


def run_reopening(
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    campagne: str,
    motif: str | None = None,
) -> RunResult:
    """Reopen a campagne that was adopted, rebuild and return the build; raise Refusal when it is not adopted."""
    from pipeline.build import build
    from pipeline.builds.lock import only_builder

    with only_builder(folder):
        reopen(folder, campagne, motif)
        with recorded(f"La réouverture de {campagne} est enregistrée", folder):
            built = build(folder, settings, progress)
    return RunResult(built.folder, built.manifest, new=True)


@contextmanager
def recorded(decision: str, folder: DataFolder) -> Iterator[None]:
    """Say, when the build does not end, that the decision itself was written."""
    try:
        with refusing_machine(folder):
            yield
    except Refusal as refusal:
        raise Refusal("decision_enregistree", decision=decision, raison=refusal) from refusal


def _published(folder: DataFolder) -> tuple[Path, Manifest]:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    if build is None or manifest is None:
        raise Refusal("aucune_construction")
    if (pointed := pointed_build(folder)) != build.name:
        raise Refusal("construction_abimee", build=pointed or "publiée", raison="ses fichiers sont incomplets")
    return build, manifest


def published_to_decide(folder: DataFolder, campagne: str) -> tuple[Path, Manifest]:
    """Return the published build and its manifest; raise Refusal when it is not that of the files and program present.

    `campagne` names in the sentence what was to be decided.
    """
    build, manifest = _published(folder)
    if changed := changes(folder, manifest):
        raise Refusal("arret_a_reconstruire", campagne=campagne, liste=_listed(changed))
    return build, manifest


def obstacles(folder: DataFolder) -> dict[str, Refusal | None]:
    """Return {published campagne: why it cannot be adopted now, or None}, latest first.

    Raise Refusal when nothing is published.
    """
    _, manifest = _published(folder)
    changed = changes(folder, manifest)
    found: dict[str, Refusal | None] = {}
    for campagne in sorted({line["campagne"] for line in manifest.campaigns}, reverse=True):
        try:
            _check(folder, manifest, campagne, changed)
            found[campagne] = None
        except Refusal as refusal:
            found[campagne] = refusal
    return found


def _check(folder: DataFolder, manifest: Manifest, campagne: str, changed: Changes) -> None:
    known = sorted({line["campagne"] for line in manifest.campaigns})
    if campagne not in known:
        raise Refusal("campagne_non_publiee", campagne=campagne, connues=", ".join(known))
    if adopted := find(folder, campagne):
        raise Refusal("arret_deja_fait", campagne=campagne, date=day(date.fromisoformat(adopted.date)))
    if changed:
        raise Refusal("arret_a_reconstruire", campagne=campagne, liste=_listed(changed))
    if refused := next((file for file in manifest.refused if file["campagne"] == campagne), None):
        raise Refusal("arret_fichier_refuse", campagne=campagne, fichier=refused["fichier"])


def _day(text: str | None) -> date:
    if text is None:
        return today()
    try:
        # fromisoformat also accepts forms of dates that the file should not hold.
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Refusal("arret_date_illisible", date=text)
    if found > today():
        raise Refusal("arret_date_future", date=day(found))
    return found


def computed_figures(build: Path, campagne: str) -> list[tuple[object, ...]]:
    """Return the figures of a campagne that a build computed, as an arrêt keeps them."""
    import duckdb

    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        return connection.execute(_COMPUTED, [campagne]).fetchall()


def figures_csv(figures: list[tuple[object, ...]]) -> bytes:
    """Return the content of the file of figures of an arrêt."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(FIGURES)
    writer.writerows(figures)
    return text.getvalue().encode()


def _listed(changed: Changes) -> str:
    names = [input_text(name) for name in (*changed.added, *changed.modified, *changed.removed)]
    names += ["le programme ou ses définitions"] if changed.program else []
    more = f" et {len(names) - _SHOWN} de plus" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
