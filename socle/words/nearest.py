"""A name that is not known -> the known ones that it looks most like, to be proposed in a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache, lru_cache

ALIKE = 60
"""Of 100: below, a name is no likely mistake for another."""
_OTHER_NUMBER = 0.75  # « Achats (60) » is nothing like « Services (61) »


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name nearest to `name`, never `name` itself; None when none is near."""
    return next(iter(near(name, {one: (one,) for one in known}, most=1)), None)


def near(name: str, known: Mapping[str, Collection[str]], most: int = 3) -> list[str]:
    """Return the names nearest to `name`, best first; `known` is {name: what it is also called}."""
    return [one for one, _ in ranked(name, known)[:most]]


def ranked(name: str, known: Mapping[str, Collection[str]]) -> list[tuple[str, float]]:
    """Return the names that look like `name` and how much, best first; one that is called just so is left out."""
    scores = {
        one: max(likeness(name, text) for text in texts) for one, texts in known.items() if texts and name not in texts
    }
    return sorted(
        ((one, score) for one, score in scores.items() if score >= ALIKE), key=lambda pair: (-pair[1], pair[0])
    )


def likeness(one: str, other: str) -> float:
    """Return from 0 to 100 how much two texts look alike, whatever their case, their accents and the order of words.

    One that says less than the other looks like it, but less than a misspelling does.
    """
    (left, left_numbers), (right, right_numbers) = _words(one), _words(other)
    if not left or not right:
        return 0.0
    same_letters, same_words, common_words = _measures()
    # « C.60 » is C60, though it has not one word of it.
    spelling = same_letters(left.replace(" ", ""), right.replace(" ", ""))
    score = max(spelling, 0.6 * same_words(left, right) + 0.4 * common_words(left, right))
    return score if left_numbers == right_numbers else score * _OTHER_NUMBER


def prepare_nearest() -> None:
    """Import now what compares texts: a process that is confined can import nothing."""
    _measures()


@cache
def _measures() -> tuple[Callable[[str, str], float], ...]:
    from rapidfuzz import fuzz

    return fuzz.ratio, fuzz.token_sort_ratio, fuzz.token_set_ratio


@lru_cache(maxsize=1 << 15)
def _words(text: str) -> tuple[str, tuple[str, ...]]:
    """The words, and the numbers among them."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe")).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", bare)
    return " ".join(words), tuple(sorted(word for word in words if word.isdigit()))
