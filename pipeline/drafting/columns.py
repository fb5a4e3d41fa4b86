"""The headers of a table and their cells -> what becomes of each column: sure and said why, or left to a person.

A wording that the cells contradict is not sure, nor one that two variables want, nor the lesser of two headers that
want the same variable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.codebook.model import Codebook, FormatColumn
from pipeline.drafting.cell_profile import MOSTLY, SURE_MARGIN, SURE_SCORE, CellProfile, Support
from pipeline.drafting.cell_profile_texts import short
from pipeline.drafting.wordings import Near, Wordings
from socle.words.nearest import ALIKE

_CONTRADICTED = 0.5
_PENALTY = 30  # what a wording loses when the cells contradict it
_IGNORED_SCORE = 92
_OFFERED = 3


@dataclass(frozen=True)
class Proposal:
    """A variable that a header may ask, and why."""

    variable: str
    wording: str
    years: str
    score: float
    exact: bool
    support: Support

    @property
    def rank(self) -> float:
        """What proposals are sorted by: the wording, less when the cells say otherwise."""
        return self.score - (_PENALTY if self.contradicted else 0)

    @property
    def contradicted(self) -> bool:
        """True when the cells are no answer to it."""
        return self.support.told and self.support.share < _CONTRADICTED


@dataclass(frozen=True)
class DraftColumn:
    """A header of the file, and what becomes of it: its variable, a reason to ignore it, or neither yet."""

    entete: str
    variable: str | None = None
    ignoree: str | None = None
    facultative: bool = False
    valeurs: Mapping[str, str] = field(default_factory=dict)
    separateur_choix: str | None = None
    place: str | None = None
    why: str = ""
    cells: str = ""
    """What its cells are."""
    proposals: tuple[Proposal, ...] = ()
    """Of a column that waits: the nearest variables, best first."""
    doubtful: Mapping[str, str] = field(default_factory=dict)
    """Of a choice: {answer: nearest modality, or an empty text}."""

    @property
    def waits(self) -> bool:
        """True when a person must say what it asks."""
        return self.variable is None and self.ignoree is None


def from_format(column: FormatColumn, why: str) -> DraftColumn:
    """Return the column of a known format as a draft writes it; it may be absent from the file."""
    return DraftColumn(
        entete=column.entete,
        variable=column.variable,
        facultative=True,
        valeurs=column.valeurs,
        separateur_choix=column.separateur_choix,
        place=column.place,
        why=why,
    )


class ColumnMatcher:
    """Says what becomes of the columns of a table, from all that is known."""

    def __init__(self, codebook: Codebook, profile: CellProfile) -> None:
        self._codebook = codebook
        self._wordings = Wordings(codebook)
        self.profile = profile

    def names(self, entities: Collection[str]) -> set[str]:
        """Return every id that a column of such a table may feed."""
        kept = [variable for variable in self._codebook.variables if set(variable.entites) & set(entities)]
        joined = {variable.id for variable in kept if variable.type == "choix_multiple"}
        return joined | {column.id for variable in kept for column in variable.columns}

    def match(self, headers: Mapping[int, str], allowed: Collection[str], taken: Collection[str]) -> list[DraftColumn]:
        """Return what becomes of each header, {position in the table last taken: header}, in its order.

        `allowed` are the variables that such a table may feed, `taken` those that it feeds already.
        """
        free = {name for name in allowed if not any(_same_question(name, other) for other in taken)}
        judged = {position: self._alone(position, header, free) for position, header in headers.items()}
        fed: dict[str, str] = {}
        sure = [position for position, column in judged.items() if column.variable]
        for position in sorted(sure, key=lambda at: -_certainty(judged[at])):
            column = judged[position]
            variable = column.variable or ""
            rival = next((text for name, text in fed.items() if _same_question(name, variable)), None)
            if rival is None:
                fed[variable] = column.entete
            else:
                why = f"«\u202f{short(rival)}\u202f» y répond déjà, et de plus près"
                judged[position] = replace(column, variable=None, why=why)
        return list(judged.values())

    def _alone(self, position: int, header: str, allowed: Collection[str]) -> DraftColumn:
        near = self._wordings.near(header, allowed)
        cells = self.profile.described(position)
        ignored = next((n for n in near[:1] if n.wording.target is None and n.score >= _IGNORED_SCORE), None)
        if ignored:
            why = f"{_same_or_near(ignored.exact, ignored.wording.text, ignored.score, ignored.wording.years)}, ignoré"
            return DraftColumn(header, ignoree=ignored.wording.ignored, why=why, cells=cells)
        proposals = [self._proposal(position, n) for n in near if n.wording.target is not None]
        proposals.sort(key=lambda p: (-p.rank, not p.exact, -p.support.share))
        offered = tuple(proposal for proposal in proposals if proposal.rank >= ALIKE)[:_OFFERED]
        reason = _doubt(proposals)
        best = offered[0] if offered else None
        told = best.support if best else Support(0.0)
        column = DraftColumn(
            header,
            valeurs=told.values,
            separateur_choix=told.separator,
            why=reason,
            cells=cells,
            proposals=offered,
            doubtful=told.doubtful if self.profile.texts(position).quotable else {},
        )
        if reason or best is None:
            return column
        near_to = _same_or_near(best.exact, best.wording, best.score, best.years)
        return replace(column, variable=best.variable, why=f"{near_to}\u202f; cellules\u202f: {cells}")

    def _proposal(self, position: int, near: Near) -> Proposal:
        wording, target = near.wording, near.wording.target or ""
        support = self.profile.support(position, target)
        return Proposal(target, wording.text, wording.years, near.score, near.exact, support)


def _doubt(proposals: Sequence[Proposal]) -> str:
    """Why the best proposal is not sure, or an empty text."""
    if not proposals:
        return "aucun intitulé connu n'en est proche"
    best, rivals = proposals[0], [proposal for proposal in proposals[1:] if not proposal.contradicted]
    second = max(rivals, key=lambda p: (p.exact, p.score), default=None)
    if best.contradicted:
        return "les cellules ne se lisent pas comme la réponse attendue"
    if best.exact and not (second and second.exact):
        return ""
    if second and (second.exact or best.score < second.score + SURE_MARGIN):
        return "deux questions connues en sont aussi proches l'une que l'autre"
    if best.score < SURE_SCORE:
        return "l'intitulé n'est pas assez proche de ceux que l'on connaît"
    if not best.support.told:
        return "aucune cellule remplie ne le confirme"
    if best.support.share < MOSTLY:
        return "une partie des cellules ne se lit pas comme la réponse attendue"
    return ""


def _certainty(column: DraftColumn) -> float:
    best = column.proposals[0]
    return best.score + best.exact + best.support.share


def _same_or_near(exact: bool, wording: str, score: float, years: str) -> str:
    if exact:
        return f"même intitulé {years}" if years else "même intitulé qu'au dictionnaire"
    return f"proche à {score:.0f}\u202f% de «\u202f{short(wording)}\u202f» ({years or 'au dictionnaire'})"


def _same_question(first: str, other: str) -> bool:
    """A choice in one joined cell and its options, a column each, are one question."""
    return first == other or first.startswith(f"{other}__") or other.startswith(f"{first}__")
