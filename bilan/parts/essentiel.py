"""The first page of the bilan, *L'essentiel*: agreed, collected, context, six key figures, what the figures say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bilan.exhibits.cells import UNKNOWN, card_cell
from bilan.model.content import KeyFigure
from bilan.parts.look_first import LookFirst, look_first
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading, read
from bilan.words.sentences import Speaker
from bilan.words.terms import speaker
from socle.paths import DataFolder
from warehouse.scope import Scope

SENTENCES = ("E4", "E5", "E6", "E7", "E8")


@dataclass(frozen=True)
class Essentiel:
    """The page, every text ready to show; a part that has nothing to say is empty."""

    title: str
    made_by: str
    marks: tuple[str, ...]
    """Provisional or adopted, fictitious."""
    warning: str | None
    agreed: tuple[str, ...]
    collected: tuple[str, ...]
    context: tuple[str, ...]
    key_figures: tuple[KeyFigure, ...]
    sentences: tuple[str, ...]
    look_first: LookFirst
    word: str | None
    """« Le mot du comité »."""
    how_to_read: tuple[str, ...]
    foot: str


def essentiel(folder: DataFolder, scope: Scope, campagne: str, departement: str) -> Essentiel:
    """Return the first page of the bilan of that year and département, as that scope may read it.

    Raise Refusal when the département is not in the scope's territory, when it has no such year (or not one that this
    scope may read), or when nothing is published.
    """
    return write_essentiel(read(folder, scope, campagne, departement))


def write_essentiel(reading: Reading) -> Essentiel:
    """Return the page of what was read already."""
    patterns = load_phrases().patterns
    says = speaker(reading, more={"champ": _champ(reading)})
    return Essentiel(
        title=_line(says, "titre"),
        made_by=_line(says, "etabli_par"),
        marks=says.say(patterns["etat"]),
        warning=reading.warning,
        agreed=says.say(patterns["E1"]),
        collected=says.say(patterns["E2"]),
        context=says.say(patterns["E3"]),
        key_figures=tuple(
            _key_figure(reading, declared)
            for declared in load_phrases().key_figures
            if declared["indicateur"] in reading.catalogue
        ),
        sentences=tuple(sentence for pattern in SENTENCES for sentence in says.say(patterns[pattern])),
        look_first=look_first(reading),
        word=next((text.texte for text in reading.texts if text.nature == "mot_du_comite"), None),
        how_to_read=says.say(patterns["lire_ce_bilan"]),
        foot=_line(says, "pied"),
    )


def _key_figure(reading: Reading, declared: Mapping[str, Any]) -> KeyFigure:
    name = declared["indicateur"]
    says, patterns = speaker(reading, name), load_phrases().patterns
    said = (reading.quantity(name) or UNKNOWN).said
    return KeyFigure(
        indicateur=name,
        label=declared["libelle"],
        value=card_cell(reading, name),
        detail=says.fragment(declared.get("detail", ())),
        base=says.fragment(patterns["base"]) if said else "",
        before=says.fragment(patterns["avant"]),
        france=says.fragment(patterns["france"]),
    )


def _champ(reading: Reading) -> str:
    """Those whose answers are counted."""
    if reading.campagne.grain == "structure":
        return f"structures ayant répondu {reading.departement.dans}"
    return f"actions ayant fait l'objet d'un bilan exploitable {reading.departement.dans}"


def _line(says: Speaker, pattern: str) -> str:
    return " ".join(says.say(load_phrases().patterns[pattern]))
