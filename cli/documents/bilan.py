"""`clas bilan`: the bilan of a year as a document, PDF, Word, Excel or PowerPoint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.building.build import note
from cli.documents.options import departement_of, suffix_of
from cli.words.french_help import FrenchBadParameter
from cli.words.screen import progress, say, warn
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import size
from socle.words.refusal import Refusal

if TYPE_CHECKING:
    from bilan.model.content import Content

YEAR = typer.Argument(metavar="ANNÉE", help="Année scolaire (2019-2020).")
DEPARTEMENT = typer.Option(
    "--departement", metavar="CODE", help="Code du département (par défaut, le seul de cette année)."
)


def bilan(
    campagne: Annotated[str, YEAR],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FICHIER", help="Document à écrire : .pdf, .docx, .xlsx ou .pptx.")
    ] = None,
    departement: Annotated[str, DEPARTEMENT] = "",
    edition: Annotated[
        str,
        typer.Option(
            "--edition",
            metavar="ÉDITION",
            show_default=False,
            help="diffusion (par défaut) ou comite (réservée au comité).",
        ),
    ] = "diffusion",
    gel: Annotated[
        str, typer.Option("--gel", metavar="NOM", help="Une version gardée quand le comité a arrêté l'année.")
    ] = "",
    garder: Annotated[
        bool, typer.Option("--garder", help="Garde le bilan de l'année arrêtée tel qu'il est, comme « clas arreter ».")
    ] = False,
    parties: Annotated[
        str, typer.Option("--parties", metavar="LISTE", help="Parties à garder, séparées par des virgules.")
    ] = "",
) -> int:
    """Écrit le bilan annuel d'un département dans un document."""
    from socle.files.atomic import write_atomic
    from socle.process.machine import refusing_output

    _check_usage(out, edition, gel, bool(garder or departement or parties), garder)
    kept = [part.strip() for part in parties.split(",") if part.strip()]
    if parties and not kept:
        raise FrenchBadParameter("«\u202f--parties\u202f» ne nomme aucune partie.")
    folder = DataFolder(load_settings().data)
    if garder:
        _keep(folder, campagne)
    if out is None:
        return 0
    with progress() as step:
        step("Lecture des chiffres publiés")
        content = _content(folder, campagne, departement, edition, gel, kept or None)
        step("Mise en page")
        document = _document(folder, content, gel, _suffix(out))
    with refusing_output(out):
        write_atomic(out, document)
    what = f"version gardée {gel}" if gel else f"bilan {campagne}, édition {edition}"
    note(folder, "telechargement", f"{what}, {_suffix(out)}")
    if content.warning:
        warn(content.warning)
    marks = f" ({', '.join(content.marks)})" if content.marks else ""
    say(f"Bilan {campagne} écrit dans {out}, {size(len(document))}{marks}.")
    return 0


def _check_usage(out: Path | None, edition: str, gel: str, is_chosen: bool, garder: bool) -> None:
    """Raise FrenchBadParameter when the options do not go together; `is_chosen`: something of a document is."""
    from bilan.model.content import DIFFUSION, EDITIONS

    if gel and (is_chosen or edition != DIFFUSION):
        raise FrenchBadParameter(
            "Une version gardée est rendue telle quelle\u202f: «\u202f--gel\u202f» ne va qu'avec «\u202f--out\u202f»."
        )
    if edition not in EDITIONS:
        raise FrenchBadParameter(f"L'édition «\u202f{edition}\u202f» n'existe pas\u202f: {' ou '.join(EDITIONS)}.")
    if out is None and not garder:
        raise FrenchBadParameter("Dites où écrire le document avec «\u202f--out\u202f».")
    if out is not None:
        _suffix(out)


def _suffix(out: Path) -> str:
    from bilan.render import KINDS

    return suffix_of(out, KINDS)


def _content(
    folder: DataFolder, campagne: str, departement: str, edition: str, gel: str, parties: list[str] | None
) -> Content:
    from bilan.compose import compose
    from bilan.frozen import frozen_content

    if not gel:
        return compose(folder, campagne, departement_of(folder, campagne, departement), edition, parties)
    content = frozen_content(folder, gel)
    if content.campagne != campagne:
        raise FrenchBadParameter(f"La version gardée «\u202f{gel}\u202f» est de {content.campagne}.")
    return content


def _document(folder: DataFolder, content: Content, gel: str, suffix: str) -> bytes:
    from bilan.frozen import frozen_document
    from bilan.render import render

    return frozen_document(folder, gel, suffix) if gel else render(content, suffix)


def _keep(folder: DataFolder, campagne: str) -> None:
    from bilan.frozen import adopted_places, freeze_all

    with progress() as step:
        step("Mise en page")
        kept = freeze_all(folder, adopted_places(folder, campagne), "commande")
    if not kept:
        raise Refusal("rien_a_garder", campagne=campagne)
    for gel in kept:
        say(f"Bilan {campagne} ({gel.departement}) gardé sous le nom {gel.nom}.")
