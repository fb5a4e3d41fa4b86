"""`clas points`, `clas valider` and `clas decider`: what waits for the Caf in a year, and what it decides of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.building.build import note
from cli.building.departement import Departement, declared_departement
from cli.words.french_help import Command, Group
from cli.words.screen import say, table
from socle.files.manifest import current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import load_settings
from socle.words.french import count
from socle.words.refusal import Refusal

if TYPE_CHECKING:
    from pipeline.builds.open_points import OpenPoint, WaitingReturn
    from pipeline.core.decisions import CafDecision

Year = Annotated[str, typer.Argument(metavar="ANNÉE", help="Année scolaire (2019-2020).")]
Number = Annotated[str, typer.Argument(metavar="NUMÉRO", help="Celui que donne « clas points ANNÉE ».")]
Reason = Annotated[str, typer.Option("--motif", metavar="TEXTE", help="Pourquoi ; gardé avec la décision.")]
By = Annotated[str, typer.Option("--par", metavar="NOM", help="Qui l'a décidé ; gardé avec la décision.")]
_BUILD = "Lancez «\u202fclas build\u202f» pour que les chiffres en tiennent compte."
_NATURES = {
    "validation": "bilan validé", "choix": "réponse gardée", "ecart": "réponse laissée",
    "confirmee": "valeur confirmée", "close": "point clos", "levee": "règle levée",
}  # fmt: skip


def points(campagne: Year, departement: Departement = "") -> int:
    """Liste les points à vérifier d'une année, les bilans qui attendent la Caf et ce qui est décidé."""
    from pipeline.builds.open_points import open_points, waiting_returns
    from pipeline.core.decisions import load_decisions
    from pipeline.preparation.territory import counted, owners_of
    from pipeline.preparation.write_decisions import still_open, still_waiting

    folder = DataFolder(load_settings().data)
    build = _build(folder, campagne)
    territory = declared_departement(folder, campagne, departement)
    mine = counted(folder, territory)
    found = still_open(folder, campagne, [o for o in open_points(build, campagne) if mine(campagne, o.departement)])
    returned = [one for one in waiting_returns(build, campagne) if mine(campagne, one.departement)]
    where = f"{campagne} ({territory})" if territory else campagne
    say(f"{count(len(found), 'point à vérifier', 'points à vérifier')} en {where}.")
    if found:
        table(("Numéro", "Où", "Ce qu'il faut faire"), [(one.numero, _place(one), one.message) for one in found])
    _show_waiting(campagne, territory, still_waiting(folder, campagne, returned))
    own = owners_of(folder, campagne)
    _show_made([one for one in load_decisions(folder.raw / campagne) if own.decision(territory, one)])
    return 0


def valider(campagne: Year, departement: Departement = "", motif: Reason = "", par: By = "commande") -> int:
    """Valide tous les bilans reçus dont le statut manque ou n'a pas été lu, avec un même motif."""
    from pipeline.builds.open_points import waiting_returns
    from pipeline.preparation.territory import counted
    from pipeline.preparation.write_decisions import still_waiting, validate_waiting

    folder = DataFolder(load_settings().data)
    build = _build(folder, campagne)
    territory = declared_departement(folder, campagne, departement)
    mine = counted(folder, territory)
    returned = [one for one in waiting_returns(build, campagne) if mine(campagne, one.departement)]
    number = validate_waiting(folder, campagne, still_waiting(folder, campagne, returned), motif, par, territory)
    note(folder, "decision", f"{campagne}, {number} validés")
    say(f"{count(number, 'bilan validé', 'bilans validés')} en {campagne}. {_BUILD}")
    return 0


def confirmer(
    campagne: Year, numero: Number, departement: Departement = "", motif: Reason = "", par: By = "commande"
) -> int:
    """Confirme la valeur d'un point inhabituel : elle compte, et n'est plus demandée."""
    from pipeline.core.decisions import CONFIRMED

    return _end(campagne, numero, CONFIRMED, departement, motif, par)


def clore(
    campagne: Year, numero: Number, departement: Departement = "", motif: Reason = "", par: By = "commande"
) -> int:
    """Clôt un point sans correction : ce qui n'est pas compté ne l'est toujours pas, et n'est plus demandé."""
    from pipeline.core.decisions import CLOSED

    return _end(campagne, numero, CLOSED, departement, motif, par)


def garder(
    campagne: Year,
    reponse: Annotated[str, typer.Argument(metavar="RÉPONSE", help="Numéro de la réponse à garder.")],
    ligne: Annotated[
        int, typer.Option("--ligne", metavar="LIGNE", help="Sa ligne, quand plusieurs portent ce numéro.")
    ] = 0,
    departement: Departement = "",
    motif: Reason = "",
    par: By = "commande",
) -> int:
    """Garde une réponse parmi plusieurs à la même action, quand leurs dates ne disent pas laquelle est la dernière."""
    from pipeline.builds.open_points import waiting_returns
    from pipeline.preparation.territory import counted
    from pipeline.preparation.write_decisions import choose_reply

    folder = DataFolder(load_settings().data)
    build = _build(folder, campagne)
    territory = declared_departement(folder, campagne, departement)
    own = counted(folder, territory)
    waiting = [one for one in waiting_returns(build, campagne) if own(campagne, one.departement)]
    mine = [one for one in waiting if one.attente == "choix" and one.reponse_id == reponse and ligne in (0, one.ligne)]
    if len(mine) != 1:
        raise Refusal("choix_introuvable", reponse=reponse, campagne=campagne)
    choose_reply(folder, campagne, mine[0], waiting, motif, par, territory)
    note(folder, "decision", f"{campagne}, réponse {reponse} gardée")
    say(f"Réponse {reponse} gardée. {_BUILD}")
    return 0


