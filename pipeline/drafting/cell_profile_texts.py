"""The texts of one column -> what can be said of them without quoting what may name somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.codebook.model import Variable
from pipeline.sql.macros import fold

_FEW = 10  # different answers, where a choice is offered
_SHORT = 40
_SENTENCE = 40
_IDENTIFIER = 40
_REMARK = 8
_PERSONAL_HEADER = re.compile(
    r"\b(noms?|prenoms?|e-?mails?|mels?|courriels?|electronique|telephones?|tel|portable|contacts?|referente?s?|qui"
    r"|responsables?|adresses?|commentaires?|precisez|difficultes?|remarques?|observations?|signataires?"
    r"|interlocut\w+|coordonnees|personnes? a contacter)\b"
)
_ADDRESS = re.compile(r".*@.*|(\+33|0)[\d .-]{9,14}", re.DOTALL)
_NUMBER = re.compile(r"[\d\s.,/€%+-]+")


@dataclass(frozen=True)
class CellTexts:
    """The filled cells of a column: how many times each text stands there."""

    header: str
    counts: Mapping[str, int]

    @cached_property
    def filled(self) -> int:
        """Number of filled cells."""
        return sum(self.counts.values())

    @cached_property
    def offers_choice(self) -> bool:
        """True when few answers come back again and again."""
        return 0 < len(self.counts) <= _FEW and self.filled >= 2 * len(self.counts)

    @cached_property
    def looks_personal(self) -> bool:
        """True when the header or the cells may name somebody, or are free text."""
        return (
            bool(_PERSONAL_HEADER.search(fold(self.header)))
            or any(_ADDRESS.fullmatch(text) and not text.isdigit() for text in self.counts)
            or self.share(lambda text: len(text) > _SENTENCE) > 0.1
        )

    @property
    def quotable(self) -> bool:
        """True when its answers may be shown: those of a closed question, not free text."""
        return self.offers_choice and not self.looks_personal

    def share(self, holds: Callable[[str], object]) -> float:
        """Return the share of the filled cells whose text does."""
        return sum(n for text, n in self.counts.items() if holds(text)) / self.filled if self.filled else 0.0

    def described(self, kind: str) -> str:
        """Return what they are, given the kind of values that most of them read as (or an empty text)."""
        if not self.filled:
            return "aucune cellule remplie"
        if kind:
            return kind
        # Answers that come back may be people's names all the same: they are counted, and not shown.
        if self.quotable:
            return f"{len(self.counts)} réponses qui reviennent"
        return "texte libre"

    def suits_text(self, variable: Variable, kind: str) -> float:
        """Return the share of the cells that may answer a question of text: nothing there is ever unreadable.

        `kind` is what most of them read as, or an empty text.
        """
        if variable.id == "contact_courriel":
            return self.share(lambda text: "@" in text)
        if variable.type == "identifiant":
            if kind not in ("", "nombres entiers"):
                return 0.0
            # The number of a return is never twice there.
            unique = len(self.counts) / self.filled if variable.id == "reponse_id" else 1.0
            return min(unique, self.share(lambda text: len(text) <= _IDENTIFIER and "@" not in text))
        if kind:
            return 0.0
        least = _REMARK if variable.type == "texte_libre" else 1
        return self.share(lambda text: len(text) >= least and "@" not in text and not _NUMBER.fullmatch(text))


def short(text: str) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"
