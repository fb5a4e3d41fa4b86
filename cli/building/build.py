"""`clas build` and `clas check`: the raw files -> a published build, or what a build would say of one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.building.departement import Departement
from cli.building.received_file import received_file
from cli.words.adoption_text import no_longer_adopted
from cli.words.diffusion_text import diffusion_text
from cli.words.screen import progress, say, warn
from pipeline.builds.result import RunResult
from pipeline.run import run_build
from socle.files.manifest import Manifest, current_build, is_whole
from socle.paths import DataFolder
from socle.settings import Settings, load_settings
from socle.words.french import count, moment
from socle.words.states import SEVERITIES, severity_text

if TYPE_CHECKING:
    from pipeline.staging.try_file import Trial

SHORT, LONG = 3, 20
"""Lines of each kind of change: when it is done, and when it is to be decided."""


def build(
    campagnes: Annotated[
        list[str] | None,
        typer.Argument(metavar="ANNÉE", help="Années scolaires dont les fichiers sont relus, même inchangés."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Reconstruit même si rien n'a changé.")] = False,
    essai: Annotated[
        bool, typer.Option("--essai", help="Construit sans publier et dit ce qui changerait ; voir « clas publier ».")
    ] = False,
) -> int:
    """Lit les fichiers reçus, les contrôle et publie les chiffres."""
    settings = load_settings()
    folder = DataFolder(settings.data)
    before = current_build(folder)
    if essai:
        return _try(folder, settings, campagnes or (), before)
    with progress() as step:
        result = run_build(folder, settings, step, force, campagnes or ())
    show_result(result)
    if result.new:
        note(folder, "publication", result.folder.name)
        if before:
            show_changes(before, result.folder, SHORT)
    return result.exit_code


def note(folder: DataFolder, action: str, objet: str) -> None:
    """Write in the journal that a command did this."""
    from access.journal.journal import COMMAND, record

    record(folder, COMMAND, action, objet)


def _try(folder: DataFolder, settings: Settings, campagnes: Sequence[str], before: Path | None) -> int:
    from pipeline.trial import make_trial

    with progress() as step:
        result = make_trial(folder, settings, step, campagnes)
    say(f"Essai {result.manifest.build} construit{fictitious(result.manifest)}, sans être publié.")
    show_anomalies(result.manifest)
    show_refused(result.manifest)
    show_asides(result.manifest)
    show_changes(before, result.folder, LONG)
    say("Publiez-le avec « clas publier ».")
    return result.exit_code


def publier(
    construction: Annotated[
        str, typer.Argument(metavar="ESSAI", help="Essai à publier (par défaut, le dernier).")
    ] = "",
) -> int:
    """Publie l'essai construit par « clas build --essai »."""
    from pipeline.trial import publish_trial

    settings = load_settings()
    with progress() as step:
        step("Vérification de l'essai")
        result = publish_trial(DataFolder(settings.data), settings, construction or None)
    note(DataFolder(settings.data), "publication", result.folder.name)
    show_result(result)
    return result.exit_code


def show_changes(before: Path | None, after: Path, shown: int) -> None:
    """Say what changes from a build to another one, at most `shown` lines of each kind."""
    from bilan.words.numbers import SayingThresholds
    from cli.words.difference_text import show_difference
    from pipeline.builds.build_anomalies import thresholds
    from pipeline.builds.difference import compare

    if before is None or is_whole(before):
        show_difference(compare(before, after), SayingThresholds.of(thresholds(after)), shown)
    else:
        say("La construction d'avant n'est plus conservée\u202f: ce qui change ne peut pas être dit.")


def show_result(result: RunResult) -> None:
    """Say what was published, what was found in the files and which ones were refused."""
    manifest = result.manifest
    published = moment(datetime.fromisoformat(manifest.created_at))
    if result.new:
        say(f"Construction {manifest.build} publiée le {published}{fictitious(manifest)}.")
        show_anomalies(manifest)
        say(f"Les points à vérifier sont dans {result.folder / 'quality' / 'anomalies.xlsx'}.")
    else:
        say(f"Rien de nouveau depuis le {published} (construction {manifest.build}).")
    show_diffusion(manifest)
    show_refused(manifest)
    show_asides(manifest)
    for sentence in no_longer_adopted(manifest):
        warn(sentence)


