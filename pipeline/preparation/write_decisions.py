"""A decision of the Caf -> its entry in the decisions.yml of its campagne, the others being left as written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.builds.open_points import OpenPoint, WaitingReturn
from pipeline.codebook.model import Codebook, Rule
from pipeline.core.decisions import (
    CONFIRMED,
    DECISIONS,
    KEPT,
    LEFT,
    LIFTABLE,
    SECTIONS,
    VALIDATION,
    CafDecision,
    load_decisions,
    squeezed,
)
from pipeline.preparation.declared_file import edited_yaml, replace_file, text_scalar
from pipeline.preparation.territory import check_declared, check_departements, owners_of
from pipeline.reading.campaigns import read_campaign
from socle.paths import DataFolder
from socle.words.french import today
from socle.words.refusal import Refusal


def validate_waiting(
    folder: DataFolder,
    campagne: str,
    waiting: Sequence[WaitingReturn],
    motif: str,
    par: str,
    territory: str | None = None,
) -> int:
    """Validate the returns whose status is blank or not read, all with one reason; return how many.

    Raise Refusal, writing nothing, when none waits, when the reason is missing, or when one of them is not of the
    département of who validates.
    """
    chosen = [one for one in waiting if one.attente == "statut"]
    check_departements(folder, territory, campagne, [one.departement for one in chosen])
    by_status: dict[tuple[str, str], list[str]] = {}
    for one in chosen:
        by_status.setdefault((squeezed(one.statut_ecrit or ""), one.departement or ""), []).append(one.reponse_id)
    if not by_status:
        raise Refusal("rien_a_valider", campagne=campagne)
    # Two Cafs may number their returns alike.
    several = len(read_campaign(_year(folder, campagne)).departements) > 1
    entries = [
        {"statut": text_scalar(status), "reponses": [text_scalar(reply) for reply in dict.fromkeys(replies)]}
        | ({"departement": text_scalar(departement)} if several and departement else {})
        for (status, departement), replies in sorted(by_status.items())
    ]
    _add(folder, campagne, "validations", entries, motif, par)
    return sum(len(replies) for replies in by_status.values())


def choose_reply(
    folder: DataFolder,
    campagne: str,
    kept: WaitingReturn,
    waiting: Sequence[WaitingReturn],
    motif: str,
    par: str,
    territory: str | None = None,
) -> None:
    """Keep one of the replies to the same action.

    Raise Refusal, writing nothing, when the reason is missing, or when one of them is not of the département of who
    chooses.
    """
    left = [one for one in waiting if one.attente == "choix" and one.bilan == kept.bilan and one != kept]
    check_departements(folder, territory, campagne, [one.departement for one in (kept, *left)])
    for numero in _choices_among(folder, campagne, [kept, *left]):
        withdraw(folder, campagne, numero, par, territory)
    entry = {"gardee": _reply(kept), "ecartees": [_reply(one) for one in left]}
    _add(folder, campagne, "choix", [entry], motif, par)


def end_point(
    folder: DataFolder, point: OpenPoint, fin: str, motif: str, par: str, territory: str | None = None
) -> None:
    """Confirm the value of a point (decisions.CONFIRMED), or close it without correction (decisions.CLOSED).

    Raise Refusal, writing nothing, for a contradiction that is confirmed, when the reason is missing, or when it is
    not of the département of who ends it.
    """
    check_departements(folder, territory, point.campagne, [point.departement])
    if fin == CONFIRMED and not point.confirmable:
        raise Refusal("point_non_confirmable")
    entry: dict[str, Any] = {"fin": fin, "fichier": text_scalar(point.fichier)}
    entry |= {"feuille": text_scalar(point.feuille)} if point.feuille else {}
    entry |= {"ligne": point.ligne} if point.ligne else {}
    entry |= {"variable": point.variable} if point.variable else {}
    entry |= {"regle": point.regle, "valeur": text_scalar(squeezed(point.valeur or ""))}
    _add(folder, point.campagne, "points", [entry], motif, par)


def liftable_rules(codebook: Codebook, points: Sequence[OpenPoint]) -> dict[str, Rule]:
    """Return {id: rule} of the declared rules that can be lifted and that say one of those points."""
    said = {(point.regle, point.variable) for point in points}
    return {
        rule.id: rule
        for rule in codebook.rules
        if (rule.message, rule.colonne) in said and codebook.messages[rule.message].effet in LIFTABLE
    }


def lift_rule(
    folder: DataFolder,
    codebook: Codebook,
    campagne: str,
    regle: str,
    motif: str,
    par: str,
    territory: str | None = None,
) -> None:
    """Lift a declared rule for one year, in the département of who lifts it when that is one alone.

    Raise Refusal, writing nothing, when it is none, when the reason is missing or when the year does not declare that
    département.
    """
    known = [rule.id for rule in codebook.rules if codebook.messages[rule.message].effet in LIFTABLE]
    if regle not in known:
        raise Refusal("regle_non_levable", regle=regle, proche="")
    if territory is not None:
        check_declared(read_campaign(_year(folder, campagne)), territory)
    where = {"departement": text_scalar(territory)} if territory else {}
    _add(folder, campagne, "regles", [{"regle": regle, **where}], motif, par)


def still_open(folder: DataFolder, campagne: str, points: Sequence[OpenPoint]) -> list[OpenPoint]:
    """Return the points of a build that no decision written since ends."""
    made = load_decisions(folder.raw / campagne)
    ended = {(one.fichier, one.feuille, one.ligne, one.variable, one.regle, one.valeur) for one in made}
    return [
        point
        for point in points
        if (
            point.fichier,
            point.feuille or None,
            point.ligne,
            point.variable,
            point.regle,
            squeezed(point.valeur or ""),
        )
        not in ended
    ]


def still_waiting(folder: DataFolder, campagne: str, waiting: Sequence[WaitingReturn]) -> list[WaitingReturn]:
    """Return the returns of a build of which no decision written since says what becomes of them."""
    made = load_decisions(folder.raw / campagne)
    valid = {(one.reponse_id, one.valeur, one.departement) for one in made if one.nature == VALIDATION}
    chosen = {(one.reponse_id, one.fichier, one.ligne) for one in made if one.nature in (KEPT, LEFT)}
    return [
        one
        for one in waiting
        if not valid & {(one.reponse_id, squeezed(one.statut_ecrit or ""), place) for place in (None, one.departement)}
        and (one.reponse_id, one.fichier, one.ligne) not in chosen
    ]


def withdraw(folder: DataFolder, campagne: str, numero: int, par: str, territory: str | None = None) -> None:
    """Take a decision away by its number (see core.decisions): what it ended is open again.

    Raise Refusal, writing nothing, when there is none, or when it is not about the département of who withdraws alone.
    """
    if territory is not None:
        own = owners_of(folder, campagne)
        made = [one for one in load_decisions(folder.raw / campagne) if one.numero == numero]
        if not all(own.decision(territory, one) for one in made):
            raise Refusal("point_autre_departement", departement=territory)

    def change(content: Any) -> Any:
        rank = numero - 1
        for section in SECTIONS:
            entries = content.get(section) or []
            if rank < len(entries):
                del entries[rank]
                if not entries:
                    del content[section]
                return content
            rank -= len(entries)
        raise Refusal("fichier_declare_illisible", fichier=f"{campagne}/{DECISIONS}")

    _write(folder, campagne, change, par)


def _add(
    folder: DataFolder, campagne: str, section: str, entries: Sequence[Mapping[str, Any]], motif: str, par: str
) -> None:
    if not motif.strip():
        raise Refusal("decision_sans_motif")
    signed = {"motif": text_scalar(squeezed(motif)), "par": text_scalar(squeezed(par)), "date": today().isoformat()}

    def change(content: Any) -> Any:
        content = content if content is not None else {}
        if not content.get(section):
            content[section] = []
        content[section].extend({**entry, **signed} for entry in entries)
        return content

    _write(folder, campagne, change, par)


def _write(folder: DataFolder, campagne: str, change: Callable[[Any], Any], par: str) -> None:
    path = _year(folder, campagne) / DECISIONS
    before = load_decisions(path.parent)

    def check(tried: Path) -> None:
        now = load_decisions(tried.parent)
        # What is written must read, and the others as before.
        kept, more = sorted((now, before), key=len)
        if len(kept) == len(more) or not {_what(one) for one in kept} <= {_what(one) for one in more}:
            raise Refusal("fichier_declare_illisible", fichier=f"{campagne}/{DECISIONS}")

    replace_file(folder, path, edited_yaml(path, change), par, check)


def _year(folder: DataFolder, campagne: str) -> Path:
    if not (folder.raw / campagne).is_dir():
        raise Refusal("campagne_inconnue", campagne=campagne, dossier=folder.raw.name)
    return folder.raw / campagne


def _choices_among(folder: DataFolder, campagne: str, replies: Sequence[WaitingReturn]) -> list[int]:
    """The numbers, last first, of the choices that no longer hold: one of their replies waits again."""
    places = {(one.fichier, one.feuille or None, one.ligne) for one in replies}
    made = load_decisions(folder.raw / campagne)
    found = {
        one.numero for one in made if one.nature in (KEPT, LEFT) and (one.fichier, one.feuille, one.ligne) in places
    }
    return sorted(found, reverse=True)


def _what(decision: CafDecision) -> CafDecision:
    """A decision, whatever its rank."""
    return replace(decision, numero=0)


def _reply(one: WaitingReturn) -> dict[str, Any]:
    sheet = {"feuille": text_scalar(one.feuille)} if one.feuille else {}
    return {"reponse": text_scalar(one.reponse_id), "fichier": text_scalar(one.fichier), **sheet, "ligne": one.ligne}
