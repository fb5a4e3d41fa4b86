"""`clas export`: what may be diffused -> a folder of open data, with the file that describes it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.words.screen import progress, say, say_json, warn
from socle.french import count
from socle.paths import DataFolder
from socle.settings import load_settings

if TYPE_CHECKING:
    from warehouse.open_data.export import Export


def export(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="DOSSIER", help="Dossier à écrire ; il remplace un export précédent, rien d'autre."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Écrit le résultat pour un programme.")] = False,
) -> int:
    """Écrit dans un dossier les données ouvertes : les chiffres diffusables des années arrêtées."""
    from warehouse.open_data.export import export as write

    settings = load_settings()
    with progress() as step:
        done = write(DataFolder(settings.data), out, settings.licence, step)
    if done.warning:
        warn(done.warning)
    if as_json:
        say_json(_report(done, out))
    else:
        _show(done, out)
    return 0


def _show(done: Export, out: Path) -> None:
    fictitious = " (données fictives)" if done.manifest.fictif else ""
    say(f"Données ouvertes de la construction {done.manifest.build} écrites dans {out}{fictitious}.")
    for file in done.files:
        say(f"- {file.name}\u202f: {count(file.rows, 'ligne')}")
    say("- datapackage.json\u202f: ce que contiennent ces fichiers et leurs colonnes")


def _report(done: Export, out: Path) -> dict[str, Any]:
    from warehouse.open_data.export import PACKAGE

    names = {"name": "nom", "rows": "lignes", "bytes": "octets", "sha256": "sha256"}
    files = [{french: asdict(file)[name] for name, french in names.items()} for file in done.files]
    return {
        "construction": done.manifest.build,
        "fictif": done.manifest.fictif,
        "dossier": str(out),
        "description": PACKAGE,
        "fichiers": files,
        "avertissement": done.warning,
    }