def fictitious(manifest: Manifest) -> str:
    """Return « , données fictives » or an empty text."""
    return " (données fictives)" if manifest.fictif else ""


def show_anomalies(manifest: Manifest) -> None:
    """Say how many points of each gravity were found in the files."""
    numbers = {gravity: manifest.anomalies.get(gravity, 0) for gravity in SEVERITIES}
    listed = ", ".join(f"{number} {severity_text(gravity, number)}" for gravity, number in numbers.items() if number)
    say(f"Points relevés dans les fichiers\u202f: {listed or 'aucun'}.")


def show_diffusion(manifest: Manifest) -> None:
    """Say how many figures the porteurs and the public may see, and how many are kept secret."""
    if sentence := diffusion_text(manifest.diffusion):
        say(sentence)


def show_refused(manifest: Manifest) -> None:
    """Say which files were refused, why, and what stands in for them."""
    if manifest.refused:
        number = count(len(manifest.refused), "fichier refusé", "fichiers refusés")
        warn(f"{number}\u202f: le reste est publié.")
        for refused in manifest.refused:
            warn(f"- {refused_text(refused)}")


def show_asides(manifest: Manifest, most: int | None = LONG) -> None:
    """Say what of the files is not read."""
    if manifest.asides:
        say(f"Mis de côté, sans être compté\u202f: {count(len(manifest.asides), 'point')}.")
        for aside in manifest.asides[:most]:
            say(f"- {aside['campagne'] or aside['fichier']}\u202f: {aside['message']}")
        if most and len(manifest.asides) > most:
            say("- … «\u202fclas status\u202f» les dit tous.")


def refused_text(refused: Mapping[str, Any]) -> str:
    """Return the sentence of a refused file, then whose return is missing, or that older rows are shown."""
    text = f"{refused['campagne']}\u202f: {refused['message']}"
    if refused.get("perime"):
        return f"{text} En attendant, ses dernières lignes publiées sont gardées (périmé)."
    return f"{text} Retour refusé\u202f: {refused['porteur']}." if refused.get("porteur") else text


def check(
    fichier: Annotated[
        Path,
        typer.Argument(metavar="FICHIER", help="Export reçu (.csv, .txt, .xlsx ou .ods), ici ou dans les données."),
    ],
    campagne: Annotated[
        str, typer.Option("--campagne", metavar="ANNÉE", help="Année scolaire attendue (2019-2020).")
    ] = "",
    departement: Departement = "",
) -> int:
    """Lit un fichier sans rien construire et dit s'il est utilisable."""
    from pipeline.staging.try_file import try_file

    folder = DataFolder(load_settings().data)
    path = received_file(fichier, folder, campagne, departement)
    with progress() as step:
        step(f"Lecture de {fichier.name}")
        trial = try_file(folder, path, campagne)
    say(f"{fichier.name} est utilisable{f' (année scolaire {trial.campagne})' if trial.campagne else ''}.")
    for read in trial.tables:
        say(f"- {f'feuille {read.feuille}, ' if read.feuille else ''}format «\u202f{read.libelle}\u202f»\u202f: "
            f"{count(read.lignes, 'ligne lue', 'lignes lues')}, {count(read.questions, 'question')}.")  # fmt: skip
        if read.ignorees:
            say(f"  Colonnes ignorées\u202f: {', '.join(read.ignorees)}.")
    for sentence in trial.asides:
        say(f"- {sentence}")
    show_trial_anomalies(trial)
    return 0


def show_trial_anomalies(trial: Trial) -> None:
    """Say what was found in the file: how many points of each kind, and the first of them."""
    say(f"{count(len(trial.anomalies), 'point relevé', 'points relevés')} à la lecture.")
    for (gravity, rule), number in Counter((a.gravite, a.regle) for a in trial.anomalies).items():
        first = next(a for a in trial.anomalies if a.regle == rule)
        say(f"- {number} {severity_text(gravity, number)}, par exemple ligne {first.ligne}\u202f: {first.message}")
