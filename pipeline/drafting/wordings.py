"""Every known wording of every year, and the codebook's labels -> those nearest to a header never seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.codebook.model import Codebook, Format
from pipeline.reading.headers import GROUP, normalise_header
from pipeline.sql.macros import fold
from socle.words.nearest import ALIKE, likeness

_KEPT = 8
_LONG_WORD = 3  # a word of three letters that ends in s is no plural
_LONE = 0.97  # « Filles » beside « Sexe › Filles »: the same question, said with less
_EMPTY_WORDS = re.compile(
    r"a|aux?|avec|ces?|d|dans|des?|du|en|est|et|il|les?|la|l|leurs?|notre|nos|ou|par|pour|qu|que|s|si|son|sa|ses|sont"
    r"|sur|une?|votre|vos"
)
_SAME_WORDS = {
    "nombre": ("nb", "nbr", "nbre", "effectif"),
    "numero": ("n", "no", "num", "identifiant", "reference", "ref"),
    "courriel": ("mail", "mel", "email", "electronique"),
    "annee": ("exercice",),
}
_USUAL = {word: usual for usual, words in _SAME_WORDS.items() for word in words}


@dataclass(frozen=True)
class Wording:
    """How a format, or the codebook, names a variable."""

    text: str
    target: str | None
    """Column or variable id; None when that format ignores the header."""
    years: str
    """« en 2016-2017 », « de 2016-2017 à 2019-2020 »; empty for a label of the codebook."""
    ignored: str = ""
    """Why it is ignored."""


@dataclass(frozen=True)
class Near:
    """A known wording and how near it is, from 0 to 100; exact when it is the same one."""

    wording: Wording
    score: float
    exact: bool


class Wordings:
    """All that is known to name a variable."""

    def __init__(self, codebook: Codebook) -> None:
        self._known = tuple(dict.fromkeys(_known(codebook)))

    def near(self, header: str, allowed: Collection[str]) -> list[Near]:
        """Return the nearest wording of each allowed variable, best first; what formats ignore is always allowed."""
        key = normalise_header(header)
        best: dict[str | None, Near] = {}
        for wording in self._known:
            if wording.target is not None and wording.target not in allowed:
                continue
            same = normalise_header(wording.text) == key
            candidate = Near(wording, 100.0 if same else min(_score(key, wording.text), 99.0), same)
            best_known = best.get(wording.target)
            # Of two wordings as near, the latest year says it better.
            if best_known is None or (candidate.exact, candidate.score) >= (best_known.exact, best_known.score):
                best[wording.target] = candidate
        ranked = sorted(best.values(), key=lambda near: (near.exact, near.score), reverse=True)
        return [near for near in ranked if near.score >= ALIKE][:_KEPT]


def years(fmt: Format) -> str:
    """Return the campagnes of a format as a sentence says them."""
    first, last = fmt.campagnes
    if first and last:
        return f"en {first}" if first == last else f"de {first} à {last}"
    return f"depuis {first}" if first else ""


def _known(codebook: Codebook) -> Iterator[Wording]:
    for variable in codebook.variables:
        for column in variable.columns:
            yield Wording(column.libelle.replace("\u202f: ", GROUP), column.id, "")
        if variable.type == "choix_multiple":
            yield Wording(variable.libelle, variable.id, "")
    own = [fmt for formats in codebook.campaign_formats.values() for fmt in formats]
    returns = [fmt for fmt in (*codebook.formats, *own) if fmt.nature != "porteurs"]
    for fmt in sorted(returns, key=lambda fmt: fmt.campagnes[0] or ""):
        for asked in fmt.colonnes:
            if not asked.waits:
                yield Wording(asked.entete, asked.variable, years(fmt), asked.ignoree or "")


@lru_cache(maxsize=1 << 15)
def _words(text: str) -> str:
    """The words that tell; a school year is no part of a question."""
    bare = re.sub(r"\b20\d\d ?[-/] ?(20)?\d\d\b", " ", fold(normalise_header(text)))
    words = [word for word in re.findall(r"[a-z0-9]+", bare) if not _EMPTY_WORDS.fullmatch(word)]
    singular = [word[:-1] if len(word) > _LONG_WORD and word[-1] in "sx" else word for word in words]
    return " ".join(_USUAL.get(word, word) for word in singular)


@lru_cache(maxsize=1 << 17)
def _score(header: str, wording: str) -> float:
    whole = _alike(header, wording)
    if (GROUP in header) == (GROUP in wording):
        return whole
    return max(whole, _LONE * _alike(header.split(GROUP)[-1], wording.split(GROUP)[-1]))


def _alike(first: str, other: str) -> float:
    return likeness(_words(first), _words(other))
