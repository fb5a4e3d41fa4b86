"""`clas status` and `clas rollback`: what is published, what is in order, and going back to an earlier build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated, Any

import typer

from cli.building.build import note, refused_text, show_anomalies, show_asides, show_diffusion
from cli.words.adoption_text import no_longer_adopted, withdrawn
from cli.words.screen import progress, say, say_json, table, warn
from pipeline.builds.result import Changes, changes, exit_code
from pipeline.codebook.departements import named_departement
from pipeline.reading.campaigns import folder_departement, input_text
from pipeline.run import run_rollback
from pipeline.safekeeping.health import ALERT, FAULT, OK, HealthPoint, health, is_faulty
from socle.files.manifest import Manifest, current_build, published_builds, read_manifest
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count, moment
from socle.words.refusal import Refusal
from socle.words.states import PROVISIONAL, campagne_text

_ALWAYS = ("disque", "sauvegarde")
"""What is said even when it is in order."""
_COLUMNS = {
    "campagne": "Année scolaire",
    "departement": "Département",
    "etat": "État",
    "nb_actions_agreees": "Actions agréées",
    "nb_actions_attendues": "Bilans attendus",
    "nb_reponses": "Bilans retenus",
    "nb_reponses_en_attente": "Bilans en attente",
    "nb_anomalies_critiques": "Lignes écartées",
    "nb_alertes": "À vérifier",
}
_COUNTED = (
    "nb_reponses",
    "nb_reponses_en_attente",
    "nb_anomalies_critiques",
    "nb_alertes",
    "nb_retours_refuses",
    "nb_corrections",
)
_OF_ALL_YEARS = {
    "nb_reponses": "Bilans retenus",
    "nb_reponses_en_attente": "Bilans en attente",
    "nb_anomalies_critiques": "Lignes écartées",
    "nb_alertes": "À vérifier",
    "nb_corrections": "Corrections",
}


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Écrit le résultat pour un programme.")] = False,
    departement: Annotated[
        str, typer.Option("--departement", metavar="CODE", help="N'écrit que les années de ce département.")
    ] = "",
) -> int:
    """Dit ce qui est publié, ce qui a été refusé, ce qui a changé depuis, et si tout est en ordre."""
    folder = DataFolder(load_settings().data)
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    points = health(folder)
    if manifest is not None and departement:
        manifest = _only(manifest, departement)
    if manifest is None:
        _nothing_published(points, as_json)
    elif as_json:
        say_json(_report(manifest, changes(folder, manifest), points))
    else:
        _show(folder, manifest, changes(folder, manifest), points)
    return 1 if is_faulty(points) else exit_code(manifest) if manifest else 0


def _only(manifest: Manifest, departement: str) -> Manifest:
    """What the build says of one département; raise Refusal, with the list, when none of its years has it."""
    known = sorted({line["departement"] for line in manifest.campaigns if line["departement"]})
    if departement not in known:
        raise Refusal("departement_inconnu_du_build", departement=departement, connus=", ".join(known))
    years = {line["campagne"] for line in manifest.campaigns if line["departement"] == departement}
    alone = years - {line["campagne"] for line in manifest.campaigns if line["departement"] != departement}

    def kept(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            one for one in lines
            if one.get("departement", folder_departement(one.get("fichier") or "")) == departement
            or one.get("campagne") in alone
        ]  # fmt: skip

    return replace(
        manifest,
        campaigns=kept(manifest.campaigns),
        refused=kept(manifest.refused),
        asides=kept(manifest.asides),
    )


def _nothing_published(points: list[HealthPoint], as_json: bool) -> None:
    faulty = is_faulty(points)
    sentence = points[0].constat if faulty else str(Refusal("aucune_construction"))
    if as_json:
        say_json({"construction": None, "avertissement": sentence, "sante": list(map(asdict, points))})
        return
    if not faulty:
        say(sentence)
    show_health(points)


def show_health(points: list[HealthPoint]) -> None:
    """Say what is not in order and what to do about it; then, in a line each, the room left and the last backup."""
    for point in points:
        if point.etat == FAULT:
            warn(f"{point.constat} {point.remede or ''}".rstrip())
    for point in points:
        if point.etat == ALERT or (point.etat == OK and (point.sujet in _ALWAYS or point.remede)):
            mark = "À voir\u202f: " if point.etat == ALERT else ""
            say(f"{mark}{point.constat} {point.remede or ''}".rstrip())


def _report(manifest: Manifest, changed: Changes, points: list[HealthPoint]) -> dict[str, Any]:
    return {
        "construction": manifest.build,
        "publiee_le": manifest.created_at,
        "fictif": manifest.fictif,
        "campagnes": manifest.campaigns,
        "departements": _by_departement(manifest),
        "arrets": manifest.arrets,
        "refuses": manifest.refused,
        "mis_de_cote": manifest.asides,
        "anomalies": manifest.anomalies,
        "diffusion": manifest.diffusion,
        "a_reconstruire": bool(changed),
        "changements": {
            "ajoutes": changed.added,
            "modifies": changed.modified,
            "retires": changed.removed,
            "programme": changed.program,
        },
        "avertissement": next((point.constat for point in points if point.etat == FAULT), None),
        "sante": list(map(asdict, points)),
    }


def _show(folder: DataFolder, manifest: Manifest, changed: Changes, points: list[HealthPoint]) -> None:
    kind = "DONNÉES FICTIVES" if manifest.fictif else "Données réelles"
    say(f"{kind}, dossier {folder.root}.")
    say(f"Construction {manifest.build}, publiée le {moment(datetime.fromisoformat(manifest.created_at))}.")
    rows = [
        [_state(campaign) if name == "etat" else campaign.get(name) for name in _COLUMNS]
        for campaign in manifest.campaigns
    ]
    table(list(_COLUMNS.values()), rows, numbers=range(3, len(_COLUMNS)))
    counted = _by_departement(manifest)
    if len(counted) > 1:
        _show_departements(counted)
    show_anomalies(manifest)
    placed = sum(line["nb_anomalies_critiques"] + line["nb_alertes"] for line in counted)
    if elsewhere := sum(manifest.anomalies.get(gravity, 0) for gravity in ("critique", "alerte")) - placed:
        say(f"Parmi eux, {count(elsewhere, 'point')} à voir, d'aucun département connu.")
    corrected = sum(line["nb_corrections"] for line in counted)
    say(f"Valeurs corrigées par la Caf\u202f: {corrected or 'aucune'}.")
    show_diffusion(manifest)
    _show_refused(manifest)
    show_asides(manifest, most=None)
    for sentence in (*no_longer_adopted(manifest), *withdrawn(manifest)):
        say(sentence)
    _show_changes(changed)
    kept = [path.name for path in published_builds(folder) if path.name != manifest.build]
    if kept:
        say(f"Autres constructions conservées\u202f: {', '.join(kept)}.")
    show_health(points)


def _by_departement(manifest: Manifest) -> list[dict[str, Any]]:
    """Return what each département has of returns and of open points in all its years, by code."""
    codes = sorted({line["departement"] for line in manifest.campaigns if line["departement"]})
    own = {code: [line for line in manifest.campaigns if line["departement"] == code] for code in codes}
    return [
        {
            "departement": code,
            "nom": named_departement(code).nom,
            "annees": len(lines),
            **{name: sum(line.get(name) or 0 for line in lines) for name in _COUNTED},
        }
        for code, lines in own.items()
    ]


def _show_departements(counted: list[dict[str, Any]]) -> None:
    """Say it in a table, and the total of all."""
    rows = [[named_departement(line["departement"]).with_code, *(line[name] for name in _OF_ALL_YEARS)]
            for line in counted]  # fmt: skip
    total = [f"{len(counted)} départements", *(sum(line[name] for line in counted) for name in _OF_ALL_YEARS)]
    table(("Toutes années", *_OF_ALL_YEARS.values()), [*rows, total], numbers=range(1, len(_OF_ALL_YEARS) + 1))


def _state(campaign: Mapping[str, Any]) -> str:
    return campagne_text(campaign.get("etat") or PROVISIONAL, campaign.get("arretee_le"))


def _show_refused(manifest: Manifest) -> None:
    say(f"Fichiers refusés\u202f: {'aucun.' if not manifest.refused else len(manifest.refused)}")
    for refused in manifest.refused:
        say(f"- {refused_text(refused)}")


def _show_changes(changed: Changes) -> None:
    if not changed:
        say("Rien n'a changé depuis dans les fichiers reçus.")
        return
    labels = {"added": "ajouté", "modified": "modifié", "removed": "retiré"}
    names = asdict(changed)
    listed = [f"{input_text(name)} ({label})" for kind, label in labels.items() for name in names[kind]]
    listed += ["le programme ou ses définitions"] if changed.program else []
    say(f"À reconstruire avec «\u202fclas build\u202f»\u202f: {', '.join(listed)}.")


def rollback(
    construction: Annotated[
        str, typer.Argument(metavar="CONSTRUCTION", help="Construction à republier (par défaut, la précédente).")
    ] = "",
) -> int:
    """Revient à la construction précédente, ou à celle qui est nommée."""
    folder = DataFolder(load_settings().data)
    with progress() as step:
        step("Vérification de la construction")
        build = run_rollback(folder, construction or None)
    note(folder, "retour_arriere", build.name)
    manifest = read_manifest(build)
    published = f", du {moment(datetime.fromisoformat(manifest.created_at))}" if manifest else ""
    say(f"La construction {build.name}{published}, est de nouveau publiée.")
    return 0
