"""`clas recognise`: an export never seen -> the draft of its format, in the formats.yml beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.building.departement import Departement
from cli.building.received_file import received_file
from cli.words.french_help import FrenchBadParameter
from cli.words.screen import progress, say, say_json
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count

if TYPE_CHECKING:
    from pipeline.drafting.draft import Draft, Known

_CAMPAGNE = re.compile(r"(\d{4})-(\d{4})")


def recognise(
    fichier: Annotated[
        Path,
        typer.Argument(metavar="FICHIER", help="Export reçu (.csv, .txt, .xlsx ou .ods), ici ou dans les données."),
    ],
    campagne: Annotated[
        str,
        typer.Option("--campagne", metavar="ANNÉE", help="Année scolaire (2026-2027)\u202f; sinon, celle du dossier."),
    ] = "",
    departement: Departement = "",
    as_json: Annotated[bool, typer.Option("--json", help="Écrit le résultat pour un programme.")] = False,
) -> int:
    """Décrit un export jamais vu dans formats.yml, et dit ce qu'il reste à compléter."""
    from pipeline.drafting.run import draft_file

    settings = load_settings()
    folder = DataFolder(settings.data)
    fichier = received_file(fichier, folder, campagne, departement)
    year = _campagne(campagne, folder, fichier)
    with progress() as step:
        step(f"Lecture de {fichier.name}")
        drafted, path = draft_file(folder, fichier, year)
    if as_json:
        say_json(_report(fichier, year, drafted, path))
    else:
        _show(fichier, year, drafted, path)
    return 1 if getattr(drafted, "waiting", ()) else 0


def _campagne(given: str, folder: DataFolder, fichier: Path) -> str:
    from pipeline.drafting.run import campagne_of

    name = given or campagne_of(folder, fichier)
    match = _CAMPAGNE.fullmatch(name)
    if match and int(match[2]) == int(match[1]) + 1:
        return name
    if given:
        raise FrenchBadParameter(f"«\u202f{given}\u202f» n'est pas une année scolaire\u202f: écrivez 2026-2027.")
    raise FrenchBadParameter(
        f"Rien ne dit de quelle année scolaire est {fichier.name}\u202f: ajoutez «\u202f--campagne 2026-2027\u202f»."
    )


def _show(fichier: Path, campagne: str, drafted: Draft | Known, path: Path) -> None:
    from pipeline.drafting.draft import Known
    from pipeline.drafting.text import proposal_text

    if isinstance(drafted, Known):
        say(f"{fichier.name} est déjà reconnu\u202f: {', '.join(drafted.formats)}. Rien n'a été écrit.")
        return
    waiting = len(drafted.waiting)
    say(f"{fichier.name}\u202f: {count(drafted.sure, 'intitulé sûr', 'intitulés sûrs')}, {waiting} à compléter.")
    if drafted.etend:
        say(f"Il ressemble à «\u202f{drafted.etend.libelle}\u202f»\u202f: seules les différences sont décrites.")
    for name in drafted.left_out:
        say(f"- La feuille «\u202f{name}\u202f» n'est rattachée à rien\u202f: elle ne sera pas lue.")
    for part, column in drafted.waiting:
        where = f"feuille {part}, " if part else ""
        say(f"- {where}«\u202f{column.entete}\u202f» ({column.cells})\u202f: {column.why}.")
        for proposal in column.proposals:
            say(f"    {proposal_text(proposal)}")
    say(f"Brouillon écrit dans {path}.")
    if waiting:
        say("Remplacez-y chaque «\u202fvariable: null\u202f» par une variable (voir «\u202fclas dictionary\u202f»),")
        say('ou par «\u202fignoree: "pourquoi"\u202f».')
    if path.parent.name != campagne:
        say(f"Déposez {fichier.name} et {path.name} dans le dossier raw/{campagne} de vos données.")
    say(f"{'Ensuite' if waiting else 'Relisez-le, puis'}\u202f: «\u202fclas build\u202f».")


def _report(fichier: Path, campagne: str, drafted: Draft | Known, path: Path) -> dict[str, Any]:
    from pipeline.drafting.draft import Known

    shared = {"fichier": fichier.name, "campagne": campagne}
    if isinstance(drafted, Known):
        return shared | {"deja_reconnu": True, "formats": list(drafted.formats), "brouillon": None}
    return shared | {
        "deja_reconnu": False,
        "etend": drafted.etend.id if drafted.etend else None,
        "brouillon": str(path),
        "surs": drafted.sure,
        "a_completer": [
            {
                "partie": part,
                "entete": column.entete,
                "cellules": column.cells,
                "pourquoi": column.why,
                "propositions": [
                    {
                        "variable": proposal.variable,
                        "intitule": proposal.wording,
                        "annees": proposal.years or None,
                        "score": round(proposal.score),
                        "lisibles": round(proposal.support.share, 3),
                    }
                    for proposal in column.proposals
                ],
            }
            for part, column in drafted.waiting
        ],
        "feuilles_non_lues": list(drafted.left_out),
    }
