"""`clas arreter` and `clas rouvrir`: the committee's decision is written, then everything is rebuilt to say it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pipeline.builds.adoption import FIGURES, Arret, Pair, adopt, find, in_force, reopen
from pipeline.builds.result import Changes, RunResult, changes
from pipeline.reading.campaigns import input_text, load_campaigns
from socle.files.manifest import WAREHOUSE, Manifest, current_build, pointed_build, read_manifest
from socle.paths import DataFolder
from socle.process.machine import refusing_machine
from socle.settings import Settings
from socle.words.french import day, listing, today
from socle.words.refusal import Refusal
from socle.words.states import ADOPTED, place_argument, year_text

_SHOWN = 3
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# As in marts.arret_ecart: what is computed here, of a département and of its parts.
_COMPUTED = f"""
select {", ".join(f"{name}::{kind}" for name, kind in FIGURES.items())} from marts.indicateur_valeur_agregee
where campagne = ? and departement = ? and origine in ('calcule', 'fictif') and nb_porteurs is not null
order by indicateur, niveau, code, departement
"""


def run_adoption(
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    days: Mapping[str, str | None],
    by: str | None = None,
    departement: str | None = None,
) -> tuple[RunResult, list[Arret]]:
    """Adopt the published figures of some campagnes, rebuild once; return the build that says so, and the arrêts.

    `days` gives for each campagne the ISO day on which the committee adopted it, None being today in Paris. One
    `departement` is adopted, or all those of each campagne that are not yet. Raise Refusal, adopting none, when nothing
    is published, when a campagne or the département is not there, is empty, is adopted already or has a file refused or
    périmé, when something waits to be rebuilt, when a day is not one or is to come; or as `pipeline.build.build` does.
    """
    from pipeline.build import build
    from pipeline.builds.kept_rows import forget_former, keep_rows
    from pipeline.builds.lock import only_builder
    from pipeline.codebook.load import load_codebook

    with only_builder(folder):
        path, manifest = _published(folder)
        changed = changes(folder, manifest)
        decided = {
            pair: _day(day)
            for campagne, day in days.items()
            for pair in _to_adopt(folder, manifest, campagne, departement, changed)
        }
        progress("Relevé des chiffres publiés")
        taken = {pair: computed_figures(path, pair) for pair in decided}
        # The published figures were made with these rules: _check refuses what another program made.
        known = load_codebook((folder.root,)).newest_rule
        arrets = [
            Arret(campagne, ADOPTED, manifest.build, on.isoformat(), by, len(taken[campagne, code]), regles=known,
                  departement=code)
            for (campagne, code), on in decided.items()
        ]  # fmt: skip
        keep_rows(folder, arrets, manifest)
        adopt(folder, [(arret, figures_csv(figures)) for arret, figures in zip(arrets, taken.values(), strict=True)])
        forget_former(folder, arrets, in_force(folder, load_campaigns(folder)))
        with recorded(f"L'arrêt de {places_text(manifest, decided)} est enregistré", folder):
            built = build(folder, settings, progress)
    return RunResult(built.folder, built.manifest, new=True), arrets


def run_reopening(
    folder: DataFolder,
    settings: Settings,
    progress: Callable[[str], None],
    campagne: str,
    motif: str | None = None,
    departement: str | None = None,
) -> RunResult:
    """Reopen what was adopted of a campagne, in one département or in all; rebuild and return the build.

    Raise Refusal when it is not adopted; or as `pipeline.build.build` does.
    """
    from pipeline.build import build
    from pipeline.builds.lock import only_builder

    with only_builder(folder):
        reopen(folder, campagne, departement, motif)
        with recorded(f"La réouverture de {year_text(campagne, departement)} est enregistrée", folder):
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


def obstacles(folder: DataFolder) -> dict[Pair, Refusal | None]:
    """Return {published campagne and département: why it cannot be adopted now, or None}, latest year first.

    Raise Refusal when nothing is published.
    """
    _, manifest = _published(folder)
    changed = changes(folder, manifest)
    found: dict[Pair, Refusal | None] = {}
    for campagne in sorted({line["campagne"] for line in manifest.campaigns}, reverse=True):
        for departement in manifest.departements(campagne):
            try:
                _check(folder, manifest, (campagne, departement), changed)
                found[campagne, departement] = None
            except Refusal as refusal:
                found[campagne, departement] = refusal
    return found


def places_text(manifest: Manifest, pairs: Iterable[Pair]) -> str:
    """Return « 2019-2020 et 2021-2022 (45) »: the département is named where its year has several."""
    by_year: dict[str, list[str]] = {}
    for campagne, departement in pairs:
        by_year.setdefault(campagne, []).append(departement)
    return listing([_year_text(manifest, campagne, codes) for campagne, codes in by_year.items()])


def _year_text(manifest: Manifest, campagne: str, codes: list[str]) -> str:
    of_year = manifest.departements(campagne)
    return campagne if len(of_year) < 2 or set(codes) == set(of_year) else year_text(campagne, ", ".join(codes))


def _to_adopt(
    folder: DataFolder, manifest: Manifest, campagne: str, departement: str | None, changed: Changes
) -> list[Pair]:
    """What is to be adopted of a campagne, once each can be; what is adopted already is left where it is not named."""
    known = manifest.departements(campagne)
    if departement is None:
        waiting = [code for code in known if find(folder, campagne, code) is None]
        codes = waiting or known or [""]
    else:
        codes = [departement]
    for code in codes:
        _check(folder, manifest, (campagne, code), changed)
    return [(campagne, code) for code in codes]


def _check(folder: DataFolder, manifest: Manifest, pair: Pair, changed: Changes) -> None:
    campagne, departement = pair
    known = sorted({line["campagne"] for line in manifest.campaigns})
    if campagne not in known:
        raise Refusal("campagne_non_publiee", campagne=campagne, connues=", ".join(known))
    of_year = manifest.departements(campagne)
    if departement not in of_year:
        raise Refusal("departement_non_publie", campagne=campagne, departement=departement, connus=", ".join(of_year))
    named = _year_text(manifest, campagne, [departement])
    if adopted := find(folder, campagne, departement):
        choice = place_argument(campagne, departement if named != campagne else None)
        raise Refusal("arret_deja_fait", campagne=named, choix=choice, date=day(date.fromisoformat(adopted.date)))
    if changed:
        raise Refusal("arret_a_reconstruire", campagne=named, liste=_listed(changed))
    if refused := next(manifest.refused_in(campagne, departement), None):
        raise Refusal("arret_fichier_refuse", campagne=named, fichier=refused["fichier"])
    line = next(line for line in manifest.campaigns if (line["campagne"], line["departement"]) == pair)
    if not (line["nb_actions_agreees"] or line["nb_reponses"]):
        raise Refusal("arret_departement_vide", campagne=campagne, departement=departement)


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


def computed_figures(build: Path, pair: Pair) -> list[tuple[object, ...]]:
    """Return the figures of a campagne and département that a build computed, as an arrêt keeps them."""
    import duckdb

    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        return connection.execute(_COMPUTED, pair).fetchall()


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
