"""L'essentiel -> what a meeting is shown, one screen after the other, each short enough for its letters to be large."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from bilan.model.content import KeyFigure
from bilan.parts.essentiel import Essentiel

LETTERS, LINES = 84, 13
"""What one screen holds, at 24 pixels on 1280 by 720."""
_BETWEEN = 0.4
"""Of a line, between two paragraphs."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Slide:
    """One screen: paragraphs, or cards."""

    title: str
    paragraphs: tuple[str, ...] = ()
    cards: tuple[KeyFigure, ...] = ()


def slides(page: Essentiel) -> list[Slide]:
    """Return the screens in their order; a part that has nothing to say has none."""
    warned = (page.warning,) if page.warning else ()
    found = [
        *_screens("Agrément et collecte", (*warned, *page.agreed, *page.collected, *page.context)),
        Slide("Chiffres clés", cards=page.key_figures),
        *_screens("Ce que déclarent les porteurs", page.sentences),
        *_screens("À regarder d'abord", page.look_first.lines),
        *_screens("Le mot du comité", (page.word or "").splitlines()),
        *_screens("Lire ce bilan", (*page.how_to_read, page.foot)),
    ]
    return [slide for slide in found if slide.paragraphs or slide.cards]


def _screens(title: str, texts: Iterable[str]) -> Iterator[Slide]:
    """The paragraphs on as many screens as they need; one longer than a screen is cut between two sentences."""
    kept: list[str] = []
    used = 0.0
    for text in _cut(texts):
        lines = ceil(len(text) / LETTERS) + _BETWEEN
        if kept and used + lines > LINES:
            yield Slide(title, tuple(kept))
            kept, used = [], 0.0
        kept.append(text)
        used += lines
    yield Slide(title, tuple(kept))


def _cut(texts: Iterable[str]) -> Iterator[str]:
    longest = LETTERS * (LINES - 1)
    for text in texts:
        yield from _joined(_pieces(text.strip(), longest), longest)


def _pieces(text: str, longest: int) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        while len(sentence) > longest:
            cut = sentence.rfind(" ", 0, longest)
            cut = cut if cut > 0 else longest
            yield sentence[:cut]
            sentence = sentence[cut:].strip()
        yield sentence


def _joined(pieces: Iterable[str], longest: int) -> Iterator[str]:
    joined = ""
    for piece in pieces:
        if joined and len(joined) + len(piece) >= longest:
            yield joined
            joined = ""
        joined = f"{joined} {piece}".strip()
    if joined:
        yield joined


def at(shown: Sequence[Slide], number: str | None) -> int:
    """Return the place, from 1, that an address asks for; the nearest there is, the first where it says nothing."""
    wanted = int(number) if number and number.isdecimal() and len(number) < 4 else 1
    return min(max(wanted, 1), len(shown))