def lever(
    campagne: Year,
    regle: Annotated[str, typer.Argument(metavar="RÈGLE", help="Nom de la règle, que donne docs/dictionary.md.")],
    departement: Departement = "",
    motif: Reason = "",
    par: By = "commande",
) -> int:
    """Lève pour une année une règle qui compare des réponses : ce qu'elle relève compte, et n'est plus demandé."""
    from pipeline.codebook.load import load_codebook
    from pipeline.preparation.write_decisions import lift_rule

    folder = DataFolder(load_settings().data)
    territory = declared_departement(folder, campagne, departement)
    lift_rule(folder, load_codebook((folder.root,)), campagne, regle, motif, par, territory)
    where = f"{campagne} ({territory})" if territory else campagne
    note(folder, "decision", f"{where}, règle {regle} levée")
    say(f"Règle {regle} levée pour {where}. {_BUILD}")
    return 0


def retirer(
    campagne: Year,
    numero: Annotated[int, typer.Argument(metavar="RANG", help="Rang de la décision.")],
    departement: Departement = "",
) -> int:
    """Retire une décision de decisions.yml : ce qu'elle terminait est de nouveau ouvert."""
    from pipeline.preparation.write_decisions import withdraw

    folder = DataFolder(load_settings().data)
    withdraw(folder, campagne, numero, "commande", declared_departement(folder, campagne, departement))
    note(folder, "decision", f"{campagne}, décision {numero} retirée")
    say(f"Décision {numero} retirée. {_BUILD}")
    return 0


def _end(campagne: str, numero: str, fin: str, departement: str, motif: str, par: str) -> int:
    from pipeline.builds.open_points import open_points
    from pipeline.preparation.write_decisions import end_point

    folder = DataFolder(load_settings().data)
    point = next((one for one in open_points(_build(folder, campagne), campagne) if one.numero == numero), None)
    territory = declared_departement(folder, campagne, departement)
    if point is None:
        raise Refusal("point_introuvable", numero=numero, campagne=campagne)
    end_point(folder, point, fin, motif, par, territory)
    note(folder, "decision", f"{campagne}/{point.fichier}, {_NATURES[fin]}")
    say(f"{_NATURES[fin].capitalize()}. {_BUILD}")
    return 0


def _build(folder: DataFolder, campagne: str) -> Path:
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    if build is None or manifest is None:
        raise Refusal("aucune_construction")
    known = sorted({line["campagne"] for line in manifest.campaigns})
    if campagne not in known:
        raise Refusal("campagne_non_publiee", campagne=campagne, connues=", ".join(known))
    return build


def _show_waiting(campagne: str, territory: str | None, waiting: Sequence[WaitingReturn]) -> None:
    statuses = [one for one in waiting if one.attente == "statut"]
    choices = [one for one in waiting if one.attente == "choix"]
    if statuses:
        said = count(len(statuses), "bilan attend", "bilans attendent")
        command = f"clas valider {campagne}{f' --departement {territory}' if territory else ''} --motif …"
        say(f"{said} d'être validés, leur statut n'étant pas lu\u202f: «\u202f{command}\u202f».")
    if choices:
        say("Réponses parmi lesquelles choisir, avec «\u202fclas decider garder\u202f»\u202f:")
        table(
            ("Porteur", "Action", "Réponse", "Datée du", "Fichier", "Ligne"),
            [(o.porteur, o.action_id, o.reponse_id, o.date_validation, o.fichier, o.ligne) for o in choices],
        )


def _show_made(made: Sequence[CafDecision]) -> None:
    if made:
        say("Décisions prises (rang, ce qui est décidé, motif)\u202f:")
        table(
            ("Rang", "Décision", "Sur", "Motif", "Par", "Le"),
            [
                (
                    one.numero,
                    _NATURES[one.nature],
                    one.reponse_id or one.regle,
                    one.motif,
                    one.auteur,
                    one.date_decision,
                )
                for one in made
            ],
        )


def _place(point: OpenPoint) -> str:
    line = f"ligne {point.ligne}" if point.ligne else None
    return ", ".join(part for part in (point.fichier, point.feuille, line) if part)


decider = typer.Typer(
    cls=Group, help="Ce que la Caf décide d'un bilan ou d'un point, sans changer de réponse.", rich_markup_mode=None
)
for _function in (confirmer, clore, garder, lever, retirer):
    decider.command(_function.__name__, cls=Command)(_function)
