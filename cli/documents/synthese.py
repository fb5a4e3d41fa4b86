"""`clas synthese`: the synthèse of one porteur as a PDF, or those of all of a year in a ZIP."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Annotated

import typer

from cli.building.build import note
from cli.documents.bilan import YEAR
from cli.documents.options import departement_of, suffix_of
from cli.words.french_help import FrenchBadParameter
from cli.words.screen import progress, say, warn
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count, size

OF_PORTEUR = typer.Option(
    "--departement", metavar="CODE", help="Code du département (par défaut, le seul du porteur, ou de l'année)."
)


def synthese(
    campagne: Annotated[str, YEAR],
    out: Annotated[
        Path, typer.Option("--out", metavar="FICHIER", help="Document à écrire : .pdf, ou .zip avec --all.")
    ],
    porteur: Annotated[
        str, typer.Option("--porteur", metavar="IDENTIFIANT", help="Identifiant du porteur dans le registre.")
    ] = "",
    tous: Annotated[bool, typer.Option("--all", help="Écrit celles de tous les porteurs de l'année.")] = False,
    departement: Annotated[str, OF_PORTEUR] = "",
) -> int:
    """Écrit la synthèse d'un porteur, ou celles de tous ; chacune ne parle que de lui."""
    from socle.files.atomic import replacing
    from socle.process.machine import refusing_output

    if bool(porteur) == tous:
        raise FrenchBadParameter("Dites quel porteur avec «\u202f--porteur\u202f», ou tous avec «\u202f--all\u202f».")
    suffix_of(out, ("zip",) if tous else ("pdf",))
    folder = DataFolder(load_settings().data)
    code = departement_of(folder, campagne, departement, porteur)
    with refusing_output(out), replacing(out) as temporary:
        shown = (_all if tous else _one)(folder, campagne, code, porteur, temporary)
    note(folder, "telechargement", f"synthèses {campagne}, {porteur or 'tous les porteurs'}")
    if others := sorted(set(shown) - {campagne}):
        warn(
            f"L'année scolaire {campagne} n'est pas arrêtée\u202f: ce qui est écrit est de la dernière année arrêtée "
            f"({', '.join(others)})."
        )
    say(f"{count(len(shown), 'synthèse écrite', 'synthèses écrites')} dans {out}, {size(out.stat().st_size)}.")
    return 0


def _one(folder: DataFolder, campagne: str, departement: str, porteur: str, out: Path) -> list[str]:
    """Write it; return the year it shows."""
    from bilan.render import render
    from bilan.synthese.all import one_synthese

    content = one_synthese(folder, porteur, campagne, departement, load_settings().contact)
    out.write_bytes(render(content, "pdf"))
    return [content.campagne]


def _all(folder: DataFolder, campagne: str, departement: str, _: str, out: Path) -> list[str]:
    """Write them, one in memory at a time; return the year that each shows."""
    from bilan.render import document_name, render
    from bilan.synthese.all import all_syntheses

    shown = []
    with progress() as step, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for porteur, content in all_syntheses(folder, campagne, departement, load_settings().contact, step):
            stamp = content.built.timetuple()[:6]
            member = zipfile.ZipInfo(f"{porteur}-{document_name(content, 'pdf')}", stamp)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, render(content, "pdf"))
            shown.append(content.campagne)
    return shown
