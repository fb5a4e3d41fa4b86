"""`clas backup` and `clas restore`: what must survive of a data folder -> one file, and back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.building.build import note
from cli.words.french_help import in_a_folder
from cli.words.screen import progress, say, say_json, warn
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count, moment, size


def backup(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FICHIER",
            callback=in_a_folder,
            help="Fichier à écrire, ou dossier où l'écrire sous un nom daté (par défaut, ici).",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrit le résultat pour un programme.")] = False,
) -> int:
    """Sauvegarde en un fichier ce qui ne peut pas être refait : fichiers reçus, état, définitions locales."""
    from pipeline.safekeeping.backup import back_up

    with progress() as step:
        done = back_up(DataFolder(load_settings().data), out, step)
    if done.noted:
        note(DataFolder(load_settings().data), "sauvegarde", done.path.name)
    else:
        warn("Le dossier de données n'a pas pu noter cette sauvegarde\u202f: «\u202fclas status\u202f» l'ignorera.")
    files = len(done.declared.fichiers)
    if as_json:
        say_json(
            {
                "fichier": str(done.path),
                "octets": done.bytes,
                "fichiers": files,
                "faite_le": done.declared.faite_le,
                "meme_disque": done.same_disk,
            }
        )
        return 0
    say(f"Sauvegarde écrite dans {done.path}\u202f: {count(files, 'fichier')}, {size(done.bytes)}, relue et vérifiée.")
    say("Elle contient des données personnelles et les comptes\u202f: rangez-la en lieu sûr.")
    if done.same_disk:
        say("Elle est sur le même disque que les données\u202f: copiez-la ailleurs.")
    return 0


def restore(
    fichier: Annotated[
        Path,
        typer.Argument(
            metavar="FICHIER", exists=True, dir_okay=False, readable=True, help="Sauvegarde faite par « clas backup »."
        ),
    ],
    remplacer: Annotated[
        bool, typer.Option("--remplacer", help="Remplace les données présentes, qui sont gardées de côté.")
    ] = False,
) -> int:
    """Remet une sauvegarde en place, une fois tous ses fichiers vérifiés."""
    from pipeline.safekeeping.restore import restore as put_back

    folder = DataFolder(load_settings().data)
    with progress() as step:
        done = put_back(folder, fichier, remplacer, step)
    note(folder, "restauration", fichier.name)
    files, made = len(done.declared.fichiers), moment(datetime.fromisoformat(done.declared.faite_le))
    say(f"Sauvegarde du {made} remise en place dans {folder.root}\u202f: {count(files, 'fichier')}.")
    if done.aside:
        say(f"Ce qui s'y trouvait est gardé dans {done.aside}\u202f: supprimez-le quand vous n'en avez plus besoin.")
    if folder.access.relative_to(folder.root).as_posix() in done.declared.fichiers:
        say(f"Les comptes sont ceux du {made}\u202f: fermez de nouveau ceux que vous aviez fermés depuis.")
    say("Lancez maintenant «\u202fclas build\u202f»\u202f: les chiffres sont refaits à partir de ces fichiers.")
    return 0
