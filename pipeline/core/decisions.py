"""decisions.yml of each campagne -> qualite.decision: what the Caf decided of its returns without changing an answer.

Files are never edited, answers are not either: a decision names what it was taken for, and ends when that changes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipeline.codebook.documents import read_document
from pipeline.codebook.model import Codebook
from pipeline.reading.campaigns import Campaign
from socle.words.nearest import nearest
from socle.words.refusal import Refusal

DECISIONS = "decisions.yml"
VALIDATION, KEPT, LEFT, CONFIRMED, CLOSED, LIFTED = "validation", "choix", "ecart", "confirmee", "close", "levee"
"""`nature` of a decision; the last three are also the ending of a point."""
LIFTABLE = ("aucun", "valeur_ecartee")
"""Effects of the rules that can be lifted: what says whose a row is, or whether it counts, always holds."""
SECTIONS = {"validations": "Validation", "choix": "Choix", "points": "Point", "regles": "Règle levée"}


@dataclass(frozen=True)
class CafDecision:
    """One thing decided: a line of qualite.decision."""

    campagne: str
    numero: int
    """Those of one gesture bear the same."""
    nature: str
    fichier: str | None
    feuille: str | None
    ligne: int | None
    variable: str | None
    regle: str | None
    valeur: str | None
    """For what it was decided: the status as written, or the value of the point."""
    reponse_id: str | None
    motif: str
    auteur: str
    date_decision: str
    departement: str | None = None
    """Of what names no file: the only one in which it holds; None is every one where it finds something."""


def load_decisions(folder: Path) -> tuple[CafDecision, ...]:
    """Return what was decided of a campaign folder, nothing when it has no decisions.yml.

    Raise Refusal, with all that is wrong at once, when the file is not as its schema says or decides a thing twice.
    """
    path = folder / DECISIONS
    if not path.is_file():
        return ()
    document = read_document(path, "decisions", verbatim=True)
    faults = [f"{_place(document.content, problem.path)}{problem.sentence}" for problem in document.problems]
    content: Mapping[str, Any] = document.content or {}
    found = () if faults else tuple(_decisions(folder.name, content))
    faults += _faults(found)
    if faults:
        raise Refusal("decisions_yml_invalide", campagne=folder.name, raison=" ".join(faults).removesuffix("."))
    return found


def load_all_decisions(
    connection: duckdb.DuckDBPyConnection, campaigns: Sequence[Campaign], codebook: Codebook
) -> None:
    """Fill qualite.decision, whose `appliquee` is false until something is found to which each applies.

    Raise Refusal when a decisions.yml cannot be used.
    """
    liftable = [rule.id for rule in codebook.rules if codebook.messages[rule.message].effet in LIFTABLE]
    for campaign in campaigns:
        decided = load_decisions(campaign.folder)
        _refuse_unknown_rules(decided, liftable)
        for decision in decided:
            names = [field.name for field in fields(decision)]
            columns = ", ".join("rang_decision" if name == "numero" else name for name in names)
            connection.execute(
                f"insert into qualite.decision ({columns}, appliquee) values ({', '.join('?' * len(names))}, false)",
                list(astuple(decision)),
            )


def _refuse_unknown_rules(decided: Sequence[CafDecision], liftable: Sequence[str]) -> None:
    for decision in decided:
        if decision.nature == LIFTED and decision.regle not in liftable:
            near = nearest(decision.regle or "", liftable)
            raise Refusal(
                "regle_non_levable", regle=decision.regle, proche=f" (la plus proche\u202f: {near})" if near else ""
            )


def _decisions(campagne: str, content: Mapping[str, Any]) -> Iterator[CafDecision]:
    numero = 0
    for section in SECTIONS:
        for entry in content.get(section) or ():
            numero += 1
            for own in _entries(section, entry):
                yield _decision(campagne, numero, {**entry, **own})


def _entries(section: str, entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What each line of a decision says beside its reason."""
    match section:
        case "validations":
            yield from ({"nature": VALIDATION, "reponse": one, "valeur": entry["statut"]} for one in entry["reponses"])
        case "choix":
            yield {"nature": KEPT, **entry["gardee"]}
            yield from ({"nature": LEFT, **left} for left in entry["ecartees"])
        case "points":
            yield {"nature": entry["fin"]}
        case _:
            yield {"nature": LIFTED}


def _decision(campagne: str, numero: int, said: Mapping[str, Any]) -> CafDecision:
    names = ("fichier", "feuille", "variable", "regle", "reponse", "departement")
    texts = {name: unicodedata.normalize("NFC", str(said[name])).strip() or None for name in names if said.get(name)}
    return CafDecision(
        campagne=campagne,
        numero=numero,
        nature=said["nature"],
        fichier=texts.get("fichier"),
        feuille=texts.get("feuille"),
        ligne=int(said["ligne"]) if said.get("ligne") else None,
        variable=texts.get("variable"),
        regle=texts.get("regle"),
        valeur=squeezed(str(said.get("valeur") or "")),
        reponse_id=texts.get("reponse"),
        motif=squeezed(said["motif"]),
        auteur=squeezed(said["par"]),
        date_decision=said["date"],
        departement=texts.get("departement"),
    )


def squeezed(text: str) -> str:
    """Return a text as decisions are compared: composed, its spaces single."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _faults(found: Sequence[CafDecision]) -> Iterator[str]:
    """Yield what a schema cannot say."""
    for decision in {one.numero: one for one in found}.values():
        try:
            date.fromisoformat(decision.date_decision)
        except ValueError:
            yield f"Décision {decision.numero}\u202f: «\u202f{decision.date_decision}\u202f» n'est pas une date."
    seen: dict[tuple[object, ...], int] = {}
    for decision in found:
        about = _about(decision)
        if seen.setdefault(about, decision.numero) != decision.numero:
            yield f"Les décisions {seen[about]} et {decision.numero} portent sur la même chose\u202f: gardez-en une."


def _about(decision: CafDecision) -> tuple[object, ...]:
    """What a decision is about: two of the same contradict each other, or say it twice."""
    if decision.nature == VALIDATION:
        return VALIDATION, decision.departement, decision.reponse_id, decision.valeur
    place = (decision.fichier, decision.feuille, decision.ligne)
    if decision.nature in (KEPT, LEFT):
        return KEPT, *place
    return "point", *place, decision.departement, decision.variable, decision.regle, decision.valeur


def _place(content: Any, path: Sequence[str | int]) -> str:
    """Name an entry as people find it: its section, its rank."""
    if not path or path[0] not in SECTIONS:
        return ""
    named = SECTIONS[str(path[0])]
    rank = f" {int(path[1]) + 1}" if len(path) > 1 else ""
    return f"{named}{rank}{''.join(f', {step}' for step in path[2:])}\u202f: "
