"""French agreement and elision: a number or a word -> the form that goes with it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from socle.words.french import number

# An h is mute but in these, and no vowel elides before these: « de onze », « le huit », « la Haute-Vienne ».
_ASPIRATED = ("hall", "hameau", "handicap", "haut", "hebdo", "hors", "huit")
_NOT_ELIDED = ("onz", "oui", "yach", "yaour", "yog")


@dataclass(frozen=True)
class Noun:
    """A thing that is counted."""

    one: str
    many: str
    feminine: bool = False

    @property
    def none(self) -> str:
        """« aucune action », « aucun collectif »."""
        return f"{'aucune' if self.feminine else 'aucun'} {self.one}"

    def agreed(self, count: float) -> str:
        """Return the noun alone as that many take it: zero and one are singular, 1,5 too."""
        return self.many if is_plural(count) else self.one

    def counted(self, count: float) -> str:
        """Return « aucune action », « 1 action », « 41 actions »."""
        return f"{number(count)} {self.agreed(count)}" if count else self.none


def is_plural(count: float) -> bool:
    """Return whether French takes the plural: from two on."""
    return abs(count) >= 2


def agreed(count: float, forms: list[str]) -> str:
    """Return the form for that count among (singular, plural) or (zero, singular, plural)."""
    *zero, one, many = forms
    if zero and count == 0:
        return zero[0]
    return many if is_plural(count) else one


def elides(word: str) -> bool:
    """Return whether « de », « que » or « le » lose their vowel before the word; never before a figure (« de 11 »)."""
    letters = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    letters = letters.replace("œ", "oe").replace("æ", "ae")
    if letters.startswith(_ASPIRATED) or letters.startswith(_NOT_ELIDED):
        return False
    return letters[:1] in set("aeiouyh")


def de(words: str) -> str:
    """Return « d'actions », « de collectifs », « de 41 actions »."""
    return f"d'{words}" if elides(words) else f"de {words}"


def que(words: str) -> str:
    """Return « qu'en France », « que celle du Loiret »."""
    return f"qu'{words}" if elides(words) else f"que {words}"


def capital(sentence: str) -> str:
    """Return the sentence with a capital, whatever its first word."""
    return sentence[:1].upper() + sentence[1:]
